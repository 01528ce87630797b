/**
 * How well a surface agrees with what was measured.
 *
 * A seed's true ceiling scatters about the surface by a logistic distribution: its tails forgive a seed
 * that learned a level more than its kin, and its distribution function is elementary, so that an open
 * ceiling counts with the probability of the whole interval that it may lie in.
 */
import { exp, log, square } from '../../elementary';
import type { Random } from '../../random';
import { varianceOf } from '../contrasts';
import type { Estimate } from '../statistics';
import { ceilingAt, isMonotone, type SurfaceFrame, type SurfaceParameters } from './model';
import type { SurfaceData } from './points';

/** A surface as the sampler moves it: each coordinate may be any number. */
export type SurfaceVector = readonly number[];

interface NormalPrior {
  readonly mean: number;
  readonly sd: number;
}

/** Weak: each spans what a study could show. */
const PRIORS = {
  /** ln f° of 0: the middle size takes 63% of what is left. */
  logMiddle: { mean: 0, sd: 1.5 },
  logExponent: { mean: log(0.6), sd: 0.6 },
  difficulty: { mean: 0, sd: 1 },
  /** About a standard deviation of 4 points at 50%. */
  logScatter: { mean: log(4), sd: 0.7 },
} satisfies Record<string, NormalPrior>;

/** Even between two values that lie as far on the other side of adding as of multiplying. */
const INTERACTION = { low: -1, high: 2 };
/**
 * The top lies at 100 as likely as not, and otherwise below it by an exponential prior with this mean, in
 * points. The sampler's coordinate is the gap, and below 0 stands for none.
 */
const MEAN_TOP_GAP = 8;
/** RL alone leaves at least so many points. */
const LEAST_LEFT = 0.5;
/** Logistic scale for a standard deviation of 1. */
const LOGISTIC = Math.sqrt(3) / Math.PI;
/** No ceiling is known better than this, in points. */
const RESOLUTION = 0.3;
/** Share of the scatter's variance that is left at 0% and 100%. */
const SCATTER_AT_ENDS = 0.05;
/** A ceiling that may be so high may be any height. */
const OPEN_TO_TOP = 99.9;

export const DIMENSIONS = 8;

export function parametersOf(vector: SurfaceVector): SurfaceParameters {
  const [zero, topGap, logMiddle, logExponent, difficulty, interaction, bend, logScatter] =
    vector as [number, number, number, number, number, number, number, number];
  return {
    zero,
    top: 100 - Math.max(0, topGap),
    logMiddle,
    exponent: exp(logExponent),
    difficulty,
    interaction,
    bend,
    scatter: exp(logScatter),
  };
}

/** A draw from the priors, where a search may begin; `guess` is about where RL alone leads. */
export function drawPrior(random: Random, guess: { zero: number; sd: number }): number[] {
  const normal = ({ mean, sd }: NormalPrior): number => mean + sd * random.normal();
  return [
    guess.zero + guess.sd * random.normal(),
    MEAN_TOP_GAP * (random.chance(0.5) ? -random.uniform() : -log(1 - random.uniform())),
    normal(PRIORS.logMiddle),
    normal(PRIORS.logExponent),
    normal(PRIORS.difficulty),
    INTERACTION.low + (INTERACTION.high - INTERACTION.low) * random.uniform(),
    2 * random.uniform() - 1,
    normal(PRIORS.logScatter),
  ];
}

function logNormal(value: number, { mean, sd }: NormalPrior): number {
  return -0.5 * square((value - mean) / sd);
}

