/**
 * RL curves from a file of anyone's making: rows of run, compute and performance, in which the row
 * with compute 0 is P_sft. A run with a bad row is not fitted, and its message points at the row;
 * the other runs are read all the same.
 */
import { LabError } from '../../errors';
import { MIN_OBSERVATIONS, type CurveObservation, type RlCurve } from '../ceilings/data';
import { SEQUENTIAL } from '../cells';
import { CURVE_COLUMNS, hasStudyColumns, namesOf, type ColumnNames, type Names } from './columns';
import { evaluationsOf, measuredAt, readMeasured, type MeasuredRow } from './evaluations';
import { RowReader } from './row-reader';
import { checkPSft, startedAt, type PSftChoice } from './p-sft';
import { readLog } from './logs/read-log';
import { summedUp } from './summed-up';
import type { Table } from './table';
import { commonTraits, readTraits, runOfTraits, type CurveTraits } from './traits';
import { accuracyColumns } from './column-guess';
import { isBlank, numbersOf } from './values';

export interface CurveFileOptions {
  /** Names of the file's columns where they differ. */
  readonly columns?: ColumnNames;
  /** Name of the run where the file has no run column. */
  readonly singleRun: string;
  /** Performance is a share from 0 to 1 instead of percent. */
  readonly fractions?: boolean;
  /** P_sft where no row has compute 0; without it such a run has none. */
  readonly pSft?: PSftChoice | null;
}

/** A curve of a file, with what the file says of it. */
export interface FileCurve extends RlCurve {
  /** As the file names it; empty where it does not. */
  readonly seed?: string;
  /** Of a study's file. */
  readonly traits?: CurveTraits;
}

export interface FileRun {
  readonly run: string;
  /** One curve a seed; empty where the run has problems with its rows. */
  readonly curves: readonly FileCurve[];
  /** Plain sentences that name row and column; empty where the run can be fitted. */
  readonly problems: readonly string[];
}

export interface CurveFile {
  /** In the order of their first row. */
  readonly runs: readonly FileRun[];
  /** Whether it has columns of a study: then its curves have traits. */
  readonly isStudy: boolean;
  /** What compute is counted in, as far as the name of its column says. */
  readonly computeColumn: string;
  /** What belongs to no run: lines that are not rows. */
  readonly problems: readonly string[];
  /** What a reader should know though nothing is wrong. */
  readonly notes: readonly string[];
}

/** One readable row. */
interface Evaluation extends MeasuredRow {
  readonly seed: string;
  readonly traits: CurveTraits;
}

interface RunRows {
  readonly evaluations: Evaluation[];
  readonly problems: string[];
}

/** Curves are small: a larger file holds something else, and would take minutes. */
const MAX_MEGABYTES = 20;

function checkColumns(table: Table, names: Names, given: ColumnNames): void {
  const has = `The file has: ${table.columns.join(', ')}.`;
  const remedy = 'Rename it or map it, such as compute=total_flops.';
  const isCounted =
    table.columns.includes(names.successes) && table.columns.includes(names.n_problems);
  for (const column of CURVE_COLUMNS) {
    const isNeeded =
      column === 'compute' || (column === 'performance' && !isCounted) || column in given;
    if (isNeeded && !table.columns.includes(names[column])) {
      throw new LabError('curves/no-column', { name: names[column], column, has, remedy });
    }
  }
}

/** Rows by run, in the order of the file. */
function groupRows(table: Table, names: Names, options: CurveFileOptions) {
  const groups = new Map<string, RunRows>();
  const hasRun = table.columns.includes(names.run);
  let blank = 0;
  for (const row of table.rows) {
    // A trainer's log has rows without an evaluation.
    const measures = [names.performance, names.successes].map((name) => row.cells.get(name) ?? '');
    if (measures.every(isBlank)) {
      blank += 1;
      continue;
    }
    const reader = new RowReader(row, names);
    const traits = readTraits(reader);
    const run = hasRun ? reader.text('run') : (runOfTraits(traits) ?? options.singleRun);
    const group = groups.get(run) ?? { evaluations: [], problems: [] };
    groups.set(run, group);
    if (run === '') group.problems.push(`Row ${row.line}, column "${names.run}" is empty.`);
    const measured = readMeasured(reader, options.fractions ?? false);
    group.problems.push(...reader.problems);
    if (reader.problems.length > 0) continue;
    group.evaluations.push({ line: row.line, seed: reader.text('seed'), traits, ...measured });
  }
  return { groups, blank };
}

interface Seed {
  readonly run: string;
  readonly seed: string;
  readonly names: Names;
  readonly isStudy: boolean;
  readonly pSft: PSftChoice | null;
}

function rowsOf(evaluations: readonly { readonly line: number }[]): string {
  return `rows ${evaluations[0]!.line} to ${evaluations.at(-1)!.line}`;
}

/** Paradigms that have no branch point begin wherever their first evaluation is. */
function isAnywhere({ paradigm }: CurveTraits): boolean {
  return paradigm !== null && paradigm !== SEQUENTIAL && paradigm !== 'rl';
}

