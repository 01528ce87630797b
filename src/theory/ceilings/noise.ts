/**
 * The noise around a fitted curve: its size, how far it carries over from one evaluation to the
 * next, and new noise of the same kind for the bootstrap. Evaluations of one run share most of their
 * policy, so their noise is autocorrelated: it is modelled as first-order autoregressive (a sieve
 * bootstrap, Bühlmann 1997), which at 20 to 80 points keeps more of the correlation than blocks do.
 */
import { square } from '../../elementary';
import type { Random } from '../../random';

/** Residuals of one run in the order of compute, each divided by its nominal noise. */
type RunResiduals = readonly number[];

export interface NoiseModel {
  /** Noise in units of the nominal noise. */
  readonly scale: number;
  /** Correlation between neighbouring evaluations. */
  readonly rho: number;
  /** Degrees of freedom behind `scale`. */
  readonly degrees: number;
}

/** Noise that is known beforehand: weak, so that a curve of few points is not taken for exact. */
export interface NoisePrior {
  readonly scale: number;
  /** Observations that the prior on the scale is worth. */
  readonly weight: number;
  /** Least scale: evaluations are not trusted beyond it. */
  readonly least: number;
  readonly rho: number;
  /** Observations that the prior on rho is worth. */
  readonly rhoWeight: number;
}

const HIGHEST_RHO = 0.9;
/** Fewer innovations say little about the shape of the noise: then it is taken to be normal. */
const LEAST_INNOVATIONS = 8;
/** Residuals beyond this many standard deviations lose weight (Huber). */
const HUBER = 1.5;

export function huberWeight(standardised: number): number {
  const size = Math.abs(standardised);
  return size <= HUBER ? 1 : HUBER / size;
}

/** Estimates the noise from what a fit of `parameters` parameters left over. */
export function estimateNoise(
  runs: readonly RunResiduals[],
  { parameters, prior, scale }: { parameters: number; prior: NoisePrior; scale: number },
): NoiseModel {
  let [count, squares, products] = [0, 0, 0];
  for (const residuals of runs) {
    let before: number | null = null;
    for (const residual of residuals) {
      // Winsorised: one failed evaluation says nothing about the noise of the others.
      const value = residual * Math.sqrt(huberWeight(residual / scale));
      count += 1;
      squares += value * value;
      if (before !== null) products += before * value;
      before = value;
    }
  }
  const rho = shrunkenRho({ raw: squares > 0 ? products / squares : 0, count }, parameters, prior);
  // Slow noise is followed by the fit as if it were signal: it takes more than one observation's
  // worth of squares per parameter.
  const followed = parameters * square(correlationInflation({ rho }));
  const degrees = prior.weight + Math.max(1, count - followed);
  const variance = (prior.weight * square(prior.scale) + squares) / degrees;
  return { scale: Math.max(prior.least, Math.sqrt(variance)), rho, degrees };
}

/**
 * Autocorrelation without the bias that a smooth fit causes: for p parameters the estimate is low by
 * (p + (p + 2) ρ) / n (Marriott and Pope 1954 for a mean; each smooth term adds (1 + ρ) / n).
 */
function shrunkenRho(
  { raw, count }: { raw: number; count: number },
  parameters: number,
  prior: NoisePrior,
): number {
  const freedom = Math.max(0, count - parameters - 2);
  const corrected = freedom > 0 ? (raw * count + parameters) / freedom : prior.rho;
  const shrunk = (prior.rhoWeight * prior.rho + freedom * corrected) / (prior.rhoWeight + freedom);
  return Math.min(HIGHEST_RHO, Math.max(0, shrunk));
}

/** Factor by which autocorrelation widens the error of a mean, and so of a slowly varying curve. */
export function correlationInflation({ rho }: Pick<NoiseModel, 'rho'>): number {
  return Math.sqrt((1 + rho) / (1 - rho));
}

/**
 * What the residuals hold that their predecessors do not tell, of unit variance; empty where that is
 * too little to be drawn from.
 */
export function innovations(runs: readonly RunResiduals[], { rho, scale }: NoiseModel): number[] {
  const raw = runs.flatMap((residuals) =>
    residuals.slice(1).map((residual, i) => residual - rho * residuals[i]!),
  );
  if (raw.length < LEAST_INNOVATIONS) return [];
  const centre = raw.reduce((sum, value) => sum + value, 0) / raw.length;
  const unit = scale * Math.sqrt(1 - rho * rho);
  const spread = Math.sqrt(
    raw.reduce((sum, value) => {
      const v = (value - centre) * Math.sqrt(huberWeight((value - centre) / unit));
      return sum + v * v;
    }, 0) / raw.length,
  );
  return spread > 0 ? raw.map((value) => (value - centre) / spread) : [];
}

/**
 * New residuals for a run of `length` evaluations, in units of the nominal noise: from the pool of
 * innovations, or normal ones where it is empty.
 */
export function drawResiduals(
  random: Random,
  pool: readonly number[],
  { noise, length }: { noise: NoiseModel; length: number },
): number[] {
  const next = (): number =>
    pool.length > 0 ? pool[random.integer(pool.length)]! : random.normal();
  const step = noise.scale * Math.sqrt(1 - square(noise.rho));
  let value = noise.scale * next();
  return Array.from({ length }, (_, i) => {
    if (i > 0) value = noise.rho * value + step * next();
    return value;
  });
}
