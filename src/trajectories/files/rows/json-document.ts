/**
 * Rows of a JSON document: an array of rows, an object that holds such an array (Hugging Face's rows
 * API, a W&B table, a pandas frame), or rows one after another. The text is held whole; an element that
 * is broken costs itself alone, since the next begins as the first one does.
 */
import { tableOf, zipped } from '../../../files/json-table';
import { pythonLiteral } from '../../../files/python-literal';
import { parsedJson } from './line-rows';
import { isRecord } from '../mapping/mapping';
import { RowError } from '../row-error';
import type { SourceRow } from './source-row';

/** Rows of a document. */
export function* documentRows(text: string): Generator<SourceRow> {
  const document = new DocumentText(text);
  const array = arrayIn(text);
  const whole = array?.isSure ? null : parsedJson(text);
  const table = whole && tableIn(whole.value);
  if (array && !table) {
    yield* unwrapped(document.elements(array.at), array.columns);
    return;
  }
  if (!whole || whole.error) {
    // Rows one after another, or one that is broken.
    yield* document.elements(text.search(/\S/));
    return;
  }
  const rows = table ?? [whole.value];
  for (const [i, value] of rows.entries()) {
    yield { line: i + 1, value, text: JSON.stringify(value), bytes: text.length / rows.length };
  }
}

/** Rows of a list that Python printed. */
export function* pythonListRows(text: string): Generator<SourceRow> {
  const value = pythonLiteral(text);
  const rows = Array.isArray(value) ? value : [];
  if (rows.length === 0) {
    const error = new RowError('broken-record', 'The file is not a list as Python prints it.');
    yield { line: 1, error, text: text.slice(0, 200), bytes: text.length };
  }
  for (const [i, row] of rows.entries()) {
    const bytes = text.length / rows.length;
    yield { line: i + 1, value: row as unknown, text: JSON.stringify(row), bytes };
  }
}

/** Columns that hold lists of objects in a row: no arrays of rows. */
const LISTS_IN_ROWS = new Set([
  ...['messages', 'conversations', 'conversation', 'prompt', 'completion', 'chosen', 'rejected'],
  ...['tools', 'generations', 'choices'],
]);
const KEY = /\s*"((?:[^"\\]|\\.)*)"\s*:\s*/y;

interface RowArray {
  /** Place of its first element. */
  readonly at: number;
  /** Names that an object gives to the lists in it; null where there are none. */
  readonly columns: readonly string[] | null;
  /** Whether its place or its name says so; else it may be a column. */
  readonly isSure: boolean;
}

/** What an object calls its array of rows, where it has other arrays too. */
const ROW_ARRAYS = new Set(['rows', 'data', 'examples', 'instances', 'records', 'train']);

/** Where the array of rows is: the one with a usual name, else the longest; null where there is none. */
function arrayIn(text: string): RowArray | null {
  const at = text.search(/\S/);
  if (text[at] === '[') return { at: at + 1, columns: null, isSure: true };
  if (text[at] !== '{') return null;
  let columns: readonly string[] | null = null;
  let longest: { length: number; array: RowArray } | null = null;
  for (const { key, start, end } of membersOf(text, at + 1)) {
    const opens = /\[\s*([{[])/y;
    opens.lastIndex = start;
    const first = opens.exec(text)?.[1];
    const hasRows = first === '{' || (first === '[' && columns !== null);
    if (hasRows && !LISTS_IN_ROWS.has(key)) {
      const isSure = ROW_ARRAYS.has(key) || end < 0;
      const array = { at: start + 1, columns, isSure };
      if (isSure) return array;
      if (!longest || end - start > longest.length) longest = { length: end - start, array };
    } else if (key === 'columns' && end >= 0) {
      columns = namesIn(text.slice(start, end)) ?? columns;
    }
  }
  return longest?.array ?? null;
}

/** The members of the object whose first key is at a place; the last one's end is −1 where it has none. */
function* membersOf(
  text: string,
  from: number,
): Generator<{ key: string; start: number; end: number }> {
  const comma = /\s*,/y;
  for (let at = from; ;) {
    KEY.lastIndex = at;
    const key = KEY.exec(text)?.[1];
    if (key === undefined) return;
    const start = KEY.lastIndex;
    const end = endOfValue(text, start);
    yield { key, start, end };
    comma.lastIndex = Math.max(end, 0);
    if (end < 0 || !comma.test(text)) return;
    at = comma.lastIndex;
  }
}

function namesIn(text: string): readonly string[] | null {
  const { value } = parsedJson(text);
  if (!Array.isArray(value) || value.length === 0) return null;
  return value.every((name) => typeof name === 'string') ? value : null;
}

/** A longer element is none: looking for its end would take as long again for each that is broken. */
const LONGEST_ELEMENT = 1 << 20;

/** The end of the value that starts at a place; −1 where the text ends, or a line does in a string. */
function endOfValue(text: string, from: number, longest = text.length): number {
  let depth = 0;
  const last = Math.min(text.length, from + longest);
  for (let at = from; at < last; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) return -1;
      if (depth === 0) return at + 1;
    } else if (character === OPEN_BRACE || character === OPEN_BRACKET) {
      depth += 1;
    } else if (character === CLOSE_BRACE || character === CLOSE_BRACKET) {
      depth -= 1;
      if (depth < 0) return at;
      if (depth === 0) return at + 1;
    } else if (character === COMMA && depth === 0) {
      return at;
    }
  }
  return depth === 0 && last === text.length ? last : -1;
}

const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [123, 125, 91, 93];
const [NEWLINE, CARRIAGE_RETURN] = [10, 13];

/** The place of the closing quote. */
function endOfString(text: string, quote: number): number {
  for (let at = quote + 1; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) return at;
    if (character === BACKSLASH) at += 1;
    else if (character === NEWLINE || character === CARRIAGE_RETURN) return -1;
  }
  return -1;
}

