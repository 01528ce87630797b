/** When a run leaves SFT: its policy, applied at each step. */
import { policySwitches } from '../theory';
import { isSpent } from './progress';
import type { RunConfig } from './configuration/run-config';
import type { RunState } from './run-state';

/** Why SFT ends at the current step, in a sentence; null while it goes on. */
export function reasonToSwitch(
  config: RunConfig,
  state: RunState,
  requests: { readonly switchNow: boolean },
): string | null {
  const { switch: policy, sft, computeBudget } = config;
  const { step, subPhase, switchReason } = state;
  if (switchReason !== null) return switchReason;
  if (requests.switchNow) return `Switched by hand at step ${step}.`;
  if (policy.at === 'step' && step >= policy.step) {
    return step === 0
      ? 'RL begins with the base: there is no SFT.'
      : `Switched at step ${step}, as configured.`;
  }
  if (policy.at === 'phase' && subPhase && policySwitches(policy, subPhase)) {
    return `Validation loss reached the ${subPhase.phase} sub-phase at step ${step}.`;
  }
  if (computeBudget !== null && isSpent(config, state)) {
    return `SFT ended at step ${step}: the ${computeBudget.toExponential(2)} FLOPs of the run are used up.`;
  }
  if (step < sft.steps) return null;
  return policy.at === 'phase'
    ? `SFT ended at step ${step} before validation loss reached the ${policy.phase} sub-phase.`
    : `SFT ended at step ${step}.`;
}
