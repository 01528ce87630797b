/**
 * Differences between groups of cells, paired by seed: seeds are what repeats, so that a seed's own
 * luck (its base, its problems) cancels. The interval is Student's over the seeds' differences, never
 * narrower than the fits themselves allow.
 */
import { square } from '../elementary';
import { groupBy, type Cell } from './cells';
import {
  highestOf,
  mean,
  NORMAL_90,
  standardDeviation,
  studentReach,
  type Estimate,
} from './statistics';

/** What a cell came to, in points. */
export type Outcome = (cell: Cell) => Estimate | null;

/** Performance at the end of the budget. */
export function finalOutcome({ final }: Cell): Estimate {
  const reach = NORMAL_90 * (final.standardError ?? 0);
  return { value: final.value, low: final.value - reach, high: final.value + reach };
}

/** One seed's effect, with the variance that its measurements alone would cause. */
export interface SeedEffect {
  readonly seed: number;
  readonly value: number;
  readonly variance: number;
  readonly runs: readonly string[];
}

export interface Contrast {
  readonly name: string;
  readonly effect: Estimate | null;
  readonly seeds: readonly number[];
  readonly runs: readonly string[];
}

/** Variance behind a 90% interval. */
export function varianceOf({ low, high }: Estimate): number {
  return square((high - low) / (2 * NORMAL_90));
}

/** Mean effect over the seeds; null effect without one. */
export function contrastOf(
  name: string,
  effects: readonly SeedEffect[],
  { confidence }: { confidence: number },
): Contrast {
  const seeds = effects.map((effect) => effect.seed);
  const runs = [...new Set(effects.flatMap((effect) => effect.runs))];
  if (effects.length === 0) return { name, effect: null, seeds, runs };
  const values = effects.map((effect) => effect.value);
  const measured = mean(effects.map((effect) => effect.variance)) / values.length;
  const between = square(standardDeviation(values)) / values.length;
  const error = Math.sqrt(Math.max(between, measured));
  const reach = error * studentReach(values.length - 1, confidence);
  const value = mean(values);
  return { name, effect: { value, low: value - reach, high: value + reach }, seeds, runs };
}

interface Side {
  readonly value: number;
  readonly variance: number;
  readonly runs: readonly string[];
}

/** Mean outcome of the cells that have one. */
export function sideOf(cells: readonly Cell[], outcome: Outcome): Side | null {
  const known = cells.flatMap((cell) => {
    const estimate = outcome(cell);
    return estimate ? [{ cell, estimate }] : [];
  });
  if (known.length === 0) return null;
  return {
    value: mean(known.map(({ estimate }) => estimate.value)),
    variance: mean(known.map(({ estimate }) => varianceOf(estimate))) / known.length,
    runs: known.map(({ cell }) => cell.run),
  };
}

/** The highest outcome, as the paper takes the highest ceiling over branch points, whichever it is. */
export function peakOf(cells: readonly Cell[], outcome: Outcome): Side | null {
  const known = cells.filter((cell) => outcome(cell) !== null);
  if (known.length === 0) return null;
  const highest = highestOf(known.map((cell) => outcome(cell)!));
  const runs = known.map(({ run }) => run);
  return { value: highest.value, variance: varianceOf(highest), runs };
}

/**
 * Effects per seed of `better` against `worse`: within each block (such as a trajectory set) that
 * has both sides in that seed, and then averaged over the blocks.
 */
export function pairedEffects(
  cells: readonly Cell[],
  {
    blockOf,
    better,
    worse,
  }: {
    blockOf: (cell: Cell) => string;
    better: (cells: readonly Cell[]) => Side | null;
    worse: (cells: readonly Cell[]) => Side | null;
  },
): SeedEffect[] {
  const seeds = groupBy(cells, (cell) => cell.seed);
  return [...seeds].flatMap(([seed, ofSeed]) => {
    const pairs = [...groupBy(ofSeed, blockOf).values()].flatMap((block) => {
      const [up, down] = [better(block), worse(block)];
      return up && down ? [{ up, down }] : [];
    });
    if (pairs.length === 0) return [];
    return [
      {
        seed,
        value: mean(pairs.map(({ up, down }) => up.value - down.value)),
        variance: mean(pairs.map(({ up, down }) => up.variance + down.variance)) / pairs.length,
        runs: pairs.flatMap(({ up, down }) => [...up.runs, ...down.runs]),
      },
    ];
  });
}
