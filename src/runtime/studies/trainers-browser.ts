/** A study's workers in a browser, each with an engine of its own. */
import type { Connection } from '../workers/connect';
import type { StudyTrainer, StudyTrainers } from './api';
import { remoteTrainer } from './remote-trainer';

export class WorkerTrainers implements StudyTrainers {
  readonly #start: () => Connection<'study-trainer'>;
  readonly #workers = new Map<StudyTrainer, Connection<'study-trainer'>>();

  /** @param start starts a worker that trains */
  constructor(start: () => Connection<'study-trainer'>) {
    this.#start = start;
  }

  async open(): Promise<StudyTrainer> {
    const worker = this.#start();
    const trainer = remoteTrainer(worker.api, worker.lost);
    this.#workers.set(trainer, worker);
    return trainer;
  }

  close(trainer: StudyTrainer): void {
    this.#workers.get(trainer)?.end();
    this.#workers.delete(trainer);
  }
}
