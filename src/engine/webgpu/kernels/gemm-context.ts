/** What the pieces of the product generator share: its options and how work is divided. */
import type { GemmVariant } from '../../gpu-tuning';
import type { GemmAbilities, MatrixUnits } from '../abilities';
import { repeat } from '../kernel';

/** What happens to C before it is stored. */
type Epilogue =
  | 'none'
  /** Adds `residual`. */
  | 'residual'
  /** Stores gelu(C) to `c` and gelu'(C) to `slopes`, which the backward pass multiplies by. */
  | 'gelu'
  /** Multiplies by `slopes`. */
  | 'slopes'
  /**
   * C is the gradient of a norm's output: stores that of its input, and each workgroup's share of
   * the gain's gradient to `gainPartials` [workgroups, N].
   */
  | 'norm-backward'
  /** The same plus `residual`. */
  | 'norm-backward-residual';

export interface GemmOptions {
  readonly label: string;
  readonly form: 'nn' | 'nt' | 'tn';
  /** M, for form tn only. */
  readonly rows?: number;
  /** N, a multiple of 4. */
  readonly columns: number;
  /** K, a multiple of 4, for forms nn and nt only. */
  readonly inner?: number;
  readonly norm?: 'forward' | 'stored';
  readonly epilogue?: Epilogue;
  /** Pieces of the sum over K, for form tn only. */
  readonly splits?: number;
  readonly partialStride?: number;
  readonly variant: GemmVariant;
  readonly abilities: GemmAbilities;
}

/** Rows of C per workgroup of the norm's backward pass: rows of `gainPartials` = tokens / 16. */
export const NORM_BACKWARD_ROWS = 16;

export interface Tiling {
  /** Rows and columns of C per workgroup, steps of K per stage. */
  readonly tileM: number;
  readonly tileN: number;
  readonly tileK: number;
  /** Threads along columns and rows. */
  readonly threadsX: number;
  readonly threadsY: number;
  /** Vectors of four rows and of four columns per thread. */
  readonly vectorsM: number;
  readonly vectorsN: number;
}

export function isNormBackward(o: GemmOptions): boolean {
  return o.epilogue === 'norm-backward' || o.epilogue === 'norm-backward-residual';
}

export function tiling(o: GemmOptions): Tiling {
  if (isNormBackward(o)) {
    const tileN = o.columns;
    const deep: Tiling = {
      tileM: NORM_BACKWARD_ROWS,
      tileN,
      tileK: 16,
      threadsX: tileN / 4,
      threadsY: NORM_BACKWARD_ROWS / 4,
      vectorsM: 1,
      vectorsN: 1,
    };
    // A wide model's tiles fit into little memory only where they are flat.
    const flat = { ...deep, tileK: 8 };
    const fits = 16 * (NORM_BACKWARD_ROWS + tileN) * 4 <= o.abilities.workgroupBytes;
    return fits && (matrixBlocks(o, deep) || !matrixBlocks(o, flat)) ? deep : flat;
  }
  const vectors = o.variant.tile / 32;
  return {
    tileM: o.variant.tile,
    tileN: o.variant.tile,
    // 8 KiB for the two tiles either way, and a load for every thread.
    tileK: o.variant.tile === 32 ? 32 : 16,
    threadsX: 8,
    threadsY: 8,
    vectorsM: vectors,
    vectorsN: vectors,
  };
}

/** Everything that the pieces of code below need to know. */
export interface Context extends Tiling {
  readonly o: GemmOptions;
  readonly threads: number;
  /** How matrix units divide the tile; null where they are not asked for, or the tile does not suit them. */
  readonly matrix: MatrixBlocks | null;
  /** Vectors of four in a row of C, of the tiles, and of K. */
  readonly N4: number;
  readonly tileM4: number;
  readonly tileN4: number;
  readonly K4: number;
  readonly M4: number;
}

/** How the subgroups of a workgroup share a tile of C: squares of `side`, by rows. */
export interface MatrixBlocks extends MatrixUnits {
  /** Squares of the tile in a row. */
  readonly perRow: number;
  /** The squares of a subgroup: this many rows of this many. */
  readonly rows: number;
  readonly columns: number;
}

/**
 * Null where matrix units cannot make the product: a tile that they do not divide, workgroups that
 * are not a whole number of subgroups or have fewer squares than those, too little workgroup memory.
 */
export function matrixBlocks(o: GemmOptions, t: Tiling): MatrixBlocks | null {
  const units = o.variant.matrix && o.abilities.matrixUnits[o.variant.half ? 'f16' : 'f32'];
  if (!units) return null;
  const { side, subgroupSize } = units;
  const threads = t.threadsX * t.threadsY;
  const subgroups = threads / subgroupSize;
  const perRow = t.tileN / side;
  const share = ((t.tileM / side) * perRow) / subgroups;
  const rows = Math.max(1, share / perRow);
  const columns = share / rows;
  const isWhole = [subgroups, t.tileM / side, t.tileK / side, rows, columns, perRow / columns];
  const bytes =
    t.tileK * (t.tileM + t.tileN) * (o.variant.half ? 2 : 4) +
    4 * t.tileM * t.tileN +
    (isNormBackward(o) ? 32 * threads : 0);
  const fits = bytes <= o.abilities.workgroupBytes && isWhole.every(Number.isInteger);
  return fits ? { ...units, perRow, rows, columns } : null;
}

/** Code for each of the thread's rows of C, numbered through. */
export function eachRow(c: Context, code: (row: number) => string): string {
  return repeat(4 * c.vectorsM, code);
}

/** Whether staged tiles are vectors of 32-bit floats, as other things in workgroup memory are. */
export function isPlain({ o, matrix }: Pick<Context, 'o' | 'matrix'>): boolean {
  return !o.variant.half && !matrix;
}

/** The array of vectors in which the norm's backward pass keeps its sums. */
export function sumsName(c: Context): string {
  return c.o.variant.shared && isPlain(c) ? 'tileB' : 'sums';
}
