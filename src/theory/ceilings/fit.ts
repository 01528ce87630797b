/**
 * The ceiling of measured RL curves, with an interval and a verdict on whether the data can tell.
 *
 * The estimate is robust least squares on the ceiling equation with two weak priors, which keep a
 * curve that has not bent from running away. The interval is a bootstrap around a fit that trusts
 * the priors half as much, so that it errs on the side of a higher ceiling where a curve still
 * rises.
 */
import { exp, hypotenuse, square } from '../../elementary';
import { failureOf, isLabError, LabError } from '../../errors';
import {
  ceilingColumns,
  type CeilingColumns,
  type CurveObservation,
  type Measurement,
  type RlCurve,
} from './data';
import { levelFitSteps } from './by-level';
import { hasLevels, type LevelCurve } from '../levels/series';
import { Bootstrap, type Draw } from './bootstrap';
import {
  DEFAULT_CEILING_SETTINGS,
  type CeilingFit,
  type CeilingSettings,
  type SeededCeilingSettings,
} from './ceiling-fit';
import type { CeilingReason } from './reasons';
import { fitRobustly, type Fitted } from './robust-fit';
import type { CeilingVerdict } from './verdict';
import { lateRise, measuredEnd, noSignal, type LateRise, type NoSignal } from './signs';
import { centralInterval, mean, NORMAL_90, type Estimate } from '../statistics';

interface CeilingOptions extends SeededCeilingSettings {
  readonly pSft: Measurement;
  /** What was measured at the end besides the points. */
  readonly end?: Measurement;
}

