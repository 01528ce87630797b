/** Anyone's log as a table: recognised by its content, whatever the file is called. */
import { compressionOf, unpacked } from '../../../files/compression';
import { signatureOf } from '../../../files/signature';
import { wideEncodingOf } from '../../../files/wide-text';
import { LabError } from '../../../errors';
import type { BadLine, Table, TableRow } from '../table';
import { printedDicts, printedPairs, verlConsole } from './console-rows';
import { jsonLines, wholeJson, type JsonRows } from './json-rows';
import { numberCells, type DecimalSign } from './number-cells';
import { chartRows, taggedRows } from './reshape';
import { readSheet } from './spreadsheet';

export interface LogOptions {
  /** The decimal sign of a spreadsheet, where a person said it. */
  readonly decimal?: DecimalSign | null;
}

/** A packed log unpacks to no more: curves are small. */
const MOST_UNPACKED = 200 * 2 ** 20;

/** Bytes as text, unpacked where they are compressed; throws an error of `curves` or `file` for what is none. */
export async function textOf(bytes: Uint8Array): Promise<string> {
  if (bytes.length === 0) throw new LabError('curves/empty');
  const compression = compressionOf(bytes);
  if (compression) {
    const pieces: Uint8Array[] = [];
    for await (const piece of unpacked([bytes], compression, MOST_UNPACKED)) {
      pieces.push(piece.slice());
    }
    return textOf(joined(pieces));
  }
  const wide = wideEncodingOf(bytes);
  if (wide) return new TextDecoder(wide).decode(bytes);
  const what = signatureOf(bytes);
  if (what !== null && what !== 'binary data') throw new LabError('curves/other-file', { what });
  const text = decoded(bytes);
  const zero = text.indexOf('\0');
  if (zero >= 0) throw new LabError('curves/binary', { character: zero + 1 });
  return text;
}

/** Of a text that a spreadsheet wrote in the alphabet of Western Europe, few bytes are not ASCII. */
const MOST_FOREIGN = 0.3;

/** UTF-8, or Windows-1252 as Excel saves CSV in much of Europe: numbers are the same in both. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const foreign = bytes.reduce((count, byte) => count + (byte > 0x7f ? 1 : 0), 0);
    if (foreign > MOST_FOREIGN * bytes.length) throw new LabError('curves/encoding');
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function columnsOf(rows: readonly TableRow[]): string[] {
  return [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))];
}

/** The table of a log; throws an error of `curves` where it holds no row. */
export async function readLog(given: string, options: LogOptions = {}): Promise<Table> {
  const text = given.replace(/^\uFEFF/, '');
  const first = text.trimStart()[0];
  if (first === undefined) throw new LabError('curves/empty');
  const table = (first === '{' || first === '[' ? jsonTable(text) : consoleTable(text)) ?? null;
  const found = table ?? (await sheetTable(text, options.decimal ?? null));
  if (found.rows.length > 0) return found;
  const [bad] = found.badLines;
  throw bad
    ? new LabError('curves/bad-line', { message: bad.message })
    : new LabError('curves/no-row');
}

function plainTable(
  rows: readonly TableRow[],
  { what, unit, badLines = [] }: { what: string; unit: string; badLines?: readonly BadLine[] },
): Table {
  const count = `${rows.length} ${unit}${rows.length === 1 ? '' : 's'}`;
  return {
    kind: `${what}, ${count}`,
    columns: columnsOf(rows),
    rows,
    badLines,
    percents: [],
    notes: [],
    unclear: null,
  };
}

/** A spreadsheet holds rows under nothing. */
const SHEET = 'sheet';

