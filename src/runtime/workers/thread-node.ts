/** Threads of Node, as the terminal starts them: each has a bundle of its own as its entry. */
import {
  parentPort,
  Worker,
  workerData,
  type Transferable as NodeTransferable,
  type WorkerOptions,
} from 'node:worker_threads';
import { LabError } from '../../errors';
import * as Comlink from '../remote';
import { allowedSilence, onSilence, Pulse } from './pulse';
import type { WorkerRole } from './roles';

/** A thread that has been started. */
interface StartedThread {
  /** Resolves with the exit code; rejects where an error gets past everything in it. */
  readonly ended: Promise<number>;
  readonly end: () => void;
}

/**
 * Starts a script in a thread.
 * @param silent told, where it is given, when a thread that calls {@link answerPulse} gives no sign of life;
 *   the thread is ended then
 */
export function openThread(
  entry: string | URL,
  options: WorkerOptions,
  silent?: (seconds: number) => void,
): StartedThread {
  const worker = new Worker(entry, options);
  const end = (): void => void worker.terminate();
  const pulse =
    silent &&
    new Pulse({
      ask: () => worker.postMessage(null),
      lost(seconds) {
        end();
        silent(seconds);
      },
    });
  if (pulse) worker.on('message', (silence: number) => pulse.heard(silence));
  const ended = new Promise<number>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('exit', (code) => {
      pulse?.end();
      resolve(code);
    });
  });
  return { ended, end };
}

interface Thread<Api> {
  readonly api: Comlink.Remote<Api>;
  /** Rejects once the thread is gone. */
  readonly lost: Promise<never>;
  readonly end: () => void;
}

/**
 * Starts a thread that answers calls.
 * @param entry path of a script that calls {@link serveThread} with what it exposes
 */
export function startThread<Api>(entry: string, role: WorkerRole): Thread<Api> {
  const { port1, port2 } = new MessageChannel();
  // Node's types and the page's have a name each for the same class.
  const transferList = [port2 as unknown as NodeTransferable];
  const { ended, end } = openThread(entry, { workerData: port2, transferList });
  const lost = ended.then(
    (code) => Promise.reject(new LabError('worker/lost', { role, reason: `exit code ${code}` })),
    ({ message }: Error) => Promise.reject(new LabError('worker/lost', { role, reason: message })),
  );
  // Where nothing waits for an answer, nothing is lost.
  lost.catch(() => undefined);
  return { api: Comlink.wrap<Api>(port1), lost, end };
}

/** In a thread: answers whoever started it. */
export function serveThread(exposed: object): void {
  const port: unknown = workerData;
  if (!(port instanceof MessagePort)) throw new LabError('fault/no-thread');
  Comlink.expose(exposed, port);
}

/** In a thread: answers whoever asks for signs of life. */
export function answerPulse(): void {
  const port = parentPort;
  const answer = (silence: number): void => port?.postMessage(silence);
  port?.on('message', () => answer(allowedSilence()));
  onSilence(answer);
  // The thread ends with its work.
  port?.unref();
}
