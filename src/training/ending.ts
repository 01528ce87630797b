/** When a run leaves RL: after its steps or its compute, or before as soon as its ceiling is identified. */
import { levelChance } from '../tasks';
import { deriveSeed } from '../random';
import { ceilingCode } from './ceiling-code';
import type { RunConfig } from './configuration/run-config';
import type { BenchmarkResult, RlEndReason } from './evaluation/measurements';
import { isSpent } from './progress';
import { measurementOf, observationOf, type RunState } from './run-state';

/** What the run's ceiling is fitted to, here and at its end: the same curve and seed, the same verdict. */
export function ceilingInput(
  { seed, task }: Pick<RunConfig, 'seed' | 'task'>,
  { curve }: Pick<RunState, 'curve'>,
  branch: BenchmarkResult,
) {
  const options = {
    pSft: measurementOf(branch),
    seed: deriveSeed(seed, 'ceiling'),
    levels: { taskChance: levelChance(task) },
  };
  return [curve.map(observationOf), options] as const;
}

/** Why RL ends at the current step; null while it goes on. */
export function reasonToEnd(config: RunConfig, state: RunState): RlEndReason | null {
  const { rl, computeBudget } = config;
  const { step, rlEnd } = state;
  if (rlEnd !== null) return rlEnd;
  const awaited = rl.until === 'identified';
  if (step >= rl.steps) return { because: 'steps', step, awaited };
  if (computeBudget === null || !isSpent(config, state)) return null;
  return { because: 'budget', step, flops: computeBudget, awaited };
}

/**
 * Whether the evaluations so far end RL, asked after each. It rests on the curve alone, so that a run
 * ends alike however often it was interrupted.
 */
export async function ceilingReached(
  config: RunConfig,
  state: RunState,
): Promise<RlEndReason | null> {
  const { branch, curve, step } = state;
  if (config.rl.until !== 'identified' || !branch) return null;
  const { ceilingIsKnown, DEFAULT_CEILING_RULE } = await ceilingCode();
  if (!ceilingIsKnown(...ceilingInput(config, state, branch), DEFAULT_CEILING_RULE)) return null;
  return { because: 'identified', step, evaluations: curve.length };
}
