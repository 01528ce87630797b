/**
 * How often waves begin, counted on a study's own curves: each level is fitted on the first half of its
 * evaluations, and the second half shows whether more came than the wave it was in.
 */
import { Random } from '../../random';
import { median, quantile, rising } from '../statistics';
import { LevelPosterior, placedRate } from './level-posterior';
import { GOES_ON, type WaveCount } from './new-wave';
import { levelColumns, MIN_LEVEL_EVALUATIONS, type LevelCurve, type LevelSeries } from './series';

/** A level above this has too little left to gain for a wave to be told from noise. */
const NEARLY_LEARNED = 0.9;
/** What a level must gain beyond its present wave's 95% quantile. */
const LEAST_GAIN = 0.05;
const DRAWS = 100;
/** Evaluations at the end whose mean is compared. */
const END_EVALUATIONS = 3;

function firstPart(
  { level, x, successes, samples, start }: LevelSeries,
  count: number,
): LevelSeries {
  const last = x[count - 1]!;
  return {
    level,
    x: x.subarray(0, count).map((value) => value / last),
    successes: successes.subarray(0, count),
    samples: samples.subarray(0, count),
    start,
  };
}

function meanRateAtEnd({ successes, samples }: LevelSeries): number {
  const sum = (values: Float64Array): number =>
    values.subarray(-END_EVALUATIONS).reduce((total, value) => total + value, 0);
  return sum(successes) / sum(samples);
}

function watchLevel(series: LevelSeries, random: Random): WaveCount {
  const count = Math.floor(series.x.length / 2);
  const half = firstPart(series, count);
  const posterior = new LevelPosterior(half);
  const waves = Array.from({ length: DRAWS }, () => posterior.draw(random));
  const now = median(waves.map((wave) => placedRate(wave, 1)));
  if (now > NEARLY_LEARNED) return { waves: 0, ranges: 0 };
  const end = 1 / series.x[count - 1]!;
  const expected = quantile(rising(waves.map((wave) => placedRate(wave, end))), 0.95);
  const began = meanRateAtEnd(series) > expected + LEAST_GAIN;
  // A wave that began was waited for about half as long; a level that never goes on is not waited for.
  const waited = (end - 1) * (began ? 0.5 : 1);
  return { waves: began ? 1 : 0, ranges: GOES_ON * waited };
}

/**
 * Watches every level of every curve. Curves that are too short to be halved count nothing. A step is
 * one level of one curve.
 */
export function* watchedWaves(
  curves: readonly LevelCurve[],
  seed: number,
): Generator<void, WaveCount> {
  let [waves, ranges] = [0, 0];
  for (const [place, curve] of curves.entries()) {
    if (curve.points.length < 2 * MIN_LEVEL_EVALUATIONS) continue;
    for (const series of levelColumns(curve).levels) {
      const random = Random.from(seed, 'watched-waves', place, series.level);
      const seen = watchLevel(series, random);
      waves += seen.waves;
      ranges += seen.ranges;
      yield;
    }
  }
  return { waves, ranges };
}
