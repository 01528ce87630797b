/** When a run leaves SFT: its policy, applied at each step. */
import { SUB_PHASES } from '../theory';
import type { RunConfig } from './run-config';
import type { RunState } from './run-state';

/** Why SFT ends at the current step, in a sentence; null while it goes on. */
export function reasonToSwitch(
  { switch: policy, sft, computeBudget }: RunConfig,
  { step, subPhase, switchReason, sftCompute }: RunState,
  requests: { readonly switchNow: boolean },
): string | null {
  if (switchReason !== null) return switchReason;
  if (requests.switchNow) return `Switched by hand at step ${step}.`;
  if (policy.at === 'step' && step >= policy.step)
    return `Switched at step ${step}, as configured.`;
  if (policy.at === 'phase' && subPhase) {
    const reached = SUB_PHASES.indexOf(subPhase.phase) >= SUB_PHASES.indexOf(policy.phase);
    if (reached) return `Validation loss reached the ${subPhase.phase} sub-phase at step ${step}.`;
  }
  if (computeBudget !== null && sftCompute >= computeBudget) {
    return `SFT ended at step ${step}: the ${computeBudget.toExponential(2)} FLOPs of the run are used up.`;
  }
  if (step < sft.steps) return null;
  return policy.at === 'phase'
    ? `SFT ended at step ${step} before validation loss reached the ${policy.phase} sub-phase.`
    : `SFT ended at step ${step}.`;
}
