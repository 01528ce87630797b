/**
 * e^x of whole arrays. A vector's own sum takes four times as long as the processor needs for the
 * operations, so it is cut into two loops, short enough that many vectors are under way at once. The
 * constants come from memory: the compiler would otherwise make each one again for every vector.
 */
import { at } from './simd';

/** Floats that both loops work on before the next ones. */
const CHUNK: i32 = 128;
/** 1.5 · 2²³: a float this large has no fraction, so adding it rounds to the nearest integer. */
const ROUNDER: f32 = 12582912;

const REDUCTION = memory.data<f32>([88, -87, 1.44269504, ROUNDER, 0.693359375, 2.1219444e-4], 16);
/** The polynomial of Cephes' expf. */
const POLYNOMIAL = memory.data<f32>(
  [1.98756915e-4, 1.39819995e-3, 8.33345191e-3, 4.16657959e-2, 1.66666655e-1, 5.00000012e-1, 1],
  16,
);
/** 2ⁿ of each float of a chunk. */
const POWERS = memory.data(512, 16);

/**
 * y[n] = e^x[n], relative error below 2e-7, arguments clamped to [−87, 88]. `y` may be `x`.
 */
export function exp(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += CHUNK) {
    const chunk = at(y, i);
    const end = chunk + at(0, min(CHUNK, n - i));
    reduce(at(x, i), chunk, end);
    evaluate(chunk, end);
  }
}

/** x = n · ln 2 + r: writes r to `y`, which ends at `end`, and 2ⁿ to POWERS. */
function reduce(x: usize, y: usize, end: usize): void {
  const most = v128.load32_splat(REDUCTION);
  const least = v128.load32_splat(REDUCTION, 4);
  const log2e = v128.load32_splat(REDUCTION, 8);
  const rounder = v128.load32_splat(REDUCTION, 12);
  const high = v128.load32_splat(REDUCTION, 16);
  const low = v128.load32_splat(REDUCTION, 20);
  let power = POWERS;
  for (; y < end; y += 16) {
    // These, unlike min and max, are one machine instruction each, and keep NaN in this order.
    const value = f32x4.pmax(f32x4.pmin(v128.load(x), most), least);
    // n is in the low bits of this sum.
    const shifted = f32x4.add(f32x4.mul(value, log2e), rounder);
    v128.store(power, i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23));
    const n = f32x4.sub(shifted, rounder);
    // ln 2 in two parts, so that the reduced argument keeps its low bits.
    v128.store(y, f32x4.add(f32x4.sub(value, f32x4.mul(n, high)), f32x4.mul(n, low)));
    x += 16;
    power += 16;
  }
}

/** y = e^y · 2ⁿ */
function evaluate(y: usize, end: usize): void {
  const c0 = v128.load32_splat(POLYNOMIAL);
  const c1 = v128.load32_splat(POLYNOMIAL, 4);
  const c2 = v128.load32_splat(POLYNOMIAL, 8);
  const c3 = v128.load32_splat(POLYNOMIAL, 12);
  const c4 = v128.load32_splat(POLYNOMIAL, 16);
  const c5 = v128.load32_splat(POLYNOMIAL, 20);
  const one = v128.load32_splat(POLYNOMIAL, 24);
  let power = POWERS;
  for (; y < end; y += 16) {
    const r = v128.load(y);
    let p = f32x4.add(f32x4.mul(c0, r), c1);
    p = f32x4.add(f32x4.mul(p, r), c2);
    p = f32x4.add(f32x4.mul(p, r), c3);
    p = f32x4.add(f32x4.mul(p, r), c4);
    p = f32x4.add(f32x4.mul(p, r), c5);
    p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), f32x4.add(r, one));
    v128.store(y, f32x4.mul(p, v128.load(power)));
    power += 16;
  }
}
