/** Why a cell of a study has no result. */
import type { MissingReason } from '../../../studies/missing-reasons';
import { endingSentence } from './run-reasons';
import { toDecimals } from '../../../rounding';

function percent(share: number): string {
  return `${toDecimals(100 * share, 1)}%`;
}

function least({ loss, step }: { readonly loss: number; readonly step: number }): string {
  return `the minimum of ${toDecimals(loss, 4)} at step ${step}`;
}

export function missingSentence(reason: MissingReason): string {
  switch (reason.because) {
    case 'no-evaluation':
      return 'SFT was evaluated at no step after the base.';
    case 'step-too-early':
      return `The first evaluation of SFT is at step ${reason.first}, after step ${reason.step}.`;
    case 'compute-too-small':
      return `The first evaluation of SFT, at step ${reason.first}, took ${reason.compute.toExponential(2)} FLOPs, more than ${reason.flops.toExponential(2)}.`;
    case 'never-adapting':
      return `Validation loss was at no evaluation after the base and before ${least(reason.minimum)} more than ${percent(reason.margin)} above it.`;
    case 'never-mild':
      return `No evaluation after ${least(reason.minimum)} was mildly above it; at the last step, ${reason.last.step}, validation loss was ${percent(reason.last.rise)} above.`;
    case 'never-severe':
      return `At the last step, ${reason.last.step}, validation loss was ${percent(reason.last.rise)} above ${least(reason.minimum)}: overfitting was not severe.`;
    case 'no-sft-run':
      return `Its SFT run is missing. ${missingSentence(reason.why)}`;
    case 'by-hand':
      return 'Skipped by hand.';
    case 'sft-diverged':
      return `SFT diverged. ${endingSentence(reason.ending)}`;
    case 'scores-lost':
      return 'Its scores are not numbers.';
    case 'diverged':
    case 'error':
    case 'told':
      return endingSentence(reason);
    default:
      return reason satisfies never;
  }
}
