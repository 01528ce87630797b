/**
 * Elementary functions in long whole numbers, as references for `src/elementary.ts`. They share no
 * formula with it: series after halving, Newton's method and Machin's π. A number is a whole number of
 * 2^−BITS, so that doubles from 2^−1074 up are exact and results hold a thousand bits more than a double.
 */
const BITS = 2200n;
const ONE = 1n << BITS;

function times(a: bigint, b: bigint): bigint {
  return (a * b) >> BITS;
}

function over(a: bigint, b: bigint): bigint {
  return (a << BITS) / b;
}

/** A double as mantissa · 2^exponent, both whole. */
function parts(x: number): { mantissa: bigint; exponent: bigint } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const word = bits.getBigUint64(0);
  const stored = (word >> 52n) & 2047n;
  const fraction = word & ((1n << 52n) - 1n);
  const mantissa = stored === 0n ? fraction : fraction + (1n << 52n);
  return {
    mantissa: word >> 63n ? -mantissa : mantissa,
    exponent: (stored === 0n ? 1n : stored) - 1075n,
  };
}

function exact(x: number): bigint {
  const { mantissa, exponent } = parts(x);
  return mantissa << (BITS + exponent);
}

/** Halvings before a series: it then gains as many bits a term. */
const HALVINGS = 64n;

function expOf(x: bigint): bigint {
  const small = x >> HALVINGS;
  let [sum, term] = [ONE, ONE];
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = times(term, small) / n;
    sum += term;
  }
  for (let i = 0n; i < HALVINGS; i++) sum = times(sum, sum);
  return sum;
}

function cosineAndSine(x: bigint): [cosine: bigint, sine: bigint] {
  let [cosine, sine, term] = [0n, 0n, ONE];
  for (let n = 0n; term !== 0n && term !== -1n; n++) {
    if (n % 2n === 0n) cosine += n % 4n === 0n ? term : -term;
    else sine += n % 4n === 1n ? term : -term;
    term = times(term, x) / (n + 1n);
  }
  return [cosine, sine];
}

/** arctan(1 / n), n whole. */
function inverseArc(n: bigint): bigint {
  let [sum, power] = [0n, ONE / n];
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += k % 4n === 1n ? power / k : -(power / k);
    power /= n * n;
  }
  return sum;
}

const TURN = 8n * (4n * inverseArc(5n) - inverseArc(239n));

/** Each takes what its namesake takes; a result is exact to far beyond a double. */
export const EXACT = {
  exp: (x: number): bigint => expOf(exact(x)),
  /** Newton from the double nearby: the error of 2^−52 is squared three times over. */
  log: (x: number): bigint => {
    let y = exact(Math.log(x));
    for (let i = 0; i < 2; i++) {
      const reached = expOf(y);
      y += over(2n * (exact(x) - reached), exact(x) + reached);
    }
    return y;
  },
  cosineOfTurns: (turns: number): bigint => cosineAndSine(times(TURN, exact(turns)))[0],
  arcTangent: (x: number): bigint => {
    let y = exact(Math.atan(x));
    for (let i = 0; i < 2; i++) {
      const [cosine, sine] = cosineAndSine(y);
      // d/dy (sin y − x cos y) = cos y + x sin y
      y -= over(sine - times(exact(x), cosine), cosine + times(exact(x), sine));
    }
    return y;
  },
  power: (base: number, n: number): bigint => {
    const { mantissa, exponent } = parts(base);
    const shift = BITS + exponent * BigInt(n);
    const whole = mantissa ** BigInt(n);
    return shift >= 0n ? whole << shift : whole >> -shift;
  },
};

/** How far a double lies from the exact value, in units in the last place of that value. */
export function unitsInTheLastPlace(found: number, wanted: bigint): number {
  const size = wanted < 0n ? -wanted : wanted;
  const length = BigInt(size.toString(2).length);
  const lowest = 53n < length ? length - 53n : 0n;
  const least = BITS - 1074n;
  const unit = lowest > least ? lowest : least;
  const away = exact(found) - wanted;
  // A thousandth of a unit is told apart.
  return Number(((away < 0n ? -away : away) * 1000n) >> unit) / 1000;
}
