/** A ceiling whose curves say what each level of the benchmark did: the levels decide, not their mean. */
import { levelCeilingSteps, type LevelCeilings, type LevelSettings } from '../levels/level-ceiling';
import type { LevelCurve } from '../levels/series';
import type { CollapseReport } from './data';
import type { LevelFit } from './level-fit';
import type { Estimate } from '../statistics';
import type { CeilingVerdict, OpenLevel } from './verdict';

/** How levels are fitted, beside what holds for every ceiling. */
export type LevelOptions = Pick<LevelSettings, 'chance' | 'taskChance'>;

/** What of each curve came before RL collapsed. */
function beforeCollapse(
  curves: readonly LevelCurve[],
  collapses: readonly CollapseReport[],
): LevelCurve[] {
  return curves.map((curve, i) => {
    const collapse = collapses.find((each) => each.curve === i);
    if (!collapse) return curve;
    const points = curve.points.filter(({ compute }) => compute <= collapse.compute);
    return { ...curve, points };
  });
}

/** A ceiling is known from below where at most half of its levels are open. */
const OPEN_AT_MOST = 0.5;

/** An open level could add all that it lacks. */
function openLevels({ open, levels }: LevelCeilings): OpenLevel[] {
  return open.map(({ level, state, now }) => ({
    level,
    state: state === 'bending' || state === 'reached' ? 'resting' : state,
    now,
    add: (100 - now) / levels.length,
  }));
}

function verdictOf(
  fit: LevelCeilings,
  { widest, confidence }: { widest: number; confidence: number },
): CeilingVerdict {
  const { low, value, high } = fit.aPost;
  const width = high - low;
  const hasBegun = fit.levels.every(({ state }) => state !== 'not-begun');
  // An interval that lies all above the value is one from below, however narrow it is.
  const isCentred = high - value <= widest / 2;
  if (hasBegun && isCentred && width <= widest) return { is: 'identified' };
  const known = fit.known.high - fit.known.low;
  const areMost = fit.open.length > OPEN_AT_MOST * fit.levels.length;
  if (fit.open.length > 0 && !areMost && known <= widest) {
    return { is: 'at-least', atLeast: fit.known.value, open: openLevels(fit) };
  }
  return { is: 'not-identified', because: { because: 'wide', confidence, width, widest } };
}

/** What is known from below is the ceiling's value where no more is known. */
function ceilingOf({ aPost, known }: LevelCeilings, { is }: CeilingVerdict): Estimate {
  if (is !== 'at-least') return aPost;
  return { value: known.value, low: Math.min(known.low, aPost.low), high: aPost.high };
}

/** Points of a path up to the last evaluation, and beyond it. */
const PATH_POINTS = 16;
const AHEAD_POINTS = 8;

function pathComputes(curves: readonly LevelCurve[]): number[] {
  const range = Math.max(...curves.flatMap(({ points }) => points.map(({ compute }) => compute)));
  return Array.from(
    { length: PATH_POINTS + AHEAD_POINTS },
    (_, i) => (range * (i + 1)) / PATH_POINTS,
  );
}

interface JudgedLevels {
  readonly aPost: Estimate;
  readonly verdict: CeilingVerdict;
  readonly fit: LevelFit;
  /** At each compute that was asked for. */
  readonly forecasts: readonly Estimate[];
}

/** The ceiling by level, a level of a seed at a time. Throws an error of `ceiling` as its parts do. */
export function* levelFitSteps(
  curves: readonly LevelCurve[],
  settings: {
    readonly seed: number;
    readonly draws: number;
    readonly confidence: number;
    readonly widest: number;
    readonly collapses: readonly CollapseReport[];
    readonly levels?: LevelOptions | undefined;
    /** RL compute, above 0, for which forecasts are wanted beside the path. */
    readonly forecastAt: readonly number[];
  },
): Generator<void, JudgedLevels> {
  const { collapses, levels, seed, draws, confidence } = settings;
  const kept = beforeCollapse(curves, collapses);
  const along = pathComputes(kept);
  const forecastAt = [...along, ...settings.forecastAt];
  const openAbove = settings.widest / 2;
  const options = { seed, draws, confidence, openAbove, ...levels, forecastAt };
  const fit = yield* levelCeilingSteps(kept, options);
  const verdict = verdictOf(fit, settings);
  const path = along.map((compute, i) => ({ compute, ...fit.forecasts[i]! }));
  return {
    aPost: ceilingOf(fit, verdict),
    verdict,
    fit: { levels: fit.levels, path },
    forecasts: fit.forecasts.slice(along.length),
  };
}
