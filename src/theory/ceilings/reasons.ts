/** Why a ceiling is not known: facts, as plain JSON. `words/` has the sentences. */
import * as v from 'valibot';
import { fault, measured, told, type DataOf } from '../../schema/pieces';

export const ceilingReason = v.variant('because', [
  /** Half of the gain lies at `mid` times the RL compute spent, more than `latest`. */
  v.object({ because: v.literal('unbent'), mid: measured, latest: measured }),
  /** The interval of this coverage is `width` points wide, more than `widest`. */
  v.object({
    because: v.literal('wide'),
    confidence: measured,
    width: measured,
    widest: measured,
  }),
  /** The last evaluations lie `rise` points above the curve that fits the others. */
  v.object({ because: v.literal('late-rise'), rise: measured, evaluations: measured }),
  v.object({ because: v.literal('unfinished') }),
  v.object({ because: v.literal('diverged') }),
  /** SFT's curve begins at the base, whose score was not kept. */
  v.object({ because: v.literal('no-base') }),
  /** Nothing could be fitted. */
  fault,
  told,
]);

/** Why a ceiling is not identified, or why there is none. */
export type CeilingReason = DataOf<typeof ceilingReason>;
