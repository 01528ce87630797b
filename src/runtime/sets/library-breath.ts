/** How long pieces of work stay responsive: between its parts each tells how far it is and listens. */
import { LabError } from '../../errors';
import { nextTask } from '../next-task';

/** Passing news of the library's work, for a progress bar. */
export interface LibraryNews {
  readonly activity: 'Problems' | 'Solutions' | 'Statistics' | 'Import' | 'Export';
  readonly done: number;
  readonly total: number;
}

export type LibraryListener = (news: LibraryNews) => void;

/** Milliseconds of work between two breaths: a cancel is heard within them. */
const BREATH_MS = 50;

/** Lets one piece of work run at a time, with pauses in which a cancel can arrive. */
export class Breath {
  readonly #listener: LibraryListener;
  readonly #now: () => number;
  #isWorking = false;
  #isCancelled = false;
  #last = 0;

  constructor(listener: LibraryListener, now: () => number) {
    this.#listener = listener;
    this.#now = now;
  }

  cancel(): void {
    if (this.#isWorking) this.#isCancelled = true;
  }

  /** Runs the work; throws `library/busy` while other work is under way. */
  async work<T>(action: () => Promise<T>): Promise<T> {
    if (this.#isWorking) {
      throw new LabError('library/busy');
    }
    this.#isWorking = true;
    this.#isCancelled = false;
    this.#last = this.#now();
    try {
      return await action();
    } finally {
      this.#isWorking = false;
    }
  }

  /** Tells how far the work is and, every now and then, listens; throws `cancelled` once it is. */
  async take(activity: LibraryNews['activity'], done: number, total: number): Promise<void> {
    if (this.#now() - this.#last >= BREATH_MS) {
      this.#listener({ activity, done, total });
      await nextTask();
      this.#last = this.#now();
    }
    if (this.#isCancelled) throw new LabError('cancelled');
  }
}
