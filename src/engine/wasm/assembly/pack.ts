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
    if (j + PANEL <= N) copyPanel(at(x, j), panel, K, step);
    else copyRagged(at(x, j), panel, K, N - j, step, width);
    memory.fill(at(panel, K * width), 0, at(0, (rows - K) * width));
  }
}

function copyPanel(x: usize, out: usize, K: i32, step: i32): void {
  for (let k = 0; k < K; k++) {
    v128.store(out, v128.load(x));
    v128.store(out, v128.load(x, 16), 16);
    x += at(0, step);
    out += at(0, PANEL);
  }
}

/** A last panel of `width` columns, of which x has N. */
function copyRagged(x: usize, out: usize, K: i32, N: i32, step: i32, width: i32): void {
  for (let k = 0; k < K; k++) {
    for (let c = 0; c < width; c++) {
      store<f32>(at(out, k * width + c), c < N ? load<f32>(at(x, k * step + c)) : 0);
    }
  }
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
  const whole = columns & ~3;
  for (let i = 0; i < rows; i += 4) {
    const from = at(x, i * strideX);
    const to = at(out, i);
    if (i + 4 > rows) {
      transposeRagged(from, to, rows - i, columns, strideX, strideOut);
      continue;
    }
    for (let j = 0; j < whole; j += 4) {
      transpose4x4(at(from, j), strideX, at(to, j * strideOut), strideOut);
    }
    if (whole < columns) {
      const rest = at(to, whole * strideOut);
      transposeRagged(at(from, whole), rest, 4, columns - whole, strideX, strideOut);
    }
  }
}

/** Up to four rows become a strip of four columns. */
function transposeRagged(
  x: usize,
  out: usize,
  rows: i32,
  columns: i32,
  strideX: i32,
  strideOut: i32,
): void {
  for (let j = 0; j < padded(columns); j++) {
    for (let r = 0; r < 4; r++) {
      const exists = r < rows && j < columns;
      store<f32>(at(out, j * strideOut + r), exists ? load<f32>(at(x, r * strideX + j)) : 0);
    }
  }
}
