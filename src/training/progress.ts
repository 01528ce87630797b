/** How far a run is, by its steps or by its compute, whichever ends it first. */
import type { RunConfig } from './configuration/run-config';
import type { RunState } from './run-state';

type Plan = Pick<RunConfig, 'sft' | 'rl' | 'computeBudget'>;
type Spent = Pick<RunState, 'step' | 'sftCompute' | 'rlCompute'>;

/** Whether the run's compute is used up. */
export function isSpent({ computeBudget }: Plan, { sftCompute, rlCompute }: Spent): boolean {
  return computeBudget !== null && sftCompute + rlCompute >= computeBudget;
}

/** The SFT step that is its last, unless the sub-phase or the compute ends it before. */
export function lastSftStep({ sft, switch: policy }: Pick<RunConfig, 'sft' | 'switch'>): number {
  return policy.at === 'step' ? Math.min(policy.step, sft.steps) : sft.steps;
}

/** Share of SFT that is over, 0 to 1, were it to go on to its last step. */
export function sftProgress({ sft, computeBudget }: Plan, { step, sftCompute }: Spent): number {
  const byCompute = computeBudget === null ? 0 : sftCompute / computeBudget;
  return Math.min(1, Math.max(step / sft.steps, byCompute));
}

/** Share of RL that is over, 0 to 1; all of it where it has no steps. */
export function rlProgress({ rl, computeBudget }: Plan, spent: Spent): number {
  const { step, sftCompute, rlCompute } = spent;
  if (rl.steps === 0) return 1;
  const left = computeBudget === null ? Infinity : computeBudget - sftCompute;
  const byCompute = left > 0 ? rlCompute / left : 1;
  return Math.min(1, Math.max(step / rl.steps, byCompute));
}

/** Whether RL has done its steps or the run has spent its compute. */
export function isRlOver(plan: Plan, spent: Spent): boolean {
  return spent.step >= plan.rl.steps || isSpent(plan, spent);
}
