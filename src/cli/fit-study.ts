/** What `lab fit` says of a file that holds a whole study of others: peaks, findings and figures. */
import path from 'node:path';
import { StudyAnalyst } from '../figures';
import { StudyBacktester } from '../studies/backtest-curves';
import { toDecimals } from '../rounding';
import { peakRecords, studyAsJson } from '../runtime/ceilings/ceiling-records';
import { drawnForeign } from '../runtime/studies/drawn-figures';
import { findingsText } from '../studies/findings-table';
import { foreignStudySteps } from '../studies/foreign/foreign-study';
import { foreignNotes } from '../studies/foreign/notes';
import { lastOf, type CurveFile, type RunCeiling } from '../theory';
import { VERDICT_WORDS } from '../words/en/reasons/ceiling-reasons';
import { writeWhole } from './study-folder';
import { writeFigures } from './study-outputs';

interface FitStudyOptions {
  readonly name: string;
  readonly seed: number;
  readonly chance: number | undefined;
  /** Folder for figures and findings; undefined for none. */
  readonly out: string | undefined;
}

/** The study of a file, as text and as JSON, with what should be known of it; writes its figures. */
export async function fitStudy(
  file: CurveFile,
  fits: readonly RunCeiling[],
  { out, ...options }: FitStudyOptions,
): Promise<{ readonly text: string; readonly json: string; readonly notes: readonly string[] }> {
  const results = lastOf(foreignStudySteps(file, options));
  const analysis = lastOf(new StudyAnalyst().steps(results));
  const json = studyAsJson(fits, results, analysis);
  if (out !== undefined) {
    await writeWhole(path.join(out, 'ceilings.json'), json);
    await writeWhole(path.join(out, 'findings.md'), findingsText(results));
    const backtest = lastOf(new StudyBacktester().steps(results));
    await writeFigures(out, drawnForeign(results, { ...analysis, backtest }));
  }
  const peaks = peakRecords(analysis).map(
    ({ set, branch, a_post, low, high, verdict }) =>
      `| ${set} | ${branch} | ${toDecimals(a_post, 1)} | ${toDecimals(low, 1)} to ${toDecimals(high, 1)} | ${VERDICT_WORDS[verdict]} |`,
  );
  const table = [
    '| Set | Highest from | A_post | 90% interval | Verdict |',
    '| --- | --- | --- | --- | --- |',
  ];
  const text = [...table, ...peaks, '', findingsText(results)].join('\n');
  return { text, json, notes: foreignNotes(results) };
}
