/**
 * RL curves from a file of anyone's making: rows of run, compute and performance, in which the row
 * with compute 0 is P_sft. A run with a bad row is not fitted, and its message points at the row;
 * the other runs are read all the same.
 */
import { LabError } from '../../errors';
import { MIN_OBSERVATIONS, type CurveObservation, type RlCurve } from '../ceilings/data';
import { binomialError } from '../statistics';
import { readTable, type Table, type TableRow } from './table';

/** What the columns stand for; `n_problems` and `seed` are optional, and `run` where there is one. */
export const CURVE_COLUMNS = ['run', 'compute', 'performance', 'n_problems', 'seed'] as const;
export type CurveColumn = (typeof CURVE_COLUMNS)[number];
export type ColumnNames = Readonly<Partial<Record<CurveColumn, string>>>;

export interface CurveFileOptions {
  /** Names of the file's columns where they differ. */
  readonly columns?: ColumnNames;
  /** Name of the run where the file has no run column. */
  readonly singleRun: string;
  /** Performance is a share from 0 to 1 instead of percent. */
  readonly fractions?: boolean;
}

export interface FileRun {
  readonly run: string;
  /** One curve a seed; empty where the run has problems. */
  readonly curves: readonly RlCurve[];
  /** Plain sentences that name row and column; empty where the run can be fitted. */
  readonly problems: readonly string[];
}

export interface CurveFile {
  /** In the order of their first row. */
  readonly runs: readonly FileRun[];
  /** What belongs to no run: lines that are no rows. */
  readonly problems: readonly string[];
  /** What a reader should know though nothing is wrong. */
  readonly notes: readonly string[];
}

/** One readable row. */
interface Evaluation {
  readonly line: number;
  readonly seed: string;
  readonly observation: CurveObservation;
}

interface RunRows {
  readonly evaluations: Evaluation[];
  readonly problems: string[];
}

type Names = Readonly<Record<CurveColumn, string>>;

/** Curves are small: a larger file holds something else, and would take minutes. */
const MAX_MEGABYTES = 20;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function checkColumns(table: Table, names: Names, given: ColumnNames): void {
  const has = `The file has: ${table.columns.join(', ')}.`;
  const remedy = 'Rename it or map it, such as compute=total_flops.';
  for (const column of CURVE_COLUMNS) {
    const isNeeded = column === 'compute' || column === 'performance' || column in given;
    if (isNeeded && !table.columns.includes(names[column])) {
      throw new LabError('curves/no-column', { name: names[column], column, has, remedy });
    }
  }
}

/** Reads cells of one row and collects what is wrong with them. */
class RowReader {
  readonly problems: string[] = [];
  readonly #row: TableRow;
  readonly #names: Names;

  constructor(row: TableRow, names: Names) {
    this.#row = row;
    this.#names = names;
  }

  text(column: CurveColumn): string {
    return this.#row.cells.get(this.#names[column]) ?? '';
  }

  /** A number within the limits; NaN, with a problem noted, where the cell holds none. */
  number(column: CurveColumn, limits: { low: number; high: number; words: string }): number {
    const text = this.text(column);
    const value = NUMBER.test(text) ? Number(text) : NaN;
    if (value >= limits.low && value <= limits.high) return value;
    const found = text === '' ? 'is empty' : `is "${text.slice(0, 40)}"`;
    this.problems.push(
      `Row ${this.#row.line}, column "${this.#names[column]}" ${found}; it must be ${limits.words}.`,
    );
    return NaN;
  }
}

function readRow(
  row: TableRow,
  names: Names,
  fractions: boolean,
): { evaluation: Evaluation; problems: readonly string[] } {
  const reader = new RowReader(row, names);
  const compute = reader.number('compute', {
    low: 0,
    high: Number.MAX_VALUE,
    words: 'a number from 0 on',
  });
  const top = fractions ? 1 : 100;
  const performance = reader.number('performance', {
    low: 0,
    high: top,
    words: fractions ? 'a share from 0 to 1' : 'a percentage from 0 to 100',
  });
  const limits = { low: 1, high: Number.MAX_SAFE_INTEGER, words: 'a number from 1 on, or blank' };
  const nProblems =
    reader.text('n_problems') === '' ? undefined : reader.number('n_problems', limits);
  const observation = { compute, performance: (100 * performance) / top, nProblems };
  return {
    evaluation: { line: row.line, seed: reader.text('seed'), observation },
    problems: reader.problems,
  };
}

/** Rows by run, in the order of the file. */
function groupRows(table: Table, names: Names, options: CurveFileOptions) {
  const groups = new Map<string, RunRows>();
  let blank = 0;
  for (const row of table.rows) {
    // A trainer's log has rows without an evaluation; in CSV a blank cell is a mistake.
    if (table.format === 'jsonl' && !row.cells.get(names.performance)) {
      blank += 1;
      continue;
    }
    const hasRun = table.columns.includes(names.run);
    const run = hasRun ? (row.cells.get(names.run) ?? '') : options.singleRun;
    const group = groups.get(run) ?? { evaluations: [], problems: [] };
    groups.set(run, group);
    if (run === '') group.problems.push(`Row ${row.line}, column "${names.run}" is empty.`);
    const { evaluation, problems } = readRow(row, names, options.fractions ?? false);
    group.problems.push(...problems);
    if (problems.length === 0) group.evaluations.push(evaluation);
  }
  return { groups, blank };
}

