/** The one architecture of the lab and its sizes. */
import { LabError } from '../errors';

/**
 * A decoder-only transformer: learned absolute positions, pre-RMSNorm with gain (ε = 1e-5), causal
 * attention, GELU (tanh form) MLP of four times the width, no biases, untied head, final RMSNorm.
 */
export interface ModelConfig {
  readonly vocabSize: number;
  /** Longest sequence, prompt and completion together, in tokens. */
  readonly contextLength: number;
  readonly layers: number;
  /** Width of the residual stream; a multiple of `4 · heads`. */
  readonly dModel: number;
  readonly heads: number;
}

export const RMS_NORM_EPSILON = 1e-5;

/** What the engines are built and tested for. */
export const MODEL_LIMITS = {
  vocabSize: [2, 512],
  contextLength: [2, 256],
  layers: [1, 8],
  dModel: [8, 256],
  heads: [1, 32],
} as const satisfies Record<keyof ModelConfig, readonly [number, number]>;

/** Returns `config` itself; throws an error of `model` naming value and limit if it cannot be built. */
export function checkModelConfig(config: ModelConfig): ModelConfig {
  for (const [key, [low, high]] of Object.entries(MODEL_LIMITS)) {
    const value: unknown = config[key as keyof ModelConfig];
    if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
      throw new LabError('model/size', { key, value: String(value), low, high });
    }
  }
  if (config.dModel % (4 * config.heads) !== 0) {
    throw new LabError('model/width', {
      dModel: config.dModel,
      heads: config.heads,
      multiple: 4 * config.heads,
    });
  }
  return config;
}
