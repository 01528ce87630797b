/** What a page of the lesson and its worker say to each other. */
import type { LiveNews, LivePartName, LiveSettings } from '../../lesson/live-parts';

/** A live part by its name, with what it is asked for. */
export type LiveRequest = {
  [Name in LivePartName]: { readonly part: Name; readonly settings: LiveSettings<Name> };
}[LivePartName];

/** News of the live part under way, in order: several at once, so that a page draws them together. */
export type LiveListener = (news: readonly LiveNews<LivePartName>[]) => void;

/** The engine that the lesson's models run on. */
export interface LessonEngine {
  /** For people: `WebAssembly SIMD, 1 thread`. */
  readonly description: string;
  /** Whether this machine lacks what the fast engine needs. */
  readonly isSlow: boolean;
}

/** What the lesson's worker exposes. Rejections carry a sentence for people. */
export interface LessonApi {
  /** Loads the model and its engine, so that a live part begins at once when it is asked for. */
  prepare(): Promise<LessonEngine>;
  /**
   * Runs a live part to its end; one that is under way is ended first, and rejects with `cancelled`.
   */
  run(request: LiveRequest, listener: LiveListener): Promise<void>;
  /** Ends the live part under way within some milliseconds; without effect where there is none. */
  cancel(): Promise<void>;
}
