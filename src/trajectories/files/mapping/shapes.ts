/** Reads a row as its file's mapping says: prompt and completion as text, and what is said beside them. */
import type { Task } from '../../../tasks';
import type { ExtraValue } from '../../table';
import { exchangeOf, isConversation, kindOf, textOfTurns } from './conversation';
import {
  isRecord,
  listChosenFrom,
  MAPPED_FIELDS,
  pathInList,
  pathReader,
  pathsOf,
  SYSTEM_COLUMNS,
  yesOrNo,
  type FieldMapping,
  type MappedField,
  type Row,
} from './mapping';
import { parsedText } from '../rows/parsed-text';
import { RowError } from '../row-error';

/** A row's prompt and completion as text, and what it says beside them. */
export interface TextRow {
  readonly prompt: string;
  readonly completion: string;
  readonly answer?: string;
  readonly level?: string | number;
  /** Columns that mean nothing to the lab. */
  readonly extras: Readonly<Record<string, ExtraValue>>;
}

interface Column {
  readonly path: string;
  readonly read: (row: Row) => unknown;
}

type Columns = Readonly<Record<MappedField, readonly Column[]>>;

/** The mapped columns; of a list that is chosen from, the one at an index. */
function columnsOf(mapping: FieldMapping, chosen: number): Columns {
  const columnAt = (path: string): Column => {
    const list = listChosenFrom(path);
    const found = list === null ? path : pathInList(list, chosen);
    return { path: found, read: pathReader(found) };
  };
  const entries = MAPPED_FIELDS.map((field) => [field, pathsOf(mapping, field).map(columnAt)]);
  return Object.fromEntries(entries) as Columns;
}

/** {@link columnsOf} by the row, which says which of a list is the good one. */
function columnChooser(mapping: FieldMapping): (row: Row) => Columns {
  const byIndex: Columns[] = [];
  const flagsPath = mapping.label === null ? null : listChosenFrom(mapping.label);
  const readFlags = flagsPath === null ? null : pathReader(flagsPath);
  return (row) => {
    const flags = readFlags ? parsedText(readFlags(row)) : undefined;
    // Where none is good, or the row does not say, the first is judged as any other row's.
    const good = Array.isArray(flags) ? flags.findIndex((flag) => yesOrNo(flag)) : 0;
    const index = Math.max(0, good);
    return (byIndex[index] ??= columnsOf(mapping, index));
  };
}

/** A function that reads rows of a mapping; it throws {@link RowError}. */
export function rowReader(
  mapping: FieldMapping,
  splitText: Task['splitText'],
): (value: unknown) => TextRow {
  const columnsFor = columnChooser(mapping);
  const used = new Set(MAPPED_FIELDS.flatMap((field) => pathsOf(mapping, field)));
  return (value) => {
    if (!isRecord(value)) {
      throw new RowError('not-a-row', `The line holds ${kindOf(value)}; a row is an object {…}.`);
    }
    const extras: Record<string, ExtraValue> = {};
    for (const name of Object.keys(value)) {
      if (!used.has(name)) setOwn(extras, name, value[name] as ExtraValue);
    }
    const columns = columnsFor(value);
    checkLabel(value, columns.label[0]);
    const texts = textsOf(value, columns, splitText);
    checkBlank(texts);
    return { ...texts, ...factsOf(value, columns), extras };
  };
}

function checkBlank(texts: { readonly prompt: string; readonly completion: string }): void {
  const blank = (['prompt', 'completion'] as const).find((part) => texts[part] === '');
  if (blank !== undefined) throw new RowError('missing-field', `The ${blank} is blank.`);
}

/** What is labelled as a bad answer is not a demonstration. */
function checkLabel(row: Row, column: Column | undefined): void {
  const value = column?.read(row);
  if (value === undefined || value === '') return;
  const label = yesOrNo(value);
  if (label === null) throw wrongKind(column!.path, value, 'true or false', 'label');
  if (label) return;
  throw new RowError('bad-answer', `${column!.path} is false: it is not an answer to learn from.`);
}

