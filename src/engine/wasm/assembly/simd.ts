/** Helpers on four 32-bit floats at once. Sizes are multiples of 4 unless said otherwise. */

/** Bytes of a 32-bit float, as a shift. */
const F32_SHIFT: usize = 2;

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

/** Largest of the four lanes, in all of them. NaN may be lost. */
export function laneMax(v: v128): v128 {
  const pairs = f32x4.pmax(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2));
}

/** out = xᵀ for 4 × 4 floats; strides are floats between rows. */
export function transpose4x4(x: usize, strideX: i32, out: usize, strideOut: i32): void {
  const r0 = v128.load(x);
  const r1 = v128.load(at(x, strideX));
  const r2 = v128.load(at(x, 2 * strideX));
  const r3 = v128.load(at(x, 3 * strideX));
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(at(out, strideOut), v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(at(out, 2 * strideOut), v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(at(out, 3 * strideOut), v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/** acc + scalar · vector at `address`, as the compiler cannot be told to fuse it. */
export function madd(acc: v128, scale: v128, address: usize): v128 {
  return f32x4.add(acc, f32x4.mul(scale, v128.load(address)));
}
