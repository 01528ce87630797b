/**
 * exp and log of two doubles at once: operation for operation those of src/elementary.ts, where their
 * source and their error are stated, and so the same to the bit. Constants come from memory, as in exp.ts.
 */

/** ln 2 in two parts. */
const LN2 = memory.data<f64>([0.6931471803691238, 1.9082149292705877e-10], 16);
/** log₂ e, one half and one. */
const REDUCTION = memory.data<f64>([1.4426950408889634, 0.5, 1, 2], 16);
const EXP = memory.data<f64>(
  [
    0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
    4.1381367970572385e-8,
  ],
  16,
);
const LOG_EVEN = memory.data<f64>(
  [0.3999999999940942, 0.22222198432149784, 0.15313837699209373],
  16,
);
const LOG_ODD = memory.data<f64>(
  [0.6666666666666735, 0.2857142874366239, 0.1818357216161805, 0.14798198605116586],
  16,
);
/** Below it eˣ is 0. */
const LEAST: f64 = -745.1332191019411;
/** From the upper half of √½ to that of 1: added, the exponent counts from √½ to √2. */
const FROM_ROOT_HALF: i64 = 0x3ff00000 - 0x3fe6a09e;

function constant(table: usize, index: i32): v128 {
  return v128.load64_splat(table + ((<usize>index) << 3));
}

/** 2ⁿ of two integers, in the range of normal doubles. */
function twoTo(n: v128): v128 {
  return i64x2.shl(i64x2.add(n, i64x2.splat(1023)), 52);
}

/** eˣ for x ≤ 709; NaN stays. */
export function exp64(x: v128): v128 {
  const k = f64x2.floor(f64x2.add(f64x2.mul(x, constant(REDUCTION, 0)), constant(REDUCTION, 1)));
  const high = f64x2.sub(x, f64x2.mul(k, constant(LN2, 0)));
  const low = f64x2.mul(k, constant(LN2, 1));
  const r = f64x2.sub(high, low);
  const z = f64x2.mul(r, r);
  let p = f64x2.add(constant(EXP, 3), f64x2.mul(z, constant(EXP, 4)));
  for (let i = 2; i >= 0; i--) p = f64x2.add(constant(EXP, i), f64x2.mul(z, p));
  const c = f64x2.sub(r, f64x2.mul(z, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(constant(REDUCTION, 3), c));
  const y = f64x2.add(constant(REDUCTION, 2), f64x2.add(f64x2.sub(quotient, low), high));
  // In two steps: 2ᵏ alone may be too small for a double where eˣ is not.
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k));
  const half = i64x2.shr_s(whole, 1);
  const scaled = f64x2.mul(f64x2.mul(y, twoTo(half)), twoTo(i64x2.sub(whole, half)));
  return v128.andnot(scaled, f64x2.lt(x, f64x2.splat(LEAST)));
}

/** log x of normal x above 0; NaN stays. */
export function log64(x: v128): v128 {
  const above = i64x2.add(x, i64x2.splat(FROM_ROOT_HALF << 32));
  const exponent = i64x2.sub(i64x2.shr_s(above, 52), i64x2.splat(1023));
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2));
  const one = constant(REDUCTION, 2);
  const f = f64x2.sub(f64x2.mul(x, twoTo(i64x2.neg(exponent))), one);
  const half = f64x2.mul(f64x2.mul(constant(REDUCTION, 1), f), f);
  const s = f64x2.div(f, f64x2.add(constant(REDUCTION, 3), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  let even = constant(LOG_EVEN, 2);
  for (let i = 1; i >= 0; i--) even = f64x2.add(constant(LOG_EVEN, i), f64x2.mul(w, even));
  even = f64x2.mul(w, even);
  let odd = constant(LOG_ODD, 3);
  for (let i = 2; i >= 0; i--) odd = f64x2.add(constant(LOG_ODD, i), f64x2.mul(w, odd));
  odd = f64x2.mul(z, odd);
  const rest = f64x2.mul(s, f64x2.add(f64x2.add(half, even), odd));
  const lower = f64x2.sub(f64x2.add(rest, f64x2.mul(k, constant(LN2, 1))), half);
  return f64x2.add(f64x2.add(lower, f), f64x2.mul(k, constant(LN2, 0)));
}

/** log x of one normal number above 0. */
export function log(x: f64): f64 {
  return f64x2.extract_lane(log64(f64x2.splat(x)), 0);
}
