/** Why a prediction of chapter 5 missed. */
import { withinLuck } from './luck';

/**
 * @param miss predicted less true, in points
 * @param luck points by which as few samples differ by chance
 * @param steps of RL in each branch
 */
export function endBecause(miss: number, luck: number, steps: number): string {
  if (Math.abs(miss) <= luck) return withinLuck(luck);
  return miss > 0
    ? `${steps} steps are few: they end before RL has learned the longest problems.`
    : `RL gained more in ${steps} steps than that: groups in which some attempts succeed and some fail teach most.`;
}
