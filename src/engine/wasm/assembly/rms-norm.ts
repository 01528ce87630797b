/** RMSNorm with gain: y = g · x / √(mean(x²) + ε). */
import { at, laneSum } from './simd';

const EPSILON: f32 = 1e-5;

/** y[N, D] and the scales 1/rms[N] from x[N, D] and gain[D]. */
export function rmsNorm(x: usize, gain: usize, y: usize, scales: usize, N: i32, D: i32): void {
  for (let n = 0; n < N; n++) {
    const row = at(x, n * D);
    const out = at(y, n * D);
    let squares = f32x4.splat(0);
    for (let d = 0; d < D; d += 4) {
      const v = v128.load(at(row, d));
      squares = f32x4.add(squares, f32x4.mul(v, v));
    }
    const scale: f32 = 1 / sqrt<f32>(laneSum(squares) / <f32>D + EPSILON);
    store<f32>(at(scales, n), scale);
    const s = f32x4.splat(scale);
    for (let d = 0; d < D; d += 4) {
      const scaled = f32x4.mul(v128.load(at(row, d)), s);
      v128.store(at(out, d), f32x4.mul(scaled, v128.load(at(gain, d))));
    }
  }
}

/**
 * dx[N, D] += the gradient through the norm, dGain[D] += its share, from dy[N, D].
 * With x̂ = x · scale: dx = scale · (g·dy − x̂ · mean(g·dy·x̂)), dGain = Σ dy·x̂.
 */
export function rmsNormBackward(
  dy: usize,
  x: usize,
  gain: usize,
  scales: usize,
  dx: usize,
  dGain: usize,
  N: i32,
  D: i32,
): void {
  for (let n = 0; n < N; n++) {
    const offset = n * D;
    const s = f32x4.splat(load<f32>(at(scales, n)));
    let dot = f32x4.splat(0);
    for (let d = 0; d < D; d += 4) {
      const normalized = f32x4.mul(v128.load(at(x, offset + d)), s);
      const product = f32x4.mul(v128.load(at(dy, offset + d)), normalized);
      const sum = at(dGain, d);
      v128.store(sum, f32x4.add(v128.load(sum), product));
      dot = f32x4.add(dot, f32x4.mul(product, v128.load(at(gain, d))));
    }
    const mean = f32x4.splat(laneSum(dot) / <f32>D);
    for (let d = 0; d < D; d += 4) {
      const normalized = f32x4.mul(v128.load(at(x, offset + d)), s);
      const direct = f32x4.mul(v128.load(at(dy, offset + d)), v128.load(at(gain, d)));
      const gradient = f32x4.mul(s, f32x4.sub(direct, f32x4.mul(normalized, mean)));
      const out = at(dx, offset + d);
      v128.store(out, f32x4.add(v128.load(out), gradient));
    }
  }
}
