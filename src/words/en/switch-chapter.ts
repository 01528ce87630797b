/** Why a prediction of chapter 5 missed. */
import { withinLuck } from './luck';

/** SFT steps: of the lowest validation loss, and of the evaluations before and after it. */
interface LowestLoss {
  readonly step: number;
  readonly before: number;
  readonly after: number;
}

/** Why the step was missed; null where it was not. */
export function turnBecause(predicted: number, { step, before, after }: LowestLoss): string | null {
  if (predicted === step) return null;
  if (predicted > before && predicted < after) {
    return 'No validation loss was measured between your step and the lowest: yours may be as good.';
  }
  return predicted > step
    ? 'By the step that you chose, validation loss had risen again: sixty trajectories are soon known by heart.'
    : 'At the step that you chose, validation loss was still above its lowest: there was more to learn from the sixty.';
}

/**
 * @param miss predicted less true, in points
 * @param luck points by which as few samples differ by chance
 * @param steps of RL in each branch
 */
export function endBecause(miss: number, luck: number, steps: number): string {
  if (Math.abs(miss) <= luck) return withinLuck(luck);
  return miss > 0
    ? `${steps} steps are few: RL has not yet learned the longest problems when they end.`
    : `RL gained more in ${steps} steps than you expected: it learns most from groups in which some attempts succeed and some fail.`;
}
