/**
 * What RL will measure at a given compute if it goes on: by the waves of its levels where they were
 * counted, otherwise by the wave of the mean. A forecast is about one evaluation, where a ceiling is
 * about the end that the curve approaches: only a forecast can be wrong in both directions.
 */
import { square } from '../elementary';
import { levelCeilingSteps } from './levels/level-ceiling';
import { hasLevels, type LevelCurve } from './levels/series';
import type { WaveRate } from './levels/new-wave';
import { DEFAULT_CEILING_SETTINGS } from './ceilings/fit';
import type { CurveObservation, RlCurve } from './ceilings/data';
import type { Estimate } from './statistics';

export interface ForecastSettings {
  readonly seed: number;
  /** RL compute, above 0, of each forecast. */
  readonly at: readonly number[];
  readonly draws?: number;
  readonly confidence?: number;
  /** How often waves begin in the study that the curves are of. */
  readonly waveRate?: WaveRate | undefined;
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
 * Forecasts for the mean over the seeds of a cell, a level of a seed at a time. Throws an error of
 * `ceiling` where there is nothing to go by.
 */
export function* forecastSteps(
  curves: readonly RlCurve[],
  { at, ...given }: ForecastSettings,
): Generator<void, readonly Estimate[]> {
  const { draws, confidence, widest } = DEFAULT_CEILING_SETTINGS;
  const byLevel = curves.every(hasLevels) ? curves : curves.map(asOneLevel);
  const settings = { draws, confidence, openAbove: widest / 2, ...given, forecastAt: at };
  return (yield* levelCeilingSteps(byLevel, settings)).forecasts;
}
