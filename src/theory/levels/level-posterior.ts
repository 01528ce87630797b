/**
 * What the evaluations of one level say of the wave that it is in.
 *
 * A level may be learned in several waves with plateaus between them, and only the last one says where
 * it goes. It may have begun at the branch point or at one of a few later evaluations; each place is
 * weighed by its evidence, with one wave before it. The counts are over-dispersed, since a policy
 * wanders from one checkpoint to the next: the log-likelihood is divided by the dispersion.
 */
import { exp, log } from '../../elementary';
import type { Random } from '../../random';
import type { LevelSeries } from './series';
import {
  GRID_SIZE,
  LOG_PRIOR,
  logSumExp,
  waveAt,
  waveLikelihood,
  waveRate,
  type Wave,
  type WaveStart,
} from './wave-grid';

/** Shares of the evaluations after which the last wave may have begun. */
const LATER_BEGINNINGS = [0.25, 0.5, 0.7];
/** Prior probability that there has been one wave alone. */
const ONE_WAVE = 0.6;
/** Evaluations without which a wave is not told from noise, before a beginning and after it. */
const LEAST_EVALUATIONS = 4;
/** Dispersion before anything is seen, and the evaluations that this is worth. */
const DISPERSION_PRIOR = { value: 2.5, weight: 8 };
/** Parameters of a wave and its beginning. */
const PARAMETERS = 5;
/** Evaluations whose mean stands for the level at a later beginning. */
const START_EVALUATIONS = 3;
/** Two samples more than it has: a start of 0% or 100% is not taken for exact. */
const START_DISPERSION = 2;
/** Where the branch point's counts were not kept, the first evaluation says it, with this error. */
const UNKNOWN_START_ERROR = 0.15;

/** A place where the last wave may have begun, with the evidence for each of its shapes. */
interface Beginning {
  /** Compute, as a share of the observed. */
  readonly at: number;
  readonly start: WaveStart;
  /** Undivided log-likelihoods over the grid: of the wave before, where there is one, and of the last. */
  readonly before: Float64Array | null;
  readonly last: Float64Array;
}

function startOf(successes: number, samples: number): WaveStart {
  const rate = successes / samples;
  const variance = (START_DISPERSION * Math.max(0.01, rate * (1 - rate))) / samples;
  return { rate, error: Math.sqrt(variance) };
}

function branchStart({ start, successes, samples }: LevelSeries): WaveStart {
  if (start) return startOf(start.successes, start.samples);
  return { rate: successes[0]! / samples[0]!, error: UNKNOWN_START_ERROR };
}

/** Evaluations `from` to `to`, with compute counted from `at` to the last one. */
function columns(series: LevelSeries, from: number, to: number, at = 0) {
  return {
    x: series.x.subarray(from, to).map((x) => (x - at) / (1 - at)),
    successes: series.successes.subarray(from, to),
    samples: series.samples.subarray(from, to),
  };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function beginningsOf(series: LevelSeries): Beginning[] {
  const count = series.x.length;
  const branch = branchStart(series);
  const places = LATER_BEGINNINGS.map((share) => Math.round(share * count)).filter(
    (k) => k >= LEAST_EVALUATIONS && count - k >= LEAST_EVALUATIONS,
  );
  // One pass over the first wave: what it has added up to at each place is the wave before.
  const first = waveLikelihood(columns(series, 0, places[0] ?? count), branch);
  const later = places.map((k, i): Beginning => {
    const before = first.slice();
    waveLikelihood(columns(series, k, places[i + 1] ?? count), branch, first);
    const at = series.x[k - 1]!;
    const from = k - START_EVALUATIONS;
    const start = startOf(
      sum(series.successes.subarray(from, k)),
      sum(series.samples.subarray(from, k)),
    );
    return { at, start, before, last: waveLikelihood(columns(series, k, count, at), start) };
  });
  return [{ at: 0, start: branch, before: null, last: first }, ...later];
}

function highest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

/** How much more the counts scatter than independent answers would, at least 1. */
function dispersionOf(beginnings: readonly Beginning[], evaluations: number): number {
  const best = Math.max(
    ...beginnings.map(({ before, last }) => highest(last) + (before ? highest(before) : 0)),
  );
  const { value, weight } = DISPERSION_PRIOR;
  const degrees = weight + Math.max(1, evaluations - PARAMETERS);
  return Math.max(1, (weight * value - 2 * best) / degrees);
}

function posterior(likelihood: Float64Array, dispersion: number): Float64Array {
  return likelihood.map((value, i) => value / dispersion + LOG_PRIOR[i]!);
}

function cumulative(logWeights: Float64Array, total: number): Float64Array {
  let reached = 0;
  return logWeights.map((value) => (reached += exp(value - total)));
}

/** First place whose cumulative weight is above `target`. */
function placeOf(target: number, weights: Float64Array): number {
  let [low, high] = [0, weights.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (weights[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A wave with the compute at which it may have begun, as a share of the observed. */
export interface PlacedWave extends Wave {
  readonly from: number;
}

/** Draws waves that a level may be in. */
export class LevelPosterior {
  /** How much more the counts scatter than independent answers would. */
  readonly dispersion: number;
  readonly #beginnings: readonly Beginning[];
  readonly #masses: readonly number[];
  readonly #weights: readonly Float64Array[];

  constructor(series: LevelSeries) {
    this.#beginnings = beginningsOf(series);
    this.dispersion = dispersionOf(this.#beginnings, series.x.length);
    const logs = this.#beginnings.map(({ last }) => posterior(last, this.dispersion));
    const evidences = logs.map(logSumExp);
    this.#weights = logs.map((values, i) => cumulative(values, evidences[i]!));
    const others = Math.max(1, this.#beginnings.length - 1);
    const total = this.#beginnings.map(({ before }, i) => {
      if (!before) return evidences[i]! + log(ONE_WAVE);
      const earlier = logSumExp(posterior(before, this.dispersion));
      return evidences[i]! + earlier + log((1 - ONE_WAVE) / others);
    });
    const most = Math.max(...total);
    this.#masses = total.map((value) => exp(value - most));
  }

  draw(random: Random): PlacedWave {
    const which = random.weighted(this.#masses);
    const { at, start } = this.#beginnings[which]!;
    const weights = this.#weights[which]!;
    const index = placeOf(random.uniform() * weights[GRID_SIZE - 1]!, weights);
    const jitter = random.uniform() - 0.5;
    const midJitter = random.uniform() - 0.5;
    return { ...waveAt(index, start, { jitter, midJitter }), from: at };
  }
}

/** Rate of a placed wave at compute x, as a share of the observed. */
export function placedRate(wave: PlacedWave, x: number): number {
  return waveRate(wave, (x - wave.from) / (1 - wave.from));
}
