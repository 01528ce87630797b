/**
 * Draws from a density that is known but for a factor: the affine-invariant ensemble sampler of Goodman and
 * Weare (2010), which needs no tuning for coordinates of unlike scale or strong correlation.
 */
import { log } from '../../elementary';
import type { Random } from '../../random';

type LogDensity = (vector: readonly number[]) => number;

interface Walker {
  readonly at: readonly number[];
  readonly density: number;
}

interface SamplerOptions {
  readonly walkers: number;
  /** Moves of each walker before any is kept, and after. */
  readonly burnIn: number;
  readonly moves: number;
  /** Draws that are returned, evenly taken from all that were kept. */
  readonly draws: number;
}

/** Goodman and Weare's a: a move stretches by 1/a to a. */
const STRETCH = 2;

/** The walkers that begin: the best of the candidates. */
function bestOf(candidates: readonly Walker[], count: number): Walker[] {
  const possible = candidates.filter(({ density }) => density > -Infinity);
  return possible.toSorted((a, b) => b.density - a.density).slice(0, count);
}

function moved(walker: Walker, other: Walker, density: LogDensity, random: Random): Walker {
  const root = 1 + (STRETCH - 1) * random.uniform();
  const stretch = (root * root) / STRETCH;
  const at = walker.at.map((value, i) => other.at[i]! + stretch * (value - other.at[i]!));
  const next = density(at);
  const ratio = (walker.at.length - 1) * log(stretch) + next - walker.density;
  return log(1 - random.uniform()) < ratio ? { at, density: next } : walker;
}

/**
 * Draws of a density, a sweep over all walkers at a time.
 * @param candidates where walkers may begin; at least as many as there are walkers are possible
 */
export function* ensembleSteps(
  density: LogDensity,
  candidates: readonly (readonly number[])[],
  random: Random,
  { walkers: count, burnIn, moves, draws }: SamplerOptions,
): Generator<void, number[][]> {
  const walkers = bestOf(
    candidates.map((at) => ({ at, density: density(at) })),
    count,
  );
  yield;
  const kept: number[][] = [];
  for (let move = 0; move < burnIn + moves; move++) {
    walkers.forEach((walker, i) => {
      const step = 1 + random.integer(walkers.length - 1);
      walkers[i] = moved(walker, walkers[(i + step) % walkers.length]!, density, random);
    });
    if (move >= burnIn) kept.push(...walkers.map(({ at }) => [...at]));
    yield;
  }
  const stride = kept.length / draws;
  return Array.from({ length: draws }, (_, i) => kept[Math.floor((i + 0.5) * stride)]!);
}
