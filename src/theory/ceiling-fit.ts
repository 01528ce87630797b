/**
 * The ceiling of a measured RL curve, with a 90% interval and a verdict on whether the data can tell.
 *
 * Least squares on the ceiling equation with A_post, log C_mid and log B free. Weak priors keep a
 * curve that has not bent from running away: log B around 1.5 and C_mid around a quarter of the
 * observed range, each with a standard deviation of about a factor of two. They enter as two more
 * observations, so that the solver needs to know nothing of them.
 */
import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { Random } from '../random';
import { ceilingCurve, type CeilingParameters } from './ceiling-model';

export interface CurveObservation {
  /** RL compute since the switch; above 0. */
  readonly compute: number;
  /** 0 to 100. */
  readonly performance: number;
  /** Samples behind the measurement, where known: they bound its noise from below. */
  readonly nProblems?: number;
}

export interface CeilingOptions {
  readonly pSft: { readonly value: number; readonly standardError: number };
  readonly seed: number;
  /** Bootstrap draws. */
  readonly draws?: number;
  /** Coverage of the interval. */
  readonly confidence?: number;
  /** Widest interval, in points, that counts as identified. */
  readonly widest?: number;
  /** Largest C_mid, as a share of the observed range, that counts as identified. */
  readonly latestMid?: number;
}

export interface CeilingFit extends CeilingParameters {
  readonly aPostLow: number;
  readonly aPostHigh: number;
  /** A_post − P_sft: what RL can still add. */
  readonly plRl: number;
  readonly identified: boolean;
  /** A plain sentence where it is not. */
  readonly notIdentifiedBecause: string | null;
  /** Standard deviation of the residuals, in points. */
  readonly residualStd: number;
}

/** A curve that no ceiling can be fitted to; the message says why. */
export class CeilingError extends Error {
  override readonly name = 'CeilingError';
}

export const MIN_OBSERVATIONS = 4;
const PRIOR_B = { mean: Math.log(1.5), std: 0.5 };
const PRIOR_C = { mean: Math.log(0.25), std: 0.8 };
/** No evaluation is trusted beyond half a point. */
const NOISE_FLOOR = 0.5;
const STARTS = [
  { c: 0.08, b: 1 },
  { c: 0.25, b: 1.5 },
  { c: 0.7, b: 2.5 },
];

/** Observations in fitted units: compute as a share of the largest, each with its own noise. */
interface Scaled {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly noise: readonly number[];
}

function checkObservations(points: readonly CurveObservation[]): void {
  for (const { compute, performance } of points) {
    if (!(compute > 0) || !Number.isFinite(compute)) {
      throw new CeilingError(`A point has compute ${compute}; it must be above 0.`);
    }
    if (!(performance >= 0 && performance <= 100)) {
      throw new CeilingError(`A point has performance ${performance}; it must be from 0 to 100.`);
    }
  }
  const distinct = new Set(points.map((point) => point.compute)).size;
  if (distinct < MIN_OBSERVATIONS) {
    throw new CeilingError(
      `The curve has ${distinct} evaluations after the switch; a ceiling needs at least ${MIN_OBSERVATIONS}. Run more RL steps or evaluate more often.`,
    );
  }
  if (points.every((point) => point.performance === points[0]!.performance)) {
    throw new CeilingError('Performance never changed, so the curve says nothing about a ceiling.');
  }
}

function binomialNoise({ performance, nProblems }: CurveObservation): number {
  if (nProblems === undefined) return NOISE_FLOOR;
  const p = Math.min(0.98, Math.max(0.02, performance / 100));
  return Math.max(NOISE_FLOOR, 100 * Math.sqrt((p * (1 - p)) / nProblems));
}

/** Fitted parameters: A_post, log(C_mid / range), log B. */
type Vector = [number, number, number];

function curveOf([aPost, logC, logB]: readonly number[], pSft: number): CeilingParameters {
  return { pSft, aPost: aPost!, cMid: Math.exp(logC!), b: Math.exp(logB!) };
}

/** Index n stands for the prior on C_mid and n + 1 for that on B. */
function solve(data: Scaled, pSft: number, start: Vector): { vector: Vector; cost: number } {
  const n = data.x.length;
  const noise = [...data.noise, PRIOR_C.std, PRIOR_B.std];
  const y = [...data.y, PRIOR_C.mean, PRIOR_B.mean];
  const model = (p: number[]) => (i: number) => {
    if (i === n) return p[1]!;
    if (i === n + 1) return p[2]!;
    return ceilingCurve(curveOf(p, pSft), data.x[i]!);
  };
  const { parameterValues, parameterError } = levenbergMarquardt(
    { x: y.map((_, i) => i), y },
    model,
    {
      initialValues: start,
      // The solver divides each squared residual by the square of its weight.
      weights: noise,
      minValues: [0, Math.log(1e-3), Math.log(0.2)],
      maxValues: [100, Math.log(20), Math.log(8)],
      damping: 0.01,
      gradientDifference: 1e-4,
      centralDifference: true,
      maxIterations: 60,
      errorTolerance: 1e-9,
    },
  );
  return { vector: parameterValues as Vector, cost: parameterError };
}