/** The interval of the draws, made to hold the estimate. */
function intervalOf(value: number, draws: readonly number[], confidence: number): Estimate {
  const { low, high } = centralInterval(draws, confidence);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

/** What a verdict rests on. */
interface Judgement {
  /** Of the interval, in points. */
  readonly width: number;
  /** C_mid as a share of the compute observed. */
  readonly mid: number;
  readonly rise: LateRise | null;
  readonly still: NoSignal | null;
}

function verdictOf(
  { width, mid, rise, still }: Judgement,
  { widest, latestMid, confidence }: CeilingSettings,
): CeilingVerdict {
  const not = (because: CeilingReason): CeilingVerdict => ({ is: 'not-identified', because });
  if (rise) {
    return not({ because: 'late-rise', rise: rise.rise, evaluations: rise.evaluations });
  }
  if (still) return { is: 'no-signal', ...still };
  if (mid > latestMid) return not({ because: 'unbent', mid, latest: latestMid });
  if (width > widest) return not({ because: 'wide', confidence, width, widest });
  return { is: 'identified' };
}

function checkSettings({ draws, confidence }: CeilingSettings): void {
  if (!Number.isInteger(draws) || draws < 20) {
    throw new LabError('ceiling/draws', { draws });
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new LabError('ceiling/confidence', { confidence });
  }
}

/** Runs a computation in steps to its end. */
export function lastOf<T>(steps: Iterator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * Fits one ceiling to the curves of one cell: RL from the same branch point under several seeds,
 * each with its own P_sft. Throws an error of `ceiling` where there is nothing to fit.
 */
export function fitCeilingOfSeeds(
  curves: readonly RlCurve[],
  settings: SeededCeilingSettings,
): CeilingFit {
  return lastOf(ceilingFitSteps(curves, settings));
}

/** {@link fitCeilingOfSeeds}, a bootstrap draw or a level of a seed at a time. */
export function* ceilingFitSteps(
  curves: readonly RlCurve[],
  settings: SeededCeilingSettings,
): Generator<void, CeilingFit> {
  if (!curves.every(hasLevels)) return yield* equationFitSteps(curves, settings);
  return (yield* levelledFitSteps(curves, { ...settings, forecastAt: [] })).ceiling;
}

/** A ceiling with what RL will measure if it goes on. */
export interface ForecastFit {
  readonly ceiling: CeilingFit;
  /** At each compute that was asked for, in points. */
  readonly forecasts: readonly Estimate[];
}

/**
 * The ceiling of curves that say what each level did. The mean over the levels cannot know what is to
 * come: the levels decide on ceiling and verdict, and the equation says how the mean went so far.
 */
export function* levelledFitSteps(
  curves: readonly LevelCurve[],
  given: SeededCeilingSettings & { readonly forecastAt: readonly number[] },
): Generator<void, ForecastFit> {
  const settings = { ...DEFAULT_CEILING_SETTINGS, ...given };
  const equation = fitEquation(curves, settings);
  const starts = Array.from({ length: settings.draws }, () => equation.bootstrap.drawStart());
  const start = meanStart(curves);
  const course = courseOf(curves, equation, intervalOf(start, starts, settings.confidence));
  const { collapses, pSft, pSftLow, pSftHigh } = course;
  const judged = yield* levelFitSteps(curves, { ...settings, collapses });
  const { aPost, verdict, fit, forecasts } = judged;
  const below = hypotenuse(aPost.value - aPost.low, pSftHigh - pSft);
  const above = hypotenuse(aPost.high - aPost.value, pSft - pSftLow);
  const plRl = aPost.value - pSft;
  const ceiling = {
    ...course,
    aPost: aPost.value,
    aPostLow: aPost.low,
    aPostHigh: aPost.high,
    plRl,
    plRlLow: plRl - below,
    plRlHigh: plRl + above,
    verdict,
    byLevel: fit,
  };
  return { ceiling, forecasts };
}

/** The paper's equation through the mean over the levels. */
interface FittedEquation {
  readonly columns: CeilingColumns;
  readonly fit: Fitted;
  readonly bootstrap: Bootstrap;
}

function fitEquation(
  curves: readonly RlCurve[],
  settings: CeilingSettings & { readonly seed: number },
): FittedEquation {
  checkSettings(settings);
  const columns = ceilingColumns(curves, settings.collapse);
  const fit = fitRobustly(columns);
  return { columns, fit, bootstrap: new Bootstrap(columns, fit, settings.seed) };
}

function meanStart(curves: readonly RlCurve[]): number {
  return mean(curves.map((curve) => curve.pSft.value));
}

/** How the mean went so far: all of a fit but where it leads. */
function courseOf(curves: readonly RlCurve[], { columns, fit }: FittedEquation, pSft: Estimate) {
  const [, logMid, logB] = fit.vector;
  const left = fit.residuals.map((residual, i) => residual * columns.nominal[i]!);
  return {
    pSft: pSft.value,
    pSftLow: Math.max(0, pSft.low),
    pSftHigh: Math.min(100, pSft.high),
    cMid: exp(logMid) * columns.range,
    b: exp(logB),
    residualStd: Math.sqrt(mean(left.map((residual) => square(residual)))),
    autocorrelation: fit.noise.rho,
    collapsed: columns.collapses.length > 0,
    collapses: columns.collapses,
    failed: columns.failed,
    seeds: curves.length,
  };
}

/** The ceiling by the mean alone, a bootstrap draw at a time. */
function* equationFitSteps(
  curves: readonly RlCurve[],
  given: SeededCeilingSettings,
): Generator<void, CeilingFit> {
  const settings = { ...DEFAULT_CEILING_SETTINGS, ...given };
  const equation = fitEquation(curves, settings);
  const { columns, fit, bootstrap } = equation;
  const draws: Draw[] = [];
  while (draws.length < settings.draws) {
    draws.push(bootstrap.draw());
    yield;
  }
  const [fitted, logMid] = fit.vector;
  const start = meanStart(curves);
  const rise = lateRise(columns, fit.residuals, fit.quiet);
  const still = noSignal(columns, fit.quiet);
  const ends = columns.spans.map(({ end }) => end && end.value);
  const end = Math.max(measuredEnd(columns, columns.y, ends), rise ? rise.level : 0);
  const value = fitted < start && !rise ? fitted : Math.max(fitted, end);
  const of = (estimate: number, measure: (draw: Draw) => number): Estimate =>
    intervalOf(estimate, draws.map(measure), settings.confidence);
  const drawn = of(value, (draw) => draw.aPost);
  // Of a rise that the curve does not follow nobody knows the end.
  const aPost = rise ? { value, low: rise.level - NORMAL_90 * rise.error, high: 100 } : drawn;
  const pSft = of(start, (draw) => draw.pSft);
  const gain = of(value - start, (draw) => draw.aPost - draw.pSft);
  const plRl = rise ? { ...gain, low: aPost.low - pSft.high, high: 100 - pSft.low } : gain;
  const judgement = { width: aPost.high - aPost.low, mid: exp(logMid), rise, still };
  return {
    ...courseOf(curves, equation, pSft),
    aPost: value,
    aPostLow: aPost.low,
    aPostHigh: aPost.high,
    plRl: plRl.value,
    plRlLow: plRl.low,
    plRlHigh: plRl.high,
    verdict: verdictOf(judgement, settings),
    byLevel: null,
  };
}

/** Fits the ceiling equation to one curve; throws an error of `ceiling` where there is nothing to fit. */
export function fitCeiling(
  points: readonly CurveObservation[],
  { pSft, end, ...settings }: CeilingOptions,
): CeilingFit {
  return fitCeilingOfSeeds([{ pSft, points, ...(end && { end }) }], settings);
}

/** A fit, or why there is none. */
export function fitCeilingOrReason(
  points: readonly CurveObservation[],
  options: CeilingOptions,
): { ceiling: CeilingFit; reason: null } | { ceiling: null; reason: CeilingReason } {
  try {
    return { ceiling: fitCeiling(points, options), reason: null };
  } catch (error) {
    if (isLabError(error, 'ceiling')) return { ceiling: null, reason: failureOf(error) };
    throw error;
  }
}
