/** Threads of Node, as the terminal starts them: each has a bundle of its own as its entry. */
import { Worker, workerData, type Transferable as NodeTransferable } from 'node:worker_threads';
import { LabError } from '../../errors';
import * as Comlink from '../remote';
import type { WorkerRole } from './roles';

interface Thread<Api> {
  readonly api: Comlink.Remote<Api>;
  /** Rejects once the thread is gone. */
  readonly lost: Promise<never>;
  readonly end: () => void;
}

/**
 * Starts a thread.
 * @param entry path of a script that calls {@link serveThread} with what it exposes
 */
export function startThread<Api>(entry: string, role: WorkerRole): Thread<Api> {
  const { port1, port2 } = new MessageChannel();
  // Node's types and the page's have a name each for the same class.
  const transferList = [port2 as unknown as NodeTransferable];
  const worker = new Worker(entry, { workerData: port2, transferList });
  const lost = new Promise<never>((_, reject) => {
    const lose = (reason: string): void => reject(new LabError('worker/lost', { role, reason }));
    worker.on('error', ({ message }: Error) => lose(message));
    worker.on('exit', (code) => lose(`exit code ${code}`));
  });
  // Where nothing waits for an answer, nothing is lost.
  lost.catch(() => undefined);
  return { api: Comlink.wrap<Api>(port1), lost, end: () => void worker.terminate() };
}

/** In a thread: answers whoever started it. */
export function serveThread(exposed: object): void {
  const port: unknown = workerData;
  if (!(port instanceof MessagePort)) throw new LabError('fault/no-thread');
  Comlink.expose(exposed, port);
}
