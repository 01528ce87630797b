/** When a run leaves SFT: its policy, applied at each step. */
import { policySwitches } from '../theory';
import { isSpent } from './progress';
import type { RunConfig } from './configuration/run-config';
import type { SwitchReason } from './evaluation/measurements';
import type { RunState } from './run-state';

/** Why SFT ends at the current step; null while it goes on. */
export function reasonToSwitch(
  config: RunConfig,
  state: RunState,
  requests: { readonly switchNow: boolean },
): SwitchReason | null {
  const { switch: policy, sft, computeBudget } = config;
  const { step, subPhase, switchReason } = state;
  if (switchReason !== null) return switchReason;
  if (requests.switchNow) return { because: 'asked' };
  if (policy.at === 'step' && step >= policy.step) return { because: 'step' };
  if (policy.at === 'phase' && subPhase && policySwitches(policy, subPhase)) {
    return { because: 'phase', phase: subPhase.phase };
  }
  if (computeBudget !== null && isSpent(config, state)) {
    return { because: 'budget', flops: computeBudget };
  }
  if (step < sft.steps) return null;
  return { because: 'end', awaited: policy.at === 'phase' ? policy.phase : null };
}