/** −Infinity outside what a surface may be. */
function logPrior(vector: SurfaceVector, frame: SurfaceFrame): number {
  const parameters = parametersOf(vector);
  const { zero, top, interaction, bend } = parameters;
  const isPossible =
    zero >= 0 &&
    top - zero >= LEAST_LEFT &&
    interaction > INTERACTION.low &&
    interaction < INTERACTION.high &&
    Math.abs(bend) < 1 &&
    vector[1]! > -MEAN_TOP_GAP &&
    isMonotone(parameters, frame);
  if (!isPossible) return -Infinity;
  return (
    -Math.max(0, vector[1]!) / MEAN_TOP_GAP +
    logNormal(vector[2]!, PRIORS.logMiddle) +
    logNormal(vector[3]!, PRIORS.logExponent) +
    logNormal(vector[4]!, PRIORS.difficulty) +
    logNormal(vector[7]!, PRIORS.logScatter)
  );
}

/** Variance between seeds of a ceiling at so many percent. */
export function scatterVariance({ scatter }: SurfaceParameters, ceiling: number): number {
  const share = Math.max(0, Math.min(1, ceiling / 100));
  return square(scatter) * (4 * share * (1 - share) + SCATTER_AT_ENDS);
}

function logisticCdf(z: number): number {
  return 1 / (1 + exp(-z));
}

/** Log-likelihood of one seed's ceiling where the surface is at `expected`. */
function logLikelihood(
  { ceiling, variance, isOpen }: Measured,
  expected: number,
  scatter: number,
): number {
  if (isOpen) {
    const scale = LOGISTIC * Math.sqrt(scatter + square(RESOLUTION));
    const above = ceiling.high >= OPEN_TO_TOP ? 1 : logisticCdf((ceiling.high - expected) / scale);
    const within = above - logisticCdf((ceiling.low - expected) / scale);
    return log(Math.max(within, 1e-12));
  }
  const scale = LOGISTIC * Math.sqrt(scatter + variance + square(RESOLUTION));
  const z = Math.abs(ceiling.value - expected) / scale;
  return -z - 2 * log(1 + exp(-z)) - log(scale);
}

interface Measured {
  readonly ceiling: Estimate;
  readonly variance: number;
  readonly isOpen: boolean;
}

interface MeasuredGroup {
  readonly size: number;
  readonly difficulty: number;
  readonly seeds: readonly Measured[];
}

function measuredOf({ ceiling, isOpen }: { ceiling: Estimate; isOpen: boolean }): Measured {
  return { ceiling, isOpen, variance: varianceOf(ceiling) };
}

/** The logarithm of the posterior density, but for a constant. */
export function logPosterior(
  { points, zero }: SurfaceData,
  frame: SurfaceFrame,
): (vector: SurfaceVector) => number {
  const groups = new Map<string, MeasuredGroup & { seeds: Measured[] }>();
  for (const point of points) {
    const key = JSON.stringify([point.size, point.difficulty]);
    const { size, difficulty } = point;
    const group = groups.get(key) ?? { size, difficulty, seeds: [] };
    group.seeds.push(measuredOf(point));
    groups.set(key, group);
  }
  const alone = zero.map(measuredOf);
  return (vector) => {
    let sum = logPrior(vector, frame);
    if (sum === -Infinity) return sum;
    const parameters = parametersOf(vector);
    const add = (seeds: readonly Measured[], expected: number): void => {
      const scatter = scatterVariance(parameters, expected);
      for (const seed of seeds) sum += logLikelihood(seed, expected, scatter);
    };
    add(alone, parameters.zero);
    for (const group of groups.values()) add(group.seeds, ceilingAt(parameters, frame, group));
    return Number.isFinite(sum) ? sum : -Infinity;
  };
}

/** A seed's ceiling as the surface expects it, drawn with its scatter; it stays within 0 to 100. */
export function drawCeiling(
  random: Random,
  parameters: SurfaceParameters,
  expected: number,
): number {
  const u = Math.min(1 - 1e-12, Math.max(1e-12, random.uniform()));
  const scale = LOGISTIC * Math.sqrt(scatterVariance(parameters, expected) + square(RESOLUTION));
  return Math.max(0, Math.min(100, expected + scale * log(u / (1 - u))));
}
