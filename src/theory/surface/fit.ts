/** Fits a surface to the cells of a study: draws from its posterior. */
import * as v from 'valibot';
import { Random } from '../../random';
import { measured, type DataOf } from '../../schema/pieces';
import { mean } from '../statistics';
import type { SurfaceFrame, SurfaceParameters } from './model';
import type { SurfaceData } from './points';
import { drawPrior, logPosterior, parametersOf } from './posterior';
import { ensembleSteps } from './sampler';

/** Plain data, as it is stored with a study's fits. */
export const surfaceFit = v.object({
  /** Each a vector of the posterior (posterior.ts); five digits, of which no reading shows more than three. */
  draws: v.array(v.array(measured)),
});

export interface SurfaceFit extends DataOf<typeof surfaceFit> {}

export interface SurfaceSettings {
  readonly seed: number;
}

/** Walkers, and their moves: a fit of 75 cells takes about half a second. */
const SAMPLER = { walkers: 40, burnIn: 500, moves: 500, draws: 400 };
const CANDIDATES = 4000;
const DIGITS = 5;

export function frameOf({ sizes, difficulties }: SurfaceData): SurfaceFrame {
  return {
    middleSize: Math.sqrt(sizes[0]! * sizes.at(-1)!),
    sizes,
    easiest: difficulties[0]!,
    hardest: difficulties.at(-1)!,
  };
}

/** About where RL alone leads: measured, or somewhat below the lowest set. */
function guessOfZero({ points, zero }: SurfaceData): { zero: number; sd: number } {
  if (zero.length > 0) return { zero: mean(zero.map(({ ceiling }) => ceiling.value)), sd: 5 };
  return { zero: Math.min(...points.map(({ ceiling }) => ceiling.value)) - 5, sd: 8 };
}

/** The surface of points, a sweep of the sampler at a time. */
export function* surfaceSteps(
  data: SurfaceData,
  { seed }: SurfaceSettings,
): Generator<void, SurfaceFit> {
  const random = Random.from(seed, 'surface');
  const guess = guessOfZero(data);
  const candidates = Array.from({ length: CANDIDATES }, () => drawPrior(random, guess));
  const density = logPosterior(data, frameOf(data));
  const draws = yield* ensembleSteps(density, candidates, random, SAMPLER);
  return { draws: draws.map((draw) => draw.map((value) => Number(value.toPrecision(DIGITS)))) };
}

export function parametersOfFit({ draws }: SurfaceFit): SurfaceParameters[] {
  return draws.map(parametersOf);
}
