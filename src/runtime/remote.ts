/**
 * Calls between a page and its workers: comlink, with errors that arrive as what they were. Whoever
 * speaks comlink imports it from here, so that both ends know how an error is carried.
 */
import * as Comlink from 'comlink';
import { receiveError, sendError, type SentError } from '../errors';

export {
  createEndpoint,
  expose,
  proxy,
  transfer,
  wrap,
  type ProxyMarked,
  type Remote,
} from 'comlink';

/** Something that was thrown, as comlink marks it. */
interface Thrown {
  readonly value: unknown;
}

const builtIn = Comlink.transferHandlers.get('throw') as Comlink.TransferHandler<Thrown, unknown>;

const handler: Comlink.TransferHandler<Thrown, SentError> = {
  canHandle: (value): value is Thrown => builtIn.canHandle(value),
  serialize: ({ value }) => [sendError(value), []],
  deserialize(sent) {
    throw receiveError(sent);
  },
};

Comlink.transferHandlers.set('throw', handler);
