/**
 * One wave of learning of one level, on a grid of its parameters.
 *
 * RL learns a level in a wave: its rate of right answers rises from where it stood towards a ceiling
 * of its own, along the same equation as the paper's ceiling (arXiv 2512.11470), here in the level's
 * own answers: p(x) = s + f (1 − s) / (1 + (c / x)^b). The share f of the gap that the wave closes has
 * a third of its prior mass at 1: a level that is learned at all is often learned whole.
 */
import { exp, log, square } from '../../elementary';

/** Parameters of a wave; compute is counted from where it may have begun, as a share of what follows. */
export interface Wave {
  /** Rate of right answers before it, from 0 to 1. */
  readonly start: number;
  /** Rate that it approaches. */
  readonly ceiling: number;
  /** Compute at which half of the rise is made. */
  readonly mid: number;
  readonly steepness: number;
}

function range(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
}

/** Step between shares of the gap, below the highest two. */
const SHARE_STEP = 0.06;
/** Below 0 a level is unlearned a little, as its problems give way to others. */
const SHARES: readonly number[] = [-0.1, -0.05, ...range(0, 0.96, 17), 0.985, 1];
const WHOLE_MASS = 0.3;
const LOG_MIDS: readonly number[] = range(log(0.02), log(30), 40);
const MID_STEP = LOG_MIDS[1]! - LOG_MIDS[0]!;
/** C_mid near 0.6 of what was observed, with so wide a spread that it may lie far beyond. */
const MID_PRIOR = { mean: log(0.6), std: 1.6 };
const LOG_STEEPNESSES: readonly number[] = [0.8, 1.2, 1.8, 2.7, 4, 6, 9].map(log);
const STEEPNESS_PRIOR = { mean: log(2.5), std: 0.7 };
/** The start lies within its standard error, at three points of a normal distribution. */
const START_NODES = [
  { deviation: -1.3, mass: 0.3 },
  { deviation: 0, mass: 0.4 },
  { deviation: 1.3, mass: 0.3 },
];
/** No level is sure to be right or wrong: an answer in two thousand goes the other way. */
const LAPSE = 0.0005;
/** An evaluation that is less likely than this beside the best is a failed one, and costs no more. */
const WORST_EVALUATION = 12;

const SHAPES = LOG_MIDS.length * LOG_STEEPNESSES.length;
export const GRID_SIZE = START_NODES.length * SHARES.length * SHAPES;

/** Logarithms of rates in steps finer than any evaluation resolves: the grid asks for millions. */
const RATE_STEPS = 4096;
const LOG_RATE = Float64Array.from({ length: RATE_STEPS + 1 }, (_, i) =>
  log(Math.min(1 - LAPSE, Math.max(LAPSE, i / RATE_STEPS))),
);

