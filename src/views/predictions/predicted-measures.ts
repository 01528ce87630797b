/** The numbers that are predicted, as people read them. */
import { formatCount, formatPoints } from '../format';

export interface PredictedMeasure {
  /** With symbols as in the paper. */
  readonly label: string;
  /** The right end of its axis, which begins at 0. */
  readonly most: number;
  readonly format: (value: number) => string;
  /** What a number below the true one is, and one above it. */
  readonly words: readonly [below: string, above: string];
}

/** A percentage. */
export function percentMeasure(label: string): PredictedMeasure {
  return { label, most: 100, format: formatPoints, words: ['too low', 'too high'] };
}

/** A step, of so many at most. */
export function stepMeasure(label: string, most: number): PredictedMeasure {
  const format = (value: number): string => formatCount(Math.round(value));
  return { label, most, format, words: ['too early', 'too late'] };
}

/** A number that nobody described is shown by its name. */
export function measureNamed(
  measures: Readonly<Record<string, PredictedMeasure>>,
  name: string,
): PredictedMeasure {
  return measures[name] ?? percentMeasure(name);
}
