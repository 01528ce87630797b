/**
 * The token objective: the one table through which every training method of the lab speaks to an
 * engine. For each token it holds the target and the numbers that the gradient of its loss needs, so
 * an engine knows one head and nothing of SFT, GRPO or LUFFY. This is the unified policy-gradient
 * estimator of arXiv 2509.04419, made into an interface.
 *
 * With π the policy's probability of the target token, r = π / exp(oldLogProb), H the entropy of the
 * policy at that position and q = exp(referenceLogProb) / π, the batch loss is
 *
 *   Σ_t weight_t · ℓ_t − entropyCoefficient · Σ_t entropyWeight_t · H_t
 *                     + klCoefficient · Σ_t klWeight_t · (q_t − log q_t − 1)
 *
 * over the tokens whose kind is not `none`, where ℓ_t is one of the {@link LossKind}s. All
 * normalisation is in the weights: the engine only sums. Entropy and KL have weights of their own, since
 * a method may give ℓ a negative weight, or count a token twice, where the entropy is still to be
 * rewarded once.
 */

/** How a token contributes to the loss. */
export const LossKind = {
  /** Not at all: prompt and padding. */
  none: 0,
  /** −log π: SFT's negative log-likelihood. */
  nll: 1,
  /** −min(r·A, clip(r, 1 − clipLow, 1 + clipHigh)·A): PPO, GRPO and DAPO. */
  clipped: 2,
  /** −A · r / (r + γ): the shaped importance ratio of LUFFY (arXiv 2504.14945). */
  shaped: 3,
} as const;
export type LossKind = (typeof LossKind)[keyof typeof LossKind];

/** The numbers of the objective that one whole batch shares. */
export interface ObjectiveSettings {
  /** ε_low of the clipped ratio. */
  readonly clipLow: number;
  /** ε_high of the clipped ratio; DAPO's clip-higher makes it larger than ε_low. */
  readonly clipHigh: number;
  /** γ of the shaped ratio; above 0. */
  readonly shapingGamma: number;
  /** Entropy bonus; 0 for none. */
  readonly entropyCoefficient: number;
  /** Penalty on the k3 estimate of KL(policy ‖ reference); 0 for none. */
  readonly klCoefficient: number;
}

export const PLAIN_OBJECTIVE: ObjectiveSettings = {
  clipLow: 0.2,
  clipHigh: 0.2,
  shapingGamma: 0.1,
  entropyCoefficient: 0,
  klCoefficient: 0,
};

/** Sequences to read: position t of a row sees tokens 0 … t and predicts `targets[t]`. */
export interface SequenceBatch {
  readonly rows: number;
  /** Tokens per row, at most the model's context length. */
  readonly length: number;
  /** Input ids, [rows × length], row-major. */
  readonly tokens: Int32Array;
  /** Target ids, [rows × length]. */
  readonly targets: Int32Array;
  /**
   * Positions of each row that are scored, all of them where absent; what an engine gives for those behind
   * them means nothing.
   */
  readonly lengths?: Int32Array;
  /**
   * Temperature of the policy, above 0; 1 where absent. Its logits are the model's divided by it, so
   * that what was sampled at a temperature is scored and learned by the policy that wrote it.
   */
  readonly temperature?: number;
}

/** Sequences to learn from: a {@link SequenceBatch} with the token table beside it. All [rows × length]. */
export interface TokenBatch extends SequenceBatch {
  /** {@link LossKind} of each token. */
  readonly kinds: Uint8Array;
  /** Of ℓ; negative where a token is to become less likely. */
  readonly weights: Float32Array;
  /** Of the entropy bonus; read only if entropyCoefficient ≠ 0. */
  readonly entropyWeights: Float32Array;
  /** Of the KL penalty; read only if klCoefficient ≠ 0. */
  readonly klWeights: Float32Array;
  readonly advantages: Float32Array;
  /** log-probability of the target under the policy that sampled it. */
  readonly oldLogProbs: Float32Array;
  /** log-probability of the target under the reference policy; read only if klCoefficient ≠ 0. */
  readonly referenceLogProbs: Float32Array;
  readonly objective: ObjectiveSettings;
}

/** A token table in which every token has kind `none`, to be filled by a builder. */
export function emptyBatch(
  rows: number,
  length: number,
  objective = PLAIN_OBJECTIVE,
  temperature = 1,
): TokenBatch {
  const count = rows * length;
  return {
    rows,
    length,
    temperature,
    tokens: new Int32Array(count),
    targets: new Int32Array(count),
    kinds: new Uint8Array(count),
    weights: new Float32Array(count),
    entropyWeights: new Float32Array(count),
    klWeights: new Float32Array(count),
    advantages: new Float32Array(count),
    oldLogProbs: new Float32Array(count),
    referenceLogProbs: new Float32Array(count),
    objective,
  };
}
