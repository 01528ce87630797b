/** What engines are compared on: three model sizes, a training batch and a rollout of each. */
import type { ModelConfig } from '../model/config';
import { parameterLayout } from '../model/layout';
import { Random } from '../random';
import type { OptimizerSettings, SampleRequest } from '../engine/engine';
import { emptyBatch, LossKind, type TokenBatch } from '../engine/token-table';

export interface Workload {
  /** "0.1M": its number of parameters, rounded. */
  readonly name: string;
  readonly config: ModelConfig;
  /** Rows of the training batch and of the rollout, each as long as the context. */
  readonly rows: number;
}

/** Models as the lab trains them, and up to the engines' limits; the batch shrinks with the size. */
export const WORKLOADS: readonly Workload[] = [
  {
    name: '0.1M',
    config: { vocabSize: 32, contextLength: 48, layers: 2, dModel: 64, heads: 4 },
    rows: 64,
  },
  {
    name: '0.8M',
    config: { vocabSize: 64, contextLength: 96, layers: 4, dModel: 128, heads: 8 },
    rows: 32,
  },
  {
    name: '5M',
    config: { vocabSize: 256, contextLength: 128, layers: 6, dModel: 256, heads: 8 },
    rows: 16,
  },
];

export const BENCH_OPTIMIZER: OptimizerSettings = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradNorm: 1,
};

/** Random tokens, every one learned from. */
export function benchBatch({ config, rows }: Workload): TokenBatch {
  const random = Random.from(0, 'bench');
  const batch = emptyBatch(rows, config.contextLength);
  for (let i = 0; i < batch.tokens.length; i++) {
    batch.tokens[i] = random.integer(config.vocabSize);
    batch.targets[i] = random.integer(config.vocabSize);
  }
  batch.kinds.fill(LossKind.nll);
  batch.weights.fill(1 / batch.tokens.length);
  return batch;
}

/** A rollout of one prompt token and as many drawn ones as the context takes. */
export function benchRequest({ config, rows }: Workload): SampleRequest {
  return {
    rows,
    promptLength: 1,
    prompts: new Int32Array(rows),
    maxNewTokens: config.contextLength - 1,
    temperature: 1,
    seed: 1,
    stopToken: config.vocabSize - 1,
    padToken: 0,
  };
}

/**
 * FLOPs of one training step: three forward passes of 2·N + 4·L·d·T per token (the paper's kit, with
 * N all parameters).
 */
export function stepFlops({ config, rows }: Workload): number {
  const { layers, dModel, contextLength: T } = config;
  const perToken = 2 * parameterLayout(config).size + 4 * layers * dModel * T;
  return 3 * perToken * rows * T;
}
