/** Studies over a grid of sizes and difficulties whose true surface is known. */
import { exp, log } from '../../../src/elementary';
import { Random } from '../../../src/random';
import type { SurfaceData, SurfacePoint } from '../../../src/theory/surface/points';

export interface TrueSurface {
  /** What scale gives at 800 trajectories and middle difficulty, on the scale of what is left. */
  readonly middle: number;
  readonly exponent: number;
  /** 0 for a flat surface, over difficulty. */
  readonly difficulty: number;
  /** 0 adds, 1 multiplies. */
  readonly interaction: number;
  readonly zero: number;
  /** Standard deviation between seeds, in points at 50%. */
  readonly scatter: number;
  /** Share of the ceilings at 90% that are open. */
  readonly open: number;
}

export const SIZES = [80, 250, 800, 2500, 8000];
export const DIFFICULTIES = [2.37, 3.5, 4.65];

/** The ceiling in percent, written out on its own: it is what the fit is held against. */
export function trueCeiling(
  { middle, exponent, difficulty, interaction, zero }: TrueSurface,
  size: number,
  hard: number,
): number {
  const scale = exp(exponent * log(size / 800));
  const place = (hard - 2.37) / (4.65 - 2.37) - 0.5;
  const gain = middle * (scale + difficulty * place * exp(interaction * log(scale)));
  return 100 - (100 - zero) * exp(-gain);
}

/** Points that an open ceiling may lie above what is known. */
const OPEN_WIDTH = 10;

/** A seed's true ceiling and what its curve says of it: open more often the more is left to gain. */
function observed(
  random: Random,
  ceiling: number,
  { scatter, open }: TrueSurface,
): Pick<SurfacePoint, 'ceiling' | 'isOpen'> {
  const share = ceiling / 100;
  const sd = scatter * Math.sqrt(4 * share * (1 - share) + 0.05);
  const truth = Math.max(0, Math.min(100, ceiling + sd * random.normal()));
  if (random.chance(open * (1 - share) * 10)) {
    // Wherever in its interval the truth lies.
    const low = truth - random.uniform() * Math.min(OPEN_WIDTH, 100 - truth);
    const high = Math.min(100, low + OPEN_WIDTH);
    return { ceiling: { value: (low + high) / 2, low, high }, isOpen: true };
  }
  const value = Math.min(100, truth + 0.7 * random.normal());
  return { ceiling: { value, low: value - 1.2, high: Math.min(100, value + 1.2) }, isOpen: false };
}

/** A study of this surface with so many seeds. */
export function simulatedSurface(truth: TrueSurface, seed: number, seeds = 5): SurfaceData {
  const random = Random.from(seed, 'simulated-surface');
  const each = Array.from({ length: seeds }, (_, i) => i);
  const points = SIZES.flatMap((size) =>
    DIFFICULTIES.flatMap((difficulty) =>
      each.map((number): SurfacePoint => ({
        set: `${size}-${difficulty}`,
        seed: number,
        size,
        difficulty,
        runs: [`${size}-${difficulty}/${number}`],
        ...observed(random, trueCeiling(truth, size, difficulty), truth),
      })),
    ),
  );
  const zero = each.map((number) => ({ seed: number, ...observed(random, truth.zero, truth) }));
  return { points, zero, sizes: SIZES, difficulties: DIFFICULTIES, leftOut: [] };
}