/** Whose log it is, by the names of its columns. */
function loggerOf(columns: readonly string[], { under }: Pick<JsonRows, 'under'>): string | null {
  const has = (...names: string[]): boolean => names.every((name) => columns.includes(name));
  const some = (pattern: RegExp): boolean => columns.some((column) => pattern.test(column));
  if (columns.join().toLowerCase() === 'wall time,step,value') return 'TensorBoard scalars';
  if (under === 'log_history') return 'Hugging Face trainer state';
  if (has('current_steps', 'total_steps')) return 'LLaMA-Factory trainer log';
  if (under === 'data') return 'verl file log';
  if (has('_step') || has('_runtime')) return 'wandb history';
  if (some(/^(val-core|val-aux|critic|actor)\//)) return 'verl metrics';
  if (under !== SHEET && has('epoch') && some(/^(eval_|rewards\/|reward$|loss$|grad_norm$)/))
    return 'TRL log history';
  return null;
}

function unitOf(logger: string): string {
  if (logger.startsWith('verl')) return 'step';
  return /^(wandb|TensorBoard)/.test(logger) ? 'row' : 'entry';
}

function namedTable(found: JsonRows, plain: string): Table {
  const logger = loggerOf(columnsOf(found.rows), found);
  const unit = logger ? unitOf(logger) : 'row';
  const table = plainTable(found.rows, {
    what: logger ?? plain,
    unit,
    badLines: found.badLines,
  });
  return { ...table, kind: table.kind.replace(/entrys$/, 'entries') };
}

function jsonTable(text: string): Table | null {
  const whole = wholeJson(text);
  if (whole) {
    const one = whole.rows.length === 1 ? 'JSON record' : 'JSON table';
    return namedTable(whole, text.trimStart().startsWith('[') ? 'JSON array' : one);
  }
  // A line of a console may begin with the time in brackets.
  const printed = /^\s*\[/.test(text) ? consoleTable(text) : null;
  if (printed) return printed;
  const dicts = printedDicts(text);
  const lines = jsonLines(text);
  if (dicts && dicts.length > lines.rows.length) {
    return namedTable({ rows: dicts, badLines: [], under: null }, 'Python dicts');
  }
  return namedTable(lines, 'JSON lines');
}

/** What a console shows: lines with metrics among others; null where there are none. */
function consoleTable(text: string): Table | null {
  const steps = verlConsole(text);
  if (steps) return plainTable(steps, { what: 'verl console log', unit: 'step' });
  const pairs = printedPairs(text);
  if (pairs) return plainTable(pairs, { what: 'printed metrics', unit: 'line' });
  const dicts = printedDicts(text);
  // A spreadsheet may hold a cell with a dict in it.
  if (!dicts || (dicts.length < 3 && /^[^\n]*[,;\t]/.test(text))) return null;
  return namedTable({ rows: dicts, badLines: [], under: null }, 'printed Python dicts');
}

async function sheetTable(text: string, given: DecimalSign | null): Promise<Table> {
  const sheet = await readSheet(text);
  const numbers = numberCells(sheet.columns, sheet.rows, { delimiter: sheet.delimiter, given });
  const { columns } = sheet;
  const shape = chartRows(columns, numbers.rows) ?? taggedRows(columns, numbers.rows);
  const count = (all: readonly TableRow[]): string =>
    `${all.length} row${all.length === 1 ? '' : 's'}`;
  const common = {
    badLines: sheet.badLines,
    notes: numbers.notes,
    unclear: numbers.unclear,
  };
  if (shape) {
    const tags = columns.includes('tag') ? 'TensorBoard tags' : 'a row for each metric';
    const what = shape.runs === null ? tags : 'wandb chart';
    const size =
      shape.runs === null ? count(sheet.rows) : `${shape.runs} run${shape.runs === 1 ? '' : 's'}`;
    return {
      ...common,
      kind: `${what}, ${size}`,
      columns: shape.columns,
      rows: shape.rows,
      percents: [],
    };
  }
  const what = loggerOf(columns, { under: SHEET }) ?? 'CSV';
  return {
    ...common,
    kind: `${what}, ${count(numbers.rows)}`,
    columns,
    rows: numbers.rows,
    percents: numbers.percents,
  };
}