function normalMasses(values: readonly number[], prior: { mean: number; std: number }): number[] {
  const masses = values.map((value) => exp(-0.5 * square((value - prior.mean) / prior.std)));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

function shareMasses(): number[] {
  const rest = (1 - WHOLE_MASS) / (SHARES.length - 1);
  return SHARES.map((share) => (share === 1 ? WHOLE_MASS : share < 0 ? rest / 2 : rest));
}

/** Logarithm of the prior of each grid point, in the order of {@link waveAt}. */
export const LOG_PRIOR: Float64Array = (() => {
  const shares = shareMasses();
  const mids = normalMasses(LOG_MIDS, MID_PRIOR);
  const steepnesses = normalMasses(LOG_STEEPNESSES, STEEPNESS_PRIOR);
  return Float64Array.from({ length: GRID_SIZE }, (_, i) => {
    const { node, share, mid, steepness } = placesOf(i);
    return log(START_NODES[node]!.mass * shares[share]! * mids[mid]! * steepnesses[steepness]!);
  });
})();

function placesOf(index: number) {
  const shape = index % SHAPES;
  const rest = (index - shape) / SHAPES;
  return {
    node: Math.floor(rest / SHARES.length),
    share: rest % SHARES.length,
    mid: Math.floor(shape / LOG_STEEPNESSES.length),
    steepness: shape % LOG_STEEPNESSES.length,
  };
}

/** Where a wave starts: a rate and its standard error. */
export interface WaveStart {
  readonly rate: number;
  readonly error: number;
}

function startAt({ rate, error }: WaveStart, node: number): number {
  const start = rate + START_NODES[node]!.deviation * error;
  return Math.min(1 - LAPSE, Math.max(LAPSE, start));
}

/**
 * The wave of a grid point, moved within its cell by `jitter` and `midJitter` (both from −0.5 to 0.5),
 * so that draws are not bound to the grid.
 */
export function waveAt(
  index: number,
  from: WaveStart,
  { jitter, midJitter }: { jitter: number; midJitter: number },
): Wave {
  const places = placesOf(index);
  const start = startAt(from, places.node);
  const node = SHARES[places.share]!;
  const share = node < 0.95 ? node + jitter * SHARE_STEP : 1;
  return {
    start,
    ceiling: Math.min(1, Math.max(0, start + share * (1 - start))),
    mid: exp(LOG_MIDS[places.mid]! + midJitter * MID_STEP),
    steepness: exp(LOG_STEEPNESSES[places.steepness]!),
  };
}

/** Rate of right answers at compute x ≥ 0, counted as the wave counts it. */
export function waveRate({ start, ceiling, mid, steepness }: Wave, x: number): number {
  if (!(x > 0)) return start;
  return start + (ceiling - start) / (1 + exp(steepness * (log(mid) - log(x))));
}

/** Evaluations as columns: compute as the wave counts it, and how many of how many were right. */
export interface Counts {
  readonly x: ArrayLike<number>;
  readonly successes: ArrayLike<number>;
  readonly samples: ArrayLike<number>;
}

function logLikelihood(successes: number, samples: number, rate: number): number {
  const place = Math.round(rate * RATE_STEPS);
  return successes * LOG_RATE[place]! + (samples - successes) * LOG_RATE[RATE_STEPS - place]!;
}

/**
 * Binomial log-likelihood of each grid point against the best that any rate could reach, so at most 0
 * each evaluation, and never below {@link WORST_EVALUATION} for one.
 * @param total what earlier evaluations of the same wave have added up to; it is added to
 */
export function waveLikelihood(
  { x, successes, samples }: Counts,
  from: WaveStart,
  total: Float64Array = new Float64Array(GRID_SIZE),
): Float64Array {
  const starts = START_NODES.map((_, node) => startAt(from, node));
  const rise = new Float64Array(SHAPES);
  for (let j = 0; j < x.length; j++) {
    const right = successes[j]!;
    const wrong = samples[j]! - right;
    const best = logLikelihood(right, samples[j]!, right / samples[j]!);
    riseAt(x[j]!, rise);
    let index = 0;
    for (const start of starts) {
      for (const share of SHARES) {
        const height = share * (1 - start);
        for (let shape = 0; shape < SHAPES; shape++) {
          const rate = Math.max(0, start + height * rise[shape]!);
          const place = (rate * RATE_STEPS + 0.5) | 0;
          const value = right * LOG_RATE[place]! + wrong * LOG_RATE[RATE_STEPS - place]! - best;
          total[index++]! += value < -WORST_EVALUATION ? -WORST_EVALUATION : value;
        }
      }
    }
  }
  return total;
}

/** Share of the rise made at compute x, for each mid and steepness. */
function riseAt(x: number, into: Float64Array): void {
  let shape = 0;
  const place = log(x);
  for (const mid of LOG_MIDS) {
    for (const steepness of LOG_STEEPNESSES) {
      into[shape++] = 1 / (1 + exp(exp(steepness) * (mid - place)));
    }
  }
}

export function logSumExp(values: Float64Array): number {
  let most = -Infinity;
  for (const value of values) if (value > most) most = value;
  let sum = 0;
  for (const value of values) sum += exp(value - most);
  return most + log(sum);
}
