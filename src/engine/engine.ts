/**
 * The engine: one transformer on one device. It knows the architecture of `model/` and the token
 * objective, and nothing of SFT or RL. Its implementations agree within stated tolerances.
 */
import * as v from 'valibot';
import { countOrZero, floats, measured, type DataOf } from '../schema/pieces';
import type { ModelConfig } from '../model/config';
import type { GpuTuning } from './gpu-tuning';
import type { SequenceBatch, TokenBatch } from './token-table';

/** The engines that exist, by the name that presets, links and the terminal use. */
export const ENGINE_NAMES = ['webgpu', 'wasm', 'tfjs'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

/** The backends of TensorFlow.js that the `tfjs` engine can run on. */
export const TFJS_BACKENDS = ['webgpu', 'wasm', 'cpu'] as const;
export type TfjsBackend = (typeof TFJS_BACKENDS)[number];

/** AdamW with gradient clipping (Loshchilov and Hutter, 2019). Decay touches matrices only. */
export interface OptimizerSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** Global L2 norm to which the gradient is clipped; Infinity for none. */
  readonly maxGradNorm: number;
}

export const optimizerState = v.object({
  firstMoment: floats,
  secondMoment: floats,
  step: countOrZero,
});

/** AdamW's state: moments in parameter-layout order, and the number of steps taken. */
export interface OptimizerState extends DataOf<typeof optimizerState> {}

export const stepMetrics = v.object({
  /** The batch loss as the token table defines it. */
  loss: measured,
  /** Global L2 norm of the gradient before clipping. */
  gradNorm: measured,
  /** Mean entropy of the policy, nats per token. */
  entropy: measured,
  /** Mean negative log-probability of the targets, nats per token. */
  meanNll: measured,
  /** Share of `clipped` tokens held back by the lower bound (A < 0 and r < 1 − clipLow). */
  clipRatioLow: measured,
  /** Share of `clipped` tokens held back by the upper bound (A > 0 and r > 1 + clipHigh). */
  clipRatioHigh: measured,
  /** Mean k3 estimate of KL(policy ‖ reference); 0 unless klCoefficient ≠ 0. */
  kl: measured,
  /** Number of tokens whose kind is not `none`. */
  tokens: countOrZero,
});

/** What one batch measured. Means are over the tokens whose kind is not `none`, each counting once. */
export interface StepMetrics extends DataOf<typeof stepMetrics> {}

/** Per token of a {@link SequenceBatch}, [rows × length]. */
export interface TokenScores {
  /** log-probability of the target, nats, at temperature 1. */
  readonly logProbs: Float32Array;
  /** Entropy of the next-token distribution, nats, at temperature 1. */
  readonly entropies: Float32Array;
}

export interface SampleRequest {
  readonly rows: number;
  /** Longest prompt of the batch, in tokens. */
  readonly promptLength: number;
  /** Prompt ids, [rows × promptLength], left-aligned. */
  readonly prompts: Int32Array;
  /** Tokens of each prompt, 1 … promptLength; all of promptLength where absent. */
  readonly promptLengths?: Int32Array;
  /** At most this many tokens are drawn; promptLength + maxNewTokens ≤ contextLength. */
  readonly maxNewTokens: number;
  /** Above 0; 0 takes the most probable token. */
  readonly temperature: number;
  /** Unsigned 32-bit seed: see `sampling.ts`. */
  readonly seed: number;
  /** Added to the row in the random stream, so that a batch cut in pieces draws the same tokens. */
  readonly firstRow?: number;
  /** The random stream of each row, where it is another than seed and row tell: see `sampling.ts`. */
  readonly streams?: Uint32Array;
  /** A row ends after it has drawn this token. */
  readonly stopToken: number;
  /** Written after a row's end. */
  readonly padToken: number;
}

/** What the policy wrote, [rows × maxNewTokens]. */
export interface SampleResult {
  readonly tokens: Int32Array;
  /** log-probability of each drawn token at the sampling temperature (1 where greedy); 0 after the end. */
  readonly logProbs: Float32Array;
  /** Tokens drawn in each row, the stop token included. */
  readonly lengths: Int32Array;
}

export interface EngineInfo {
  readonly name: EngineName;
  /** For people: "WebAssembly SIMD, 1 thread" or "TensorFlow.js 4.22 on webgpu (SwiftShader)". */
  readonly description: string;
  /** The GEMM variants in use, where there is a choice; absent otherwise. */
  readonly gpu?: GpuTuning;
  /**
   * Whether `sample` and `score` give the same log-probability of a token within 1e-5, so that what was
   * just drawn need not be scored.
   */
  readonly scoresWhatItDraws?: boolean;
}

export interface Engine {
  readonly info: EngineInfo;
  readonly config: ModelConfig;
  /** Replaces the parameters (layout order) and resets the optimizer. */
  loadParameters(parameters: Float32Array): Promise<void>;
  readParameters(): Promise<Float32Array>;
  loadOptimizer(state: OptimizerState): Promise<void>;
  readOptimizer(): Promise<OptimizerState>;
  /** Forward, backward, clip, AdamW. */
  step(batch: TokenBatch, settings: OptimizerSettings): Promise<StepMetrics>;
  /** Forward and backward only: the unclipped gradient in layout order. For tests and self-tests. */
  gradient(batch: TokenBatch): Promise<{ gradient: Float32Array; metrics: StepMetrics }>;
  score(batch: SequenceBatch): Promise<TokenScores>;
  sample(request: SampleRequest): Promise<SampleResult>;
  /** Frees the device's memory; the engine cannot be used afterwards. */
  dispose(): void;
}
