/** The findings of a study as rows: for the terminal, a file, or a table on the page. */
import { square } from '../elementary';
import { findings, type Finding, type FindingSettings } from '../theory';
import { missingSentence } from '../words/en/reasons/study-reasons';
import type { ReportedResults } from './study-results';
import { toDecimals } from '../rounding';
import { counted } from '../words/en/counted';

export interface FindingRow {
  readonly claim: string;
  readonly statement: string;
  readonly verdict: Finding['verdict'];
  readonly effect: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
  readonly seeds: number;
  readonly reason: string;
  /** Seeds that would decide an effect of this size and spread; null where it is decided or unknown. */
  readonly seedsToDecide: number | null;
  readonly leftOut: readonly string[];
}

/** What the cells of a study say on each of the paper's claims. */
export function findingRows(
  { cells }: Pick<ReportedResults, 'cells'>,
  settings: Partial<FindingSettings> = {},
): FindingRow[] {
  return findings(
    cells.map(({ cell }) => cell),
    settings,
  ).map((finding) => {
    const { claim, statement, verdict, effect, unit, seeds, reason, leftOut } = finding;
    return {
      claim,
      statement,
      verdict,
      effect: effect?.value ?? null,
      low: effect?.low ?? null,
      high: effect?.high ?? null,
      unit,
      seeds: seeds.length,
      reason,
      seedsToDecide: seedsToDecide(finding),
      leftOut,
    };
  });
}

/**
 * The interval shrinks with the root of the number of seeds, or faster: few seeds pay for Student's
 * wide tails too. So this errs on the side of more seeds.
 */
function seedsToDecide({ verdict, contrasts }: Finding): number | null {
  if (verdict !== 'undecided') return null;
  const needed = contrasts.map(({ effect, seeds }) => {
    if (!effect || seeds.length < 2 || effect.value === 0) return null;
    const reach = (effect.high - effect.low) / 2;
    return Math.max(seeds.length, Math.ceil(seeds.length * square(reach / effect.value)));
  });
  const known = needed.filter((count) => count !== null);
  return known.length === needed.length && known.length > 0 ? Math.max(...known) : null;
}

function number(value: number | null): string {
  return value === null ? '–' : toDecimals(value, 2);
}

/** A Markdown table of findings, with a line for each cell that is missing. */
export function findingsText(results: ReportedResults): string {
  const rows = findingRows(results);
  const lines = rows.map((row) => {
    const interval = row.low === null ? '–' : `${number(row.low)} to ${number(row.high)}`;
    const more = row.seedsToDecide === null ? '–' : String(row.seedsToDecide);
    return `| ${row.statement} | ${row.verdict} | ${number(row.effect)} ${row.unit} | ${interval} | ${row.seeds} | ${more} | ${row.reason} |`;
  });
  const missing = results.missing.map(
    ({ id, status, reason }) => `- ${id}: ${status.replace('-', ' ')}. ${missingSentence(reason)}`,
  );
  return [
    '| Claim | Verdict | Effect | 90% interval | Seeds | Seeds to decide | Why |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `${counted(results.cells.length, 'cell')} with a result, ${results.missing.length} without.`,
    ...missing,
    '',
  ].join('\n');
}
