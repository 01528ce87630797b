/** Parts of token tables, and the table of SFT. The tables of RL are built in methods/. */
import { copyRows } from '../../engine/rows';
import {
  emptyBatch,
  LossKind,
  PLAIN_OBJECTIVE,
  type ObjectiveSettings,
  type SequenceBatch,
  type TokenBatch,
} from '../../engine/token-table';

/** Prompts and completions in columns, as trajectory sets and rollouts hold them. */
export interface Sequences {
  readonly promptLength: number;
  /** Width of a completion slot. */
  readonly completionLength: number;
  /** [rows × promptLength] */
  readonly prompts: Int32Array;
  /** [rows × completionLength], padded after the end token. */
  readonly completions: Int32Array;
  /** Tokens of each completion that count, the end token included. */
  readonly completionLengths: Int32Array;
}

/** The same sequences in another order, or a part of them. */
export function selectRows(from: Sequences, rows: ArrayLike<number>): Sequences {
  const { promptLength, completionLength } = from;
  const picked = (column: Int32Array, width: number): Int32Array =>
    copyRows(new Int32Array(rows.length * width), column, rows);
  return {
    promptLength,
    completionLength,
    prompts: picked(from.prompts, promptLength),
    completions: picked(from.completions, completionLength),
    completionLengths: picked(from.completionLengths, 1),
  };
}

/**
 * How a loss is averaged over the tokens of a batch:
 * - `token`: the mean over all tokens, so that long completions count by their length (DAPO, arXiv
 *   2503.14476 eq. 8);
 * - `sequence`: the mean over rows of each row's mean (GRPO, arXiv 2402.03300 eq. 3);
 * - `constant`: every token weighs the same whatever its row's length, the sum over a row divided by
 *   the longest length there can be (Dr. GRPO, arXiv 2503.20783);
 * - `micro-batch`: as the code of the mixing methods sums it (LUFFY's mix_core_alg.py with
 *   loss_remove_token_mean, ElliottYan/LUFFY 01f4ae0): in each micro-batch the sum over all tokens
 *   divided by the longest length, not by the rows too. What such code averages over tokens, such as
 *   entropy, counts less beside it the more rows a micro-batch has.
 */
export const AGGREGATIONS = ['token', 'sequence', 'constant', 'micro-batch'] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];

/** Rows from `start` up to `end` that are computed together. */
export interface MicroBatch {
  readonly start: number;
  readonly end: number;
  /** Its part of all rows: what its loss counts in the mean over micro-batches. */
  readonly share: number;
}

/** Rows in their order, `size` to a micro-batch; the last may have fewer. */
export function microBatches(rows: number, size: number): MicroBatch[] {
  return Array.from({ length: Math.ceil(rows / size) }, (_, i) => {
    const start = i * size;
    const end = Math.min(rows, start + size);
    return { start, end, share: (end - start) / rows };
  });
}

/**
 * The weight that each token of a row has in the loss. Rows of length 0 weigh nothing.
 * @param lengths tokens of each row
 * @param longest most tokens that a row can have
 * @param microBatch rows of a micro-batch; all by default
 */
export function tokenWeights(
  lengths: ArrayLike<number>,
  aggregation: Aggregation,
  longest: number,
  microBatch = lengths.length,
): Float32Array {
  const rows = Array.from(lengths);
  const tokens = rows.reduce((sum, n) => sum + n, 0);
  const parts = microBatches(rows.length, Math.max(1, microBatch));
  return Float32Array.from(rows, (length, row) => {
    switch (aggregation) {
      case 'token':
        return 1 / Math.max(1, tokens);
      case 'sequence':
        return 1 / (rows.length * Math.max(1, length));
      case 'constant':
        return 1 / (rows.length * longest);
      case 'micro-batch':
        return parts[Math.floor(row / microBatch)]!.share / longest;
      default:
        return aggregation satisfies never;
    }
  });
}

/**
 * The weight of each token of a row in a mean over the tokens of its micro-batch, and over micro-batches:
 * verl's masked_mean.
 * @param lengths tokens of each row; 0 for a row that is not averaged over
 */
export function meanWeights(lengths: ArrayLike<number>, microBatch: number): Float32Array {
  const weights = new Float32Array(lengths.length);
  for (const { start, end, share } of microBatches(lengths.length, microBatch)) {
    let tokens = 0;
    for (let row = start; row < end; row++) tokens += lengths[row]!;
    weights.fill(share / Math.max(1, tokens), start, end);
  }
  return weights;
}

/** Number of completion tokens that count. */
export function countTokens(sequences: Sequences): number {
  return sequences.completionLengths.reduce((sum, n) => sum + n, 0);
}

/** Tokens that the model reads in these sequences, padding after the end left out. */
export function tokensRead(sequences: Sequences): number {
  return countTokens(sequences) + sequences.completionLengths.length * sequences.promptLength;
}

/**
 * Writes inputs and targets shifted by one: position t reads token t and predicts token t + 1, so the
 * first completion token is predicted at position promptLength − 1.
 */
function fillSequences(batch: SequenceBatch, from: Sequences): void {
  const { promptLength: P, completionLength: R } = from;
  const whole = new Int32Array(P + R);
  for (let row = 0; row < batch.rows; row++) {
    whole.set(from.prompts.subarray(row * P, (row + 1) * P));
    whole.set(from.completions.subarray(row * R, (row + 1) * R), P);
    batch.tokens.set(whole.subarray(0, P + R - 1), row * batch.length);
    batch.targets.set(whole.subarray(1), row * batch.length);
  }
}

/** Calls `visit` with the table's index of each completion token that counts, and its index in the completions. */
export function forEachToken(
  from: Sequences,
  visit: (cell: number, token: number, row: number) => void,
): void {
  const { promptLength: P, completionLength: R } = from;
  const length = P + R - 1;
  from.completionLengths.forEach((count, row) => {
    for (let t = 0; t < count; t++) visit(row * length + P - 1 + t, row * R + t, row);
  });
}

/** A token table with inputs and targets in place, in which no token counts yet. */
export function newBatch(
  from: Sequences,
  objective?: ObjectiveSettings,
  temperature?: number,
): TokenBatch {
  const batch = emptyBatch(
    from.completionLengths.length,
    from.promptLength + from.completionLength - 1,
    objective,
    temperature,
  );
  fillSequences(batch, from);
  const lengths = from.completionLengths.map((count) => from.promptLength + count - 1);
  return { ...batch, lengths };
}

/**
 * SFT: the mean negative log-likelihood over the completion tokens, the end token included.
 * @param temperature of the policy, where it is scored and not trained
 */
export function nllBatch(sequences: Sequences, temperature?: number): TokenBatch {
  const batch = newBatch(sequences, PLAIN_OBJECTIVE, temperature);
  const weight = 1 / Math.max(1, countTokens(sequences));
  forEachToken(sequences, (cell) => {
    batch.kinds[cell] = LossKind.nll;
    batch.weights[cell] = weight;
  });
  return batch;
}

/** Takes an engine's per-position values back to the completion tokens, [rows × completionLength]. */
export function completionColumn(sequences: Sequences, values: Float32Array): Float32Array {
  const column = new Float32Array(sequences.completions.length);
  forEachToken(sequences, (cell, token) => {
    column[token] = values[cell]!;
  });
  return column;
}
