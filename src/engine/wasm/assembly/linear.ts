/** Matrix products and row moves. All matrices are row-major 32-bit floats. */
import { packRows, transpose } from './pack';
import { at } from './simd';
import { padded, PANEL, tile4x4, tile4x8 } from './tile';

/** Rows of A worked on while a panel of B stays in the first-level cache. */
const ROW_BLOCK: i32 = 64;
/** Rows summed before a tile of the weight gradient goes back to memory. */
const SUM_BLOCK: i32 = 128;

/**
 * C[M, N] = A[M, K] · B[K, N]. K and N are multiples of 4; A and C have room for M rounded up to 4 rows.
 * @param panels B as packRows or packColumns lays it out
 */
export function matmul(a: usize, panels: usize, c: usize, M: i32, N: i32, K: i32): void {
  for (let block = 0; block < M; block += ROW_BLOCK) {
    productBlock(
      at(a, block * K),
      panels,
      at(c, block * N),
      min(ROW_BLOCK, M - block),
      N,
      K,
      false,
    );
  }
}

function productBlock(
  a: usize,
  panels: usize,
  c: usize,
  M: i32,
  N: i32,
  K: i32,
  accumulate: bool,
): void {
  for (let j = 0; j < N; j += PANEL) {
    const panel = at(panels, j * K);
    const isWhole = j + PANEL <= N;
    for (let i = 0; i < M; i += 4) {
      const rows = at(a, i * K);
      const tile = at(c, i * N + j);
      if (isWhole) tile4x8(rows, K, panel, tile, N, K, accumulate);
      else tile4x4(rows, K, panel, tile, N, K, accumulate);
    }
  }
}

/**
 * C[M, N] += Aᵀ · B for A[R, M] and B[R, N]: the gradient of a weight. M and N multiples of 4.
 * @param scratch 128 · (M + N) floats
 */
export function matmulTransposedA(
  a: usize,
  b: usize,
  c: usize,
  scratch: usize,
  M: i32,
  N: i32,
  R: i32,
): void {
  const panels = at(scratch, SUM_BLOCK * M);
  for (let start = 0; start < R; start += SUM_BLOCK) {
    const rows = min(R - start, SUM_BLOCK);
    transpose(at(a, start * M), scratch, rows, M, M, padded(rows));
    packRows(at(b, start * N), panels, rows, N, N);
    productBlock(scratch, panels, c, M, N, padded(rows), true);
  }
}

/** x[n] += y[n]. */
export function add(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const p = at(x, i);
    v128.store(p, f32x4.add(v128.load(p), v128.load(at(y, i))));
  }
}

/** out[i] = x[rows[i]] for `count` rows of width D. */
export function gatherRows(x: usize, rows: usize, out: usize, count: i32, D: i32): void {
  for (let i = 0; i < count; i++) {
    memory.copy(at(out, i * D), at(x, load<i32>(at(rows, i)) * D), at(0, D));
  }
}

/** out[rows[i]] = x[i] for `count` rows of width D. */
export function scatterRows(x: usize, rows: usize, out: usize, count: i32, D: i32): void {
  for (let i = 0; i < count; i++) {
    memory.copy(at(out, load<i32>(at(rows, i)) * D), at(x, i * D), at(0, D));
  }
}
