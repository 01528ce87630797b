/** Ceilings of all runs of a file, one at a time, so that whoever asks can show progress. */
import { CeilingError } from './ceiling-data';
import { fitCeilingOfSeeds, type CeilingFit, type SeededCeilingSettings } from './ceiling-fit';
import type { CurveFile } from './curve-file';

/** A run's ceiling, or why there is none. */
export type RunCeiling =
  | { readonly run: string; readonly ceiling: CeilingFit; readonly problems: null }
  | { readonly run: string; readonly ceiling: null; readonly problems: readonly string[] };

export function* fitCurveFile(
  file: CurveFile,
  settings: SeededCeilingSettings,
): Generator<RunCeiling, void> {
  for (const { run, curves, problems } of file.runs) {
    if (problems.length > 0) {
      yield { run, ceiling: null, problems };
      continue;
    }
    try {
      yield { run, ceiling: fitCeilingOfSeeds(curves, settings), problems: null };
    } catch (error) {
      if (!(error instanceof CeilingError)) throw error;
      yield { run, ceiling: null, problems: [`Run "${run}": ${error.message}`] };
    }
  }
}
