/**
 * One step of RL with a verifiable reward: group-relative advantages and a clipped policy gradient
 * with token-level mean, clip-higher and dynamic sampling (DAPO, arXiv 2503.14476), no KL term.
 */
import type { Engine, StepMetrics } from '../engine/engine';
import { PLAIN_OBJECTIVE } from '../engine/token-table';
import { Random } from '../random';
import type { Task } from '../tasks';
import type { RlMetrics, Rollout } from './events';
import { divergence, optimizerAt } from './optimizer';
import { collectRollouts, keptRows, type RlStepOptions, type RolloutPool } from './rollouts';
import { warmupRate } from './schedule';
import {
  clippedBatch,
  countTokens,
  nllBatch,
  responseColumn,
  selectRows,
  type Sequences,
} from './token-batches';

export interface RlStepResult {
  readonly metrics: RlMetrics;
  readonly rollouts: readonly Rollout[];
  /** Tokens of all rollouts, prompts included. */
  readonly rolloutTokens: number;
  /** Tokens scored and trained on, prompts included. */
  readonly trainedTokens: number;
  /** Non-finite loss or gradient; null where all is well. */
  readonly diverged: string | null;
}

/** Tokens the model reads in these sequences, padding after the end left out. */
export function tokensRead(sequences: Sequences): number {
  return countTokens(sequences) + sequences.responseLengths.length * sequences.promptLength;
}

/** Minibatch updates on the kept rollouts, in random order. */
async function update(
  engine: Engine,
  kept: { sequences: Sequences; advantages: Float32Array },
  { settings, seed, step }: RlStepOptions,
): Promise<StepMetrics[]> {
  // Scored by the policy that sampled, with the kernels of the update: the first ratio is 1.
  const scores = await engine.score(nllBatch(kept.sequences));
  const oldLogProbs = responseColumn(kept.sequences, scores.logProbs);
  const rows = kept.advantages.length;
  const order = Random.from(seed, 'rl', step, 'minibatches').permutation(rows);
  const size = Math.ceil(rows / settings.minibatches);
  const { clipLow, clipHigh, entropyCoefficient } = settings;
  const objective = { ...PLAIN_OBJECTIVE, clipLow, clipHigh, entropyCoefficient };
  const metrics: StepMetrics[] = [];
  for (let start = 0; start < rows; start += size) {
    const picked = order.subarray(start, start + size);
    const { responseLength } = kept.sequences;
    const columns = {
      advantages: Float32Array.from(picked, (row) => kept.advantages[row]!),
      oldLogProbs: new Float32Array(picked.length * responseLength),
    };
    picked.forEach((row, i) => {
      const values = oldLogProbs.subarray(row * responseLength, (row + 1) * responseLength);
      columns.oldLogProbs.set(values, i * responseLength);
    });
    const batch = clippedBatch(selectRows(kept.sequences, picked), columns, objective);
    metrics.push(await engine.step(batch, optimizerAt(settings, step)));
  }
  return metrics;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

function stepMetrics(
  pool: RolloutPool,
  updates: readonly StepMetrics[],
  keptGroups: number,
  { settings, step }: RlStepOptions,
): RlMetrics {
  const { responseLengths } = pool.sequences;
  const over = (pick: (m: StepMetrics) => number): number | null =>
    updates.length > 0 ? mean(updates.map(pick)) : null;
  return {
    reward: mean(pool.rewards),
    reward_std: pool.rewardStd,
    frac_reward_zero_std: mean(pool.uniform.map(Number)),
    completion_mean_length: mean(responseLengths),
    completion_clipped_ratio: mean(pool.endless.map(Number)),
    groups: keptGroups,
    rounds: pool.rounds,
    learning_rate: warmupRate(settings.learningRate, settings.warmupSteps, step),
    loss: over((m) => m.loss),
    grad_norm: over((m) => m.gradNorm),
    entropy: over((m) => m.entropy),
    clip_ratio_low: over((m) => m.clipRatioLow),
    clip_ratio_high: over((m) => m.clipRatioHigh),
  };
}

/** Rollouts, advantages and minibatch updates of one step; a step with no kept group is skipped. */
export async function rlStep(
  engine: Engine,
  task: Task,
  options: RlStepOptions,
): Promise<RlStepResult> {
  const pool = await collectRollouts(engine, task, options);
  const rows = keptRows(pool, options.settings);
  const sequences = selectRows(pool.sequences, rows);
  const advantages = Float32Array.from(rows, (row) => pool.advantages[row]!);
  const updates = rows.length > 0 ? await update(engine, { sequences, advantages }, options) : [];
  return {
    metrics: stepMetrics(pool, updates, rows.length / options.settings.groupSize, options),
    rollouts: pool.rollouts,
    rolloutTokens: tokensRead(pool.sequences),
    trainedTokens: tokensRead(sequences),
    diverged: divergence(updates),
  };
}
