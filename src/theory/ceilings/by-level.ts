/** A ceiling whose curves say what each level of the benchmark did: the levels decide, not their mean. */
import * as v from 'valibot';
import { measured, type DataOf } from '../../schema/pieces';
import { levelCeilingSteps, LEVEL_STATES, type LevelCeilings } from '../levels/level-ceiling';
import type { WaveRate } from '../levels/new-wave';
import type { LevelCurve } from '../levels/series';
import type { CollapseReport } from './data';
import type { Estimate } from '../statistics';
import type { CeilingVerdict, OpenLevel } from './verdict';

const interval = v.object({ value: measured, low: measured, high: measured });

const levelReport = v.object({
  /** Its name for people. */
  level: v.string(),
  state: v.picklist(LEVEL_STATES),
  /** Percent of its answers that were right at the last evaluation. */
  now: measured,
  /** Where it leads, in percent of its answers; the high end with what may still begin. */
  ceiling: interval,
});

export const levelFit = v.object({
  levels: v.array(levelReport),
  /** Performance as an evaluation would measure it, over the observed compute and half as far again. */
  path: v.array(v.object({ compute: measured, ...interval.entries })),
});

/** What the levels of a curve say beside its ceiling. */
export interface LevelFit extends DataOf<typeof levelFit> {}

/** How levels are fitted, beside what holds for every ceiling. */
export interface LevelOptions {
  /** Share of right answers that knows nothing, where the task says it; otherwise estimated. */
  readonly chance?: number | undefined;
  /** How often waves begin in the study that the curves are of. */
  readonly waveRate?: WaveRate | undefined;
}

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

interface JudgedLevels extends LevelFit {
  readonly aPost: Estimate;
  readonly verdict: CeilingVerdict;
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
  },
): Generator<void, JudgedLevels> {
  const { collapses, levels, seed, draws, confidence } = settings;
  const kept = beforeCollapse(curves, collapses);
  const forecastAt = pathComputes(kept);
  const openAbove = settings.widest / 2;
  const options = { seed, draws, confidence, openAbove, ...levels, forecastAt };
  const fit = yield* levelCeilingSteps(kept, options);
  const verdict = verdictOf(fit, settings);
  return {
    aPost: ceilingOf(fit, verdict),
    verdict,
    levels: fit.levels.map((report) => ({ ...report, ceiling: { ...report.ceiling } })),
    path: fit.forecasts.map((forecast, i) => ({ compute: forecastAt[i]!, ...forecast })),
  };
}

/** Performance on a path at RL compute x, linear between its points; null beyond its end. */
export function pathAt(path: LevelFit['path'], x: number, start: number): number | null {
  const next = path.findIndex(({ compute }) => compute >= x);
  if (next < 0) return null;
  const before = next === 0 ? { compute: 0, value: start } : path[next - 1]!;
  const { compute, value } = path[next]!;
  const share = (x - before.compute) / (compute - before.compute);
  return before.value + share * (value - before.value);
}
