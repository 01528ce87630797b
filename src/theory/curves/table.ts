/** Rows of a CSV or JSONL text, each with the line that it starts on, for messages that point at it. */
import { isLabError, LabError } from '../../errors';

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Text of a cell; empty where it is blank, undefined where the row has no such column. */
  readonly cells: ReadonlyMap<string, string>;
}

/** A line that could not be read as a row. */
interface BadLine {
  readonly line: number;
  readonly message: string;
}

export interface Table {
  readonly format: 'csv' | 'jsonl';
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  readonly badLines: readonly BadLine[];
}

/** Bytes as text; throws an error of `curves` for what is no text. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length === 0) throw new LabError('curves/empty');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const zero = text.indexOf('\0');
    if (zero < 0) return text;
    throw new LabError('curves/binary', { character: zero + 1 });
  } catch (error) {
    if (isLabError(error, 'curves')) throw error;
    throw new LabError('curves/encoding');
  }
}

/** Reads CSV (comma, semicolon or tab; RFC 4180 quotes) or JSONL; throws an error of `curves`. */
export function readTable(text: string): Table {
  const first = text.trimStart()[0];
  if (first === undefined) throw new LabError('curves/empty');
  if (first === '[') {
    throw new LabError('curves/json-array');
  }
  return first === '{' ? readJsonLines(text) : readCsv(text);
}

/** Python writes NaN and Infinity into JSON bare; quoted, they get a message with their column. */
function parseJsonLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return JSON.parse(line.replace(/:\s*(NaN|-?Infinity)\s*(?=[,}])/g, ':"$1"'));
  }
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

function readJsonLines(text: string): Table {
  const rows: TableRow[] = [];
  const badLines: BadLine[] = [];
  const columns = new Set<string>();
  text.split('\n').forEach((content, i) => {
    const line = i + 1;
    if (content.trim() === '') return;
    try {
      const value = parseJsonLine(content);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        badLines.push({ line, message: `Row ${line} is not a JSON object.` });
        return;
      }
      const cells = new Map(Object.entries(value).map(([key, cell]) => [key, cellText(cell)]));
      for (const key of cells.keys()) columns.add(key);
      rows.push({ line, cells });
    } catch {
      badLines.push({ line, message: `Row ${line} is not valid JSON.` });
    }
  });
  return { format: 'jsonl', columns: [...columns], rows, badLines };
}

/** Splits CSV into records; a quoted cell may hold separators, quotes (doubled) and line ends. */
function* csvRecords(
  text: string,
  separator: string,
): Generator<{ line: number; cells: string[] }> {
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    for (let open = true; open;) {
      const cell = csvCell(text, at, separator);
      if (cell === null) {
        throw new LabError('curves/open-quote', { row: start });
      }
      cells.push(cell.text);
      line += cell.lines;
      at = cell.end;
      open = text[at] === separator;
      if (open) at += 1;
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    line += 1;
    if (cells.length > 1 || cells[0] !== '') yield { line: start, cells };
  }
}

/** The cell that starts at `from`, and where it ends; null where its quote is never closed. */
function csvCell(
  text: string,
  from: number,
  separator: string,
): { text: string; end: number; lines: number } | null {
  if (text[from] !== '"') {
    let end = from;
    while (end < text.length && text[end] !== separator && text[end] !== '\n') end += 1;
    return { text: text.slice(from, end).trim(), end: endOfPlain(text, from, end), lines: 0 };
  }
  let content = '';
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return null;
    content += text.slice(at, quote);
    at = quote + 1;
    if (text[at] !== '"') break;
    content += '"';
    at += 1;
  }
  let end = at;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') end += 1;
  const trailing = text.slice(at, end).trim();
  const lines = content.split('\n').length - 1;
  return { text: (content + trailing).trim(), end: endOfPlain(text, at, end), lines };
}

/** A carriage return before the line end belongs to the line end. */
function endOfPlain(text: string, from: number, end: number): number {
  return end > from && text[end] === '\n' && text[end - 1] === '\r' ? end - 1 : end;
}

function separatorOf(header: string): string {
  const counts = [',', ';', '\t'].map((separator) => ({
    separator,
    count: header.split(separator).length,
  }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).separator;
}

function readCsv(text: string): Table {
  const body = text.replace(/^\s*\n/, '');
  const skipped = text.slice(0, text.length - body.length).split('\n').length - 1;
  const header = body.slice(0, body.indexOf('\n') < 0 ? undefined : body.indexOf('\n'));
  const records = csvRecords(body, separatorOf(header));
  const first = records.next();
  if (first.done) throw new LabError('curves/empty');
  const columns = first.value.cells;
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) throw new LabError('curves/column-twice', { column: twice });
  const rows: TableRow[] = [];
  const badLines: BadLine[] = [];
  for (const { line: start, cells } of records) {
    const line = start + skipped;
    if (cells.length > columns.length) {
      const message = `Row ${line} has ${cells.length} cells; the header has ${columns.length}.`;
      badLines.push({ line, message });
      continue;
    }
    rows.push({ line, cells: new Map(columns.map((name, i) => [name, cells[i] ?? ''])) });
  }
  return { format: 'csv', columns, rows, badLines };
}
