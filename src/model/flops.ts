/**
 * Compute in floating-point operations, by the paper's convention: a forward pass costs 2 FLOPs per
 * parameter and token (embedding and output matrix counted) plus attention's products with a full
 * context. Training costs three forward passes, a rollout or a scoring pass one. Evaluation is not
 * counted, since it teaches nothing.
 */
import type { ModelConfig } from './config';
import { parameterLayout } from './layout';

/** Forward passes that one forward and backward pass costs. */
export const TRAINING_PASSES = 3;

/** What the cost of a decoder transformer depends on. */
export interface TransformerShape {
  /** All parameters, embedding and output matrix included. */
  readonly parameters: number;
  readonly layers: number;
  /** Width over which queries meet keys: heads × head width. */
  readonly attentionWidth: number;
  /** Tokens that a query attends to: the full context, as the paper counts. */
  readonly context: number;
}

/** Forward FLOPs per token: 2·N + 4·L·d·T. */
export function transformerFlopsPerToken(shape: TransformerShape): number {
  return 2 * shape.parameters + 4 * shape.layers * shape.attentionWidth * shape.context;
}

/** Forward FLOPs per token of the lab's own model. */
export function forwardFlopsPerToken(config: ModelConfig): number {
  return transformerFlopsPerToken({
    parameters: parameterLayout(config).size,
    layers: config.layers,
    attentionWidth: config.dModel,
    context: config.contextLength,
  });
}

/** A dense decoder as model cards describe it (the names are those of Hugging Face configurations). */
export interface DecoderConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly attentionHeads: number;
  /** Fewer than the heads with grouped queries; default: as many. */
  readonly keyValueHeads?: number;
  /** Default: hiddenSize / attentionHeads. */
  readonly headSize?: number;
  readonly intermediateSize: number;
  /** Matrices of the MLP: 3 where it is gated (SwiGLU), otherwise 2. */
  readonly mlpMatrices: 2 | 3;
  /** Whether queries, keys and values have biases. */
  readonly attentionBias: boolean;
  /** Whether the output matrix is the embedding. */
  readonly tiedEmbeddings: boolean;
  /** Learned absolute positions; 0 with rotary ones. */
  readonly learnedPositions?: number;
}

function headSize({ headSize: given, hiddenSize, attentionHeads }: DecoderConfig): number {
  return given ?? hiddenSize / attentionHeads;
}

/** Parameters of a dense decoder with two norms per layer and a final one (gains only). */
export function decoderParameters(config: DecoderConfig): number {
  const { vocabSize, hiddenSize: d, layers, attentionHeads, intermediateSize } = config;
  const queries = attentionHeads * headSize(config);
  const keysAndValues = 2 * (config.keyValueHeads ?? attentionHeads) * headSize(config);
  const biases = config.attentionBias ? queries + keysAndValues : 0;
  const attention = d * (2 * queries + keysAndValues) + biases;
  const mlp = config.mlpMatrices * d * intermediateSize;
  const embeddings = (config.tiedEmbeddings ? 1 : 2) * vocabSize * d;
  const positions = (config.learnedPositions ?? 0) * d;
  return embeddings + positions + layers * (attention + mlp + 2 * d) + d;
}

/** The shape of a dense decoder at sequences of `context` tokens. */
export function decoderShape(config: DecoderConfig, context: number): TransformerShape {
  return {
    parameters: decoderParameters(config),
    layers: config.layers,
    attentionWidth: config.attentionHeads * headSize(config),
    context,
  };
}

/** FLOPs of SFT on `tokens`, at `flopsPerToken` of a forward pass. */
export function sftFlops(tokens: number, flopsPerToken: number): number {
  return TRAINING_PASSES * tokens * flopsPerToken;
}

/** FLOPs of RL: rollouts and scoring one forward pass each, training three. */
export function rlFlops(
  tokens: { readonly rollout: number; readonly scored: number; readonly trained: number },
  flopsPerToken: number,
): number {
  const { rollout, scored, trained } = tokens;
  return (rollout + scored + TRAINING_PASSES * trained) * flopsPerToken;
}
