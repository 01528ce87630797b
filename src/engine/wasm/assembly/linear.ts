/**
 * Matrix products and row moves. All matrices are row-major 32-bit floats.
 *
 * The products keep a tile of 4 rows × 8 columns of C in eight vector registers: with two vectors of
 * B and one broadcast element of A that is 11 of the 16 registers of x86-64, so nothing spills.
 * Every element of C is summed over k in ascending order, whatever tile it falls in: a row's result
 * does not depend on the rows beside it.
 */
import { at } from './simd';

/** Rows of A worked on while a strip of B stays in the first-level cache. */
const ROW_BLOCK: i32 = 32;
/** Rows summed before a tile of the weight gradient goes back to memory. */
const SUM_BLOCK: i32 = 64;

/** C[M, N] = A[M, K] · B[K, N]. N a multiple of 4; A and C have room for M rounded up to 4 rows. */
export function matmul(a: usize, b: usize, c: usize, M: i32, N: i32, K: i32): void {
  const wide = N & ~7;
  for (let block = 0; block < M; block += ROW_BLOCK) {
    const end = min(M, block + ROW_BLOCK);
    for (let j = 0; j < wide; j += 8) {
      for (let i = block; i < end; i += 4) {
        tile4x8(at(a, i * K), at(b, j), at(c, i * N + j), N, K);
      }
    }
    if (wide < N) {
      for (let i = block; i < end; i += 4) {
        tile4x4(at(a, i * K), at(b, wide), at(c, i * N + wide), N, K);
      }
    }
  }
}

function tile4x8(a: usize, b: usize, c: usize, N: i32, K: i32): void {
  const strideA = at(0, K);
  const strideB = at(0, N);
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a + strideA);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a + 2 * strideA);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a + 3 * strideA);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 4;
    b += strideB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += strideB;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += strideB;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += strideB;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}

function tile4x4(a: usize, b: usize, c: usize, N: i32, K: i32): void {
  const strideA = at(0, K);
  const strideB = at(0, N);
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), b0));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a + strideA), b0));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a + 2 * strideA), b0));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a + 3 * strideA), b0));
    a += 4;
    b += strideB;
  }
  v128.store(c, c0);
  v128.store(c + strideB, c1);
  v128.store(c + 2 * strideB, c2);
  v128.store(c + 3 * strideB, c3);
}

/** C[M, N] += Aᵀ · B for A[R, M] and B[R, N]: the gradient of a weight. M and N multiples of 4. */
export function matmulTransposedA(a: usize, b: usize, c: usize, M: i32, N: i32, R: i32): void {
  const wide = N & ~7;
  for (let start = 0; start < R; start += SUM_BLOCK) {
    const rows = min(R - start, SUM_BLOCK);
    const blockA = at(a, start * M);
    const blockB = at(b, start * N);
    for (let i = 0; i < M; i += 4) {
      for (let j = 0; j < wide; j += 8) {
        sumTile4x8(at(blockA, i), at(blockB, j), at(c, i * N + j), M, N, rows);
      }
      if (wide < N) {
        sumTile4x4(at(blockA, i), at(blockB, wide), at(c, i * N + wide), M, N, rows);
      }
    }
  }
}

function sumTile4x8(a: usize, b: usize, c: usize, M: i32, N: i32, rows: i32): void {
  const strideA = at(0, M);
  const strideB = at(0, N);
  const row1 = c + strideB;
  const row2 = row1 + strideB;
  const row3 = row2 + strideB;
  let c00 = v128.load(c);
  let c01 = v128.load(c, 16);
  let c10 = v128.load(row1);
  let c11 = v128.load(row1, 16);
  let c20 = v128.load(row2);
  let c21 = v128.load(row2, 16);
  let c30 = v128.load(row3);
  let c31 = v128.load(row3, 16);
  for (let r = 0; r < rows; r++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += strideA;
    b += strideB;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(row1, c10);
  v128.store(row1, c11, 16);
  v128.store(row2, c20);
  v128.store(row2, c21, 16);
  v128.store(row3, c30);
  v128.store(row3, c31, 16);
}

function sumTile4x4(a: usize, b: usize, c: usize, M: i32, N: i32, rows: i32): void {
  const strideA = at(0, M);
  const strideB = at(0, N);
  let c0 = v128.load(c);
  let c1 = v128.load(c + strideB);
  let c2 = v128.load(c + 2 * strideB);
  let c3 = v128.load(c + 3 * strideB);
  for (let r = 0; r < rows; r++) {
    const b0 = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), b0));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a, 4), b0));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a, 8), b0));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a, 12), b0));
    a += strideA;
    b += strideB;
  }
  v128.store(c, c0);
  v128.store(c + strideB, c1);
  v128.store(c + 2 * strideB, c2);
  v128.store(c + 3 * strideB, c3);
}

/**
 * out[columns, outStride] = inᵀ for in[rows, inStride]: used on weights, which are small beside the
 * activations they multiply. Columns of `out` from `rows` on are left as they are.
 */
export function transpose(
  input: usize,
  out: usize,
  rows: i32,
  columns: i32,
  inStride: i32,
  outStride: i32,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      store<f32>(at(out, j * outStride + i), load<f32>(at(input, i * inStride + j)));
    }
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