function fitOnce(data: Scaled, pSft: number, starts: readonly Vector[]): Vector {
  const fits = starts.map((start) => solve(data, pSft, start));
  return fits.reduce((best, fit) => (fit.cost < best.cost ? fit : best)).vector;
}

function quantile(sorted: readonly number[], q: number): number {
  const place = q * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}

/** Ceilings of curves made from the fit and resampled residuals, with P_sft drawn anew as well. */
function bootstrap(
  data: Scaled,
  vector: Vector,
  { pSft, seed, draws = 200 }: CeilingOptions,
): number[] {
  const fitted = data.x.map((x) => ceilingCurve(curveOf(vector, pSft.value), x));
  const n = data.x.length;
  // Residuals of a fit are smaller than the noise: three parameters have followed it.
  const inflation = Math.sqrt(n / Math.max(1, n - 3));
  const residuals = data.y.map((y, i) => (inflation * (y - fitted[i]!)) / data.noise[i]!);
  const random = Random.from(seed, 'bootstrap');
  const ceilings = Array.from({ length: draws }, () => {
    const y = fitted.map((value, i) => {
      const residual = residuals[random.integer(n)]! * data.noise[i]!;
      return Math.min(100, Math.max(0, value + residual));
    });
    const start = pSft.value + pSft.standardError * random.normal();
    return fitOnce({ ...data, y }, Math.max(0, start), [vector])[0];
  });
  return ceilings.sort((a, b) => a - b);
}

/** Fits the ceiling equation; throws {@link CeilingError} where there is nothing to fit. */
export function fitCeiling(
  points: readonly CurveObservation[],
  options: CeilingOptions,
): CeilingFit {
  checkObservations(points);
  const { pSft, confidence = 0.9, widest = 10, latestMid = 0.8 } = options;
  const sorted = [...points].sort((a, b) => a.compute - b.compute);
  const range = sorted.at(-1)!.compute;
  const data: Scaled = {
    x: sorted.map((point) => point.compute / range),
    y: sorted.map((point) => point.performance),
    noise: sorted.map(binomialNoise),
  };
  const top = Math.max(...data.y);
  const starts = STARTS.map(({ c, b }): Vector => [
    Math.min(99, top + 1),
    Math.log(c),
    Math.log(b),
  ]);
  const vector = fitOnce(data, pSft.value, starts);
  const ceilings = bootstrap(data, vector, options);
  const [aPostLow, aPostHigh] = [
    quantile(ceilings, (1 - confidence) / 2),
    quantile(ceilings, (1 + confidence) / 2),
  ];
  const curve = curveOf(vector, pSft.value);
  const residuals = data.y.map((y, i) => y - ceilingCurve(curve, data.x[i]!));
  const notIdentifiedBecause = whyNotIdentified(
    { width: aPostHigh - aPostLow, mid: curve.cMid },
    { widest, latestMid, confidence },
  );
  return {
    ...curve,
    cMid: curve.cMid * range,
    aPostLow: Math.min(aPostLow, curve.aPost),
    aPostHigh: Math.max(aPostHigh, curve.aPost),
    plRl: curve.aPost - pSft.value,
    identified: notIdentifiedBecause === null,
    notIdentifiedBecause,
    residualStd: Math.sqrt(residuals.reduce((sum, r) => sum + r * r, 0) / residuals.length),
  };
}

function whyNotIdentified(
  { width, mid }: { width: number; mid: number },
  { widest, latestMid, confidence }: { widest: number; latestMid: number; confidence: number },
): string | null {
  if (mid > latestMid) {
    return `The curve has not bent yet: half of the gain lies at ${mid.toFixed(2)} times the RL compute spent, more than ${latestMid}. Run more RL steps.`;
  }
  if (width > widest) {
    return `The ${Math.round(100 * confidence)}% interval of the ceiling is ${width.toFixed(1)} points wide, more than ${widest}. Run more RL steps or take more benchmark samples.`;
  }
  return null;
}

/** A fit, or the sentence that says why there is none. */
export function fitCeilingOrReason(
  points: readonly CurveObservation[],
  options: CeilingOptions,
): { ceiling: CeilingFit; reason: null } | { ceiling: null; reason: string } {
  try {
    return { ceiling: fitCeiling(points, options), reason: null };
  } catch (error) {
    if (error instanceof CeilingError) return { ceiling: null, reason: error.message };
    throw error;
  }
}
