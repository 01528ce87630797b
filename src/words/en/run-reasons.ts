/** Why things happen in a run. */
import type { SwitchRecord } from '../../training/evaluation/measurements';

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
