/** What the bar above a chapter's picture needs to know of its live part. */
import type { LivePartName } from '../../lesson/live-parts';
import type { LivePart } from './lesson.svelte';

export interface LiveActions {
  readonly part: Pick<LivePart<LivePartName>, 'status' | 'problem' | 'stop'>;
  /** What its button says, such as "Train". */
  readonly action: string;
  /** What is being done, such as "Training". */
  readonly doing: string;
  /** What it found, in a sentence, once it has finished. */
  readonly found: string | null;
  /** Begins it with the settings as they are. */
  start(): void;
  /** Begins it with a new seed, where that is more than {@link start}. */
  startOver?(): void;
}
