/**
 * The ceiling of measured RL curves, with an interval and a verdict on whether the data can tell.
 *
 * The estimate is robust least squares on the ceiling equation with two weak priors, which keep a
 * curve that has not bent from running away. The interval is a bootstrap around a fit that trusts
 * the priors half as much, so that it errs on the side of a higher ceiling where a curve still
 * rises. In each draw everything uncertain is made anew: the noise along each run, P_sft, the
 * difference between seeds, and the centres of the priors, which are observations like any other
 * (randomised maximum likelihood; Oliver, He and Reynolds 1996).
 */
import { Random } from '../random';
import {
  CeilingError,
  ceilingColumns,
  type CeilingColumns,
  type CollapseReport,
  type CurveObservation,
  type Measurement,
  type RlCurve,
} from './ceiling-data';
import type { CeilingParameters } from './ceiling-model';
import { predict, shareAt, solve, solveFromAll } from './ceiling-solver';
import type { CeilingData, CeilingPriors, CeilingVector, LogPrior } from './ceiling-solver';
import type { CollapseSettings } from './collapse';
import {
  correlationInflation,
  drawResiduals,
  estimateNoise,
  huberWeight,
  innovations,
  type NoiseModel,
  type NoisePrior,
} from './curve-noise';
import { centralInterval, chiSquare, mean, median, type Estimate } from './statistics';

export interface CeilingSettings {
  /** Bootstrap draws. */
  readonly draws: number;
  /** Coverage of the interval. */
  readonly confidence: number;
  /** Widest interval, in points, that counts as identified. */
  readonly widest: number;
  /** Largest C_mid, as a share of the observed range, that counts as identified. */
  readonly latestMid: number;
  readonly collapse?: CollapseSettings;
}

export const DEFAULT_CEILING_SETTINGS: CeilingSettings = {
  draws: 200,
  confidence: 0.9,
  widest: 10,
  latestMid: 0.8,
};

export interface SeededCeilingSettings extends Partial<CeilingSettings> {
  /** Of the bootstrap. */
  readonly seed: number;
}

export interface CeilingOptions extends SeededCeilingSettings {
  readonly pSft: Measurement;
}

export interface CeilingFit extends CeilingParameters {
  readonly aPostLow: number;
  readonly aPostHigh: number;
  /** P_sft: the measurement, or the mean over the seeds. */
  readonly pSftLow: number;
  readonly pSftHigh: number;
  /** A_post − P_sft: what RL can still add. */
  readonly plRl: number;
  readonly plRlLow: number;
  readonly plRlHigh: number;
  readonly identified: boolean;
  /** A plain sentence where it is not. */
  readonly notIdentifiedBecause: string | null;
  /** Standard deviation of the residuals, in points. */
  readonly residualStd: number;
  /** Correlation of the noise between neighbouring evaluations. */
  readonly autocorrelation: number;
  /** Evaluations after a collapse were left out. */
  readonly collapsed: boolean;
  readonly collapses: readonly CollapseReport[];
  /** Seeds that were fitted together. */
  readonly seeds: number;
}

/**
 * C_mid most likely lies in the first half of what was observed, since RL is run until it flattens
 * (90%: 0.06 to 0.63 of the range); B is near 1.5 (90%: 0.7 to 3.1).
 */
const PRIORS: CeilingPriors = {
  mid: { mean: Math.log(0.2), std: 0.7 },
  b: { mean: Math.log(1.5), std: 0.45 },
};
/** The bootstrap gives the priors half their weight. */
const HALF_WEIGHT = Math.SQRT2;
/** Benchmarks of some hundred problems repeat to about 0.7 points from one checkpoint to the next. */
const NOISE: NoisePrior = { scale: 0.7, least: 0.2, weight: 3, rho: 0.3, rhoWeight: 10 };
/** Known binomial noise is the least there can be. */
const BINOMIAL_NOISE: NoisePrior = { ...NOISE, scale: 1, least: 1 };
/** Seeds of one cell differ by a point or two; worth two seeds. */
const SEED_SPREAD = { std: 1.5, weight: 2 };
const STARTS = [
  { mid: 0.05, b: 1 },
  { mid: 0.25, b: 1.5 },
  { mid: 0.8, b: 1.5 },
];
/** Rounds of fitting, judging the noise and weighting outliers down. */
const ROBUST_ROUNDS = 5;
/** Only these many of the parameters are fitted: P_sft is measured. */
const PARAMETERS = 3;

