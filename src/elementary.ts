/**
 * Elementary functions that are the same to the last bit in every browser and in Node.
 *
 * ECMAScript leaves the last bits of Math.exp, log, cos, pow and their like to the engine, and engines
 * differ: a draw, a schedule or a fit that used them would be another one in another browser. These are
 * made of + − × ÷ and square roots alone, which IEEE 754 gives to the bit. ESLint keeps Math's out.
 *
 * They are the lab's own since no library is both small and whole: the ports of FDLIBM in @stdlib are one
 * package a function with seven below each, AssemblyScript's would have to be awaited as a module of wasm
 * before the first draw. Their method is FDLIBM's (Sun Microsystems, 1993, free to use and change while
 * this notice stands; © 1993 by Sun Microsystems, Inc. All rights reserved), in the arrangement of
 * FreeBSD's msun. Errors are below 1 unit in the last place where nothing else is said.
 *
 * What runs on a GPU or within TensorFlow.js takes the device's own functions and is out of their reach.
 */

const LEAST_POWER = -1074;
/** 2ⁿ for each n that a double can hold: to scale by it is exact and quicker than to write its bits. */
const POWERS_OF_TWO = new Float64Array(2099).fill(Number.MIN_VALUE);
for (let i = 1; i < POWERS_OF_TWO.length; i++) POWERS_OF_TWO[i] = 2 * POWERS_OF_TWO[i - 1]!;

function twoTo(n: number): number {
  return POWERS_OF_TWO[n - LEAST_POWER]!;
}

/** ln 2 in two parts: a whole number of the first is exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

const LARGEST_EXPONENT = 709.782712893384;
const SMALLEST_EXPONENT = -745.1332191019411;

/** eˣ: x = k ln 2 + r, and e^r = 1 + r + r c / (2 − c) with a polynomial c of r. */
export function exp(x: number): number {
  if (!(x <= LARGEST_EXPONENT)) return x > 0 ? Infinity : NaN;
  if (x < SMALLEST_EXPONENT) return 0;
  const k = Math.floor(x * Math.LOG2E + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const z = r * r;
  const c =
    r -
    z *
      (0.16666666666666602 +
        z *
          (-0.0027777777777015593 +
            z * (6.613756321437934e-5 + z * (-1.6533902205465252e-6 + z * 4.1381367970572385e-8))));
  const y = 1 + ((r * c) / (2 - c) - low + high);
  // In two steps: 2ᵏ alone may be too large or too small for a double where eˣ is not.
  const half = k >> 1;
  return y * twoTo(half) * twoTo(k - half);
}

/** A double and its two halves; the second holds the exponent, as memory is little-endian where the lab runs. */
const doubles = new Float64Array(1);
const halves = new Int32Array(doubles.buffer);
/** From the upper half of √½ to that of 1: added, the exponent counts from √½ to √2. */
const FROM_ROOT_HALF = 0x3ff00000 - 0x3fe6a09e;
const LEAST_NORMAL = 2.2250738585072014e-308;

/** Natural logarithm: x = 2ᵏ (1 + f) with 1 + f between √½ and √2, and a polynomial of f / (2 + f). */
export function log(x: number): number {
  if (x >= LEAST_NORMAL && x < Infinity) return logOfNormal(x, 0);
  if (x > 0 && x < Infinity) return logOfNormal(x * 2 ** 54, -54);
  if (x === 0) return -Infinity;
  return x > 0 ? x : NaN;
}

function logOfNormal(x: number, power: number): number {
  doubles[0] = x;
  const exponent = ((halves[1]! + FROM_ROOT_HALF) >> 20) - 1023;
  const k = exponent + power;
  const f = x * twoTo(-exponent) - 1;
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z *
    (0.6666666666666735 +
      w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  return s * (half + even + odd) + k * LN2_LOW - half + f + k * LN2_HIGH;
}

/** 2π in two parts: the first times a number of 24 bits is exact. */
const TURN_HIGH = 2 * 3.1415926218032837;
const TURN_LOW = 2 * 3.178650954705639e-8;

/** The cosine of 2π·turns: no argument loses bits to the reduction. |turns| below 2²⁹. */
export function cosineOfTurns(turns: number): number {
  const quarters = Math.floor(4 * turns + 0.5);
  const rest = turns - quarters / 4;
  const coarse = Math.fround(rest);
  const fine = (rest - coarse) * (TURN_LOW + TURN_HIGH) + coarse * TURN_LOW;
  const angle = coarse * TURN_HIGH + fine;
  const left = coarse * TURN_HIGH - angle + fine;
  switch (quarters & 3) {
    case 0:
      return nearCosine(angle, left);
    case 1:
      return -nearSine(angle, left);
    case 2:
      return -nearCosine(angle, left);
    default:
      return nearSine(angle, left);
  }
}

/** sin(x + left), |x| at most π/4. */
function nearSine(x: number, left: number): number {
  const z = x * x;
  const v = z * x;
  const r =
    0.00833333333332249 +
    z * (-0.0001984126982985795 + z * 2.7557313707070068e-6) +
    z * (z * z) * (-2.5050760253406863e-8 + z * 1.58969099521155e-10);
  return x - (z * (0.5 * left - v * r) - left - v * -0.16666666666666632);
}

/** cos(x + left), |x| at most π/4. */
function nearCosine(x: number, left: number): number {
  const z = x * x;
  const w = z * z;
  const r =
    z * (0.0416666666666666 + z * (-0.001388888888887411 + z * 2.480158728947673e-5)) +
    w * w * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11));
  const half = 0.5 * z;
  const most = 1 - half;
  return most + (1 - most - half + (z * r - x * left));
}

