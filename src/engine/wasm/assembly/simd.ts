/** Helpers on four 32-bit floats at once. Sizes are multiples of 4 unless said otherwise. */

/** Bytes of a 32-bit float, as a shift. */
export const F32_SHIFT: usize = 2;

/** Address of element `index` of a float array. */
@inline
export function at(base: usize, index: i32): usize {
  return base + ((<usize>index) << F32_SHIFT);
}

/** Sum of the four lanes. */
export function laneSum(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    f32x4.extract_lane(v, 2) +
    f32x4.extract_lane(v, 3)
  );
}

/** Largest of the four lanes, in all of them. NaN may be lost. */
@inline
export function laneMax(v: v128): v128 {
  const pairs = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2));
}

/** Writes four vectors as the columns of 4 × 4 floats, `stride` floats between its rows. */
@inline
export function transpose4x4(
  r0: v128,
  r1: v128,
  r2: v128,
  r3: v128,
  out: usize,
  stride: i32,
): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(at(out, stride), v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(at(out, 2 * stride), v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(at(out, 3 * stride), v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** 1.5 · 2²³: a float this large has no fraction, so adding it rounds to the nearest integer. */
const ROUNDER: f32 = 12582912;

/**
 * e^x for four floats, relative error below 2e-7, arguments clamped to [−87, 88].
 * Range reduction by powers of two and the polynomial of Cephes' expf. Minimum, maximum, rounding and
 * conversion are of the kind that is one machine instruction each.
 */
@inline
export function exp4(input: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(input, f32x4.splat(88)), f32x4.splat(-87));
  // n in the low bits of the sum, and as a float.
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(ROUNDER));
  const n = f32x4.sub(shifted, f32x4.splat(ROUNDER));
  // ln 2 in two parts, so that the reduced argument keeps its low bits.
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444e-4)));
  let p = f32x4.splat(1.98756915e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.39819995e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.33345191e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.16657959e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.66666655e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.00000012e-1));
  p = f32x4.add(f32x4.mul(f32x4.mul(p, r), r), f32x4.add(r, f32x4.splat(1)));
  const exponent = i32x4.shl(i32x4.add(shifted, i32x4.splat(127)), 23);
  return f32x4.mul(p, exponent);
}

/** acc + scalar · vector at `address`, as the compiler cannot be told to fuse it. */
@inline
export function madd(acc: v128, scale: v128, address: usize): v128 {
  return f32x4.add(acc, f32x4.mul(scale, v128.load(address)));
}