function curveOfSeed(
  evaluations: readonly Evaluation[],
  { run, seed, names, isStudy, pSft }: Seed,
): { curve: FileCurve | null; problems: readonly string[]; notes: readonly string[] } {
  const who = seed === '' ? `Run "${run}"` : `Run "${run}", seed ${seed}`;
  const { observations, problem, notes } = evaluationsOf(evaluations, { who, names });
  if (problem !== null) return { curve: null, problems: [problem], notes };
  const { traits, problems } = commonTraits(evaluations, { who, names });
  if (problems.length > 0) return { curve: null, problems, notes };
  const ordered = observations.toSorted((a, b) => a.compute - b.compute);
  const started = startedAt(ordered, isAnywhere(traits) ? 'first' : pSft);
  if (!started) {
    const told = `${who} (${rowsOf(evaluations)}), column "${names.compute}": no row has 0; that row gives P_sft. Say it yourself (--p-sft 42.1), or let the first evaluation stand for it (--p-sft-first).`;
    return { curve: null, problems: [told], notes };
  }
  const { start, points } = started;
  const curve = { seed, pSft: measuredAt(start), points, ...(isStudy && { traits }) };
  return { curve, problems: [], notes };
}

function fileRun(
  run: string,
  { evaluations, problems }: RunRows,
  { names, isStudy, pSft }: Pick<Seed, 'names' | 'isStudy' | 'pSft'>,
): { run: FileRun; notes: readonly string[] } {
  if (problems.length > 0) return { run: { run, curves: [], problems }, notes: [] };
  const seeds = new Map<string, Evaluation[]>();
  for (const evaluation of evaluations) {
    const ofSeed = seeds.get(evaluation.seed);
    if (ofSeed) ofSeed.push(evaluation);
    else seeds.set(evaluation.seed, [evaluation]);
  }
  const read = [...seeds].map(([seed, ofSeed]) =>
    curveOfSeed(ofSeed, { run, seed, names, isStudy, pSft }),
  );
  const notes = read.flatMap((each) => each.notes);
  const wrong = read.flatMap((each) => each.problems);
  if (wrong.length > 0) return { run: { run, curves: [], problems: wrong }, notes };
  const curves = read.flatMap(({ curve }) => curve ?? []);
  return { run: { run, curves, problems: tooLittle(run, evaluations, curves, names) }, notes };
}

/** What makes a well-formed run impossible to fit, said with its rows. */
function tooLittle(
  run: string,
  evaluations: readonly Evaluation[],
  curves: readonly RlCurve[],
  names: Names,
): string[] {
  const points = curves.flatMap((curve) => curve.points);
  const rows = rowsOf(evaluations);
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

/** Reads curves from the text of a file; throws an error of `curves` where it is not a table of curves. */
export async function readCurveFile(text: string, options: CurveFileOptions): Promise<CurveFile> {
  return curvesOfTable(await readLog(text), options);
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

/** One row is the summary of a run, or the result of one evaluation: throws an error of `curves`. */
export function checkRows({ rows, kind }: Table): void {
  if (rows.length === 1)
    throw new LabError('curves/one-row', { kind, least: MIN_OBSERVATIONS + 1 });
}

/** The curves of a table; throws an error of `curves` where a needed column is missing. */
export function curvesOfTable(given: Table, options: CurveFileOptions): CurveFile {
  const { columns = {}, pSft = null } = options;
  checkPSft(pSft);
  checkRows(given);
  const names = namesOf(given.columns, columns);
  checkColumns(given, names, columns);
  const { table, note } = summedUp(given, names);
  const isStudy = hasStudyColumns(table.columns, names);
  const { groups, blank } = groupRows(table, names, options);
  const read = [...groups].map(([run, rows]) => fileRun(run, rows, { names, isStudy, pSft }));
  const runs = read.map(({ run }) => run);
  return {
    runs,
    isStudy,
    computeColumn: names.compute,
    problems: table.badLines.map((line) => line.message),
    notes: [
      ...table.notes,
      ...note,
      ...outOfRange(table, names.performance, options.fractions ? 1 : 100),
      ...read.flatMap(({ notes }) => notes),
      ...notesOn(runs, { blank, names }),
    ],
  };
}

/** A reward is not an accuracy: says which columns are. */
function outOfRange(table: Table, column: string, top: number): string[] {
  const numbers = numbersOf(table, column) ?? [];
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  if (numbers.length === 0 || (low >= 0 && high <= top)) return [];
  const likely = accuracyColumns(table).filter((name) => name !== column);
  const others =
    likely.length > 0
      ? `Such columns here: ${likely.join(', ')}.`
      : 'This file has no other such column.';
  return [
    `Column "${column}" goes from ${low} to ${high}; a ceiling needs a measure from 0 to 1, or from 0 to 100 percent, such as an accuracy. ${others}`,
  ];
}

function notesOn(
  runs: readonly FileRun[],
  { blank, names }: { blank: number; names: Names },
): string[] {
  const notes: string[] = [];
  if (blank > 0) {
    const rows = blank === 1 ? '1 row holds' : `${blank} rows hold`;
    notes.push(`${rows} no ${names.performance} and ${blank === 1 ? 'was' : 'were'} passed over.`);
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