/** Arcs that an angle is measured from, each in two parts, and the bound up to which the one before is. */
const ARCS = [
  { from: 0, tangent: 0, high: 0, low: 0 },
  { from: 0.4375, tangent: 0.5, high: 0.4636476090008061, low: 2.2698777452961687e-17 },
  { from: 0.6875, tangent: 1, high: 0.7853981633974483, low: 3.061616997868383e-17 },
  { from: 1.1875, tangent: 1.5, high: 0.982793723247329, low: 1.3903311031230998e-17 },
  {
    from: 2.4375,
    tangent: Infinity,
    high: 1.570796326794896558,
    low: 6.123233995736766e-17,
  },
] as const;

/** Arc tangent of x ≥ 0, in radians. */
export function arcTangent(x: number): number {
  const arc = ARCS.findLast(({ from }) => x >= from);
  if (!arc) return NaN;
  const { tangent, high, low } = arc;
  const t = tangent === Infinity ? -1 / x : (x - tangent) / (1 + tangent * x);
  const z = t * t;
  const w = z * z;
  const even =
    z *
    (0.3333333333333293 +
      w *
        (0.14285714272503466 +
          w *
            (0.09090887133436507 +
              w * (0.06661073137387531 + w * (0.049768779946159324 + w * 0.016285820115365782)))));
  const odd =
    w *
    (-0.19999999999876483 +
      w *
        (-0.11111110405462356 +
          w * (-0.0769187620504483 + w * (-0.058335701337905735 + w * -0.036531572744216916))));
  return high - (t * (even + odd) - low - t);
}

export function square(x: number): number {
  return x * x;
}

/** √(a² + b²) of numbers whose squares a double can hold. */
export function hypotenuse(a: number, b: number): number {
  return Math.sqrt(a * a + b * b);
}

/** A number as the sum of two doubles, the second far below the first. */
type Pair = readonly [high: number, low: number];

/** The first 26 bits of a number: products of such are exact (Dekker, 1971). */
function upperBits(x: number): number {
  const scaled = x * (2 ** 27 + 1);
  return scaled - (scaled - x);
}

function product([a, aLow]: Pair, [b, bLow]: Pair): Pair {
  const p = a * b;
  // Beyond this the parts of a product are not doubles; the product itself is good to one rounding.
  if (!(Math.abs(p) < 1e290)) return [p, 0];
  const [aHigh, bHigh] = [upperBits(a), upperBits(b)];
  const [aRest, bRest] = [a - aHigh, b - bHigh];
  const lost = aHigh * bHigh - p + aHigh * bRest + aRest * bHigh + aRest * bRest;
  const low = lost + (a * bLow + aLow * b);
  const high = p + low;
  return [high, low - (high - p)];
}

/**
 * baseⁿ for a whole n ≥ 0, by squares and products in double length: below 1 unit in the last place up to
 * n = 2²⁰, of powers between 1e-290 and 1e290.
 */
export function power(base: number, n: number): number {
  let result: Pair = [1, 0];
  let factor: Pair = [base, 0];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = product(result, factor);
    if (left > 1) factor = product(factor, factor);
  }
  return result[0];
}
