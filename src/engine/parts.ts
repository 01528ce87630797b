/**
 * A training step in parts: a batch is cut into a fixed number of them, whose gradients are added up in their
 * order. So several threads may each compute some, and the sum has the same bits for any number of threads.
 */
import type { Engine, OptimizerSettings, StepMetrics } from './engine';
import { activeTokens, type ObjectiveSums } from './objective';
import { copyRows } from './rows';
import type { SequenceBatch, TokenBatch } from './token-table';

/** The gradient of a part of a batch, in layout order, and what its metrics are made of. */
export interface PartGradient {
  readonly gradient: Float32Array;
  readonly sums: ObjectiveSums;
}

/** An engine of which others can compute parts of a step. */
export interface DivisibleEngine extends Engine {
  /** The gradient of one of the parts that {@link partsOf} makes of a batch. */
  partGradient(part: TokenBatch): Promise<PartGradient>;
  /** The step of a batch whose parts have been computed: all of them, in their order. */
  stepFrom(parts: readonly PartGradient[], settings: OptimizerSettings): Promise<StepMetrics>;
}

/** Parts of a batch, and rows that one has at least. */
const MOST_PARTS = 4;
const LEAST_ROWS = 8;

/** Positions of each row up to its last token that counts. */
export function usedLengths({ rows, length }: SequenceBatch, active: Int32Array): Int32Array {
  const lengths = new Int32Array(rows);
  for (const cell of active) lengths[Math.floor(cell / length)] = (cell % length) + 1;
  return lengths;
}

/**
 * The parts of a batch: rows of like length together, and about as many positions in each. They depend on
 * the batch alone.
 */
export function partsOf(batch: TokenBatch): TokenBatch[] {
  const count = Math.min(MOST_PARTS, Math.floor(batch.rows / LEAST_ROWS));
  if (count < 2) return [batch];
  const lengths = usedLengths(batch, activeTokens(batch));
  const order = Array.from(lengths.keys()).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const parts: number[][] = Array.from({ length: count }, () => []);
  let before = 0;
  for (const row of order) {
    const middle = before + lengths[row]! / 2;
    parts[Math.min(count - 1, Math.floor((count * middle) / Math.max(1, total)))]!.push(row);
    before += lengths[row]!;
  }
  return parts.filter((rows) => rows.length > 0).map((rows) => partOf(batch, rows));
}

/** Some rows of a batch, without the columns of a token table. */
export function sequencesOf(
  { length, tokens, targets, lengths, temperature }: SequenceBatch,
  rows: readonly number[],
): SequenceBatch {
  const part = (column: Int32Array, width = length): Int32Array =>
    copyRows(new Int32Array(rows.length * width), column, rows);
  return {
    rows: rows.length,
    length,
    tokens: part(tokens),
    targets: part(targets),
    ...(lengths && { lengths: part(lengths, 1) }),
    temperature,
  };
}

function partOf(batch: TokenBatch, rows: readonly number[]): TokenBatch {
  const size = rows.length * batch.length;
  const floats = (column: Float32Array): Float32Array =>
    copyRows(new Float32Array(size), column, rows);
  return {
    ...sequencesOf(batch, rows),
    objective: batch.objective,
    kinds: copyRows(new Uint8Array(size), batch.kinds, rows),
    weights: floats(batch.weights),
    entropyWeights: floats(batch.entropyWeights),
    klWeights: floats(batch.klWeights),
    advantages: floats(batch.advantages),
    oldLogProbs: floats(batch.oldLogProbs),
    referenceLogProbs: floats(batch.referenceLogProbs),
  };
}
