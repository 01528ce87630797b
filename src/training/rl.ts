/**
 * One step of the RL stage: groups of attempts are gathered and judged, the method chooses what to
 * learn from, the policy before the step scores it, and minibatches of token tables update the policy.
 */
import type { Engine, StepMetrics } from '../engine/engine';
import { copyRows } from '../engine/rows';
import type { TokenBatch } from '../engine/token-table';
import { Random } from '../random';
import type { RlMetrics, Rollout } from './events';
import type { Datasets } from './data/datasets';
import { methodOf, selectExperience, type Experience, type Method } from './methods';
import { optimizerAt } from './configuration/optimizer';
import type { RlSettings } from './configuration/run-config';
import { divergence, type DivergenceReason } from './divergence';
import { withParameters } from './parameters';
import { collectRollouts, type RlStepOptions, type RolloutPool } from './rollouts';
import {
  nllBatch,
  completionColumn,
  selectRows,
  tokensRead,
  type Sequences,
} from './data/token-batches';

interface RlStepResult {
  readonly metrics: RlMetrics;
  /** The policy's own attempts; each as text where it is asked for. */
  readonly rollouts: readonly (() => Rollout)[];
  /**
   * Tokens that were sampled, scored (by policy and reference), trained on; prompts included. The policy's
   * scoring counts whether or not the engine has to do it, as trainers do: compute is a matter of the
   * recipe and not of the engine.
   */
  readonly tokens: {
    readonly sampled: number;
    readonly scored: number;
    readonly trained: number;
  };
  /** Non-finite loss or gradient; null where all is well. */
  readonly diverged: DivergenceReason | null;
}

interface Scoring {
  readonly method: Method;
  /** Of the policy. */
  readonly temperature: number;
  /** Parameters of the reference, for a KL term; null for none. */
  readonly reference: Float32Array | null;
}

/**
 * Log-probabilities and entropies under the policy before the step. Rows that it has just drawn, at these
 * parameters and this temperature, need no pass of scoring where the engine says the same of them when it
 * draws and when it scores, and where nobody reads the entropies: the first ratio is 1 within 1e-5.
 */
async function scoresBefore(
  engine: Engine,
  { drawnLogProbs, expertLengths }: RolloutPool,
  rows: readonly number[],
  { batch, sequences, method }: { batch: TokenBatch; sequences: Sequences; method: Method },
): Promise<{ oldLogProbs: Float32Array; entropies: Float32Array | null }> {
  const isOwn = rows.every((row) => expertLengths[row] === 0);
  if (isOwn && engine.info.scoresWhatItDraws && !method.readsEntropies) {
    const drawn = new Float32Array(sequences.completions.length);
    return { oldLogProbs: copyRows(drawn, drawnLogProbs, rows), entropies: null };
  }
  const { logProbs, entropies } = await engine.score(batch);
  return {
    oldLogProbs: completionColumn(sequences, logProbs),
    entropies: completionColumn(sequences, entropies),
  };
}

/** The chosen rows, scored by the policy before the step and, for a KL term, by the reference, at a temperature. */
export async function scoreExperience(
  engine: Engine,
  pool: RolloutPool,
  rows: readonly number[],
  { method, temperature, reference }: Scoring,
): Promise<Experience> {
  const sequences = selectRows(pool.sequences, rows);
  const batch = nllBatch(sequences, temperature);
  const before = await scoresBefore(engine, pool, rows, { batch, sequences, method });
  const referenceScores =
    reference && (await withParameters(engine, reference, () => engine.score(batch)));
  return {
    sequences,
    expertLengths: Int32Array.from(rows, (row) => pool.expertLengths[row]!),
    rewards: Float32Array.from(rows, (row) => pool.rewards[row]!),
    advantages: Float32Array.from(rows, (row) => pool.advantages[row]!),
    ...before,
    referenceLogProbs: referenceScores && completionColumn(sequences, referenceScores.logProbs),
  };
}

/**
 * The experience with the entropies of the policy as it is now. A trainer reads them off the forward pass
 * of the update, as the authors' code does; so does the count of compute, which has no pass more for them.
 */
