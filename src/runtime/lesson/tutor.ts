/** Runs the live parts of the lesson: what the lesson's worker exposes. */
import { LESSON_CONFIG, type LiveContext } from '../../lesson/context';
import { LIVE_PARTS, type LiveNews, type LivePartName } from '../../lesson/live-parts';
import { drive } from '../drive';
import type { TrainerEnvironment } from '../engines/environment';
import type { LessonApi, LessonEngine, LiveListener, LiveRequest } from './api';

/** Milliseconds between two messages to the page: curves that move, and a page that keeps up. */
const TELL_EVERY_MS = 100;

interface TutorEnvironment extends Pick<TrainerEnvironment, 'createEngine' | 'loadBase' | 'now'> {
  /** Without it only TensorFlow.js runs here, slowly. */
  readonly hasSimd: boolean;
}

interface Prepared {
  readonly context: LiveContext;
  readonly engine: LessonEngine;
}

type News = LiveNews<LivePartName>;

export class Tutor implements LessonApi {
  readonly #environment: TutorEnvironment;
  #prepared: Promise<Prepared> | null = null;
  #running = new AbortController();
  /** The live part under way, whatever becomes of it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(environment: TutorEnvironment) {
    this.#environment = environment;
  }

  async prepare(): Promise<LessonEngine> {
    return (await this.#ready()).engine;
  }

  async run(request: LiveRequest, listener: LiveListener): Promise<void> {
    this.#running.abort();
    const running = (this.#running = new AbortController());
    const before = this.#last;
    const own = before.then(() => this.#live(request, listener, running.signal));
    this.#last = own.catch(() => undefined);
    return own;
  }

  async cancel(): Promise<void> {
    this.#running.abort();
  }

  async #live(request: LiveRequest, listener: LiveListener, signal: AbortSignal): Promise<void> {
    const { context } = await this.#ready();
    const news: News[] = [];
    const tell = (): void => {
      if (news.length > 0) listener(news.splice(0));
    };
    const { now } = this.#environment;
    const work = gathered(startPart(request, context), news);
    await drive(work, { report: tell, reportEvery: TELL_EVERY_MS, signal, now });
    tell();
  }

  /** Loaded once; after a failure, anew. */
  #ready(): Promise<Prepared> {
    this.#prepared ??= this.#load().catch((error: unknown) => {
      this.#prepared = null;
      throw error;
    });
    return this.#prepared;
  }

  async #load(): Promise<Prepared> {
    const { createEngine, loadBase, hasSimd } = this.#environment;
    // The numbers of the lesson are those of every machine: `wasm` gives the same bits everywhere.
    const choice = hasSimd
      ? ({ name: 'wasm', backend: null } as const)
      : ({ name: 'tfjs', backend: 'cpu' } as const);
    const [base, { engine, report }] = await Promise.all([
      loadBase(LESSON_CONFIG),
      createEngine(LESSON_CONFIG.model, choice),
    ]);
    return {
      context: { engine, base },
      engine: { description: report.description, isSlow: !hasSimd },
    };
  }
}

/** A request's part and settings belong together, which TypeScript cannot see across the union. */
function startPart({ part, settings }: LiveRequest, context: LiveContext): AsyncGenerator<News> {
  const live = LIVE_PARTS[part] as (
    context: LiveContext,
    settings: unknown,
  ) => AsyncGenerator<News>;
  return live(context, settings);
}

/** The same work, whose news gather in a list. */
async function* gathered(work: AsyncGenerator<News>, into: News[]): AsyncGenerator<number, void> {
  for await (const one of work) yield into.push(one);
}
