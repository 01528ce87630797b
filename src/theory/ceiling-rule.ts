/**
 * When more of an RL curve would tell nothing new of its ceiling: the rule by which RL may end early.
 * Whoever looks again and again finds an identified ceiling by luck sooner or later, so it takes
 * several looks in a row, and enough evaluations before the first.
 */
import { fitCeilingOrReason } from './ceilings/fit';
import type { CurveObservation, Measurement } from './ceilings/data';
import { isIdentified } from './ceilings/verdict';

export interface CeilingRule {
  /** Evaluations of RL without which no look counts. */
  readonly leastEvaluations: number;
  /** Evaluations in a row at which the ceiling has to be identified. */
  readonly inARow: number;
}

export const DEFAULT_CEILING_RULE: CeilingRule = { leastEvaluations: 8, inARow: 2 };

/**
 * Whether the ceiling of a curve is identified at each of its last evaluations.
 * @param points in the order in which they were measured
 */
export function ceilingIsKnown(
  points: readonly CurveObservation[],
  options: { readonly pSft: Measurement; readonly seed: number },
  { leastEvaluations, inARow }: CeilingRule,
): boolean {
  const looks = Array.from({ length: inARow }, (_, back) => points.length - back);
  return looks.every((length) => {
    if (length < leastEvaluations) return false;
    const { ceiling } = fitCeilingOrReason(points.slice(0, length), options);
    return ceiling !== null && isIdentified(ceiling);
  });
}
