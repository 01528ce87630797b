/** Which columns of someone's log are most likely a curve's: by their names, and by what their values do. */
import { LabError } from '../../errors';
import { CURVE_COLUMNS, ownColumns, type ColumnNames, type CurveColumn } from './columns';
import type { PSftChoice } from './p-sft';
import { cellsOf, type Table } from './table';
import { holdsShares, isBlank, isRising, numberIn, numbersOf } from './values';

/** How the columns of a table are to be read. */
export interface ColumnMapping {
  readonly columns: ColumnNames;
  /** Performance is a share from 0 to 1 instead of percent. */
  readonly fractions: boolean;
  /** Where no row has compute 0; null where each run has one. */
  readonly pSft?: PSftChoice | null;
  /** Of a spreadsheet whose numbers may be read in two ways. */
  readonly decimal?: '.' | ',' | null;
}

export interface ColumnGuess extends ColumnMapping {
  /** The needed columns have their own names and values: nobody needs to be asked. */
  readonly isCertain: boolean;
}

/** Patterns by column, the best first; they are matched in lower case. */
const PATTERNS: Readonly<Record<CurveColumn, readonly RegExp[]>> = {
  run: [/^run[ _]?(name|id)?$/, /^(experiment|exp|group|model|name|lauf)([ _]?(name|id))?$/],
  compute: [
    /flops?\b/,
    /compute/,
    /tokens/,
    /(^|[/_ .])(global_?|current_?)steps?$/,
    /(^|[/_ .])steps?$/,
    /(samples|episodes|rollouts)/,
    /epoch/,
    /^(schritte?|x)$/,
  ],
  performance: [
    /^val-core\/.*acc.*mean@/,
    /^val-core\/.*mean@/,
    /(eval|val|test).*(acc|pass@|solve|correct|success)/,
    /(eval|val|test).*(score|pass|performance)/,
    /(acc|accuracy|pass@?\d*|solve|correct|success|exact_match|extractive_match)/,
    /(score|performance|genauigkeit)/,
    /(eval|val|test).*reward/,
    /reward/,
    /^value$/,
  ],
  n_problems: [/^(num|n)_?(problems|samples|questions|examples)$/],
  seed: [/(^|[_/ .])seed$/],
  level: [/^(level|difficulty_level)$/],
  successes: [/^(successes|num_correct|n_correct)$/],
  set: [/^(data ?set|trajectory_?set)$/],
  set_size: [/^(set|data ?set)_?size$/],
  difficulty: [],
  branch: [/^branch[_ ]?point$/],
  sft_compute: [/^sft[_ ]?flops$/],
  min_val_loss: [/^min(imum)?_(val|validation|eval)_loss$/],
  paradigm: [],
};
/** Spreads, envelopes and best-of-many that loggers write beside a measure, and measures of other things. */
const NO_MEASURE =
  /(std|stderr|__min|__max|(^|[/_ .])(min|max)|loss|runtime|_per_|length|entropy|grad_norm|learning_rate)|(best|worst|maj)@|^val-aux/;
/** Rates and sizes of a step are not compute, whatever they do; verl's total_num_tokens is of one step. */
const NO_COMPUTE =
  /per_?(sec|second|step|token)|\/s$|tflop|throughput|speed|mfu|total_num_tokens$|^total_steps$|max_steps|loss|reward|acc|runtime|length|std$/;

