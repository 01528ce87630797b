/** Helpers on four 32-bit floats at once. Sizes are multiples of 4 unless said otherwise. */

/** Bytes of a 32-bit float, as a shift. */
export const F32_SHIFT: usize = 2;

/** Address of element `index` of a float array. */
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

/** Largest of the four lanes. */
export function laneMax(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/**
 * e^x for four floats, relative error below 2e-7, arguments clamped to [−87, 88].
 * Range reduction by powers of two and the polynomial of Cephes' expf.
 */
export function exp4(input: v128): v128 {
  const x = f32x4.max(f32x4.splat(-87), f32x4.min(f32x4.splat(88), input));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
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
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, exponent);
}

/** acc + scalar · vector at `address`, as the compiler cannot be told to fuse it. */
export function madd(acc: v128, scale: v128, address: usize): v128 {
  return f32x4.add(acc, f32x4.mul(scale, v128.load(address)));
}
