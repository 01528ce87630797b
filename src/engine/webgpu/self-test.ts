/**
 * The test that an adapter must pass before it trains anything: the engine's own kernels, on a small
 * batch, against a reference engine of the same model. Adapters that compute wrong numbers without
 * any error exist (tensorflow/tfjs#8590).
 */
import { log, square } from '../../elementary';
import { LabError } from '../../errors';
import { initialParameters } from '../../model/init';
import { parameterLayout } from '../../model/layout';
import { Random } from '../../random';
import { type Engine } from '../engine';
import { usesHalf } from '../gpu-tuning';
import type { SelfTestReport } from '../gpu-report';
import { emptyBatch, LossKind, type TokenBatch } from '../token-table';

/** Largest error that is allowed, of a tensor's gradient (relative) and of a log-probability. */
const TOLERANCE = 1e-4;
/** The same of an engine whose products are of 16-bit floats. */
const HALF_TOLERANCE = 1e-2;

/** More tokens than two attention tiles, and no multiple of any tile. */
const LENGTH = 37;
const ROWS = 3;

function testBatch({ vocabSize, contextLength }: Engine['config'], random: Random): TokenBatch {
  const length = Math.min(LENGTH, contextLength);
  const batch = emptyBatch(ROWS, length, {
    clipLow: 0.2,
    clipHigh: 0.28,
    shapingGamma: 0.1,
    entropyCoefficient: 0.01,
    klCoefficient: 0.05,
  });
  // A uniform policy's log-probability: ratios are then about 1, as in training.
  const logProb = -log(vocabSize);
  const kinds = [LossKind.none, LossKind.nll, LossKind.clipped, LossKind.shaped];
  for (let i = 0; i < batch.tokens.length; i++) {
    batch.tokens[i] = random.integer(vocabSize);
    batch.targets[i] = random.integer(vocabSize);
    batch.kinds[i] = kinds[i % kinds.length]!;
    batch.weights[i] = 1 / batch.tokens.length;
    batch.entropyWeights[i] = 2 / batch.tokens.length;
    batch.klWeights[i] = 3 / batch.tokens.length;
    batch.advantages[i] = random.normal();
    batch.oldLogProbs[i] = logProb;
    batch.referenceLogProbs[i] = logProb;
  }
  return batch;
}

function gradientError(
  config: Engine['config'],
  found: Float32Array,
  truth: Float32Array,
): { error: number; name: string } {
  let worst = { error: 0, name: 'none' };
  for (const { name, offset, size } of parameterLayout(config).slots) {
    let difference = 0;
    let norm = 0;
    for (let i = offset; i < offset + size; i++) {
      difference += square(found[i]! - truth[i]!);
      norm += square(truth[i]!);
    }
    const error = Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-6);
    if (!(error <= worst.error)) worst = { error, name };
  }
  return worst;
}

/** Largest difference between what `engine` says it drew with and what `reference` gives those tokens. */
async function sampledError(engine: Engine, reference: Engine, random: Random): Promise<number> {
  const { vocabSize, contextLength } = engine.config;
  const maxNewTokens = Math.min(LENGTH, contextLength) - 1;
  const prompts = Int32Array.from({ length: ROWS }, () => random.integer(vocabSize));
  const drawn = await engine.sample({
    rows: ROWS,
    promptLength: 1,
    prompts,
    maxNewTokens,
    temperature: 1,
    seed: random.uint32(),
    stopToken: 0,
    padToken: 0,
  });
  const length = maxNewTokens + 1;
  const tokens = new Int32Array(ROWS * length);
  for (let row = 0; row < ROWS; row++) {
    const own = drawn.tokens.subarray(row * maxNewTokens, (row + 1) * maxNewTokens);
    tokens.set([prompts[row]!, ...own], row * length);
  }
  const targets = tokens.map((_, i) => tokens[i + 1] ?? 0);
  const { logProbs } = await reference.score({ rows: ROWS, length, tokens, targets });
  let worst = 0;
  for (let row = 0; row < ROWS; row++) {
    for (let t = 0; t < drawn.lengths[row]!; t++) {
      const error = Math.abs(drawn.logProbs[row * maxNewTokens + t]! - logProbs[row * length + t]!);
      if (!(error <= worst)) worst = error;
    }
  }
  return worst;
}

/**
 * Compares `engine` with `reference`, both of the same model. Their parameters are replaced: run it
 * before any are loaded. No kernel is compiled for it beyond those that the run needs anyway.
 */
export async function selfTest(engine: Engine, reference: Engine): Promise<SelfTestReport> {
  const started = performance.now();
  const random = Random.from(0, 'self-test');
  const parameters = initialParameters(engine.config, 0).map((x) => x + 0.1 * random.normal());
  await Promise.all([engine.loadParameters(parameters), reference.loadParameters(parameters)]);
  const batch = testBatch(engine.config, random);
  const [first, second, truth] = [
    await engine.gradient(batch),
    await engine.gradient(batch),
    await reference.gradient(batch),
  ];
  const { error, name } = gradientError(engine.config, first.gradient, truth.gradient);
  const sampledLogProbError = await sampledError(engine, reference, random);
  const repeats = first.gradient.every((value, i) => value === second.gradient[i]);
  const { gpu } = engine.info;
  const tolerance = gpu && usesHalf(gpu.tuning) ? HALF_TOLERANCE : TOLERANCE;
  return {
    passed: error <= tolerance && sampledLogProbError <= tolerance && repeats,
    gradientError: error,
    tolerance,
    worstTensor: name,
    sampledLogProbError,
    repeats,
    milliseconds: performance.now() - started,
  };
}

/** Throws an error of `engine` with the numbers unless the test was passed. */
export function requireSelfTest(report: SelfTestReport): void {
  if (report.passed) return;
  const { gradientError, sampledLogProbError, tolerance, worstTensor, repeats } = report;
  throw new LabError('engine/gpu-wrong', {
    gradientError,
    sampledLogProbError,
    tolerance,
    worstTensor,
    repeats,
  });
}
