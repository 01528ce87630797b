/**
 * Causal attention for any head width that is a multiple of 4.
 *
 * qkv is [B·T, 3·D] as the projection writes it: queries, keys, values, heads side by side. For each
 * sequence and head the keys (and for the backward pass the values) are first laid out transposed,
 * so that the products of one query with four keys are one vector: no horizontal sums.
 * The probabilities are not kept; the backward pass makes them again from the stored log-sum-exp.
 */
import { at, exp4, laneMax, laneSum, madd } from './simd';

/** Row length of transposed keys and of score rows: T rounded up to whole vectors. */
function padded(T: i32): i32 {
  return (T + 3) & ~3;
}

/** out[width, stride] = transposed rows of `x`, which lie `step` floats apart. */
function transposeHead(x: usize, out: usize, T: i32, width: i32, step: i32, stride: i32): void {
  for (let t = 0; t < T; t++) {
    const row = at(x, t * step);
    for (let d = 0; d < width; d++) {
      store<f32>(at(out, d * stride + t), load<f32>(at(row, d)));
    }
  }
}

/** scores[j] = scale · Σ_d x[d] · transposed[d, j] for the vectors that hold j = 0 … count − 1. */
function products(
  x: usize,
  transposed: usize,
  scores: usize,
  count: i32,
  width: i32,
  stride: i32,
  scale: f32,
): void {
  const s = f32x4.splat(scale);
  for (let j = 0; j < count; j += 4) {
    let sum = f32x4.splat(0);
    for (let d = 0; d < width; d++) {
      sum = madd(sum, v128.load32_splat(at(x, d)), at(transposed, d * stride + j));
    }
    v128.store(at(scores, j), f32x4.mul(sum, s));
  }
}

/** out[width] = Σ_j weights[j · weightStep] · rows[j], for `count` rows `step` floats apart. */
function weightedSum(
  weights: usize,
  weightStep: i32,
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
      const w = v128.load32_splat(at(weights, j * weightStep));
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
      sum = madd(sum, v128.load32_splat(at(weights, j * weightStep)), at(rows, j * step + d));
    }
    v128.store(at(out, d), sum);
  }
}

/** Softmax of scores[0 … count − 1] in place, 0 beyond to the vector's end; returns log Σ e^score. */
function softmax(scores: usize, count: i32): f32 {
  const end = padded(count);
  for (let j = count; j < end; j++) store<f32>(at(scores, j), -1e30);
  let largest = v128.load(scores);
  for (let j = 4; j < end; j += 4) largest = f32x4.max(largest, v128.load(at(scores, j)));
  const top = laneMax(largest);
  const tops = f32x4.splat(top);
  let sum = f32x4.splat(0);
  for (let j = 0; j < end; j += 4) {
    const p = exp4(f32x4.sub(v128.load(at(scores, j)), tops));
    v128.store(at(scores, j), p);
    sum = f32x4.add(sum, p);
  }
  const total = laneSum(sum);
  const scale = f32x4.splat(1 / total);
  for (let j = 0; j < end; j += 4) {
    v128.store(at(scores, j), f32x4.mul(v128.load(at(scores, j)), scale));
  }
  for (let j = count; j < end; j++) store<f32>(at(scores, j), 0);
  return top + <f32>Math.log(<f64>total);
}

/**
 * out[B·T, D] and lse[B·H·T].
 * @param scratch (width + 1) · padded(T) floats, width = D / H
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
  const scores = at(scratch, width * stride);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const queries = at(qkv, b * T * step + h * width);
      const values = at(queries, 2 * D);
      transposeHead(at(queries, D), scratch, T, width, step, stride);
      for (let i = 0; i < T; i++) {
        products(at(queries, i * step), scratch, scores, i + 1, width, stride, scale);
        store<f32>(at(lse, (b * H + h) * T + i), softmax(scores, i + 1));
        const row = at(out, (b * T + i) * D + h * width);
        weightedSum(scores, 1, values, step, row, i + 1, width);
      }
    }
  }
}

/**
 * dQkv[B·T, 3·D] from dOut[B·T, D]; out and lse are those of the forward pass.
 * @param scratch (2 · width + 2 · T + 1) · padded(T) floats
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
  const stride = padded(T);
  const step = 3 * D;
  const scale: f32 = 1 / sqrt<f32>(<f32>width);
  const keysT = scratch;
  const valuesT = at(keysT, width * stride);
  const probabilities = at(valuesT, width * stride);
  const dScores = at(probabilities, T * stride);
  for (let b = 0; b < B; b++) {
    for (let h = 0; h < H; h++) {
      const offset = b * T * step + h * width;
      const queries = at(qkv, offset);
      const keys = at(queries, D);
      const dQueries = at(dQkv, offset);
      const head = b * T * D + h * width;
      transposeHead(keys, keysT, T, width, step, stride);
      transposeHead(at(keys, D), valuesT, T, width, step, stride);
      for (let i = 0; i < T; i++) {
        const p = at(probabilities, i * stride);
        const ds = at(dScores, i * stride);
        const gradient = at(dOut, head + i * D);
        products(at(queries, i * step), keysT, p, i + 1, width, stride, scale);
        products(gradient, valuesT, ds, i + 1, width, stride, 1);
        const delta = dot(gradient, at(out, head + i * D), width);
        scoreGradient(p, ds, load<f32>(at(lse, (b * H + h) * T + i)), delta, scale, i + 1);
        weightedSum(ds, 1, keys, step, at(dQueries, i * step), i + 1, width);
      }
      // Key and value j are read by queries j … T − 1: sums down a column of the score matrices.
      for (let j = 0; j < T; j++) {
        const column = j * stride + j;
        const dKey = at(dQueries, j * step + D);
        weightedSum(at(dScores, column), stride, at(queries, j * step), step, dKey, T - j, width);
        const gradients = at(dOut, head + j * D);
        weightedSum(at(probabilities, column), stride, gradients, D, at(dKey, D), T - j, width);
      }
    }
  }
}

function dot(x: usize, y: usize, n: i32): f32 {
  let sum = f32x4.splat(0);
  for (let i = 0; i < n; i += 4) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(at(x, i)), v128.load(at(y, i))));
  }
  return laneSum(sum);
}

/** p[j] = e^(p[j] − lse) and ds[j] = p[j] · (ds[j] − delta) · scale, for j < count. */
function scoreGradient(p: usize, ds: usize, lse: f32, delta: f32, scale: f32, count: i32): void {
  for (let j = 0; j < count; j += 4) {
    const probability = exp4(f32x4.sub(v128.load(at(p, j)), f32x4.splat(lse)));
    const inner = f32x4.sub(v128.load(at(ds, j)), f32x4.splat(delta));
    v128.store(at(p, j), probability);
    v128.store(at(ds, j), f32x4.mul(f32x4.mul(probability, inner), f32x4.splat(scale)));
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
      products(query, rowKeys, scores, count, width, stride, scale);
      softmax(scores, count);
      const rowValues = at(values, row * context * D + h * width);
      weightedSum(scores, 1, rowValues, D, at(out, n * D + h * width), count, width);
    }
  }
}
