/** How the rows of a batch lie in memory: packed, so that what is behind a row's end is hardly computed. */
import type { SequenceBatch } from '../token-table';
import type { Arena } from './arena';
import type { Address } from './kernels';

/** Whole sequences that go through a layer together. */
export interface Block {
  /** Of the N positions. */
  readonly first: number;
  /** Sequences, and positions of each. */
  readonly B: number;
  readonly T: number;
}

/** Rows of a batch laid out for the kernels, the longest first. */
export interface Rows {
  /** One behind the other. */
  readonly blocks: readonly Block[];
  /** Positions in all. */
  readonly N: number;
  /** Token ids and positions, N integers each. */
  readonly ids: Address;
  readonly places: Address;
  /** Where each row of the batch begins among the N. */
  readonly starts: Int32Array;
}

/** Floats of a matrix as wide as the model, of one block: a layer's activations then stay in the cache. */
const BLOCK_FLOATS = 2 ** 14;

/** Rows of a block are at most so many positions shorter than its first, where it has enough positions. */
const SLACK = 2;
/** A block of fewer is not worth the way through a layer. */
const FEW_POSITIONS = 64;

/**
 * Blocks of rows whose lengths fall; each is as long as its first row.
 * @param lengths above 0
 * @param D width of the model
 */
function blocksOf(lengths: readonly number[], D: number): Block[] {
  const blocks: Block[] = [];
  let [row, first] = [0, 0];
  while (row < lengths.length) {
    const T = lengths[row]!;
    const room = Math.max(1, Math.floor(BLOCK_FLOATS / (D * T)));
    const most = Math.min(room, lengths.length - row);
    let B = 1;
    while (B < most && (B * T < FEW_POSITIONS || lengths[row + B]! >= T - SLACK)) B++;
    blocks.push({ first, B, T });
    row += B;
    first += B * T;
  }
  return blocks;
}

/** Positions of the largest block, and those of the longest sequence. */
export function largestOf(blocks: readonly Block[]): { N: number; T: number } {
  return {
    N: Math.max(1, ...blocks.map(({ B, T }) => B * T)),
    T: Math.max(1, ...blocks.map(({ T }) => T)),
  };
}

/**
 * Puts a batch's ids into memory, with positions from 0 in every row.
 * @param lengths positions of each row that are computed at least; a row of 0 is not there
 * @param D width of the model
 */
export function packRows(
  arena: Arena,
  { tokens, rows, length }: SequenceBatch,
  lengths: Int32Array,
  D: number,
): Rows {
  const order = Array.from(lengths.keys())
    .filter((row) => lengths[row]! > 0)
    .sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const ofOrder = order.map((row) => lengths[row]!);
  const blocks = blocksOf(ofOrder, D);
  const N = blocks.reduce((sum, { B, T }) => sum + B * T, 0);
  const [ids, places] = [new Int32Array(N), new Int32Array(N)];
  const starts = new Int32Array(rows);
  let next = 0;
  for (const { first, B, T } of blocks) {
    for (let start = first; start < first + B * T; start += T) {
      const row = order[next++]!;
      starts[row] = start;
      ids.set(tokens.subarray(row * length, row * length + T), start);
      for (let t = 0; t < T; t++) places[start + t] = t;
    }
  }
  return { blocks, N, ids: arena.store(ids), places: arena.store(places), starts };
}
