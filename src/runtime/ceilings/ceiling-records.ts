/** Ceilings in the words of the file format: what `lab fit` prints and the page hands out. */
import {
  atLeastOf,
  csvText,
  isIdentified,
  type CeilingVerdict,
  type RunCeiling,
} from '../../theory';
import type { StudyAnalysis } from '../../studies/analysis';
import { findingRows } from '../../studies/findings-table';
import { peaksOf } from '../../studies/foreign/peaks';
import type { ReportedResults } from '../../studies/study-results';
import { verdictSentence } from '../../words/en/reasons/ceiling-reasons';

/** One run's ceiling as plain values; numbers are null where nothing could be fitted. */
interface CeilingRecord {
  readonly run: string;
  readonly p_sft: number | null;
  readonly a_post: number | null;
  readonly a_post_low: number | null;
  readonly a_post_high: number | null;
  readonly pl_rl: number | null;
  readonly c_mid: number | null;
  readonly b: number | null;
  readonly identified: boolean;
  readonly collapsed: boolean;
  /** Seeds that were fitted together; absent where nothing could be fitted. */
  readonly seeds?: number;
  /** Why there is no ceiling, or none that is identified; null where there is one. */
  readonly reason: string | null;
  /** null where nothing could be fitted. */
  readonly verdict: CeilingVerdict['is'] | null;
  /** Where the ceiling is known from below alone: how high it is at least. */
  readonly at_least: number | null;
}

const COLUMNS = [
  'run',
  'p_sft',
  'a_post',
  'a_post_low',
  'a_post_high',
  'pl_rl',
  'c_mid',
  'b',
  'identified',
  'collapsed',
  'seeds',
  'reason',
  'verdict',
  'at_least',
] as const satisfies readonly (keyof CeilingRecord)[];

const NO_FIT = {
  p_sft: null,
  a_post: null,
  a_post_low: null,
  a_post_high: null,
  pl_rl: null,
  c_mid: null,
  b: null,
  identified: false,
  collapsed: false,
  verdict: null,
  at_least: null,
};

function rounded(value: number, digits = 4): number {
  return Number(value.toFixed(digits));
}

/** Performances in points to four decimals, C_mid in the unit of the curve's compute. */
function ceilingRecord(fit: RunCeiling): CeilingRecord {
  if (!fit.ceiling) return { run: fit.run, ...NO_FIT, reason: fit.problems.join(' ') };
  const { ceiling } = fit;
  const atLeast = atLeastOf(ceiling);
  return {
    run: fit.run,
    p_sft: rounded(ceiling.pSft),
    a_post: rounded(ceiling.aPost),
    a_post_low: rounded(ceiling.aPostLow),
    a_post_high: rounded(ceiling.aPostHigh),
    pl_rl: rounded(ceiling.plRl),
    c_mid: Number(ceiling.cMid.toPrecision(6)),
    b: rounded(ceiling.b),
    identified: isIdentified(ceiling),
    collapsed: ceiling.collapsed,
    seeds: ceiling.seeds,
    reason: verdictSentence(ceiling.verdict),
    verdict: ceiling.verdict.is,
    at_least: atLeast && rounded(atLeast.atLeast),
  };
}

function linesOf(records: readonly unknown[], indent = ''): string {
  const lines = records.map((record) => `${indent}  ${JSON.stringify(record)}`);
  return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n${indent}]`;
}

/** A JSON array with a run on each line. */
export function ceilingsAsJson(fits: readonly RunCeiling[]): string {
  return `${linesOf(fits.map(ceilingRecord))}\n`;
}

/** A set's highest ceiling in the same words. */
export function peakRecords(analysis: StudyAnalysis) {
  return peaksOf(analysis).map(({ set, branch, ceiling }) => ({
    set,
    branch,
    a_post: rounded(ceiling.aPost),
    low: rounded(ceiling.aPostLow),
    high: rounded(ceiling.aPostHigh),
    verdict: ceiling.verdict.is,
  }));
}

/** A JSON object of a study that others ran: its runs, the peak of each set, and what it says on the claims. */
export function studyAsJson(
  fits: readonly RunCeiling[],
  results: ReportedResults,
  analysis: StudyAnalysis,
): string {
  const findings = findingRows(results).map(({ seedsToDecide, leftOut, ...finding }) => ({
    ...finding,
    seeds_to_decide: seedsToDecide,
    left_out: leftOut,
  }));
  const parts = { runs: fits.map(ceilingRecord), peaks: peakRecords(analysis), findings };
  const lines = Object.entries(parts).map(
    ([name, records]) => `  "${name}": ${linesOf(records, '  ')}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** The same values as comma-separated text (RFC 4180); a blank cell is null. */
export function ceilingsAsCsv(fits: readonly RunCeiling[]): string {
  const records = fits.map(ceilingRecord);
  return csvText(
    COLUMNS,
    records.map((record) => COLUMNS.map((column) => record[column] ?? null)),
  );
}