/** A fit and what it leaves over. */
interface Fitted {
  readonly vector: CeilingVector;
  readonly data: CeilingData;
  /** Performance and share of plasticity used at each measurement, by the common curve. */
  readonly curve: { readonly expected: readonly number[]; readonly shares: readonly number[] };
  readonly noise: NoiseModel;
  /** By how much each seed's own ceiling departs from the common one. */
  readonly departures: readonly number[];
  /** Residuals in units of the nominal noise, each seed's departure taken out. */
  readonly residuals: readonly number[];
}

function firstVectors({ x, y, pSft }: CeilingColumns): CeilingVector[] {
  const late = median(y.filter((_, i) => x[i]! > 0.6));
  const gain = late - mean(pSft);
  return STARTS.map(({ mid, b }) => {
    const aPost = Math.min(99, Math.max(1, late + mid * gain));
    return [aPost, Math.log(mid), Math.log(b)];
  });
}

/** How far each seed ends above or below the seeds' mean: where the departures start from. */
function firstDepartures({ spans, x, y }: CeilingColumns): number[] {
  const ends = spans.map(({ from, to }) => {
    const late = y.slice(from, to).filter((_, j) => x[from + j]! > 0.6 * x[to - 1]!);
    return median(late);
  });
  return ends.map((end) => end - mean(ends));
}

/** Least-squares departure of each seed, proportional to the share of plasticity that is used. */
function departuresOf({ spans, y }: CeilingColumns, fitted: Fitted['curve']): number[] {
  const departures = spans.map(({ from, to }) => {
    let [product, square] = [0, 0];
    for (let i = from; i < to; i++) {
      const share = fitted.shares[i]!;
      product += share * (y[i]! - fitted.expected[i]!);
      square += share * share;
    }
    return square > 0 ? product / square : 0;
  });
  return departures.map((departure) => departure - mean(departures));
}

/** Each measurement's part that is due to its seed. */
function ownPart(
  { spans }: CeilingColumns,
  departures: readonly number[],
  shares: readonly number[],
) {
  return spans.flatMap(({ from, to }, run) =>
    shares.slice(from, to).map((share) => departures[run]! * share),
  );
}

function noiseAt(columns: CeilingColumns, noise: NoiseModel, weights: readonly number[]): number[] {
  const unit = noise.scale * correlationInflation(noise);
  return columns.nominal.map((nominal, i) => (nominal * unit) / Math.sqrt(weights[i]!));
}

/** Fits, judges the noise by the residuals, weights outliers down, and again. */
function fitRobustly(columns: CeilingColumns): Fitted {
  const prior = columns.noiseKnown ? BINOMIAL_NOISE : NOISE;
  const parameters = PARAMETERS + columns.spans.length - 1;
  let noise: NoiseModel = { scale: prior.scale, rho: prior.rho, degrees: prior.weight };
  let weights = columns.y.map(() => 1);
  let starts = firstVectors(columns);
  let departures = firstDepartures(columns);
  let own = ownPart(
    columns,
    departures,
    columns.y.map(() => 1),
  );
  for (let round = 1; ; round++) {
    const sd = noiseAt(columns, noise, weights);
    const data = { ...columns, y: columns.y.map((y, i) => y - own[i]!), sd };
    const vector = solveFromAll(data, PRIORS, starts);
    const curve = {
      expected: predict(data, vector),
      shares: columns.x.map((x) => shareAt(vector, x)),
    };
    departures = departuresOf(columns, curve);
    own = ownPart(columns, departures, curve.shares);
    const residuals = columns.y.map(
      (y, i) => (y - curve.expected[i]! - own[i]!) / columns.nominal[i]!,
    );
    const runs = columns.spans.map(({ from, to }) => residuals.slice(from, to));
    noise = estimateNoise(runs, { parameters, prior, scale: noise.scale });
    if (round === ROBUST_ROUNDS) return { vector, data, curve, noise, departures, residuals };
    weights = residuals.map((residual) => huberWeight(residual / noise.scale));
    starts = [vector];
  }
}

