/**
 * Causal attention for any head width that is a multiple of 4.
 *
 * qkv is [B·T, 3·D] as the projection writes it: queries, keys, values, heads side by side. Four
 * queries are worked on at a time, so that everything but the softmax is a product of tiles; the head's
 * keys and values are first laid out in panels for them. Where T is no multiple of 4, the last four
 * rows reach into those behind: what is read there enters no sum, and what is written there is written
 * again, or lies in the slack that the matrices have.
 * The probabilities are not kept; the backward pass makes them again from the stored log-sum-exp.
 */
import { exp } from './exp';
import { packColumns, packRows, transpose } from './pack';
import { at, laneMax, laneSum, madd } from './simd';
import { fourRows, padded, PANEL } from './tile';

/** Keys that the queries first … first + 3 can see, up to whole panels. */
function keysSeen(first: i32, stride: i32): i32 {
  return min(stride, (first + 4 + PANEL - 1) & -PANEL);
}

/**
 * Softmax of scale · scores[0 … count − 1] in place, 0 beyond to the vector's end; returns log Σ e^score.
 */
function softmax(scores: usize, count: i32, scale: f32): f32 {
  const end = padded(count);
  const s = f32x4.splat(scale);
  let largest = f32x4.splat(-Infinity);
  for (let j = 0; j < end; j += 4) {
    const all = f32x4.mul(v128.load(at(scores, j)), s);
    const score = v128.bitselect(all, f32x4.splat(-1e30), lanesUpTo(count - 1 - j));
    v128.store(at(scores, j), score);
    largest = f32x4.pmax(largest, score);
  }
  const tops = laneMax(largest);
  for (let j = 0; j < end; j += 4) {
    v128.store(at(scores, j), f32x4.sub(v128.load(at(scores, j)), tops));
  }
  exp(scores, scores, end);
  let sum = f32x4.splat(0);
  for (let j = 0; j < end; j += 4) sum = f32x4.add(sum, v128.load(at(scores, j)));
  const total = laneSum(sum);
  const share = f32x4.splat(1 / total);
  for (let j = 0; j < end; j += 4) {
    const p = f32x4.mul(v128.load(at(scores, j)), share);
    v128.store(at(scores, j), v128.and(p, lanesUpTo(count - 1 - j)));
  }
  return f32x4.extract_lane(tops, 0) + <f32>Math.log(<f64>total);
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
        fourRows(at(queries, i * step), step, keys, width, 0, scores, stride, seen, width);
        for (let row = i; row < min(T, i + 4); row++) {
          const logSum = softmax(at(scores, (row - i) * stride), row + 1, scale);
          store<f32>(at(lse, (b * H + h) * T + row), logSum);
        }
        fourRows(scores, stride, values, stride, 0, at(head, i * D), D, width, i + 4);
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
      headBackward(at(qkv, offset), at(out, head), sums, at(dOut, head), dQueries, scratch, T, D, width);
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
  const scale: f32 = 1 / sqrt<f32>(<f32>width);
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
    fourRows(at(queries, i * step), step, keysT, width, 0, probabilities, stride, seen, width);
    fourRows(gradient, D, valuesT, width, 0, dScores, stride, seen, width);
    for (let r = 0; r < 4; r++) {
      const delta = dot(at(gradient, r * D), at(out, (i + r) * D), width);
      const last = i + r < T ? i + r : -1;
      const row = r * stride;
      const logSum = load<f32>(at(lse, i + r));
      scoreGradient(at(probabilities, row), at(dScores, row), logSum, delta, scale, last, i + 4);
    }
    transpose(probabilities, at(probabilitiesT, i), 4, i + 4, stride, stride);
    transpose(dScores, at(dScoresT, i), 4, i + 4, stride, stride);
    fourRows(dScores, stride, keyPanels, stride, 0, at(dQueries, i * step), step, width, i + 4);
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
 * p[j] = e^(scale · p[j] − lse) and ds[j] = p[j] · (ds[j] − delta) · scale for j = 0 … last, 0 from
 * there to `end`.
 */
function scoreGradient(
  p: usize,
  ds: usize,
  lse: f32,
  delta: f32,
  scale: f32,
  last: i32,
  end: i32,
): void {
  const s = f32x4.splat(scale);
  for (let j = 0; j < end; j += 4) {
    const score = f32x4.mul(v128.load(at(p, j)), s);
    v128.store(at(p, j), f32x4.sub(score, f32x4.splat(lse)));
  }
  exp(p, p, end);
  for (let j = 0; j < end; j += 4) {
    const mask = lanesUpTo(last - j);
    const probability = v128.load(at(p, j));
    const inner = f32x4.sub(v128.load(at(ds, j)), f32x4.splat(delta));
    v128.store(at(p, j), v128.and(mask, probability));
    v128.store(at(ds, j), v128.and(mask, f32x4.mul(f32x4.mul(probability, inner), s)));
  }
}

/**
 * Keys and values of N positions into the cache of sampling: keys transposed [row, D, stride] with
 * stride = padded(context), values [row, context, D].
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
    const column = at(keys, row * D * stride + place);
    for (let d = 0; d < D; d++) store<f32>(at(column, d * stride), load<f32>(at(key, d)));
    memory.copy(at(values, (row * context + place) * D), at(key, D), at(0, D));
  }
}

/** scores[j] = Σ_d x[d] · transposed[d, j] for the vectors that hold j = 0 … count − 1. */
function products(
  x: usize,
  transposed: usize,
  scores: usize,
  count: i32,
  width: i32,
  stride: i32,
): void {
  for (let j = 0; j < count; j += 4) {
    let sum = f32x4.splat(0);
    for (let d = 0; d < width; d++) {
      sum = madd(sum, v128.load32_splat(at(x, d)), at(transposed, d * stride + j));
    }
    v128.store(at(scores, j), sum);
  }
}

/** out[width] = Σ_j weights[j] · rows[j], for `count` rows `step` floats apart. */
function weightedSum(
  weights: usize,
  rows: usize,
  step: i32,
  out: usize,
  count: i32,
  width: i32,
): void {
  let d = 0;
  for (; d + 8 <= width; d += 8) {
    let sum0 = f32x4.splat(0);
    let sum1 = sum0;
    for (let j = 0; j < count; j++) {
      const w = v128.load32_splat(at(weights, j));
      const row = at(rows, j * step + d);
      sum0 = madd(sum0, w, row);
      sum1 = madd(sum1, w, row + 16);
    }
    v128.store(at(out, d), sum0);
    v128.store(at(out, d + 4), sum1);
  }
  for (; d < width; d += 4) {
    let sum = f32x4.splat(0);
    for (let j = 0; j < count; j++) {
      sum = madd(sum, v128.load32_splat(at(weights, j)), at(rows, j * step + d));
    }
    v128.store(at(out, d), sum);
  }
}

/** out[N, D]: each of N queries against the cached positions 0 … place of its row. */
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
  const stride = padded(context);
  const scale: f32 = 1 / sqrt<f32>(<f32>width);
  for (let n = 0; n < N; n++) {
    const row = load<i32>(at(rows, n));
    const count = load<i32>(at(places, n)) + 1;
    for (let h = 0; h < H; h++) {
      const query = at(qkv, n * 3 * D + h * width);
      const rowKeys = at(keys, (row * D + h * width) * stride);
      products(query, rowKeys, scores, count, width, stride);
      softmax(scores, count, scale);
      const rowValues = at(values, row * context * D + h * width);
      weightedSum(scores, rowValues, D, at(out, n * D + h * width), count, width);
    }
  }
}
