/** The library's pieces of work: one at a time, each told how far it is, each of which can be cancelled. */
import { LabError } from '../../errors';
import { drive } from '../drive';

/** Passing news of the library's work, for a progress bar. */
export interface LibraryNews {
  readonly activity: 'Problems' | 'Solutions' | 'Statistics' | 'Import' | 'Export';
  readonly done: number;
  readonly total: number;
}

export type LibraryListener = (news: LibraryNews) => void;

/** Milliseconds of work between two pieces of news: each moves a bar. */
const TELL_EVERY_MS = 50;

export class LibraryWork {
  readonly #listener: LibraryListener;
  readonly #now: () => number;
  #running: AbortController | null = null;

  constructor(listener: LibraryListener, now: () => number) {
    this.#listener = listener;
    this.#now = now;
  }

  /** Ends the work at hand, which then rejects with `cancelled`; without effect where there is none. */
  cancel(): void {
    this.#running?.abort();
  }

  /** Runs the work that `begin` makes; throws `library/busy` while other work is under way. */
  async run<T>(begin: (signal: AbortSignal) => AsyncGenerator<LibraryNews, T>): Promise<T> {
    if (this.#running) throw new LabError('library/busy');
    const { signal } = (this.#running = new AbortController());
    try {
      return await drive(begin(signal), {
        report: this.#listener,
        reportEvery: TELL_EVERY_MS,
        signal,
        now: this.#now,
      });
    } finally {
      this.#running = null;
    }
  }
}