async function withEntropies(
  engine: Engine,
  experience: Experience,
  { temperature }: Pick<RlSettings, 'temperature'>,
): Promise<Experience> {
  const { sequences } = experience;
  const { entropies } = await engine.score(nllBatch(sequences, temperature));
  return { ...experience, entropies: completionColumn(sequences, entropies) };
}

/** Minibatch updates on experience, its rows in random order. */
async function update(
  engine: Engine,
  experience: Experience,
  { settings, seed, step, progress }: RlStepOptions,
): Promise<StepMetrics[]> {
  const method = methodOf(settings);
  const optimizer = optimizerAt(settings, step, progress);
  const rows = experience.advantages.length;
  const order = Random.from(seed, 'rl', step, 'minibatches').permutation(rows);
  const size = Math.ceil(rows / settings.minibatches);
  const metrics: StepMetrics[] = [];
  for (let start = 0; start < rows; start += size) {
    const chosen = selectExperience(experience, order.subarray(start, start + size));
    // Before the first update the policy is still the one that scored.
    const isStale = method.readsEntropies === true && start > 0;
    const minibatch = isStale ? await withEntropies(engine, chosen, settings) : chosen;
    metrics.push(await engine.step(method.table(minibatch), optimizer));
  }
  return metrics;
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** Share of the experience's completion tokens that an expert wrote. */
function expertShare({ sequences, expertLengths }: Experience): number {
  const sum = (values: Int32Array): number => values.reduce((a, b) => a + b, 0);
  return sum(expertLengths) / Math.max(1, sum(sequences.completionLengths));
}

function stepMetrics(
  pool: RolloutPool,
  { experience, groups }: { experience: Experience | null; groups: number },
  updates: readonly StepMetrics[],
  { settings, step, progress }: RlStepOptions,
): RlMetrics {
  const { completionLengths } = pool.sequences;
  const over = (pick: (m: StepMetrics) => number): number | null =>
    updates.length > 0 ? mean(updates.map(pick)) : null;
  return {
    reward: mean(pool.own.map((row) => pool.rewards[row]!)),
    reward_std: pool.rewardStd,
    frac_reward_zero_std: mean(pool.uniform.map(Number)),
    completion_mean_length: mean(pool.own.map((row) => completionLengths[row]!)),
    completion_clipped_ratio: mean(pool.endless.map(Number)),
    groups,
    rounds: pool.rounds,
    learning_rate: optimizerAt(settings, step, progress).learningRate,
    expert_token_share: experience ? expertShare(experience) : null,
    loss: over((m) => m.loss),
    grad_norm: over((m) => m.gradNorm),
    entropy: over((m) => m.entropy),
    kl: settings.klCoefficient > 0 ? over((m) => m.kl) : null,
    clip_ratio_low: over((m) => m.clipRatioLow),
    clip_ratio_high: over((m) => m.clipRatioHigh),
  };
}

/**
 * One step; where no row is chosen, nothing is updated.
 * @param reference parameters of the reference policy, for a KL term
 */
export async function rlStep(
  engine: Engine,
  datasets: Datasets,
  options: RlStepOptions,
  reference: Float32Array | null,
): Promise<RlStepResult> {
  const method = methodOf(options.settings);
  const pool = await collectRollouts(engine, datasets, options, method);
  const rows = method.select(pool);
  const { klCoefficient, temperature } = options.settings;
  const withKl = klCoefficient > 0;
  const scoring = { method, temperature, reference: withKl ? reference : null };
  const experience = rows.length > 0 ? await scoreExperience(engine, pool, rows, scoring) : null;
  const updates = experience ? await update(engine, experience, options) : [];
  const groups = new Set(rows.map((row) => Math.floor(row / pool.width))).size;
  const trained = experience ? tokensRead(experience.sequences) : 0;
  return {
    metrics: stepMetrics(pool, { experience, groups }, updates, options),
    rollouts: pool.own.map((row) => () => pool.describe(row)),
    tokens: { sampled: pool.sampledTokens, scored: withKl ? 2 * trained : trained, trained },
    diverged: divergence(updates),
  };
}
