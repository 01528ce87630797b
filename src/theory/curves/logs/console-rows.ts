/** Rows from what trainers print: verl's console line, and the dicts of Hugging Face's trainers. */
import { pythonLiteral } from '../../../files/python-literal';
import type { TableRow } from '../table';
import { isRecord, recordRow } from './json-rows';

/** `step:12 - key:value - …`, after whatever the launcher puts before it. */
const VERL = /(?:^|[\s)])step:\s*(\d+)((?: - [^:]+:\s*\S+)+)/;
const VERL_PAIR = /^(.+?):\s*(\S+)$/;
/** Terminals colour what they print. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

function plainValue(text: string): string {
  const value = pythonLiteral(text);
  if (typeof value === 'number') return String(value);
  return value === null ? '' : text;
}

function verlRow(content: string, line: number): TableRow | null {
  const [, step, rest] = VERL.exec(content.replace(COLOURS, '')) ?? [];
  if (step === undefined || rest === undefined) return null;
  const pairs = rest.split(' - ').flatMap((part): [string, string][] => {
    const [, key, value] = VERL_PAIR.exec(part.trim()) ?? [];
    return key === undefined || value === undefined ? [] : [[key, plainValue(value)]];
  });
  return { line, cells: new Map([['step', step], ...pairs]) };
}

/** A dict that is printed, with or without a progress bar before it; it may be JSON as well. */
function dictRow(content: string, line: number): TableRow | null {
  const [dict] = /\{\s*['"].*\}/.exec(content.replace(COLOURS, '')) ?? [];
  const value = dict === undefined ? undefined : pythonLiteral(dict);
  return isRecord(value) ? recordRow(value, line) : null;
}

function rowsOf(
  text: string,
  read: (content: string, line: number) => TableRow | null,
): TableRow[] | null {
  const rows = text.split(/\r\n|\n|\r/).flatMap((content, i) => read(content, i + 1) ?? []);
  return rows.length > 0 ? rows : null;
}

/** Other lines than those with metrics are what a console shows besides; null where there are none. */
export function verlConsole(text: string): TableRow[] | null {
  return rowsOf(text, verlRow);
}

export function printedDicts(text: string): TableRow[] | null {
  return rowsOf(text, dictRow);
}