class DocumentText {
  readonly #text: string;
  #line = 1;
  /** Where that line ends; −1 for the last. Kept, since looking for it anew would read to the end each time. */
  #lineEnd: number;
  /** In a document of one line the number of the element says more. */
  readonly #isOneLine: boolean;

  constructor(text: string) {
    this.#text = text;
    this.#isOneLine = !text.trim().includes('\n');
    this.#lineEnd = text.indexOf('\n');
  }

  /** The values from a place on, with commas or none between them, up to the end of their array. */
  *elements(from: number): Generator<SourceRow> {
    const text = this.#text;
    let begins: RegExp | null = null;
    let elements = 0;
    for (let at = this.#skip(from); at < text.length && text[at] !== ']'; at = this.#skip(at)) {
      elements += 1;
      begins ??= beginningOf(text, at);
      const end = endOfValue(text, at, LONGEST_ELEMENT);
      const whole = end > at ? parsedJson(text.slice(at, end)) : { error: UNCLOSED };
      // Where an element is broken, the next one may lie in what seems to be its rest.
      const next = whole.error ? this.#nextElement(at + 1, begins) : end;
      const cut = end > at && (next < 0 || next > end) ? end : next < 0 ? text.length : next;
      const element = text.slice(at, cut);
      const line = this.#isOneLine ? elements : this.#lineOf(at);
      yield { line, text: element, bytes: cut - at, ...whole };
      at = Math.max(cut, at + 1);
    }
  }

  #skip(from: number): number {
    let at = from;
    while (at < this.#text.length && /[\s,]/.test(this.#text[at]!)) at += 1;
    return at;
  }

  #nextElement(from: number, begins: RegExp | null): number {
    if (!begins) return -1;
    begins.lastIndex = from;
    const found = begins.exec(this.#text);
    return found ? found.index : -1;
  }

  #lineOf(at: number): number {
    while (this.#lineEnd >= 0 && this.#lineEnd < at) {
      this.#line += 1;
      this.#lineEnd = this.#text.indexOf('\n', this.#lineEnd + 1);
    }
    return this.#line;
  }
}

const UNCLOSED = new RowError('broken-json', 'The element is never closed.');

/** How every element begins, if they are objects: with a brace and the first one's first key. */
function beginningOf(text: string, at: number): RegExp | null {
  const key = /\{\s*"((?:[^"\\]|\\.)*)"\s*:/y;
  key.lastIndex = at;
  const name = key.exec(text)?.[1];
  if (name === undefined) return null;
  return new RegExp(`\\{\\s*"${name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}"\\s*:`, 'g');
}

/** Elements as rows: taken out of the rows API's envelope, and lists with the names of their columns. */
function* unwrapped(
  elements: Iterable<SourceRow>,
  given: readonly string[] | null,
): Generator<SourceRow> {
  let columns = given;
  for (const element of elements) {
    const { value } = element;
    if (Array.isArray(value)) {
      const isHeader = value.length > 1 && value.every((name) => typeof name === 'string');
      if (columns) yield { ...element, value: zipped(columns, value) };
      else if (isHeader) columns = value;
      else yield element;
    } else if (isRecord(value) && isRecord(value.row) && 'row_idx' in value) {
      yield { ...element, ...apiRow(value.row, value.truncated_cells) };
    } else {
      yield element;
    }
  }
}

/** The rows API cuts long cells, and says which. */
function apiRow(row: unknown, cut: unknown): Pick<SourceRow, 'value' | 'error'> {
  if (!Array.isArray(cut) || cut.length === 0) return { value: row };
  const cells = cut.join(', ');
  const message = `The rows API cut the cells ${cells}. Download the file itself.`;
  return { error: new RowError('broken-record', message) };
}

/** The rows of a value that is a table and no row; null for others. A conversation is a list too, of one row. */
function tableIn(value: unknown): readonly unknown[] | null {
  const hasTurns = (name: string, cells: unknown): boolean =>
    LISTS_IN_ROWS.has(name) && isRecords(cells);
  if (isRecord(value) && Object.entries(value).some(([name, cells]) => hasTurns(name, cells))) {
    return null;
  }
  return tableOf(value);
}

function isRecords(value: unknown): boolean {
  return Array.isArray(value) && value.some(isRecord);
}
