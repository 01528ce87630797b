/** The file or folder of `lab fit`: which columns it is read by, and what stands for P_sft. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isLabError, LabError } from '../errors';
import { decoding } from '../runtime/sets/decoding';
import { readNumber } from '../settings/number';
import {
  checkCurveFileSize,
  CURVE_COLUMNS,
  curvesOfTable,
  guessColumns,
  holdsShares,
  lastEvaluation,
  readLog,
  textOf,
  type ColumnNames,
  type CurveColumn,
  type CurveFile,
  type PSftChoice,
  type Table,
} from '../theory';
import { UsageError } from './usage';

interface InputOptions {
  readonly columns?: string | undefined;
  readonly fractions?: boolean | undefined;
  readonly percent?: boolean | undefined;
  readonly 'p-sft'?: string | undefined;
  readonly 'p-sft-first'?: boolean | undefined;
  readonly decimal?: string | undefined;
}

interface CurveInput {
  readonly file: CurveFile;
  /** How the file was read, where that was not said. */
  readonly told: readonly string[];
}

/** What a folder of an export has at its end: the curves of all of its runs. */
const GATHERED = 'curves.csv';
const LOG_FILES = ['.csv', '.tsv', '.json', '.jsonl', '.log', '.txt'];

/** Reads the curves of a file, or of a folder of them; what is wrong is an error of `curves` with its path. */
export async function readCurves(path: string, options: InputOptions): Promise<CurveInput> {
  const info = await stat(path).catch(() => null);
  if (!info?.isDirectory()) return readOne(path, options);
  const entries = (await readdir(path)).sort();
  const files = entries.includes(GATHERED)
    ? [GATHERED]
    : entries.filter((name) => LOG_FILES.includes(extname(name).toLowerCase()));
  if (files.length === 0) {
    throw new UsageError(
      `The folder "${path}" has neither ${GATHERED} nor a log (${LOG_FILES.join(', ')}). Give a folder of logs, or a file.`,
    );
  }
  const read: [string, CurveInput][] = [];
  for (const name of files) read.push([name, await readOne(join(path, name), options)]);
  return read.length === 1 ? read[0]![1] : together(read);
}

/** The curves of several files as one; a run whose name another file has too gets its file's before it. */
function together(read: readonly (readonly [name: string, input: CurveInput])[]): CurveInput {
  const counts = new Map<string, number>();
  for (const [, { file }] of read) {
    for (const { run } of file.runs) counts.set(run, (counts.get(run) ?? 0) + 1);
  }
  const of = (name: string, lines: readonly string[]): string[] =>
    lines.map((line) => `${name}: ${line}`);
  return {
    file: {
      runs: read.flatMap(([name, { file }]) =>
        file.runs.map((one) =>
          counts.get(one.run) === 1 ? one : { ...one, run: `${name}/${one.run}` },
        ),
      ),
      isStudy: read.some(([, { file }]) => file.isStudy),
      computeColumn: read[0]![1].file.computeColumn,
      problems: read.flatMap(([name, { file }]) => of(name, file.problems)),
      notes: read.flatMap(([name, { file }]) => of(name, file.notes)),
    },
    told: read.flatMap(([name, { told }]) => of(name, told)),
  };
}

async function readOne(path: string, options: InputOptions): Promise<CurveInput> {
  const given = columnNames(options.columns);
  const decimal = decimalSign(options.decimal);
  try {
    const bytes = await readBytes(path);
    return await decoding(bytes.length, async () => {
      const table = await readLog(await textOf(bytes), { decimal });
      return curvesFrom(table, { path, given, decimal, options });
    });
  } catch (error) {
    if (!isLabError(error, 'curves') && !isLabError(error, 'file')) throw error;
    throw new LabError('curves/of-file', { path, reason: error.message }, { cause: error });
  }
}

interface Reading {
  readonly path: string;
  readonly given: ColumnNames;
  readonly decimal: '.' | ',' | null;
  readonly options: InputOptions;
}

async function curvesFrom(
  table: Table,
  { path, given, decimal, options }: Reading,
): Promise<CurveInput> {
  const guess = guessColumns(table);
  const taken = Object.values(given);
  const guessed = Object.entries(guess.columns).filter(([, name]) => !taken.includes(name));
  const columns: ColumnNames = { ...Object.fromEntries(guessed), ...given };
  const { performance } = columns;
  const isOwn = performance === 'performance' && given.performance === undefined;
  const fractions = options.percent
    ? false
    : (options.fractions ??
      (performance !== undefined && !isOwn && holdsShares(table, performance)));
  if (table.unclear && decimal === null && Object.values(columns).includes(table.unclear.column)) {
    throw new LabError('curves/unclear-number', table.unclear);
  }
  const file = curvesOfTable(table, {
    columns,
    singleRun: basename(path, extname(path)),
    fractions,
    pSft: await pSftOf(options, fractions),
  });
  const isTold =
    guess.isCertain || CURVE_COLUMNS.every((c) => columns[c] === given[c] || columns[c] === c);
  return { file, told: isTold ? [] : [readingOf(table, columns, fractions)] };
}

/** Such as "verl console log, 240 steps: compute is step, performance is val-core/…, as shares from 0 to 1." */
function readingOf(table: Table, columns: ColumnNames, fractions: boolean): string {
  const said = CURVE_COLUMNS.filter((column) => columns[column] !== undefined).map(
    (column) => `${column} is ${columns[column]}`,
  );
  const scale = fractions ? ', as shares from 0 to 1' : '';
  return `${table.kind}: ${said.join(', ')}${scale}. Other columns are named by --columns.`;
}

/** A number, or a file whose last evaluation it is. */
async function pSftOf(options: InputOptions, fractions: boolean): Promise<PSftChoice | null> {
  if (options['p-sft-first']) return 'first';
  const text = options['p-sft'];
  if (text === undefined) return null;
  const value = readNumber(text, {});
  if (value === null) return evaluationIn(text);
  return fractions && value <= 1 ? 100 * value : value;
}

async function evaluationIn(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) {
    throw new UsageError(
      `--p-sft is "${path}"; it must be a percentage from 0 to 100, or a file with the evaluations of SFT.`,
    );
  }
  const bytes = await readBytes(path);
  return decoding(bytes.length, async () => lastEvaluation(await readLog(await textOf(bytes))));
}

async function readBytes(path: string): Promise<Uint8Array> {
  const info = await stat(path).catch(() => null);
  if (!info?.isFile()) throw new UsageError(`There is no file "${path}".`);
  checkCurveFileSize(info.size);
  return readFile(path);
}

function decimalSign(text: string | undefined): '.' | ',' | null {
  if (text === undefined) return null;
  if (text === 'point' || text === 'comma') return text === 'point' ? '.' : ',';
  throw new UsageError(`--decimal is "${text}"; it must be point or comma.`);
}

function isCurveColumn(name: string): name is CurveColumn {
  return CURVE_COLUMNS.some((column) => column === name);
}

/** Reads `compute=flops,performance=eval/accuracy`. */
function columnNames(text: string | undefined): ColumnNames {
  const names: Partial<Record<CurveColumn, string>> = {};
  for (const part of text?.split(',') ?? []) {
    const [column, ...rest] = part.split('=');
    const name = rest.join('=').trim();
    const wanted = column!.trim();
    if (!isCurveColumn(wanted) || name === '') {
      throw new UsageError(
        `--columns has "${part}"; it must be like compute=total_flops, for ${CURVE_COLUMNS.join(', ')}.`,
      );
    }
    names[wanted] = name;
  }
  return names;
}
