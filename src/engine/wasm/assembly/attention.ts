/**
 * Causal attention for any head width that is a multiple of 4.
 *
 * qkv is [B·T, 3·D] as the projection writes it: queries, keys, values, heads side by side. Four
 * queries are worked on at a time, so that everything but the softmax is a product of tiles; the head's
 * keys and values are first laid out in panels for them. Where T is not a multiple of 4, the last four
 * rows reach into those behind: what is read there enters no sum, and what is written there is written
 * again, or lies in the slack that the matrices have.
 * The probabilities are not kept; the backward pass makes them again from the stored log-sum-exp.
 */
import { log } from './doubles';
import { exp } from './exp';
import { packColumns, packRows, transpose } from './pack';
import { at, laneMax, laneSum, madd } from './simd';
import { fourRows, padded, PANEL } from './tile';

/** Keys that the queries first … first + 3 can see, up to whole panels. */
function keysSeen(first: i32, stride: i32): i32 {
  return min(stride, (first + 4 + PANEL - 1) & -PANEL);
}

/**
 * Scales `count` scores, fills up their last vector with what has no share, and takes the largest off all
 * of them. Returns it.
 */
function belowTop(row: usize, count: i32, scale: v128): v128 {
  const end = padded(count);
  const last = at(row, end - 4);
  const seen = lanesUpTo(count - 1 - (end - 4));
  v128.store(last, v128.bitselect(v128.load(last), f32x4.splat(-1e30), seen));
  let largest = f32x4.splat(-Infinity);
  for (let j = 0; j < end; j += 4) {
    const score = f32x4.mul(v128.load(at(row, j)), scale);
    v128.store(at(row, j), score);
    largest = f32x4.pmax(largest, score);
  }
  const tops = laneMax(largest);
  for (let j = 0; j < end; j += 4) {
    v128.store(at(row, j), f32x4.sub(v128.load(at(row, j)), tops));
  }
  return tops;
}

/** Divides `count` weights by their sum and sets the rest of the last vector to 0. Returns the sum. */
function shares(row: usize, count: i32): f32 {
  const end = padded(count);
  let sum = f32x4.splat(0);
  for (let j = 0; j < end; j += 4) sum = f32x4.add(sum, v128.load(at(row, j)));
  const total = laneSum(sum);
  const share = f32x4.splat(1 / total);
  for (let j = 0; j < end; j += 4) {
    v128.store(at(row, j), f32x4.mul(v128.load(at(row, j)), share));
  }
  const last = at(row, end - 4);
  v128.store(last, v128.and(v128.load(last), lanesUpTo(count - 1 - (end - 4))));
  return total;
}

/**
 * Softmax of scale · scores in place, of `rows` rows that lie `stride` floats apart: row r has count + r
 * scores, and 0 from there to the vector's end. Row r's log Σ e^score goes to lse[r].
 */
function softmax(scores: usize, lse: usize, rows: i32, count: i32, stride: i32, scale: f32): void {
  const s = f32x4.splat(scale);
  for (let r = 0; r < rows; r++) {
    const tops = belowTop(at(scores, r * stride), count + r, s);
    store<f32>(at(lse, r), f32x4.extract_lane(tops, 0));
  }
  // All rows at once: one alone is too short to keep the processor busy.
  exp(scores, scores, (rows - 1) * stride + padded(count + rows - 1));
  for (let r = 0; r < rows; r++) {
    const total = shares(at(scores, r * stride), count + r);
    store<f32>(at(lse, r), load<f32>(at(lse, r)) + <f32>log(<f64>total));
  }
}

/** All bits set in the lanes 0 … last, none in the others. */
function lanesUpTo(last: i32): v128 {
  return i32x4.le_s(i32x4(0, 1, 2, 3), i32x4.splat(last));
}

/**
 * out[B·T, D] and lse[B·H·T].
 * @param scratch (2 · width + 4) · padded(T) floats, width = D / H
 */
export function attentionForward(
  qkv: usize,
  out: usize,
  lse: usize,
  scratch: usize,
  B: i32,
  T: i32,
  H: i32,
  D: i32,
): void {
  const width = D / H;
  const stride = padded(T);
  const step = 3 * D;
  const scale: f32 = 1 / sqrt<f32>(<f32>width);
  const keys = scratch;
  const values = at(keys, width * stride);
  const scores = at(values, width * stride);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const queries = at(qkv, b * T * step + h * width);
      const head = at(out, b * T * D + h * width);
      packColumns(at(queries, D), keys, width, T, step);
      packRows(at(queries, 2 * D), values, T, width, step);
      for (let i = 0; i < T; i += 4) {
        const seen = keysSeen(i, stride);
        const sums = at(lse, (b * H + h) * T + i);
        fourRows(at(queries, i * step), step, keys, width, 0, scores, seen, seen, width);
        softmax(scores, sums, min(4, T - i), i + 1, seen, scale);
        fourRows(scores, seen, values, stride, 0, at(head, i * D), D, width, i + 4);
      }
    }
  }
}

