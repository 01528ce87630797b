/** GELU in its tanh form: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
import { at, exp4 } from './simd';

const SCALE: f32 = 0.7978845608;
const CUBIC: f32 = 0.044715;

/** tanh of the inner polynomial, as 1 − 2 / (e^{2z} + 1): exact at both ends. */
@inline
function innerTanh(x: v128): v128 {
  const cube = f32x4.mul(f32x4.mul(x, x), x);
  const z = f32x4.mul(f32x4.splat(SCALE), f32x4.add(x, f32x4.mul(f32x4.splat(CUBIC), cube)));
  const e = exp4(f32x4.add(z, z));
  const one = f32x4.splat(1);
  return f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(e, one)));
}

/** y[n] = gelu(x[n]). */
export function gelu(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(at(x, i));
    const half = f32x4.mul(f32x4.splat(0.5), v);
    v128.store(at(y, i), f32x4.mul(half, f32x4.add(f32x4.splat(1), innerTanh(v))));
  }
}

/** y[n] = gelu(x[n]) once more, which is not kept, and d[n] *= gelu'(x[n]). */
export function geluBackward(x: usize, y: usize, d: usize, n: i32): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(at(x, i));
    const half = f32x4.mul(f32x4.splat(0.5), v);
    const t = innerTanh(v);
    const onePlus = f32x4.add(one, t);
    v128.store(at(y, i), f32x4.mul(half, onePlus));
    const slope = f32x4.mul(
      f32x4.splat(SCALE),
      f32x4.add(one, f32x4.mul(f32x4.splat(3 * CUBIC), f32x4.mul(v, v))),
    );
    // ½(1 + t) + ½ x (1 − t²) · z'(x)
    const curved = f32x4.mul(f32x4.mul(v, f32x4.sub(one, f32x4.mul(t, t))), slope);
    const derivative = f32x4.mul(f32x4.splat(0.5), f32x4.add(onePlus, curved));
    const p = at(d, i);
    v128.store(p, f32x4.mul(v128.load(p), derivative));
  }
}