function guessOne(column: CurveColumn, names: readonly string[]): string | undefined {
  for (const pattern of PATTERNS[column]) {
    const found = names.find((name) => pattern.test(name.toLowerCase()));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The rows that hold an evaluation, where the column of performances is known. */
function evaluated(table: Table, performance: string | undefined): Pick<Table, 'rows'> {
  if (performance === undefined) return table;
  return { rows: table.rows.filter(({ cells }) => !isBlank(cells.get(performance) ?? '')) };
}

/** Columns that rise over the evaluations and are known at all of them; nearly all, where there are none. */
function computeColumns(table: Pick<Table, 'rows'>, numeric: readonly string[]): string[] {
  const rising = numeric.filter((name) => {
    const numbers = numbersOf(table, name);
    const isCompute = !NO_COMPUTE.test(name.toLowerCase());
    return isCompute && numbers !== null && (table.rows.length < 3 || isRising(numbers));
  });
  const knownAt = (share: number): string[] =>
    rising.filter((name) => {
      const known = cellsOf(table, name).filter((cell) => !isBlank(cell)).length;
      return known >= share * table.rows.length;
    });
  const known = knownAt(1);
  return guessOne('compute', known) === undefined ? knownAt(0.9) : known;
}

/** Accuracies lie between 0 and 100; where none of a name's likes does, the first is proposed all the same. */
function performanceColumns(table: Table, numeric: readonly string[]): string[] {
  const measures = numeric.filter((name) => !NO_MEASURE.test(name.toLowerCase()));
  const isPossible = (name: string): boolean =>
    numbersOf(table, name)!.every((value) => value >= 0 && value <= 100);
  return [...measures.filter(isPossible), ...measures.filter((name) => !isPossible(name))];
}

/** Columns that are accuracies by name and by value. */
export function accuracyColumns(table: Table): string[] {
  return table.columns.filter((name) => {
    const isNamed = /acc|correct|pass@|solve|success|val-core/.test(name.toLowerCase());
    const numbers = NO_MEASURE.test(name.toLowerCase()) ? null : numbersOf(table, name);
    return isNamed && numbers !== null && numbers.every((value) => value >= 0 && value <= 100);
  });
}

/** A column of words, each of which stands for many rows. */
function runByValues(table: Table, left: readonly string[]): string | undefined {
  return left.find((name) => {
    const cells = cellsOf(table, name);
    const words = new Set(cells);
    const areWords = cells.every((cell) => cell !== '' && isNaN(numberIn(cell)));
    return areWords && words.size > 1 && 4 * words.size <= cells.length;
  });
}

/** The mapping to propose for a table; a column that the table has no likeness of is left out. */
export function guessColumns(table: Table): ColumnGuess {
  const named = table.columns.filter((column) => column !== '');
  const numeric = named.filter((column) => numbersOf(table, column) !== null);
  const own = ownColumns(named);
  const performance =
    own.performance ?? guessOne('performance', performanceColumns(table, numeric));
  const rows = evaluated(table, performance);
  const candidates: Partial<Record<CurveColumn, readonly string[]>> = {
    compute: computeColumns(rows, numeric),
    n_problems: numeric.filter((name) => !isRising(numbersOf(table, name)!)),
  };
  const columns: Partial<Record<CurveColumn, string>> = {};
  // What a study says of a curve is said by name: it is not a measure of the curve.
  for (const column of CURVE_COLUMNS.toReversed()) {
    const taken = Object.values(columns);
    const left = (candidates[column] ?? named).filter((name) => !taken.includes(name));
    const found = column === 'performance' ? performance : (own[column] ?? guessOne(column, left));
    if (found !== undefined) columns[column] = found;
  }
  // A count of right answers means nothing without that of all answers.
  if (columns.n_problems === undefined) delete columns.successes;
  const left = named.filter((name) => !Object.values(columns).includes(name));
  const run = columns.run ?? runByValues(table, left);
  if (run !== undefined) columns.run = run;
  const fractions = areFractions(table, performance, own);
  const isCounted = own.successes !== undefined && own.n_problems !== undefined;
  const isNamed = named.includes('compute') && (named.includes('performance') || isCounted);
  const isExact = CURVE_COLUMNS.every((column) => columns[column] === own[column]);
  const isCertain = isNamed && isExact && !fractions && table.unclear === null;
  return { columns, fractions, isCertain, pSft: startOf(rows, columns.compute) };
}

/** The format's own column is in percent, as far as its values can be. */
function areFractions(table: Table, performance: string | undefined, own: ColumnNames): boolean {
  if (performance === undefined || !holdsShares(table, performance)) return false;
  return own.performance === undefined || numbersOf(table, performance)!.every((x) => x <= 1);
}

/**
 * The last evaluation in a table, in percent: what SFT reached, where RL has a file of its own. Throws an
 * error of `curves` where it has none.
 */
export function lastEvaluation(table: Table): number {
  const { performance } = guessColumns(table).columns;
  const cells = performance === undefined ? [] : cellsOf(table, performance);
  const last = cells.map(numberIn).findLast(Number.isFinite);
  if (performance === undefined || last === undefined) {
    throw new LabError('curves/no-evaluation', { kind: table.kind });
  }
  return holdsShares(table, performance) ? 100 * last : last;
}

/** The first evaluation stands for P_sft where no row has compute 0. */
function startOf(rows: Pick<Table, 'rows'>, compute: string | undefined): PSftChoice | null {
  if (compute === undefined) return null;
  const numbers = cellsOf(rows, compute).map(numberIn);
  return numbers.some((value) => value === 0) ? null : 'first';
}
