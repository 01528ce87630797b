/** A study's workers in Node: threads, each with an engine of its own. */
import { Worker, workerData, type Transferable as NodeTransferable } from 'node:worker_threads';
import { LabError } from '../../errors';
import * as Comlink from '../remote';
import { nodeBase, nodeEngine } from '../engines/engine-node';
import type { StudyTrainer, StudyTrainers } from './api';
import { afterItsNews, remoteTrainer } from './remote-trainer';
import { LocalStudyTrainer, type StudyEnvironment } from './study-trainer';

export const NODE_ENVIRONMENT: StudyEnvironment = {
  createEngine: nodeEngine,
  loadBase: nodeBase,
  now: () => performance.now(),
};

/** What a thread runs: a trainer that answers whoever started it. */
export function serveThread(): void {
  const port: unknown = workerData;
  if (!(port instanceof MessagePort)) {
    throw new LabError('fault/no-thread');
  }
  Comlink.expose(afterItsNews(new LocalStudyTrainer(NODE_ENVIRONMENT)), port);
}

export class ThreadTrainers implements StudyTrainers {
  readonly #entry: string;
  readonly #workers = new Map<StudyTrainer, Worker>();

  /** @param entry path of a script that calls {@link serveThread} */
  constructor(entry: string) {
    this.#entry = entry;
  }

  async open(): Promise<StudyTrainer> {
    const { port1, port2 } = new MessageChannel();
    // Node's types and the page's have a name each for the same class.
    const transferList = [port2 as unknown as NodeTransferable];
    const worker = new Worker(this.#entry, { workerData: port2, transferList });
    const lost = new Promise<never>((_, reject) => {
      const lose = (reason: string): void =>
        reject(new LabError('worker/lost', { role: 'study-trainer', reason }));
      worker.on('error', ({ message }: Error) => lose(message));
      worker.on('exit', (code) => lose(`exit code ${code}`));
    });
    // Where nothing waits for an answer, nothing is lost.
    lost.catch(() => undefined);
    const trainer = remoteTrainer(Comlink.wrap<StudyTrainer>(port1), lost);
    this.#workers.set(trainer, worker);
    return trainer;
  }

  close(trainer: StudyTrainer): void {
    const worker = this.#workers.get(trainer);
    this.#workers.delete(trainer);
    void worker?.terminate();
  }
}
