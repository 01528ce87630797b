/** A study's workers in Node: threads, each with an engine of its own. */
import { parentPort, Worker } from 'node:worker_threads';
import { nodeBase, nodeEngine } from '../engines/engine-node';
import { RemoteStudyTrainer, serveTrainer, type FromTrainer, type ToTrainer } from './channel';
import type { StudyTrainer, StudyTrainers } from './api';
import { LocalStudyTrainer, type StudyEnvironment } from './study-trainer';

export const NODE_ENVIRONMENT: StudyEnvironment = {
  createEngine: nodeEngine,
  loadBase: nodeBase,
  now: () => performance.now(),
};

/** What a thread runs: a trainer that answers whoever started it. */
export function serveThread(): void {
  const port = parentPort;
  if (!port) throw new Error('This file is to be run as a worker thread.');
  serveTrainer(new LocalStudyTrainer(NODE_ENVIRONMENT), {
    send: (message: FromTrainer) => port.postMessage(message),
    receive: (listener) => port.on('message', (message: ToTrainer) => listener(message)),
  });
}

export class ThreadTrainers implements StudyTrainers {
  readonly #entry: string;
  readonly #workers = new Map<StudyTrainer, Worker>();

  /** @param entry path of a script that calls {@link serveThread} */
  constructor(entry: string) {
    this.#entry = entry;
  }

  async open(): Promise<StudyTrainer> {
    const worker = new Worker(this.#entry);
    const trainer = new RemoteStudyTrainer({
      send: (message: ToTrainer) => worker.postMessage(message),
      receive: (listener) => worker.on('message', (message: FromTrainer) => listener(message)),
      onLost: (listener) => {
        worker.on('error', (error: Error) => listener(`The worker failed: ${error.message}`));
        worker.on('exit', (code) => listener(`The worker ended with exit code ${code}.`));
      },
    });
    this.#workers.set(trainer, worker);
    return trainer;
  }

  close(trainer: StudyTrainer): void {
    const worker = this.#workers.get(trainer);
    this.#workers.delete(trainer);
    void worker?.terminate();
  }
}