function curveOfSeed(
  evaluations: readonly Evaluation[],
  { run, seed, names }: { run: string; seed: string; names: Names },
): RlCurve | string {
  const who = seed === '' ? `Run "${run}"` : `Run "${run}", seed ${seed}`;
  const lines = new Map<number, number>();
  for (const { line, observation } of evaluations) {
    const before = lines.get(observation.compute);
    if (before !== undefined) {
      return `Row ${line}, column "${names.compute}": ${who} has compute ${observation.compute} already in row ${before}; each may appear once. Add a seed column for several runs.`;
    }
    lines.set(observation.compute, line);
  }
  const start = evaluations.find(({ observation }) => observation.compute === 0)?.observation;
  if (!start) {
    const rows = `rows ${evaluations[0]!.line} to ${evaluations.at(-1)!.line}`;
    return `${who} (${rows}), column "${names.compute}": no row has 0; that row gives P_sft.`;
  }
  return {
    pSft: {
      value: start.performance,
      standardError:
        start.nProblems === undefined ? null : binomialError(start.performance, start.nProblems),
    },
    points: evaluations.map(({ observation }) => observation).filter(({ compute }) => compute > 0),
  };
}

function fileRun(run: string, { evaluations, problems }: RunRows, names: Names): FileRun {
  if (problems.length > 0) return { run, curves: [], problems };
  const seeds = new Map<string, Evaluation[]>();
  for (const evaluation of evaluations) {
    const ofSeed = seeds.get(evaluation.seed);
    if (ofSeed) ofSeed.push(evaluation);
    else seeds.set(evaluation.seed, [evaluation]);
  }
  const curves: RlCurve[] = [];
  const wrong: string[] = [];
  for (const [seed, ofSeed] of seeds) {
    const curve = curveOfSeed(ofSeed, { run, seed, names });
    if (typeof curve === 'string') wrong.push(curve);
    else curves.push(curve);
  }
  if (wrong.length > 0) return { run, curves: [], problems: wrong };
  return { run, curves, problems: tooLittle(run, evaluations, curves, names) };
}

/** What makes a well-formed run impossible to fit, said with its rows. */
function tooLittle(
  run: string,
  evaluations: readonly Evaluation[],
  curves: readonly RlCurve[],
  names: Names,
): string[] {
  const points = curves.flatMap((curve) => curve.points);
  const rows = `rows ${evaluations[0]!.line} to ${evaluations.at(-1)!.line}`;
  const distinct = new Set(points.map((point) => point.compute)).size;
  if (distinct < MIN_OBSERVATIONS) {
    return [
      `Run "${run}" (${rows}) has ${distinct} evaluations with "${names.compute}" above 0; a ceiling needs at least ${MIN_OBSERVATIONS}.`,
    ];
  }
  const [{ performance: first }] = points as [CurveObservation];
  // All zeros are a reward that never starts; another constant is rather the wrong column.
  if (first !== 0 && points.every(({ performance }) => performance === first)) {
    return [
      `Run "${run}" (${rows}), column "${names.performance}" is ${first} in every row; a curve that never changes says nothing about a ceiling.`,
    ];
  }
  return [];
}

/** Reads curves from the text of a file; throws an error of `curves` where it is no table of curves. */
export function readCurveFile(text: string, options: CurveFileOptions): CurveFile {
  return curvesOfTable(readCurveTable(text), options);
}

/** The rows of a file, whatever its columns; throws an error of `curves` where there are none. */
export function readCurveTable(text: string): Table {
  const table = readTable(text.replace(/^\uFEFF/, ''));
  if (table.rows.length > 0) return table;
  const [bad] = table.badLines;
  throw bad
    ? new LabError('curves/bad-line', { message: bad.message })
    : new LabError('curves/no-row');
}

/** Throws an error of `curves` for a file that is too large, before anyone reads it. */
export function checkCurveFileSize(bytes: number): void {
  const megabytes = bytes / 2 ** 20;
  if (megabytes <= MAX_MEGABYTES) return;
  throw new LabError('curves/large', {
    megabytes,
    limit: MAX_MEGABYTES,
    columns: CURVE_COLUMNS.slice(0, 3),
  });
}

/** The curves of a table; throws an error of `curves` where a needed column is missing. */
export function curvesOfTable(table: Table, options: CurveFileOptions): CurveFile {
  const given = options.columns ?? {};
  const names = {
    ...(Object.fromEntries(CURVE_COLUMNS.map((column) => [column, column])) as Names),
    ...given,
  };
  checkColumns(table, names, given);
  const { groups, blank } = groupRows(table, names, options);
  const runs = [...groups].map(([run, rows]) => fileRun(run, rows, names));
  return {
    runs,
    problems: table.badLines.map((line) => line.message),
    notes: notesOn(runs, { blank, names }),
  };
}

function notesOn(
  runs: readonly FileRun[],
  { blank, names }: { blank: number; names: Names },
): string[] {
  const notes: string[] = [];
  if (blank > 0) {
    notes.push(`${blank} rows hold no ${names.performance} and were passed over.`);
  }
  const values = runs.flatMap(({ curves }) =>
    curves.flatMap((curve) => curve.points.map((point) => point.performance)),
  );
  if (values.length > 0 && values.every((value) => value <= 1)) {
    notes.push(
      `Every ${names.performance} is at most 1 percent; if they are shares from 0 to 1, say so (--fractions in a terminal).`,
    );
  }
  return notes;
}
