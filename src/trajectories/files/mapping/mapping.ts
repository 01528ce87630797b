/**
 * Which columns of a file are a trajectory: found by the field's names for them, or said by the user.
 * A column is named by a path: `reward_model.ground_truth` is a field of an object, `generations.0` the
 * first of a list, `generations.*` the first that the label beside it calls good. A name that a row has
 * as it stands goes before a path.
 */
import * as v from 'valibot';
import type { DataOf } from '../../../schema/pieces';
import { parsedText } from '../rows/parsed-text';

const paths = v.array(v.string());
const path = v.nullable(v.string());

export const fieldMapping = v.object({
  /** Joined by line ends where they are several; empty where messages or text have the prompt. */
  prompt: paths,
  completion: paths,
  /** A conversation, whose last turn of the assistant is the completion. */
  messages: path,
  /** Prompt and completion in one text. */
  text: path,
  answer: path,
  level: path,
  /**
   * Whether the completion is a good one, as KTO's data says, or which of a list is, as Open-R1's does;
   * rows that say no are left out.
   */
  label: v.optional(path, null),
});

export interface FieldMapping extends DataOf<typeof fieldMapping> {}
export type MappedField = keyof FieldMapping;

export const MAPPED_FIELDS = [
  'prompt',
  'completion',
  'messages',
  'text',
  'answer',
  'level',
  'label',
] as const satisfies readonly MappedField[];

export const NO_MAPPING: FieldMapping = {
  ...{ prompt: [], completion: [], messages: null, text: null },
  ...{ answer: null, level: null, label: null },
};

/** Whether the columns make a whole trajectory. */
export function isWhole({ prompt, completion, messages, text }: FieldMapping): boolean {
  return messages !== null || text !== null || (prompt.length > 0 && completion.length > 0);
}

/** The paths of a field. */
export function pathsOf(mapping: FieldMapping, field: MappedField): readonly string[] {
  const paths = mapping[field];
  if (paths === null) return [];
  return typeof paths === 'string' ? [paths] : paths;
}

/** Names of the system's prompt, which a row may leave blank. */
export const SYSTEM_COLUMNS = ['system_prompt', 'system'];

/** A value that says yes or no, as JSON, Python and CSV write them; null for what says neither. */
export function yesOrNo(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return null;
  const word = value.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : null;
}

export type Row = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path; null and what is missing are undefined. */
export function pathReader(path: string): (row: Row) => unknown {
  const parts = path.split('.');
  return (row) => {
    if (Object.hasOwn(row, path)) return row[path] ?? undefined;
    if (parts.length === 1) return undefined;
    let value: unknown = row;
    for (const part of parts) {
      value = parsedText(value);
      const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, part);
      if (!isInside) return undefined;
      value = (value as Row)[part];
    }
    return value ?? undefined;
  };
}

/** A path of a list of which one is chosen, row by row. */
const CHOSEN = '.*';

/** The list that a path chooses from; null for the path of a single value. */
export function listChosenFrom(path: string): string | null {
  return path.endsWith(CHOSEN) ? path.slice(0, -CHOSEN.length) : null;
}

/** The path of whichever of a list is chosen, or of the one at an index. */
export function pathInList(list: string, index?: number): string {
  return index === undefined ? list + CHOSEN : `${list}.${index}`;
}

/** Every path at which some rows have a value, with what the first of them has there. */
export function columnPaths(rows: readonly Row[]): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const row of rows) {
    for (const [name, value] of Object.entries(row)) addPaths(found, name, value, 0);
  }
  return found;
}

/** Deeper columns would only fill the list that people choose from. */
const DEEPEST = 2;

function addPaths(found: Map<string, unknown>, path: string, given: unknown, depth: number): void {
  if (given === null || given === undefined) return;
  if (!found.has(path)) found.set(path, given);
  const value = parsedText(given);
  if (depth >= DEEPEST || typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) {
    for (const [name, inner] of Object.entries(value)) {
      addPaths(found, `${path}.${name}`, inner, depth + 1);
    }
    // Of a list of texts, people want the first; a list of objects is a conversation.
  } else if (value.length > 0 && !isRecord(value[0])) {
    addPaths(found, `${path}.0`, value[0], depth + 1);
    if (value.length > 1) addPaths(found, pathInList(path), value[0], depth + 1);
  }
}
