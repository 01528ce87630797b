/**
 * Late collapse of RL: performance falls well below its running best and stays there. The ceiling
 * equation only rises, so what comes after the collapse is cut and reported, not fitted.
 */
import { median } from '../statistics';

export interface CollapseSettings {
  /** Least drop below the running best, in points. */
  readonly points: number;
  /** Least drop in standard deviations of the noise. */
  readonly deviations: number;
  /** Least number of evaluations that stay below. */
  readonly evaluations: number;
}

const DEFAULT_COLLAPSE_SETTINGS: CollapseSettings = {
  points: 3,
  deviations: 4,
  evaluations: 2,
};

interface Collapse {
  /** Evaluations, in the order of compute, that come before it. */
  readonly kept: number;
  /** Running best and the level after the fall, in points. */
  readonly best: number;
  readonly after: number;
}

/** Each value with its neighbours' median: a single failed evaluation leaves no trace. */
function medianOfThree(values: readonly number[]): number[] {
  return values.map((_, i) => median(values.slice(Math.max(0, i - 1), i + 2)));
}

/**
 * Standard deviation of the noise, from differences over a few evaluations: the trend hardly shows
 * in their spread, and unlike neighbours they are no longer strongly correlated.
 */
export function noiseOf(values: readonly number[]): number {
  const lag = Math.min(3, values.length - 1);
  const differences = values.slice(lag).map((value, i) => value - values[i]!);
  const centre = median(differences);
  const spread = median(differences.map((difference) => Math.abs(difference - centre)));
  return (1.4826 * spread) / Math.SQRT2;
}

/**
 * Finds the collapse in performances ordered by compute; null where there is none, or where RL never
 * rose above `start` (P_sft): that is a curve that falls, and can be fitted. `noise` is the standard
 * deviation of an evaluation where it is known, otherwise 0.
 */
export function findCollapse(
  performances: readonly number[],
  { start, noise }: { start: number; noise: number },
  settings: CollapseSettings = DEFAULT_COLLAPSE_SETTINGS,
): Collapse | null {
  if (performances.length < 2 + settings.evaluations) return null;
  const smooth = medianOfThree(performances);
  const deviation = Math.max(noise, noiseOf(performances));
  const drop = Math.max(settings.points, settings.deviations * deviation);
  let best = -Infinity;
  for (let i = 0; i <= performances.length - settings.evaluations; i++) {
    best = Math.max(best, smooth[i]!);
    if (smooth[i]! > best - drop || best <= start + 2 * deviation) continue;
    const after = median(performances.slice(i));
    if (after > best - drop) continue;
    // The descent belongs to the collapse: keep up to the last evaluation within noise of the best.
    const kept = 1 + smooth.slice(0, i).findLastIndex((value) => value >= best - 2 * deviation);
    return { kept, best, after };
  }
  return null;
}
