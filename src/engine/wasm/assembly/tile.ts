/**
 * The kernel that all products are made of: a tile of 4 rows × 8 columns of C in eight vector
 * registers. With two vectors of B and four broadcast elements of A that is 14 of the 15 registers that
 * V8 hands out on x86-64, so nothing spills.
 *
 * Every element of C is summed over k in ascending order, multiplied and added apart, whatever tile it
 * falls in: a row's result does not depend on the rows beside it.
 *
 * B comes in panels of 8 columns (the last one of 4 where N mod 8 is 4), each [K, 8] without gaps: its
 * rows would otherwise fall into few sets of the first-level cache.
 */
import { at } from './simd';

/** Columns of a panel. */
export const PANEL: i32 = 8;

/** Up to whole vectors. */
export function padded(n: i32): i32 {
  return (n + 3) & ~3;
}

/**
 * C[4, N] = A[4, K] · B[K, N]; strides are floats between rows.
 * @param panels B; its panels have `panelRows` rows, of which K from `first` on are used
 */
export function fourRows(
  a: usize,
  strideA: i32,
  panels: usize,
  panelRows: i32,
  first: i32,
  c: usize,
  strideC: i32,
  N: i32,
  K: i32,
): void {
  for (let j = 0; j < N; j += PANEL) {
    const panel = at(panels, j * panelRows);
    if (j + PANEL <= N) {
      tile4x8(a, strideA, at(panel, first * PANEL), at(c, j), strideC, K, false);
    } else {
      tile4x4(a, strideA, at(panel, first * 4), at(c, j), strideC, K, false);
    }
  }
}

/**
 * C[4, 8] = A[4, K] · panel[K, 8], or C += where `accumulate` is set. K ≥ 1.
 *
 * Four steps of k share one round of address arithmetic. The exits between them are for any K, and
 * they keep the compiler from moving the next step's loads up, for which there are no registers.
 */
export function tile4x8(
  a: usize,
  strideA: i32,
  panel: usize,
  c: usize,
  strideC: i32,
  K: i32,
  accumulate: bool,
): void {
  const bytesC = at(0, strideC);
  const row1 = c + bytesC;
  const row2 = row1 + bytesC;
  const row3 = row2 + bytesC;
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  if (accumulate) {
    c00 = v128.load(c);
    c01 = v128.load(c, 16);
    c10 = v128.load(row1);
    c11 = v128.load(row1, 16);
    c20 = v128.load(row2);
    c21 = v128.load(row2, 16);
    c30 = v128.load(row3);
    c31 = v128.load(row3, 16);
  }
  const bytesA = at(0, strideA);
  let a1 = a + bytesA;
  let a2 = a1 + bytesA;
  let a3 = a2 + bytesA;
  let left = K;
  while (true) {
    let b0 = v128.load(panel);
    let b1 = v128.load(panel, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    if (left == 1) break;
    b0 = v128.load(panel, 32);
    b1 = v128.load(panel, 48);
    x = v128.load32_splat(a, 4);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2, 4);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3, 4);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    if (left == 2) break;
    b0 = v128.load(panel, 64);
    b1 = v128.load(panel, 80);
    x = v128.load32_splat(a, 8);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1, 8);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3, 8);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    if (left == 3) break;
    b0 = v128.load(panel, 96);
    b1 = v128.load(panel, 112);
    x = v128.load32_splat(a, 12);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a1, 12);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a2, 12);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a3, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    left -= 4;
    if (left == 0) break;
    a += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    panel += 128;
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

/** The same for a last panel of 4 columns. */
export function tile4x4(
  a: usize,
  strideA: i32,
  panel: usize,
  c: usize,
  strideC: i32,
  K: i32,
  accumulate: bool,
): void {
  const bytesC = at(0, strideC);
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  if (accumulate) {
    c0 = v128.load(c);
    c1 = v128.load(c + bytesC);
    c2 = v128.load(c + 2 * bytesC);
    c3 = v128.load(c + 3 * bytesC);
  }
  const bytesA = at(0, strideA);
  for (let k = 0; k < K; k++) {
    const b = v128.load(panel);
    c0 = f32x4.add(c0, f32x4.mul(v128.load32_splat(a), b));
    c1 = f32x4.add(c1, f32x4.mul(v128.load32_splat(a + bytesA), b));
    c2 = f32x4.add(c2, f32x4.mul(v128.load32_splat(a + 2 * bytesA), b));
    c3 = f32x4.add(c3, f32x4.mul(v128.load32_splat(a + 3 * bytesA), b));
    a += 4;
    panel += 16;
  }
  v128.store(c, c0);
  v128.store(c + bytesC, c1);
  v128.store(c + 2 * bytesC, c2);
  v128.store(c + 3 * bytesC, c3);
}