/** Standard deviation between seeds, from each one's departure from their mean. */
function spreadBetween(departures: readonly number[]): { std: number; degrees: number } {
  const { std, weight } = SEED_SPREAD;
  const degrees = weight + departures.length - 1;
  const squares = departures.reduce((sum, departure) => sum + departure ** 2, 0);
  return { std: Math.sqrt((weight * std ** 2 + squares) / degrees), degrees };
}

/** A factor that makes draws as uncertain as a standard deviation from so few degrees of freedom. */
function studentFactor(random: Random, degrees: number): number {
  const whole = Math.max(1, Math.round(degrees));
  return Math.sqrt(whole / chiSquare(random, whole));
}

function widened({ mean: centre, std }: LogPrior): LogPrior {
  return { mean: centre, std: HALF_WEIGHT * std };
}

interface Draw {
  readonly aPost: number;
  readonly pSft: number;
}

/** Ceilings and starts of curves that could have been measured instead. */
class Bootstrap {
  readonly #columns: CeilingColumns;
  readonly #noise: NoiseModel;
  readonly #random: Random;
  readonly #priors: CeilingPriors = { mid: widened(PRIORS.mid), b: widened(PRIORS.b) };
  readonly #centre: CeilingVector;
  readonly #expected: readonly number[];
  readonly #innovations: readonly number[];
  readonly #betweenCeilings: ReturnType<typeof spreadBetween>;
  readonly #betweenStarts: ReturnType<typeof spreadBetween>;

  constructor(columns: CeilingColumns, fit: Fitted, seed: number) {
    this.#columns = columns;
    this.#noise = fit.noise;
    this.#random = Random.from(seed, 'ceiling-bootstrap');
    this.#centre = solve(fit.data, this.#priors, fit.vector).vector;
    this.#expected = predict(fit.data, this.#centre);
    const runs = columns.spans.map(({ from, to }) => fit.residuals.slice(from, to));
    this.#innovations = innovations(runs, fit.noise);
    this.#betweenCeilings = spreadBetween(fit.departures);
    const starts = columns.spans.map(({ pSft }) => pSft.value);
    this.#betweenStarts = spreadBetween(starts.map((start) => start - mean(starts)));
  }

