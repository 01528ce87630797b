/**
 * The robust fit behind a ceiling: least squares with two weak priors, the noise judged by what it
 * leaves over, outliers weighted down, and each seed's departure from the common ceiling taken out.
 */
import { log } from '../../elementary';
import type { CeilingColumns } from './data';
import { predict, shareAt, solveFromAll } from './solver';
import type { CeilingData, CeilingPriors, CeilingVector } from './solver';
import {
  correlationInflation,
  estimateNoise,
  huberWeight,
  type NoiseModel,
  type NoisePrior,
} from './noise';
import { quietNoise } from './signs';
import { mean, median } from '../statistics';

/**
 * C_mid most likely lies in the first half of what was observed, since RL is run until it flattens
 * (90%: 0.06 to 0.63 of the range); B is near 1.5 (90%: 0.7 to 3.1).
 */
export const PRIORS: CeilingPriors = {
  mid: { mean: log(0.2), std: 0.7 },
  b: { mean: log(1.5), std: 0.45 },
};
/** Benchmarks of some hundred problems repeat to about 0.7 points from one checkpoint to the next. */
const NOISE: NoisePrior = { scale: 0.7, least: 0.2, weight: 3, rho: 0.3, rhoWeight: 10 };
/** Known binomial noise is the least there can be. */
const BINOMIAL_NOISE: NoisePrior = { ...NOISE, scale: 1, least: 1 };
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
export interface Fitted {
  readonly vector: CeilingVector;
  readonly data: CeilingData;
  /** Performance and share of plasticity used at each measurement, by the common curve. */
  readonly curve: { readonly expected: readonly number[]; readonly shares: readonly number[] };
  readonly noise: NoiseModel;
  /** By how much each seed's own ceiling departs from the common one. */
  readonly departures: readonly number[];
  /** Residuals in units of the nominal noise, each seed's departure taken out. */
  readonly residuals: readonly number[];
  /** The noise without what the curve does not follow. */
  readonly quiet: NoiseModel;
}

function firstVectors({ x, y, pSft }: CeilingColumns): CeilingVector[] {
  const late = median(y.filter((_, i) => x[i]! > 0.6));
  const gain = late - mean(pSft);
  return STARTS.map(({ mid, b }) => {
    const aPost = Math.min(99, Math.max(1, late + mid * gain));
    return [aPost, log(mid), log(b)];
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

/** Standard deviation at which each measurement counts, widened for correlation and outliers. */
export function noiseAt(
  columns: CeilingColumns,
  noise: NoiseModel,
  weights: readonly number[],
): number[] {
  const unit = noise.scale * correlationInflation(noise);
  return columns.nominal.map((nominal, i) => (nominal * unit) / Math.sqrt(weights[i]!));
}

/**
 * Huber's weights, but for the evaluations at the end of a run that depart the same way: they are a rise
 * or a fall that the curve has yet to follow, and no outliers.
 */
function robustWeights(residuals: readonly number[], scale: number): number[] {
  const side = Math.sign(residuals.at(-1) ?? 0);
  const last = residuals.findLastIndex((residual) => Math.sign(residual) !== side);
  return residuals.map((residual, i) => (i > last ? 1 : huberWeight(residual / scale)));
}

/** Fits, judges the noise by the residuals, weights outliers down, and again. */
export function fitRobustly(columns: CeilingColumns): Fitted {
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
    if (round === ROBUST_ROUNDS) {
      const quiet = quietNoise(columns, residuals, { parameters, prior, noise });
      return { vector, data, curve, noise, departures, residuals, quiet };
    }
    weights = runs.flatMap((run) => robustWeights(run, noise.scale));
    starts = [vector];
  }
}
