/**
 * The token objective as its definition reads (`token-table.ts`), left to automatic differentiation.
 * It shares no code with the other engines, which it is there to check.
 */
import * as tf from '@tensorflow/tfjs';
import type { StepMetrics } from '../engine';
import { LossKind, type TokenBatch } from '../token-table';

/** log π of the targets and the entropy at each position. */
type TargetStatistics = {
  readonly logProbs: tf.Tensor1D;
  readonly entropies: tf.Tensor1D;
};

/** From logits [N, V] and target ids [N]. */
export function targetStatistics(logits: tf.Tensor2D, targets: tf.Tensor1D): TargetStatistics {
  const logSoftmax = logits.logSoftmax();
  const chosen = tf.oneHot(targets, logits.shape[1]).toFloat();
  return {
    logProbs: logSoftmax.mul<tf.Tensor2D>(chosen).sum(-1),
    entropies: logSoftmax.exp().mul<tf.Tensor2D>(logSoftmax).sum<tf.Tensor1D>(-1).neg(),
  };
}

/** Names of the numbers that {@link objective} measures, in their order. */
const MEASURES = ['entropy', 'nll', 'kl', 'heldLow', 'heldHigh'] as const;

interface ObjectiveTensors {
  readonly loss: tf.Scalar;
  /** Sums over the active tokens, in the order of MEASURES. */
  readonly measures: tf.Tensor1D;
}

/** The loss of a batch. */
export function objective(
  batch: TokenBatch,
  { logProbs, entropies }: TargetStatistics,
): ObjectiveTensors {
  const { clipLow, clipHigh, shapingGamma, entropyCoefficient, klCoefficient } = batch.objective;
  const indicator = (test: (kind: number) => boolean): tf.Tensor1D =>
    tf.tensor1d(Float32Array.from(batch.kinds, (kind) => Number(test(kind))));
  const active = indicator((kind) => kind !== LossKind.none);
  const isClipped = indicator((kind) => kind === LossKind.clipped);
  const advantages = tf.tensor1d(batch.advantages);

  const nll = logProbs.neg();
  // Rows that do not count are held at r = q = 1: an infinity there would turn 0 · ∞ into NaN.
  const ratio = logProbs.sub(tf.tensor1d(batch.oldLogProbs)).mul(active).exp();
  const surrogate = ratio.mul(advantages);
  const bounded = ratio.clipByValue(1 - clipLow, 1 + clipHigh).mul(advantages);
  const clipped = tf.minimum(surrogate, bounded).neg();
  const shaped = surrogate.div(ratio.add(shapingGamma)).neg();
  const logQuotient = tf.tensor1d(batch.referenceLogProbs).sub(logProbs).mul(active);
  const kl = logQuotient.exp().sub(logQuotient).sub(1);

  const kindLoss = nll
    .mul(indicator((kind) => kind === LossKind.nll))
    .add(clipped.mul(isClipped))
    .add(shaped.mul(indicator((kind) => kind === LossKind.shaped)));
  const penalty = kl.mul(klCoefficient).mul(tf.tensor1d(batch.klWeights));
  const bonus = entropies.mul(entropyCoefficient).mul(tf.tensor1d(batch.entropyWeights));
  const loss: tf.Scalar = kindLoss
    .mul(tf.tensor1d(batch.weights))
    .add(penalty.sub(bonus).mul(active))
    .sum();

  const held = (outside: tf.Tensor, sign: tf.Tensor): tf.Tensor =>
    outside.logicalAnd(sign).toFloat().mul(isClipped);
  const low = held(ratio.less(1 - clipLow), advantages.less(0));
  const high = held(ratio.greater(1 + clipHigh), advantages.greater(0));
  const measures = tf.stack([
    entropies.mul(active).sum(),
    nll.mul(active).sum(),
    kl.sum(),
    low.sum(),
    high.sum(),
  ]) as tf.Tensor1D;
  return { loss, measures };
}

/** The metrics of a step from the numbers read back. */
export function stepMetrics(
  batch: TokenBatch,
  numbers: { loss: number; gradNorm: number; measures: ArrayLike<number> },
): StepMetrics {
  const tokens = batch.kinds.filter((kind) => kind !== LossKind.none).length;
  const clippedTokens = batch.kinds.filter((kind) => kind === LossKind.clipped).length;
  const sum = (name: (typeof MEASURES)[number]): number =>
    numbers.measures[MEASURES.indexOf(name)]!;
  const perToken = (value: number): number => value / Math.max(1, tokens);
  const perClipped = (value: number): number => value / Math.max(1, clippedTokens);
  return {
    loss: numbers.loss,
    gradNorm: numbers.gradNorm,
    entropy: perToken(sum('entropy')),
    meanNll: perToken(sum('nll')),
    kl: batch.objective.klCoefficient === 0 ? 0 : perToken(sum('kl')),
    clipRatioLow: perClipped(sum('heldLow')),
    clipRatioHigh: perClipped(sum('heldHigh')),
    tokens,
  };
}
