/** Why things happen in a run. */
import type { Failure } from '../../../schema/pieces';
import type { AdviceReason } from '../../../theory';
import type { DivergenceReason, EndingReason } from '../../../training/divergence';
import type { RlEndReason, Stage, SwitchRecord } from '../../../training/evaluation/measurements';
import type { SignReason } from '../../../training/instability';
import { failureSentence } from '../../../sentences';
import { lostNumbers } from '../model-errors';
import { toDecimals } from '../../../rounding';
import { counted } from '../counted';

/** Why SFT ended, in a sentence. */
export function switchSentence({ step, reason }: Pick<SwitchRecord, 'step' | 'reason'>): string {
  switch (reason.because) {
    case 'asked':
      return `Switched by hand at step ${step}.`;
    case 'step':
      return step === 0
        ? 'RL begins with the base: there is no SFT.'
        : `Switched at step ${step}, as configured.`;
    case 'phase':
      return `Validation loss reached the ${reason.phase} sub-phase at step ${step}.`;
    case 'budget':
      return `SFT ended at step ${step}: the ${reason.flops.toExponential(2)} FLOPs of the run are used up.`;
    case 'end':
      return reason.awaited === null
        ? `SFT ended at step ${step}.`
        : `SFT ended at step ${step} before validation loss reached the ${reason.awaited} sub-phase.`;
    case 'told':
      return reason.text;
    default:
      return reason satisfies never;
  }
}

/** Why RL ended, in a sentence. */
export function rlEndSentence(reason: RlEndReason): string {
  switch (reason.because) {
    case 'identified':
      return `RL ended at step ${reason.step}: its ceiling was identified, after ${counted(reason.evaluations, 'evaluation')}.`;
    case 'steps':
      return `RL ended after its ${counted(reason.step, 'step')}${tooSoon(reason)}.`;
    case 'budget':
      return `RL ended at step ${reason.step}: the ${reason.flops.toExponential(2)} FLOPs of the run are used up${tooSoon(reason)}.`;
    default:
      return reason satisfies never;
  }
}

function tooSoon({ awaited }: { readonly awaited: boolean }): string {
  return awaited ? ' before its ceiling was identified' : '';
}

/** Such as 2% or 3.5%: no more digits than tell. */
function percent(share: number): string {
  return `${Number(toDecimals(100 * share, share < 0.1 ? 1 : 0))}%`;
}

/** What an advice to switch, or to wait, rests on. */
export function adviceSentence(reason: AdviceReason): string {
  switch (reason.because) {
    case 'too-few':
      return `${reason.evaluations} evaluations are too few to see whether validation loss has settled: wait.`;
    case 'improving':
      return `Validation loss has improved by ${percent(reason.gain)} over the last ${counted(reason.evaluations, 'evaluation')}: it is still adapting, wait.`;
    case 'settled':
      return `Validation loss has been within ${percent(reason.within)} of its minimum for ${counted(reason.evaluations, 'evaluation')}: switch now.`;
    case 'rising':
      return `Validation loss is ${percent(reason.rise)} above its minimum, mild overfitting: switch now.`;
    case 'overfit':
      return `Validation loss has risen more than ${percent(reason.limit)} above its minimum (now ${percent(reason.rise)}): severe overfitting, the best moment has passed.`;
    case 'told':
      return reason.text;
    default:
      return reason satisfies never;
  }
}

/** What a sign of trouble was seen by. */
export function signSentence(reason: SignReason): string {
  switch (reason.because) {
    case 'gradient-spike':
      return `The gradient norm is ${reason.gradNorm.toPrecision(3)}, over ${reason.times} times the ${reason.usual.toPrecision(3)} of the updates before.`;
    case 'entropy-collapse':
      return `The entropy is ${reason.entropy.toPrecision(3)} nats, under ${100 * reason.share}% of the ${reason.start.toPrecision(3)} at the stage's beginning: the policy hardly explores.`;
    case 'reward-collapse':
      return `The mean reward of the last ${reason.steps} steps is ${reason.reward.toPrecision(3)}, under half of its best, ${reason.best.toPrecision(3)}.`;
    case 'told':
      return reason.text;
    default:
      return reason satisfies never;
  }
}

/** Why a run goes no further. */
export function divergenceSentence(reason: DivergenceReason): string {
  switch (reason.because) {
    case 'not-finite':
      return lostNumbers(reason);
    case 'reward-lost':
      return `The mean reward of the last ${reason.steps} steps is ${reason.reward.toPrecision(3)}, under a tenth of its best, ${reason.best.toPrecision(3)}: the policy is lost. A lower learning rate usually helps.`;
    case 'told':
      return reason.text;
    default:
      return reason satisfies never;
  }
}

/** Such as "SFT step 7". */
export function stepWords({
  stage,
  step,
}: {
  readonly stage: Stage;
  readonly step: number;
}): string {
  return `${stage.toUpperCase()} step ${step}`;
}

/** Why a run or a job ended early, such as "At SFT step 7: The loss is NaN …". */
export function endingSentence(reason: EndingReason): string {
  return reason.because === 'diverged'
    ? `At ${stepWords(reason)}: ${divergenceSentence(reason.reason)}`
    : failureSentence(reason);
}

/** How a GPU was lost. */
export interface DeviceLoss {
  readonly why: Failure;
  /** The checkpoint from which the run goes on; null for its beginning. */
  readonly backTo: { readonly stage: Stage; readonly step: number } | null;
}

/** How a run lost its record. */
export interface StorageLoss {
  readonly why: Failure;
  /**
   * What is kept: the run's first `seconds`, by its clock; null where it has no record at all. The lab
   * tries to keep the rest until `isEnd`.
   */
  readonly kept: { readonly seconds: number; readonly isEnd: boolean } | null;
}

/** That the GPU was lost, and from where the run goes on. */
export function deviceLossSentence({ why, backTo }: DeviceLoss): string {
  const place = backTo
    ? `its last checkpoint, ${stepWords(backTo)}`
    : 'its beginning: there was no checkpoint yet';
  return `${failureSentence(why)} The run went back to ${place}.`;
}

/** What of a run is not kept. */
export function storageLossSentence({ why, kept }: StorageLoss): string {
  return `${failureSentence(why)} ${keptSentence(kept)}`;
}

function keptSentence(kept: StorageLoss['kept']): string {
  if (!kept) return 'The run goes on, but it is not kept.';
  const part = `up to second ${Math.round(kept.seconds)}`;
  return kept.isEnd
    ? `The run is kept ${part} alone; the rest is on this page: save what you need before you leave it.`
    : `The run goes on. It is kept ${part}; at each checkpoint the lab tries to keep the rest.`;
}
