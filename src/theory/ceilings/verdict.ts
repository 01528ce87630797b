/** What a measured curve says of its ceiling: facts, as plain JSON. `words/` has the sentences. */
import * as v from 'valibot';
import { measured, type DataOf } from '../../schema/pieces';
import { ceilingReason } from './reasons';

const openLevel = v.object({
  /** Its number or name, as it stands after the word "level". */
  level: v.string(),
  state: v.picklist(['not-begun', 'rising', 'resting']),
  /** Percent of its answers that are right. */
  now: measured,
  /** Points that it could add to the ceiling. */
  add: measured,
});

/** A level of the benchmark that may yet lift the ceiling. */
export interface OpenLevel extends DataOf<typeof openLevel> {}

export const ceilingVerdict = v.variant('is', [
  v.object({ is: v.literal('identified') }),
  /** What has begun to be learned is identified; `open` has not begun, or is still rising. */
  v.object({
    is: v.literal('at-least'),
    /** The ceiling in points if no open level rises any further. */
    atLeast: measured,
    open: v.array(openLevel),
  }),
  v.object({ is: v.literal('not-identified'), because: ceilingReason }),
  /**
   * RL moved performance by `moved` points in all, which is no more than the `noise` that as many
   * evaluations of a policy that does not change would show.
   */
  v.object({
    is: v.literal('no-signal'),
    moved: measured,
    noise: measured,
    evaluations: measured,
  }),
]);

/** Whether a ceiling is known, known from below, or not known. */
export type CeilingVerdict = DataOf<typeof ceilingVerdict>;

interface Judged {
  readonly verdict: CeilingVerdict;
}

/** Whether a fit has a known ceiling. */
export function isIdentified({ verdict }: Judged): boolean {
  return verdict.is === 'identified';
}

/** A ceiling that is known from below alone, in points. */
export interface AtLeast {
  readonly atLeast: number;
  /** What it is at most, if all that is open is learned. */
  readonly atMost: number;
}

/** null where the verdict is another. */
export function atLeastOf({ verdict }: Judged): AtLeast | null {
  if (verdict.is !== 'at-least') return null;
  const { atLeast, open } = verdict;
  return {
    atLeast,
    atMost: Math.min(
      100,
      open.reduce((sum, { add }) => sum + add, atLeast),
    ),
  };
}
