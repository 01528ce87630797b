/**
 * What RL will measure at a given compute if it goes on: by the waves of its levels where they were
 * counted, otherwise by the wave of the mean. A forecast is about one evaluation, where a ceiling is
 * about the end that the curve approaches: only a forecast can be wrong in both directions.
 */
import { square } from '../elementary';
import { levelCeilingSteps } from './levels/level-ceiling';
import { hasLevels, type LevelCurve } from './levels/series';
import { DEFAULT_CEILING_SETTINGS, type SeededCeilingSettings } from './ceilings/ceiling-fit';
import { ceilingFitSteps, levelledFitSteps, type ForecastFit } from './ceilings/fit';
import type { CurveObservation, RlCurve } from './ceilings/data';
import type { Estimate } from './statistics';

export interface ForecastSettings extends SeededCeilingSettings {
  /** RL compute, above 0, of each forecast. */
  readonly forecastAt: readonly number[];
}

/** Where the answers behind an evaluation are not known, it repeats to about 0.7 points. */
const UNKNOWN_NOISE = 0.7;
const MOST_ANSWERS = 5000;

/** Answers whose mean would scatter as an evaluation of unknown size does. */
function assumedAnswers(performance: number): number {
  const variance = Math.max(1, (performance * (100 - performance)) / square(UNKNOWN_NOISE));
  return Math.min(MOST_ANSWERS, Math.round(variance));
}

/** The mean as if it were a single level. */
function asOneLevel({ pSft, points }: RlCurve): LevelCurve {
  const counted = (performance: number, answers: number) => [
    {
      level: 'mean',
      successes: (answers * performance) / 100,
      samples: answers,
      problems: answers,
    },
  ];
  const withCounts = (point: CurveObservation) => ({
    ...point,
    levels: counted(point.performance, point.nProblems ?? assumedAnswers(point.performance)),
  });
  return {
    pSft: { ...pSft, levels: counted(pSft.value, assumedAnswers(pSft.value)) },
    points: points.map(withCounts),
  };
}

/**
 * The ceiling of a cell with forecasts for the mean over its seeds. Of curves with levels one fit gives
 * both. Throws an error of `ceiling` where there is nothing to go by.
 */
export function* forecastFitSteps(
  curves: readonly RlCurve[],
  given: ForecastSettings,
): Generator<void, ForecastFit> {
  if (curves.every(hasLevels)) return yield* levelledFitSteps(curves, given);
  const ceiling = yield* ceilingFitSteps(curves, given);
  const settings = { ...DEFAULT_CEILING_SETTINGS, ...given };
  const asLevels = { ...settings, ...settings.levels, openAbove: settings.widest / 2 };
  const { forecasts } = yield* levelCeilingSteps(curves.map(asOneLevel), asLevels);
  return { ceiling, forecasts };
}

/** What RL will measure at one compute, in points. */
export interface ForecastPoint extends Estimate {
  /** RL compute. */
  readonly compute: number;
}

/** How far ahead a forecast goes, as a share of the compute observed, and in how many steps. */
const AHEAD = 0.5;
const AHEAD_STEPS = 8;

/** What RL will measure if it goes on, from the last evaluation of a curve to half as far again. */
export function* forecastAheadSteps(
  curve: RlCurve,
  settings: SeededCeilingSettings,
): Generator<void, readonly ForecastPoint[]> {
  const last = Math.max(...curve.points.map(({ compute }) => compute));
  const forecastAt = Array.from(
    { length: AHEAD_STEPS + 1 },
    (_, i) => last * (1 + (AHEAD * i) / AHEAD_STEPS),
  );
  const { forecasts } = yield* forecastFitSteps([curve], { ...settings, forecastAt });
  return forecasts.map((forecast, i) => ({ compute: forecastAt[i]!, ...forecast }));
}
