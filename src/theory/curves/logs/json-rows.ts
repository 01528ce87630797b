/** Rows from JSON: lines of objects, an array, or an object that holds one, as trainers save their logs. */
import { tableOf, zipped, type JsonRow } from '../../../files/json-table';
import type { BadLine, TableRow } from '../table';

export interface JsonRows {
  readonly rows: TableRow[];
  readonly badLines: BadLine[];
  /** The key under which an object holds its rows; null where they stand by themselves. */
  readonly under: string | null;
}

/** Python writes NaN and Infinity into JSON bare. */
const BARE = /([:[,]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g;

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replace(BARE, '$1"$2"'));
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

/** Nested objects as dotted paths; what verl's file logger holds under "data" stands by itself. */
export function recordRow(record: Record<string, unknown>, line: number): TableRow {
  const cells = new Map<string, string>();
  const add = (value: unknown, path: string): void => {
    if (isRecord(value)) {
      for (const [key, inner] of Object.entries(value)) add(inner, path ? `${path}.${key}` : key);
    } else cells.set(path, typeof value === 'number' ? String(value) : cellText(value));
  };
  const { data, ...rest } = record;
  if (isRecord(data) && Object.keys(rest).join() === 'step') {
    add(rest, '');
    add(data, '');
  } else add(record, '');
  return { line, cells };
}

/**
 * The list of objects that an object holds: log_history before all others. Of several each is a run of
 * the name that it has there.
 */
function heldRows(
  record: Record<string, unknown>,
): { key: string; rows: readonly JsonRow[] } | null {
  const lists = Object.entries(record).flatMap(([key, rows]) =>
    Array.isArray(rows) && rows.length > 0 && rows.every(isRecord) ? [{ key, rows }] : [],
  );
  const [first, ...others] = lists;
  const history = lists.find(({ key }) => key === 'log_history');
  if (history || !first || others.length === 0) return history ?? first ?? null;
  const rows = lists.flatMap((list) => list.rows.map((row) => ({ run: list.key, ...row })));
  return { key: first.key, rows };
}

const RUN_NAMES = ['run', 'run_name', 'name', 'display_name', 'run_id', 'id'];

/** Runs that each hold a list of their rows, as rows with the names of the runs; other values as they are. */
function rowsOfRuns(values: readonly unknown[]): readonly unknown[] {
  const runs = values.map((value) => (isRecord(value) ? { value, held: heldRows(value) } : null));
  if (!runs.every((run) => run?.held)) return values;
  return runs.flatMap((run, i) => {
    const { value, held } = run!;
    const given = RUN_NAMES.map((name) => value[name]).find((name) => typeof name === 'string');
    return held!.rows.map((row) => ({ run: given ?? String(i + 1), ...row }));
  });
}

/** Lines at which the objects of an array begin, as far as the text shows it. */
function arrayRows(values: readonly unknown[], under: string | null): JsonRows {
  const badLines: BadLine[] = [];
  const rows = values.flatMap((value, i) => {
    const line = i + 1;
    if (isRecord(value)) return [recordRow(value, line)];
    badLines.push({ line, message: `Entry ${line} is not a JSON object.` });
    return [];
  });
  return { rows, badLines, under };
}

/** What TensorBoard writes as JSON: wall time, step and value of each evaluation, without names. */
const SCALARS = ['Wall time', 'Step', 'Value'];

function isScalar(cells: readonly unknown[]): boolean {
  return cells.length === SCALARS.length && cells.every((cell) => typeof cell === 'number');
}

/** Lists of cells as rows: their names are given, or come first, or are TensorBoard's; null for others. */
function listedRows(values: readonly unknown[], names: unknown): JsonRow[] | null {
  const lists = values.filter((value) => Array.isArray(value)) as unknown[][];
  if (lists.length === 0 || lists.length < values.length) return null;
  const areNames = (cells: unknown): cells is string[] =>
    Array.isArray(cells) && cells.every((cell) => typeof cell === 'string');
  if (areNames(names)) return lists.map((cells) => zipped(names, cells));
  const [first, ...others] = lists as [unknown[], ...unknown[][]];
  if (areNames(first)) return others.map((cells) => zipped(first, cells));
  return lists.every(isScalar) ? lists.map((cells) => zipped(SCALARS, cells)) : null;
}

/** null where the text as a whole is not JSON with rows in it. */
export function wholeJson(text: string): JsonRows | null {
  const value = parsed(text);
  if (Array.isArray(value)) return arrayRows(listedRows(value, null) ?? rowsOfRuns(value), null);
  if (!isRecord(value)) return null;
  const held = heldRows(value);
  if (held) return arrayRows(rowsOfRuns(held.rows), held.key);
  const { columns, data } = value;
  const table = (Array.isArray(data) && listedRows(data, columns)) || tableOf(value);
  // One record over several lines is a summary.
  return arrayRows(table ?? [value], null);
}

/** verl's file logger: {"step": 1, "data": {…}} on each line. */
function isFileLog(text: string): boolean {
  return /^\s*\{\s*"step":\s*\d+,\s*"data":\s*\{/.test(text);
}

/** A row from each line; those that are none are named. */
export function jsonLines(text: string): JsonRows {
  const rows: TableRow[] = [];
  const badLines: BadLine[] = [];
  text.split(/\r\n|\n|\r/).forEach((content, i) => {
    const line = i + 1;
    if (content.trim() === '') return;
    const value = parsed(content);
    if (isRecord(value)) rows.push(recordRow(value, line));
    else {
      const what = value === undefined ? 'valid JSON' : 'a JSON object';
      badLines.push({ line, message: `Row ${line} is not ${what}.` });
    }
  });
  return { rows, badLines, under: isFileLog(text) ? 'data' : null };
}
