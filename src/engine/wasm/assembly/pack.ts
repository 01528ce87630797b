/** Lays matrices out as the products read them: in panels of 8 columns, or transposed. */
import { at, transpose4x4 } from './simd';
import { padded, PANEL } from './tile';

/**
 * Panels of x[K, N], whose rows lie `step` floats apart. Both sizes are rounded up to multiples of 4
 * and what is added is 0; `out` takes padded(K) · padded(N) floats.
 */
export function packRows(x: usize, out: usize, K: i32, N: i32, step: i32): void {
  const rows = padded(K);
  const columns = padded(N);
  for (let j = 0; j < columns; j += PANEL) {
    const width = min(PANEL, columns - j);
    const panel = at(out, j * rows);
    for (let c = 0; c < width; c += 4) {
      const whole = j + c + 4 <= N;
      for (let k = 0; k < rows; k++) {
        const from = at(x, k * step + j + c);
        const to = at(panel, k * width + c);
        if (whole && k < K) v128.store(to, v128.load(from));
        else for (let q = 0; q < 4; q++) copyOrZero(from, to, q, k < K && j + c + q < N);
      }
    }
  }
}

function copyOrZero(from: usize, to: usize, index: i32, exists: bool): void {
  store<f32>(at(to, index), exists ? load<f32>(at(from, index)) : 0);
}

/** Panels of xᵀ[K, N] for x[N, K], whose rows lie `step` floats apart; sizes as in packRows. */
export function packColumns(x: usize, out: usize, K: i32, N: i32, step: i32): void {
  const columns = padded(N);
  for (let j = 0; j < columns; j += PANEL) {
    const width = min(PANEL, columns - j);
    transpose(at(x, j * step), at(out, j * padded(K)), min(width, N - j), K, step, width);
  }
}

/**
 * out = xᵀ for x[rows, columns]; strides are floats between rows. Both sizes are rounded up to
 * multiples of 4 and what is added is 0.
 */
export function transpose(
  x: usize,
  out: usize,
  rows: i32,
  columns: i32,
  strideX: i32,
  strideOut: i32,
): void {
  for (let i = 0; i < rows; i += 4) {
    for (let j = 0; j < columns; j += 4) {
      const from = at(x, i * strideX + j);
      const to = at(out, j * strideOut + i);
      if (i + 4 <= rows && j + 4 <= columns) {
        transpose4x4(
          v128.load(from),
          v128.load(at(from, strideX)),
          v128.load(at(from, 2 * strideX)),
          v128.load(at(from, 3 * strideX)),
          to,
          strideOut,
        );
        continue;
      }
      for (let r = 0; r < 4; r++) {
        for (let q = 0; q < 4; q++) {
          const exists = i + r < rows && j + q < columns;
          store<f32>(at(to, q * strideOut + r), exists ? load<f32>(at(from, r * strideX + q)) : 0);
        }
      }
    }
  }
}
