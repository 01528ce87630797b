/** A study's workers in Node: threads, each with an engine of its own. */
import { nodeBase, nodeEngine } from '../engines/engine-node';
import { serveThread, startThread } from '../workers/thread-node';
import type { StudyTrainer, StudyTrainers } from './api';
import { afterItsNews, remoteTrainer } from './remote-trainer';
import { LocalStudyTrainer, type StudyEnvironment } from './study-trainer';

export const NODE_ENVIRONMENT: StudyEnvironment = {
  createEngine: nodeEngine,
  loadBase: nodeBase,
  now: () => performance.now(),
};

/** What a thread runs: a trainer that answers whoever started it. */
export function serveTrainer(): void {
  serveThread(afterItsNews(new LocalStudyTrainer(NODE_ENVIRONMENT)));
}

export class ThreadTrainers implements StudyTrainers {
  readonly #entry: string;
  readonly #threads = new Map<StudyTrainer, ReturnType<typeof startThread<StudyTrainer>>>();

  /** @param entry path of a script that calls {@link serveTrainer} */
  constructor(entry: string) {
    this.#entry = entry;
  }

  async open(): Promise<StudyTrainer> {
    const thread = startThread<StudyTrainer>(this.#entry, 'study-trainer');
    const trainer = remoteTrainer(thread.api, thread.lost);
    this.#threads.set(trainer, thread);
    return trainer;
  }

  close(trainer: StudyTrainer): void {
    const thread = this.#threads.get(trainer);
    this.#threads.delete(trainer);
    thread?.end();
  }
}
