/** Addresses of queues, as `--queue` takes them. */
import { QUEUE_WORDS } from '../../words/en/queue';
import { UsageError } from '../usage';

/** The port of the embedded queue where none is named. */
export const EMBEDDED_PORT = 7420;

export type QueueAddress =
  /** A PostgreSQL in a process of its own, which the study starts; open to this machine alone. */
  | { readonly kind: 'embedded'; readonly port: number; readonly text: string }
  | { readonly kind: 'redis'; readonly url: string; readonly text: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly text: string };

/**
 * Reads an address; `text` of it is what may be shown: it has no password.
 * @throws UsageError with the value and what is allowed
 * @example parseAddress('rediss://:secret@queue.example.org:6380/1').text // 'rediss://queue.example.org:6380/1'
 */
export function parseAddress(address: string): QueueAddress {
  if (address === '') throw new UsageError(QUEUE_WORDS.noAddress());
  const [head, ...rest] = address.split(':');
  if (head === 'embedded') return embedded(rest);
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || url.hostname === '') throw new UsageError(QUEUE_WORDS.badAddress({ address }));
  const text = `${url.protocol}//${url.host}${url.pathname}`;
  const database = url.pathname.slice(1);
  switch (url.protocol) {
    case 'redis:':
    case 'rediss:':
      if (!/^\d{0,5}$/.test(database)) {
        throw new UsageError(QUEUE_WORDS.badRedisDatabase({ database }));
      }
      return { kind: 'redis', url: address, text };
    case 'postgres:':
    case 'postgresql:':
      if (database === '') throw new UsageError(QUEUE_WORDS.noDatabase({ address: text }));
      return { kind: 'postgres', url: address, text };
    default:
      throw new UsageError(QUEUE_WORDS.badAddress({ address: text }));
  }
}

function embedded([port = String(EMBEDDED_PORT), ...more]: string[]): QueueAddress {
  if (more.length > 0) throw new UsageError(QUEUE_WORDS.remote({ host: port }));
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65535) {
    throw new UsageError(QUEUE_WORDS.badPort({ port }));
  }
  return { kind: 'embedded', port: Number(port), text: `embedded:${Number(port)}` };
}
