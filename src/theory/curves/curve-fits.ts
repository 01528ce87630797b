/** Ceilings of all runs of a file, one at a time, so that whoever asks can show progress. */
import { isLabError } from '../../errors';
import type { CeilingFit, SeededCeilingSettings } from '../ceilings/ceiling-fit';
import { ceilingFitSteps, lastOf } from '../ceilings/fit';
import type { CurveFile, FileRun } from './curve-file';

/** A run's ceiling, or why there is none. */
export type RunCeiling =
  | { readonly run: string; readonly ceiling: CeilingFit; readonly problems: null }
  | { readonly run: string; readonly ceiling: null; readonly problems: readonly string[] };

/** One run's ceiling, a bootstrap draw at a time, so that a worker can listen in between. */
export function* fitRunSteps(
  { run, curves, problems }: FileRun,
  settings: SeededCeilingSettings,
): Generator<void, RunCeiling> {
  if (problems.length > 0) return { run, ceiling: null, problems };
  try {
    return { run, ceiling: yield* ceilingFitSteps(curves, settings), problems: null };
  } catch (error) {
    if (!isLabError(error, 'ceiling')) throw error;
    return { run, ceiling: null, problems: [`Run "${run}": ${error.message}`] };
  }
}

export function* fitCurveFile(
  file: CurveFile,
  settings: SeededCeilingSettings,
): Generator<RunCeiling, void> {
  for (const run of file.runs) yield lastOf(fitRunSteps(run, settings));
}