/**
 * dQkv[B·T, 3·D] from dOut[B·T, D]; out and lse are those of the forward pass.
 * @param scratch (5 · width + 8 + 2 · padded(T)) · padded(T) floats
 */
export function attentionBackward(
  qkv: usize,
  out: usize,
  lse: usize,
  dOut: usize,
  dQkv: usize,
  scratch: usize,
  B: i32,
  T: i32,
  H: i32,
  D: i32,
): void {
  const width = D / H;
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const offset = b * T * 3 * D + h * width;
      const head = b * T * D + h * width;
      const sums = at(lse, (b * H + h) * T);
      const dQueries = at(dQkv, offset);
      headBackward(
        at(qkv, offset),
        at(out, head),
        sums,
        at(dOut, head),
        dQueries,
        scratch,
        T,
        D,
        width,
      );
    }
  }
}

/** One head of one sequence; its first queries are at `queries`, its keys and values behind them. */
function headBackward(
  queries: usize,
  out: usize,
  lse: usize,
  dOut: usize,
  dQueries: usize,
  scratch: usize,
  T: i32,
  D: i32,
  width: i32,
): void {
  const stride = padded(T);
  const step = 3 * D;
  const size = width * stride;
  // Panels of the transposed keys and values, and of keys, queries and output gradients as they are.
  const keysT = scratch;
  const valuesT = at(keysT, size);
  const keyPanels = at(valuesT, size);
  const queryPanels = at(keyPanels, size);
  const gradientPanels = at(queryPanels, size);
  // Of four queries, and then of all of them with a row for each key.
  const probabilities = at(gradientPanels, size);
  const dScores = at(probabilities, 4 * stride);
  const probabilitiesT = at(dScores, 4 * stride);
  const dScoresT = at(probabilitiesT, stride * stride);
  packColumns(at(queries, D), keysT, width, T, step);
  packColumns(at(queries, 2 * D), valuesT, width, T, step);
  packRows(at(queries, D), keyPanels, T, width, step);
  packRows(queries, queryPanels, T, width, step);
  packRows(dOut, gradientPanels, T, width, D);
  for (let i = 0; i < T; i += 4) {
    const seen = keysSeen(i, stride);
    const gradient = at(dOut, i * D);
    fourRows(at(queries, i * step), step, keysT, width, 0, probabilities, seen, seen, width);
    fourRows(gradient, D, valuesT, width, 0, dScores, seen, seen, width);
    scoreGradient(
      probabilities,
      dScores,
      at(lse, i),
      gradient,
      at(out, i * D),
      D,
      width,
      i,
      T,
      seen,
    );
    transpose(probabilities, at(probabilitiesT, i), 4, i + 4, seen, stride);
    transpose(dScores, at(dScoresT, i), 4, i + 4, seen, stride);
    fourRows(dScores, seen, keyPanels, stride, 0, at(dQueries, i * step), step, width, i + 4);
  }
  // Key and value j are read by queries j … T − 1.
  for (let j = 0; j < T; j += 4) {
    const place = j * stride + j;
    const left = stride - j;
    const dKey = at(dQueries, j * step + D);
    fourRows(at(dScoresT, place), stride, queryPanels, stride, j, dKey, step, width, left);
    const dValue = at(dKey, D);
    const row = at(probabilitiesT, place);
    fourRows(row, stride, gradientPanels, stride, j, dValue, step, width, left);
  }
}

function dot(x: usize, y: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(at(x, i)), v128.load(at(y, i))));
  }
  return laneSum(sum);
}

/**
 * Of the queries i … i + 3, in rows `stride` floats apart: scores become probabilities p, and the
 * gradients `ds` of the probabilities become those of the scores, both 0 beyond what a query sees.
 * @param gradient that of the output; @param out the output; their rows lie D floats apart
 */
function scoreGradient(
  p: usize,
  ds: usize,
  lse: usize,
  gradient: usize,
  out: usize,
  D: i32,
  width: i32,
  i: i32,
  T: i32,
  stride: i32,
): void {
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>width));
  for (let r = 0; r < 4; r++) {
    const logSum = v128.load32_splat(at(lse, r));
    for (let j = r * stride; j < r * stride + i + 4; j += 4) {
      v128.store(at(p, j), f32x4.sub(f32x4.mul(v128.load(at(p, j)), scale), logSum));
    }
  }
  exp(p, p, 3 * stride + i + 4);
  for (let r = 0; r < 4; r++) {
    const delta = f32x4.splat(dot(at(gradient, r * D), at(out, r * D), width));
    const row = r * stride;
    for (let j = row; j < row + i + 4; j += 4) {
      const inner = f32x4.sub(v128.load(at(ds, j)), delta);
      v128.store(at(ds, j), f32x4.mul(f32x4.mul(v128.load(at(p, j)), inner), scale));
    }
    hide(at(p, row), i, r, T);
    hide(at(ds, row), i, r, T);
  }
}

/** Sets to 0 what query i + r of T does not see, of the keys 0 … i + 3. Other sequences' see nothing. */
function hide(row: usize, i: i32, r: i32, T: i32): void {
  const last = at(row, i);
  if (i + r < T) v128.store(last, v128.and(v128.load(last), lanesUpTo(r)));
  else memory.fill(row, 0, at(0, i + 4));
}

