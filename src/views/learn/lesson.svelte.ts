/** The model behind the chapters: one worker, which runs one live part at a time. */
import { createContext } from 'svelte';
import { isLabError, messageOf } from '../../errors';
import type { LiveNews, LivePartName, LiveSettings } from '../../lesson/live-parts';
import type { LessonEngine, LiveListener, LiveRequest } from '../../runtime/lesson/api';
import type { LessonWorker } from './lesson-worker';

export class Lesson {
  readonly #open: () => LessonWorker;
  #worker: LessonWorker | null = null;
  #engine = $state.raw<LessonEngine | null>(null);

  constructor(open: () => LessonWorker) {
    this.#open = open;
  }

  /** What the models run on; null until that is known. */
  get engine(): LessonEngine | null {
    return this.#engine;
  }

  /** Loads what live parts need, before one is asked for; what goes wrong is said when one is. */
  async prepare(): Promise<void> {
    try {
      this.#engine = await this.#ready().prepare();
    } catch {
      this.end();
    }
  }

  /** Runs a live part to its end; rejects with a sentence, or with `cancelled`. */
  async run<Name extends LivePartName>(
    part: Name,
    settings: LiveSettings<Name>,
    hear: (news: readonly LiveNews<Name>[]) => void,
  ): Promise<void> {
    try {
      // A part's news are its own: the union of all of them is what the worker's line carries.
      await this.#ready().run({ part, settings } as LiveRequest, hear as LiveListener);
    } catch (error) {
      // Another worker may do what this one cannot any more.
      if (!isLabError(error, 'cancelled')) this.end();
      throw error;
    }
  }

  async cancel(): Promise<void> {
    await this.#worker?.cancel();
  }

  end(): void {
    this.#worker?.end();
    this.#worker = null;
  }

  #ready(): LessonWorker {
    this.#worker ??= this.#open();
    return this.#worker;
  }
}

export const [useLesson, provideLesson] = createContext<Lesson>();

type LiveStatus = 'idle' | 'running' | 'finished' | 'stopped' | 'failed';

/** One chapter's live part: what became of it, and its news. */
export class LivePart<Name extends LivePartName> {
  readonly #lesson: Lesson;
  readonly #part: Name;
  readonly #hear: (news: LiveNews<Name>) => void;
  #status = $state<LiveStatus>('idle');
  #problem = $state<string | null>(null);
  #version = $state(0);
  /** Counts starts: news of an earlier one are no longer heard. */
  #start = 0;

  /** @param hear takes the news one by one */
  constructor(lesson: Lesson, part: Name, hear: (news: LiveNews<Name>) => void) {
    this.#lesson = lesson;
    this.#part = part;
    this.#hear = hear;
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Why it failed, in a sentence. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Changes with news: charts that follow a table draw it again. */
  get version(): number {
    return this.#version;
  }

  async start(settings: LiveSettings<Name>): Promise<void> {
    const start = ++this.#start;
    this.#problem = null;
    this.#status = 'running';
    try {
      await this.#lesson.run(this.#part, settings, (news) => {
        if (start !== this.#start) return;
        for (const one of news) this.#hear(one);
        this.#version += 1;
      });
      if (start === this.#start) this.#status = 'finished';
    } catch (error) {
      if (start !== this.#start) return;
      const isCancelled = isLabError(error, 'cancelled');
      this.#status = isCancelled ? 'stopped' : 'failed';
      this.#problem = isCancelled ? null : messageOf(error);
    }
  }

  /** Ends it; what it has told stays. */
  async stop(): Promise<void> {
    await this.#lesson.cancel();
  }

  /** As if it had not been started: the chapter has forgotten what it told. */
  reset(): void {
    this.#start += 1;
    if (this.#status === 'running') void this.#lesson.cancel();
    this.#status = 'idle';
    this.#problem = null;
    this.#version += 1;
  }
}