/** A column may be called `__proto__`. */
function setOwn(extras: Record<string, ExtraValue>, name: string, value: ExtraValue): void {
  if (name !== '__proto__') extras[name] = value;
  else Object.defineProperty(extras, name, { value, enumerable: true });
}

function textsOf(
  row: Row,
  { messages, text, prompt, completion }: Columns,
  splitText: Task['splitText'],
): { prompt: string; completion: string } {
  if (messages[0]) return conversed(row, messages[0], prompt);
  if (text[0]) return splitText(textOf(row, text[0], 'text'));
  return {
    prompt: joinedText(row, prompt, 'prompt'),
    completion: joinedText(row, completion, 'completion'),
  };
}

/** The exchange of a conversation, after what the row says beside it, such as the system's prompt. */
function conversed(row: Row, messages: Column, beside: readonly Column[]) {
  const exchange = exchangeOf(given(row, messages, 'messages'), messages.path);
  const before = beside
    .filter((column) => !isBlank(column.read(row)))
    .map((column) => textOf(row, column, 'prompt'))
    .filter((text) => !exchange.prompt.startsWith(text));
  return { ...exchange, prompt: [...before, exchange.prompt].join('\n') };
}

/**
 * The texts of columns, one of which a row must have; others may be blank, as alpaca's input, the
 * system's prompt and a model's thoughts often are.
 */
function joinedText(row: Row, columns: readonly Column[], field: 'prompt' | 'completion'): string {
  if (columns.length === 0) {
    const message = `${fieldsOf(row)}; none of them is known as the ${field}. Say which column it is.`;
    throw new RowError('missing-field', message);
  }
  const needed = field === 'completion' ? columns.at(-1)! : (columns.find(isAsked) ?? columns[0]!);
  return columns
    .filter((column) => column === needed || !isBlank(column.read(row)))
    .map((column) => textOf(row, column, field))
    .join('\n');
}

function isAsked({ path }: Column): boolean {
  return !SYSTEM_COLUMNS.includes(path.toLowerCase());
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === '';
}

function textOf(row: Row, column: Column, field: MappedField): string {
  const value = given(row, column, field);
  if (typeof value === 'string' && !(field !== 'text' && isListText(value))) return value;
  if (typeof value === 'number') return String(value);
  if (isConversation(value)) return textOfTurns(value, column.path);
  if (typeof value === 'string') return value;
  throw wrongKind(column.path, value, 'text', field);
}

/** A conversation that is stored as text begins so; only then is it worth parsing. */
function isListText(value: string): boolean {
  return value.startsWith('[{') && isConversation(value);
}

function given(row: Row, { path, read }: Column, field: MappedField): unknown {
  const value = read(row);
  if (value === undefined) throw absent(row, field, path);
  return value;
}

function factsOf(row: Row, { answer, level }: Columns): Pick<TextRow, 'answer' | 'level'> {
  const answered = fact(row, answer[0], 'answer');
  const levelled = fact(row, level[0], 'level');
  return {
    ...(answered === undefined ? {} : { answer: String(answered) }),
    ...(levelled === undefined ? {} : { level: levelled }),
  };
}

/** A short value; undefined where there is none. */
function fact(
  row: Row,
  column: Column | undefined,
  field: 'answer' | 'level',
): string | number | undefined {
  const value = column?.read(row);
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw wrongKind(column!.path, value, 'text or a number', field);
}

function absent(row: Row, field: MappedField, path: string): RowError {
  const named = path === field ? '' : `, which is to be the ${field}`;
  return new RowError('missing-field', `${fieldsOf(row)}; it has no ${path}${named}.`);
}

/** The fields that a row has, as the beginning of a sentence. */
function fieldsOf(row: Row): string {
  const present = Object.entries(row)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name]) => name);
  return present.length > 0 ? `The row has ${listed(present)}` : 'The row has no fields';
}

/** Names of columns, of which there may be hundreds. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

function wrongKind(path: string, value: unknown, expected: string, field: MappedField): RowError {
  const isList = Array.isArray(value) && value.length > 0;
  const remedy = isList ? ` Choose ${path}.0 for the ${field} to take the first of it.` : '';
  return new RowError(
    'missing-field',
    `${path} is ${kindOf(value)}; it must be ${expected}.${remedy}`,
  );
}
