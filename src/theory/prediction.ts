/**
 * What someone expected of a run, a chapter or a study before seeing it: one line of JSON, so that sixty of
 * them are sixty lines, or sixty files of one. Everything that is predicted is a number with a name.
 */
import * as v from 'valibot';
import { failureOf, LabError } from '../errors';
import type { DataOf, Failure } from '../schema/pieces';
import { issueOf } from '../schema/issues';
import { mean, median, quantile, rising } from './statistics';

const MOST_LETTERS = 2000;
const text = v.pipe(v.string(), v.maxLength(MOST_LETTERS));

export const prediction = v.strictObject({
  format: v.literal('plasticity-prediction'),
  version: v.literal(1),
  /** What it is about, such as `run?preset=micro&seed=3`: only predictions of one thing are compared. */
  of: v.pipe(text, v.nonEmpty()),
  /** Who made it; empty where nobody says. */
  by: text,
  /** Numbers by their names, such as `switch_step`, `p_sft` and `a_post` in points. */
  values: v.record(v.string(), v.pipe(v.number(), v.finite())),
});

export interface Prediction extends DataOf<typeof prediction> {}

/** @example predictionLine({ of: 'run?preset=micro', by: 'Ada', values: { p_sft: 70, a_post: 90 } }) */
export function predictionLine({
  of,
  by,
  values,
}: Pick<Prediction, 'of' | 'by' | 'values'>): string {
  return JSON.stringify({ format: 'plasticity-prediction', version: 1, of, by, values });
}

export interface ReadPredictions {
  readonly predictions: readonly Prediction[];
  /** What is wrong with lines that were left out. */
  readonly faults: readonly Failure[];
}

/** Reads a file of a line for each prediction; those of something else than `of` are left out too. */
export function readPredictions(content: string, file: string, of: string): ReadPredictions {
  const predictions: Prediction[] = [];
  const faults: Failure[] = [];
  content.split(/\r?\n/).forEach((line, i) => {
    if (line.trim() === '') return;
    try {
      predictions.push(readLine(line, { file, line: i + 1 }, of));
    } catch (error) {
      faults.push(failureOf(error));
    }
  });
  if (predictions.length + faults.length === 0) {
    faults.push(failureOf(new LabError('prediction/empty', { file })));
  }
  return { predictions, faults };
}

function readLine(line: string, place: { file: string; line: number }, of: string): Prediction {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new LabError('prediction/json', place);
  }
  const parsed = v.safeParse(prediction, value);
  if (!parsed.success) {
    throw new LabError('prediction/shape', { ...place, issue: issueOf(parsed.issues) });
  }
  if (parsed.output.of !== of) {
    throw new LabError('prediction/other', { ...place, of: parsed.output.of, wanted: of });
  }
  return parsed.output;
}

/** A predicted number beside the true one. */
export interface Miss {
  readonly name: string;
  readonly predicted: number;
  readonly truth: number;
  /** Predicted less true. */
  readonly miss: number;
}

/** What is known of all that was predicted; a number whose truth is not known is left out. */
export function missesOf(
  { values }: Pick<Prediction, 'values'>,
  truth: Readonly<Record<string, number | null>>,
): Miss[] {
  return Object.entries(values).flatMap(([name, predicted]) => {
    const known = truth[name] ?? null;
    return known === null ? [] : [{ name, predicted, truth: known, miss: predicted - known }];
  });
}

/** How the predictions of one number are spread. */
export interface PredictionSpread {
  readonly name: string;
  /** In ascending order. */
  readonly values: readonly number[];
  readonly median: number;
  /** Between them lies the middle half. */
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}

/** A spread for each number that was predicted, in the order of their first mention. */
export function predictionSpreads(predictions: readonly Prediction[]): PredictionSpread[] {
  const names = [...new Set(predictions.flatMap(({ values }) => Object.keys(values)))];
  return names.map((name) => {
    const values = rising(predictions.flatMap(({ values: all }) => all[name] ?? []));
    return {
      name,
      values,
      median: median(values),
      low: quantile(values, 0.25),
      high: quantile(values, 0.75),
      mean: mean(values),
    };
  });
}
