/** GELU in its tanh form: x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))). */
import { exp } from './exp';
import { at } from './simd';

const SCALE: f32 = 0.7978845608;
const CUBIC: f32 = 0.044715;
const CONSTANTS = memory.data<f32>([SCALE, CUBIC, 1, 2, 0.5, 3 * CUBIC], 16);

/** Floats worked on at a time. */
const CHUNK: i32 = 128;
/** e^{2z} of a chunk, z being the inner polynomial. */
const EXPONENTIALS = memory.data(512, 16);

/** Of x[n], n ≤ CHUNK. */
function exponentials(x: usize, n: i32): void {
  const scale = v128.load32_splat(CONSTANTS);
  const cubic = v128.load32_splat(CONSTANTS, 4);
  for (let i = 0; i < n; i += 4) {
    const v = v128.load(at(x, i));
    const cube = f32x4.mul(f32x4.mul(v, v), v);
    const z = f32x4.mul(scale, f32x4.add(v, f32x4.mul(cubic, cube)));
    v128.store(at(EXPONENTIALS, i), f32x4.add(z, z));
  }
  exp(EXPONENTIALS, EXPONENTIALS, n);
}

/** y[n] = gelu(x[n]); tanh z = 1 − 2 / (e^{2z} + 1) is exact at both ends. */
export function gelu(x: usize, y: usize, n: i32): void {
  const one = v128.load32_splat(CONSTANTS, 8);
  const two = v128.load32_splat(CONSTANTS, 12);
  const half = v128.load32_splat(CONSTANTS, 16);
  for (let start = 0; start < n; start += CHUNK) {
    const count = min(CHUNK, n - start);
    const from = at(x, start);
    const to = at(y, start);
    exponentials(from, count);
    for (let i = 0; i < count; i += 4) {
      const e = v128.load(at(EXPONENTIALS, i));
      const t = f32x4.sub(one, f32x4.div(two, f32x4.add(e, one)));
      const halved = f32x4.mul(half, v128.load(at(from, i)));
      v128.store(at(to, i), f32x4.mul(halved, f32x4.add(one, t)));
    }
  }
}

/** y[n] = gelu(x[n]) once more, which the forward pass does not keep, and d[n] *= gelu'(x[n]). */
export function geluBackward(x: usize, y: usize, d: usize, n: i32): void {
  const scale = v128.load32_splat(CONSTANTS);
  const one = v128.load32_splat(CONSTANTS, 8);
  const two = v128.load32_splat(CONSTANTS, 12);
  const half = v128.load32_splat(CONSTANTS, 16);
  const cubic3 = v128.load32_splat(CONSTANTS, 20);
  for (let start = 0; start < n; start += CHUNK) {
    const count = min(CHUNK, n - start);
    const from = at(x, start);
    const to = at(y, start);
    const gradient = at(d, start);
    exponentials(from, count);
    for (let i = 0; i < count; i += 4) {
      const v = v128.load(at(from, i));
      const e = v128.load(at(EXPONENTIALS, i));
      const t = f32x4.sub(one, f32x4.div(two, f32x4.add(e, one)));
      const onePlus = f32x4.add(one, t);
      v128.store(at(to, i), f32x4.mul(f32x4.mul(half, v), onePlus));
      const slope = f32x4.mul(scale, f32x4.add(one, f32x4.mul(cubic3, f32x4.mul(v, v))));
      // ½(1 + t) + ½ x (1 − t²) · z'(x)
      const curved = f32x4.mul(f32x4.mul(v, f32x4.sub(one, f32x4.mul(t, t))), slope);
      const derivative = f32x4.mul(half, f32x4.add(onePlus, curved));
      const p = at(gradient, i);
      v128.store(p, f32x4.mul(v128.load(p), derivative));
    }
  }
}
