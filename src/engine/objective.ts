/**
 * The token objective as numbers: what each token adds to the loss, and its slope. The CPU engine
 * evaluates it here; the GPU's head kernel follows the same formulas, and the `tfjs` oracle
 * differentiates the loss on its own.
 */
import { exp, square } from '../elementary';
import type { StepMetrics } from './engine';
import { LossKind, type TokenBatch } from './token-table';

interface ObjectiveResult {
  /** Per active token: d(loss)/d(log π) without the entropy term, weights included. */
  readonly slopes: Float32Array;
  /** Per active token: entropyWeight · entropyCoefficient. */
  readonly entropyWeights: Float32Array;
  readonly sums: ObjectiveSums;
}

/** Sums over the tokens of a batch, or of a part of one, that its metrics are made of. */
export interface ObjectiveSums {
  readonly loss: number;
  readonly entropy: number;
  readonly nll: number;
  readonly kl: number;
  /** Tokens whose kind is `clipped`, and those of them that a bound holds back. */
  readonly clipped: number;
  readonly heldLow: number;
  readonly heldHigh: number;
  /** Tokens that count. */
  readonly tokens: number;
}

/** Table indices of the tokens that count, ascending. */
export function activeTokens(batch: TokenBatch): Int32Array {
  const { kinds } = batch;
  return new Int32Array(kinds.length).map((_, i) => i).filter((i) => kinds[i] !== LossKind.none);
}

interface TokenLoss {
  /** ℓ of the token, before its weight. */
  readonly loss: number;
  /** dℓ/d(log π). */
  readonly slope: number;
  readonly heldLow: boolean;
  readonly heldHigh: boolean;
}

function clippedLoss(ratio: number, advantage: number, low: number, high: number): TokenLoss {
  const bounded = Math.min(Math.max(ratio, 1 - low), 1 + high);
  const surrogate = ratio * advantage;
  const heldLow = advantage < 0 && ratio < 1 - low;
  const heldHigh = advantage > 0 && ratio > 1 + high;
  return {
    loss: -Math.min(surrogate, bounded * advantage),
    // dr/d(log π) = r; the bound has no slope.
    slope: heldLow || heldHigh ? 0 : -surrogate,
    heldLow,
    heldHigh,
  };
}

function tokenLoss(batch: TokenBatch, i: number, logProb: number): TokenLoss {
  const kind = batch.kinds[i];
  if (kind === LossKind.nll) return { loss: -logProb, slope: -1, heldLow: false, heldHigh: false };
  const advantage = batch.advantages[i]!;
  const ratio = exp(logProb - batch.oldLogProbs[i]!);
  if (kind === LossKind.clipped) {
    return clippedLoss(ratio, advantage, batch.objective.clipLow, batch.objective.clipHigh);
  }
  // d/d(log π) of r / (r + γ) is γ r / (r + γ)².
  const gamma = batch.objective.shapingGamma;
  return {
    loss: (-advantage * ratio) / (ratio + gamma),
    slope: (-advantage * gamma * ratio) / square(ratio + gamma),
    heldLow: false,
    heldHigh: false,
  };
}

const NOTHING: ObjectiveSums = {
  loss: 0,
  entropy: 0,
  nll: 0,
  kl: 0,
  clipped: 0,
  heldLow: 0,
  heldHigh: 0,
  tokens: 0,
};

/**
 * Evaluates the objective of a batch.
 * @param active table indices of the tokens that count
 * @param logProbs log π of those tokens' targets
 * @param entropies entropy of the policy at those tokens
 */
export function evaluateObjective(
  batch: TokenBatch,
  active: Int32Array,
  logProbs: Float32Array,
  entropies: Float32Array,
): ObjectiveResult {
  const { entropyCoefficient, klCoefficient } = batch.objective;
  const slopes = new Float32Array(active.length);
  const entropyWeights = new Float32Array(active.length);
  const sum = { ...NOTHING, tokens: active.length };
  active.forEach((i, n) => {
    const logProb = logProbs[n]!;
    const weight = batch.weights[i]!;
    const token = tokenLoss(batch, i, logProb);
    let loss = weight * token.loss;
    let slope = weight * token.slope;
    if (klCoefficient !== 0) {
      const klWeight = klCoefficient * batch.klWeights[i]!;
      const logQuotient = batch.referenceLogProbs[i]! - logProb;
      const kl = exp(logQuotient) - logQuotient - 1;
      loss += klWeight * kl;
      slope += klWeight * (1 - exp(logQuotient));
      sum.kl += kl;
    }
    slopes[n] = slope;
    entropyWeights[n] = entropyCoefficient * batch.entropyWeights[i]!;
    sum.loss += loss - entropyWeights[n] * entropies[n]!;
    sum.entropy += entropies[n]!;
    sum.nll -= logProb;
    if (batch.kinds[i] === LossKind.clipped) sum.clipped += 1;
    if (token.heldLow) sum.heldLow += 1;
    if (token.heldHigh) sum.heldHigh += 1;
  });
  return { slopes, entropyWeights, sums: sum };
}

/** The metrics of a batch from the sums of its parts, which are added up in their order. */
export function metricsOf(parts: readonly ObjectiveSums[]): Omit<StepMetrics, 'gradNorm'> {
  const sum = (of: keyof ObjectiveSums): number => parts.reduce((all, part) => all + part[of], 0);
  const [tokens, clipped] = [sum('tokens'), sum('clipped')];
  const perToken = (value: number): number => (tokens > 0 ? value / tokens : 0);
  const perClipped = (value: number): number => (clipped > 0 ? value / clipped : 0);
  return {
    loss: sum('loss'),
    entropy: perToken(sum('entropy')),
    meanNll: perToken(sum('nll')),
    kl: perToken(sum('kl')),
    clipRatioLow: perClipped(sum('heldLow')),
    clipRatioHigh: perClipped(sum('heldHigh')),
    tokens,
  };
}
