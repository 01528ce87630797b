/** The few statistics that the theory needs. All take plain numbers and throw on empty input. */
import { LabError } from '../errors';
import { arcTangent, square } from '../elementary';
import { Random } from '../random';

/** A point estimate with the interval of its bootstrap draws. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new LabError('fault/no-values', { statistic: 'mean' });
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample standard deviation (n − 1); 0 for a single value. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + square(value - centre), 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** Quantile of values in rising order, linear between order statistics. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) throw new LabError('fault/no-values', { statistic: 'quantile' });
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

export function median(values: readonly number[]): number {
  return quantile(rising(values), 0.5);
}

export function rising(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}

/** The central interval that holds `confidence` of the draws. */
export function centralInterval(
  draws: readonly number[],
  confidence: number,
): { low: number; high: number } {
  const sorted = rising(draws);
  return {
    low: quantile(sorted, (1 - confidence) / 2),
    high: quantile(sorted, (1 + confidence) / 2),
  };
}

/** Pearson's correlation; null where a side does not vary or fewer than two pairs are given. */
export function pearson(x: readonly number[], y: readonly number[]): number | null {
  if (x.length !== y.length) {
    throw new LabError('fault/no-pairs', { x: x.length, y: y.length });
  }
  if (x.length < 2) return null;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const [dx, dy] = [x[i]! - mx, y[i]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

/** Ranks from 1, ties sharing their mean rank. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to += 1;
    for (let i = from; i <= to; i++) result[order[i]!] = (from + to) / 2 + 1;
    from = to + 1;
  }
  return result;
}

/** Spearman's rank correlation, ties included; null as for {@link pearson}. */
export function spearman(x: readonly number[], y: readonly number[]): number | null {
  return pearson(ranks(x), ranks(y));
}

/** A draw of χ² with `degrees` (a whole number) degrees of freedom. */
export function chiSquare(random: Random, degrees: number): number {
  let sum = 0;
  for (let i = 0; i < degrees; i++) sum += square(random.normal());
  return sum;
}

/** A factor that makes draws as uncertain as a standard deviation from so few degrees of freedom. */
export function studentFactor(random: Random, degrees: number): number {
  const whole = Math.max(1, Math.round(degrees));
  return Math.sqrt(whole / chiSquare(random, whole));
}

/** Probability that Student's t with whole `degrees` lies within ±t (Abramowitz and Stegun 26.7.3). */
function studentWithin(t: number, degrees: number): number {
  const angle = arcTangent(t / Math.sqrt(degrees));
  const cosineSquared = degrees / (degrees + t * t);
  const cosine = Math.sqrt(cosineSquared);
  const isOdd = degrees % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degrees === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degrees - 2; k += 2) {
    term *= (cosineSquared * (k - 1)) / k;
    sum += term;
  }
  const within = (t / Math.sqrt(degrees + t * t)) * sum;
  return isOdd ? (2 / Math.PI) * (angle + within) : within;
}

/** Standard errors either way that hold `confidence` of Student's t; of a normal for 0 degrees. */
export function studentReach(degrees: number, confidence: number): number {
  const nearlyNormal = 2000;
  let [low, high] = [0, 1e6];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentWithin(middle, degrees || nearlyNormal) < confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** 90% of a normal distribution lies within this many standard deviations of its mean. */
export const NORMAL_90 = 1.645;

/** Standard error of a percentage of right answers, in points; kept above 0 at 0% and 100%. */
export function binomialError(performance: number, nProblems: number): number {
  const p = Math.min(0.98, Math.max(0.02, performance / 100));
  return 100 * Math.sqrt((p * (1 - p)) / nProblems);
}

/**
 * A success rate in percent with its 90% interval (Wilson, 1927), which never leaves 0 to 100.
 * @param samples at least 1
 */
export function rateEstimate(right: number, samples: number): Estimate {
  const p = right / samples;
  const z = NORMAL_90;
  const shrink = 1 + (z * z) / samples;
  const centre = (p + (z * z) / (2 * samples)) / shrink;
  const reach = (z / shrink) * Math.sqrt((p * (1 - p)) / samples + square(z / (2 * samples)));
  return {
    value: 100 * p,
    low: 100 * Math.max(0, centre - reach),
    high: 100 * Math.min(1, centre + reach),
  };
}

/** A value as uncertain as its 90% interval, which may be lopsided. */
export function drawEstimate(random: Random, { value, low, high }: Estimate): number {
  const z = random.normal() / NORMAL_90;
  return value + z * (z < 0 ? value - low : high - value);
}

const HIGHEST_DRAWS = 400;

/**
 * The highest of several uncertain values, whichever of them it is: mean and 90% interval over draws.
 * One that is open upwards counts with what it may come to. Equal values give equal results.
 */
export function highestOf(values: readonly Estimate[]): Estimate {
  if (values.length === 1) return values[0]!;
  const random = Random.from(0, 'highest');
  const highest = Array.from({ length: HIGHEST_DRAWS }, () =>
    Math.max(...values.map((value) => drawEstimate(random, value))),
  );
  return { value: mean(highest), ...centralInterval(highest, 0.9) };
}

/** Mean of several uncertain values, whose errors are independent. */
export function meanOf(values: readonly Estimate[]): Estimate {
  const value = mean(values.map((each) => each.value));
  const reach = (of: (each: Estimate) => number): number =>
    Math.sqrt(values.reduce((sum, each) => sum + square(of(each)), 0)) / values.length;
  return {
    value,
    low: value - reach((each) => each.value - each.low),
    high: value + reach((each) => each.high - each.value),
  };
}