/**
 * Keys and values of N positions into the cache of sampling: keys in groups of four positions,
 * [row, padded(context) / 4, D, 4], values [row, context, D].
 * @param rows cache row of each position; @param places its position
 */
export function cacheKeysValues(
  qkv: usize,
  keys: usize,
  values: usize,
  rows: usize,
  places: usize,
  N: i32,
  context: i32,
  D: i32,
): void {
  const stride = padded(context);
  for (let n = 0; n < N; n++) {
    const key = at(qkv, n * 3 * D + D);
    const row = load<i32>(at(rows, n));
    const place = load<i32>(at(places, n));
    const group = at(keys, row * D * stride + (place & ~3) * D + (place & 3));
    for (let d = 0; d < D; d++) store<f32>(at(group, 4 * d), load<f32>(at(key, d)));
    memory.copy(at(values, (row * context + place) * D), at(key, D), at(0, D));
  }
}

/**
 * scores[j] = Σ_d x[d] · keys[j, d] for the vectors that hold j = 0 … count − 1.
 * @param keys in groups of four, `step` floats apart
 */
function products(x: usize, keys: usize, scores: usize, count: i32, width: i32, step: i32): void {
  let j = 0;
  for (; j + 4 < count; j += 8) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    for (let d = 0; d < width; d++) {
      const scale = v128.load32_splat(at(x, d));
      sum0 = madd(sum0, scale, at(keys, 4 * d));
      sum1 = madd(sum1, scale, at(keys, step + 4 * d));
    }
    v128.store(at(scores, j), sum0);
    v128.store(at(scores, j + 4), sum1);
    keys = at(keys, 2 * step);
  }
  if (j >= count) return;
  let sum = f32x4.splat(0);
  for (let d = 0; d < width; d++) {
    sum = madd(sum, v128.load32_splat(at(x, d)), at(keys, 4 * d));
  }
  v128.store(at(scores, j), sum);
}

/**
 * out[D] = Σ_j weights[head of the column, j] · rows[j, D], for `count` rows.
 * @param weights of each head, `stride` floats apart
 */
function weightedSums(
  weights: usize,
  stride: i32,
  rows: usize,
  out: usize,
  count: i32,
  width: i32,
  D: i32,
): void {
  let d = 0;
  // Four vectors at a time: their sums do not wait for each other.
  for (; d + 16 <= D; d += 16) {
    const w0 = at(weights, (d / width) * stride);
    const w1 = at(weights, ((d + 4) / width) * stride);
    const w2 = at(weights, ((d + 8) / width) * stride);
    const w3 = at(weights, ((d + 12) / width) * stride);
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    let sum2 = sum0;
    let sum3 = sum0;
    for (let j = 0; j < count; j++) {
      const row = at(rows, j * D + d);
      sum0 = madd(sum0, v128.load32_splat(at(w0, j)), row);
      sum1 = madd(sum1, v128.load32_splat(at(w1, j)), row + 16);
      sum2 = madd(sum2, v128.load32_splat(at(w2, j)), row + 32);
      sum3 = madd(sum3, v128.load32_splat(at(w3, j)), row + 48);
    }
    v128.store(at(out, d), sum0);
    v128.store(at(out, d + 4), sum1);
    v128.store(at(out, d + 8), sum2);
    v128.store(at(out, d + 12), sum3);
  }
  for (; d < D; d += 4) {
    const own = at(weights, (d / width) * stride);
    let sum = f32x4.splat(0);
    for (let j = 0; j < count; j++) {
      sum = madd(sum, v128.load32_splat(at(own, j)), at(rows, j * D + d));
    }
    v128.store(at(out, d), sum);
  }
}

/**
 * out[N, D]: each of N queries against the cached positions 0 … place of its row.
 * @param scores H · padded(context) floats
 */
export function attentionDecode(
  qkv: usize,
  keys: usize,
  values: usize,
  rows: usize,
  places: usize,
  out: usize,
  scores: usize,
  N: i32,
  context: i32,
  H: i32,
  D: i32,
): void {
  const width = D / H;
  const scale = f32x4.splat(1 / sqrt<f32>(<f32>width));
  for (let n = 0; n < N; n++) {
    const row = load<i32>(at(rows, n));
    const count = load<i32>(at(places, n)) + 1;
    const stride = padded(count);
    const rowKeys = at(keys, row * D * padded(context));
    for (let h = 0; h < H; h++) {
      const query = at(qkv, n * 3 * D + h * width);
      const own = at(scores, h * stride);
      products(query, at(rowKeys, 4 * h * width), own, count, width, 4 * D);
      belowTop(own, count, scale);
    }
    exp(scores, scores, H * stride);
    for (let h = 0; h < H; h++) shares(at(scores, h * stride), count);
    const rowValues = at(values, row * context * D);
    weightedSums(scores, stride, rowValues, at(out, n * D), count, width, D);
  }
}
