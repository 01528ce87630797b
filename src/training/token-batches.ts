/** Builders of token tables: the one place where a training method becomes numbers for an engine. */
import {
  emptyBatch,
  LossKind,
  PLAIN_OBJECTIVE,
  type ObjectiveSettings,
  type SequenceBatch,
  type TokenBatch,
} from '../engine/token-table';

/** Prompts and responses in columns, as trajectory sets and rollouts hold them. */
export interface Sequences {
  readonly promptLength: number;
  /** Width of a response slot. */
  readonly responseLength: number;
  /** [rows × promptLength] */
  readonly prompts: Int32Array;
  /** [rows × responseLength], padded after the end token. */
  readonly responses: Int32Array;
  /** Tokens of each response that count, the end token included. */
  readonly responseLengths: Int32Array;
}

/** The same sequences in another order, or a part of them. */
export function selectRows(from: Sequences, rows: ArrayLike<number>): Sequences {
  const { promptLength, responseLength } = from;
  const prompts = new Int32Array(rows.length * promptLength);
  const responses = new Int32Array(rows.length * responseLength);
  const responseLengths = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    prompts.set(
      from.prompts.subarray(row * promptLength, (row + 1) * promptLength),
      i * promptLength,
    );
    responses.set(
      from.responses.subarray(row * responseLength, (row + 1) * responseLength),
      i * responseLength,
    );
    responseLengths[i] = from.responseLengths[row]!;
  }
  return { promptLength, responseLength, prompts, responses, responseLengths };
}

/** Number of response tokens that count. */
export function countTokens(sequences: Sequences): number {
  return sequences.responseLengths.reduce((sum, n) => sum + n, 0);
}

/**
 * Writes inputs and targets shifted by one: position t reads token t and predicts token t + 1, so the
 * first response token is predicted at position promptLength − 1.
 */
function fillSequences(batch: SequenceBatch, from: Sequences): void {
  const { promptLength: P, responseLength: R } = from;
  const whole = new Int32Array(P + R);
  for (let row = 0; row < batch.rows; row++) {
    whole.set(from.prompts.subarray(row * P, (row + 1) * P));
    whole.set(from.responses.subarray(row * R, (row + 1) * R), P);
    batch.tokens.set(whole.subarray(0, P + R - 1), row * batch.length);
    batch.targets.set(whole.subarray(1), row * batch.length);
  }
}

/** Calls `visit` with the table's index of each response token that counts, and its index in the responses. */
function forEachToken(
  from: Sequences,
  visit: (cell: number, token: number, row: number) => void,
): void {
  const { promptLength: P, responseLength: R } = from;
  const length = P + R - 1;
  from.responseLengths.forEach((count, row) => {
    for (let t = 0; t < count; t++) visit(row * length + P - 1 + t, row * R + t, row);
  });
}

function newBatch(from: Sequences, objective?: ObjectiveSettings): TokenBatch {
  const batch = emptyBatch(
    from.responseLengths.length,
    from.promptLength + from.responseLength - 1,
    objective,
  );
  fillSequences(batch, from);
  return batch;
}

/** SFT: the mean negative log-likelihood over the response tokens, the end token included. */
export function nllBatch(sequences: Sequences): TokenBatch {
  const batch = newBatch(sequences, PLAIN_OBJECTIVE);
  const weight = 1 / Math.max(1, countTokens(sequences));
  forEachToken(sequences, (cell) => {
    batch.kinds[cell] = LossKind.nll;
    batch.weights[cell] = weight;
  });
  return batch;
}

export interface PolicyGradientColumns {
  /** One advantage per row. */
  readonly advantages: Float32Array;
  /** log-probability of each response token under the sampling policy, [rows × responseLength]. */
  readonly oldLogProbs: Float32Array;
}

/**
 * Group-relative policy gradient with a clipped ratio, averaged over all tokens of the minibatch
 * (DAPO's token-level loss, arXiv 2503.14476 eq. 8), so that long responses count by their length.
 */
export function clippedBatch(
  sequences: Sequences,
  { advantages, oldLogProbs }: PolicyGradientColumns,
  objective: ObjectiveSettings,
): TokenBatch {
  const batch = newBatch(sequences, objective);
  const weight = 1 / Math.max(1, countTokens(sequences));
  forEachToken(sequences, (cell, token, row) => {
    batch.kinds[cell] = LossKind.clipped;
    batch.weights[cell] = weight;
    batch.advantages[cell] = advantages[row]!;
    batch.oldLogProbs[cell] = oldLogProbs[token]!;
  });
  return batch;
}

/** Takes an engine's per-position values back to the response tokens, [rows × responseLength]. */
export function responseColumn(sequences: Sequences, values: Float32Array): Float32Array {
  const column = new Float32Array(sequences.responses.length);
  forEachToken(sequences, (cell, token) => {
    column[token] = values[cell]!;
  });
  return column;
}
