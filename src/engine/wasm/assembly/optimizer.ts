/** AdamW with decoupled weight decay (Loshchilov and Hutter, 2019). */
import { at } from './simd';

/** Σ x², in double precision: the clip factor of a long vector needs it. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) {
    const value = <f64>load<f32>(at(x, i));
    sum += value * value;
  }
  return sum;
}

/**
 * One update of n parameters, in place, with moments m and v.
 * @param clip factor on the gradient
 * @param rate learning rate / (1 − β1^t)
 * @param correction 1 / (1 − β2^t)
 * @param decay learning rate · weight decay; 0 for gains
 */
export function adamW(
  parameters: usize,
  gradient: usize,
  m: usize,
  v: usize,
  n: i32,
  clip: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  rate: f32,
  correction: f32,
  decay: f32,
): void {
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const rest1 = f32x4.splat(1 - beta1);
  const rest2 = f32x4.splat(1 - beta2);
  const keep = f32x4.splat(1 - decay);
  for (let i = 0; i < n; i += 4) {
    const g = f32x4.mul(v128.load(at(gradient, i)), f32x4.splat(clip));
    const first = f32x4.add(f32x4.mul(b1, v128.load(at(m, i))), f32x4.mul(rest1, g));
    const second = f32x4.add(f32x4.mul(b2, v128.load(at(v, i))), f32x4.mul(rest2, f32x4.mul(g, g)));
    v128.store(at(m, i), first);
    v128.store(at(v, i), second);
    const root = f32x4.sqrt(f32x4.mul(second, f32x4.splat(correction)));
    const update = f32x4.div(
      f32x4.mul(f32x4.splat(rate), first),
      f32x4.add(root, f32x4.splat(epsilon)),
    );
    const p = at(parameters, i);
    v128.store(p, f32x4.sub(f32x4.mul(v128.load(p), keep), update));
  }
}
