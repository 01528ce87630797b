/** Why a ceiling is not known. */
import type { CeilingReason } from '../../theory/ceilings/reasons';
import { failureSentence } from './failure';
import { toDecimals } from '../../rounding';

export function ceilingSentence(reason: CeilingReason): string {
  switch (reason.because) {
    case 'unbent':
      return `The curve has not bent yet: half of the gain lies at ${toDecimals(reason.mid, 2)} times the RL compute spent, more than ${reason.latest}. Run more RL steps.`;
    case 'wide':
      return `The ${Math.round(100 * reason.confidence)}% interval of the ceiling is ${toDecimals(reason.width, 1)} points wide, more than ${reason.widest}. Run more RL steps, take more benchmark samples or add seeds.`;
    case 'unfinished':
      return 'The run has not finished.';
    case 'diverged':
      return 'The run diverged.';
    case 'no-base':
      return 'The score of the base was not kept.';
    case 'error':
    case 'told':
      return failureSentence(reason);
    default:
      return reason satisfies never;
  }
}

/** The sentence of a reason where there is one. */
export function ceilingSentenceOrNull(reason: CeilingReason | null): string | null {
  return reason && ceilingSentence(reason);
}
