/** Which columns of someone's log are most likely a curve's, by the names that trainers give them. */
import { CURVE_COLUMNS, type ColumnNames, type CurveColumn } from './curve-file';
import type { Table } from './table';

/** How the columns of a table are to be read. */
export interface ColumnMapping {
  readonly columns: ColumnNames;
  /** Performance is a share from 0 to 1 instead of percent. */
  readonly fractions: boolean;
}

export interface ColumnGuess extends ColumnMapping {
  /** The needed columns have their own names and values: nobody needs to be asked. */
  readonly isCertain: boolean;
}

/** Rows that are looked at to tell numbers from text. */
const LOOKED_AT = 1000;

/** Patterns by column, the best first; they are matched in lower case. */
const PATTERNS: Readonly<Record<CurveColumn, readonly RegExp[]>> = {
  run: [/^run[ _]?(name|id)$/, /^(experiment|exp|group|model|name)([ _]?(name|id))?$/],
  compute: [
    /flops?\b/,
    /compute/,
    /tokens/,
    /(^|[/_ .])(global_?)?steps?$/,
    /(samples|episodes)/,
    /epoch/,
  ],
  performance: [
    /(eval|val|test).*(acc|score|pass|success|solve|performance)/,
    /(acc|accuracy|pass@?\d*|score|success|solve|performance)/,
    /(eval|val|test).*reward/,
    /reward/,
  ],
  n_problems: [/^(num|n)_?(problems|samples|questions|examples)$/],
  seed: [/(^|[_/ .])seed$/],
};
/** Spreads and envelopes that loggers write beside a measure. */
const NO_MEASURE = /(std|stderr|__min|__max|(^|[/_ .])(min|max))$/;

function guessOne(column: CurveColumn, names: readonly string[]): string | undefined {
  for (const pattern of PATTERNS[column]) {
    const found = names.find((name) => pattern.test(name.toLowerCase()));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Numbers of a column in the rows looked at; null where something there is no number. */
function numbersOf(table: Table, column: string): number[] | null {
  const cells = table.rows.slice(0, LOOKED_AT).map((row) => row.cells.get(column) ?? '');
  const numbers = cells.filter((cell) => cell !== '').map(Number);
  // A single bad row must not hide the column that it is in.
  const bad = numbers.filter((number) => !Number.isFinite(number)).length;
  return numbers.length === 0 || 2 * bad > numbers.length ? null : numbers;
}

/** The mapping to propose for a table; a column that the table has no likeness of is left out. */
export function guessColumns(table: Table): ColumnGuess {
  const named = table.columns.filter((column) => column !== '');
  const numeric = named.filter((column) => numbersOf(table, column) !== null);
  const measures = numeric.filter((column) => !NO_MEASURE.test(column.toLowerCase()));
  const candidates = {
    run: named,
    compute: numeric,
    performance: measures,
    n_problems: numeric,
    seed: named,
  };
  const columns: Partial<Record<CurveColumn, string>> = {};
  for (const column of CURVE_COLUMNS) {
    const found = named.includes(column) ? column : guessOne(column, candidates[column]);
    if (found !== undefined) columns[column] = found;
  }
  const { performance } = columns;
  const fractions = performance !== undefined && areShares(numbersOf(table, performance) ?? []);
  const isNamed = named.includes('compute') && named.includes('performance');
  const isExact = Object.entries(columns).every(([column, name]) => column === name);
  return { columns, fractions, isCertain: isNamed && isExact && !fractions };
}

/** Percentages that never exceed 1 are shares, most likely. */
function areShares(values: readonly number[]): boolean {
  const known = values.filter(Number.isFinite);
  return known.length > 0 && known.every((value) => value >= 0 && value <= 1);
}