  draw(): Draw {
    const { nominal, spans, x } = this.#columns;
    const random = this.#random;
    const y: number[] = [];
    const pSft: number[] = [];
    const weights: number[] = [];
    const factor = studentFactor(random, this.#noise.degrees);
    const starts = spans.map((span) => this.#start(span.pSft));
    spans.forEach(({ from, to }, run) => {
      const length = to - from;
      const residuals = drawResiduals(random, this.#innovations, { noise: this.#noise, length });
      residuals.forEach((residual, j) => {
        const i = from + j;
        y.push(this.#expected[i]! + factor * residual * nominal[i]!);
        pSft.push(starts[run]!);
        weights.push(huberWeight((factor * residual) / this.#noise.scale));
      });
    });
    const sd = noiseAt(this.#columns, this.#noise, weights);
    const { vector } = solve({ x, y, pSft, sd }, this.#drawPriors(), this.#centre);
    return {
      aPost: vector[0] + this.#shift(this.#betweenCeilings),
      pSft: mean(starts) + this.#shift(this.#betweenStarts),
    };
  }

  #start({ value, standardError }: Measurement): number {
    const error = standardError ?? this.#noise.scale * median(this.#columns.nominal);
    return value + error * this.#random.normal();
  }

  /** Mean departure of as many new seeds; a single seed cannot tell how others would differ. */
  #shift({ std, degrees }: ReturnType<typeof spreadBetween>): number {
    const { length } = this.#columns.spans;
    if (length === 1) return 0;
    const factor = studentFactor(this.#random, degrees);
    return (factor * std * this.#random.normal()) / Math.sqrt(length);
  }

  #drawPriors(): CeilingPriors {
    const { mid, b } = this.#priors;
    const [, logMid, logB] = this.#centre;
    return {
      mid: { mean: logMid + mid.std * this.#random.normal(), std: mid.std },
      b: { mean: logB + b.std * this.#random.normal(), std: b.std },
    };
  }
}

/** The interval of the draws, made to hold the estimate. */
function intervalOf(value: number, draws: readonly number[], confidence: number): Estimate {
  const { low, high } = centralInterval(draws, confidence);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

function whyNotIdentified(
  { width, mid }: { width: number; mid: number },
  { widest, latestMid, confidence }: CeilingSettings,
): string | null {
  if (mid > latestMid) {
    return `The curve has not bent yet: half of the gain lies at ${mid.toFixed(2)} times the RL compute spent, more than ${latestMid}. Run more RL steps.`;
  }
  if (width > widest) {
    return `The ${Math.round(100 * confidence)}% interval of the ceiling is ${width.toFixed(1)} points wide, more than ${widest}. Run more RL steps, take more benchmark samples or add seeds.`;
  }
  return null;
}

function checkSettings({ draws, confidence }: CeilingSettings): void {
  if (!Number.isInteger(draws) || draws < 20) {
    throw new CeilingError(`There are ${draws} bootstrap draws; it must be an integer from 20.`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new CeilingError(`Confidence is ${confidence}; it must be between 0 and 1.`);
  }
}

/**
 * Fits one ceiling to the curves of one cell: RL from the same branch point under several seeds,
 * each with its own P_sft. Throws {@link CeilingError} where there is nothing to fit.
 */
export function fitCeilingOfSeeds(
  curves: readonly RlCurve[],
  { seed, ...given }: SeededCeilingSettings,
): CeilingFit {
  const settings = { ...DEFAULT_CEILING_SETTINGS, ...given };
  checkSettings(settings);
  const columns = ceilingColumns(curves, settings.collapse);
  const fit = fitRobustly(columns);
  const bootstrap = new Bootstrap(columns, fit, seed);
  const draws = Array.from({ length: settings.draws }, () => bootstrap.draw());
  const [value, logMid, logB] = fit.vector;
  const start = mean(curves.map((curve) => curve.pSft.value));
  const of = (estimate: number, measure: (draw: Draw) => number): Estimate =>
    intervalOf(estimate, draws.map(measure), settings.confidence);
  const aPost = of(value, (draw) => draw.aPost);
  const pSft = of(start, (draw) => draw.pSft);
  const plRl = of(value - start, (draw) => draw.aPost - draw.pSft);
  const mid = Math.exp(logMid);
  const notIdentifiedBecause = whyNotIdentified({ width: aPost.high - aPost.low, mid }, settings);
  const left = fit.residuals.map((residual, i) => residual * columns.nominal[i]!);
  return {
    pSft: start,
    pSftLow: Math.max(0, pSft.low),
    pSftHigh: Math.min(100, pSft.high),
    aPost: value,
    aPostLow: aPost.low,
    aPostHigh: aPost.high,
    plRl: plRl.value,
    plRlLow: plRl.low,
    plRlHigh: plRl.high,
    cMid: mid * columns.range,
    b: Math.exp(logB),
    identified: notIdentifiedBecause === null,
    notIdentifiedBecause,
    residualStd: Math.sqrt(mean(left.map((residual) => residual ** 2))),
    autocorrelation: fit.noise.rho,
    collapsed: columns.collapses.length > 0,
    collapses: columns.collapses,
    seeds: curves.length,
  };
}

/** Fits the ceiling equation to one curve; throws {@link CeilingError} where there is nothing to fit. */
export function fitCeiling(
  points: readonly CurveObservation[],
  { pSft, ...settings }: CeilingOptions,
): CeilingFit {
  return fitCeilingOfSeeds([{ pSft, points }], settings);
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
