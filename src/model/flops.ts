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
interface TransformerShape {
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
