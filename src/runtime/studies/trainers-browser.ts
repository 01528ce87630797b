/** A study's workers in a browser, each with an engine of its own. */
import { RemoteStudyTrainer, type FromTrainer, type ToTrainer } from './channel';
import type { StudyTrainer, StudyTrainers } from './api';

export class WorkerTrainers implements StudyTrainers {
  readonly #start: () => Worker;
  readonly #workers = new Map<StudyTrainer, Worker>();

  /** @param start starts a worker that serves a trainer (workers/study-trainer.ts) */
  constructor(start: () => Worker) {
    this.#start = start;
  }

  async open(): Promise<StudyTrainer> {
    const worker = this.#start();
    const trainer = new RemoteStudyTrainer({
      send: (message: ToTrainer) => worker.postMessage(message),
      receive: (listener) => {
        worker.onmessage = ({ data }: MessageEvent<FromTrainer>) => listener(data);
      },
      onLost: (listener) => {
        worker.onerror = ({ message }) => {
          listener(`The worker failed (${message || 'no reason was given'}).`);
        };
      },
    });
    this.#workers.set(trainer, worker);
    return trainer;
  }

  close(trainer: StudyTrainer): void {
    this.#workers.get(trainer)?.terminate();
    this.#workers.delete(trainer);
  }
}
