/** Rows from what trainers print: verl's console line, dicts as Hugging Face's trainers have them, pairs. */
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

/** "Global step 12", "eval 12:", "iter=12": what a line is about, before its metrics. */
const COUNTER =
  /(?:^|[^a-z])(?:global[ _])?(?:step|iter|iteration|rollout|eval|episode|epoch)s?[ _]?[:=#]?\s*\[?(\d+)(?![\d.])/i;

/** A dict that is printed, with or without a progress bar before it; it may be JSON as well. */
function dictRow(content: string, line: number): TableRow | null {
  const plain = content.replace(COLOURS, '');
  const found = /\{\s*['"].*\}/.exec(plain);
  const value = found ? pythonLiteral(found[0]) : undefined;
  if (!found || !isRecord(value)) return null;
  const row = recordRow(value, line);
  const [, step] = COUNTER.exec(plain.slice(0, found.index)) ?? [];
  if (step === undefined || row.cells.has('step')) return row;
  return { line, cells: new Map([['step', step], ...row.cells]) };
}

/** `key:value` or `key=value` or "key value", with a number: "loss:0.1 rewards=0.4 | val acc 0.45". */
const PAIR =
  /([a-z][\w./@-]*(?: [a-z][\w./@-]*)?)\s*[:= ]\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|nan)(?![\w.])/gi;

/** torchtune's "Step 1 | loss:0.1 rewards:0.4", and what people print like it. */
function pairsRow(content: string, line: number): TableRow | null {
  const plain = content.replace(COLOURS, '');
  const counter = COUNTER.exec(plain);
  if (!counter) return null;
  const rest = plain.slice(counter.index + counter[0].length);
  const pairs = [...rest.matchAll(PAIR)].map(([, key, value]): [string, string] => [key!, value!]);
  return pairs.length === 0 ? null : { line, cells: new Map([['step', counter[1]!], ...pairs]) };
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

/** Lines that a metric stands in must be most of a text: words and numbers are in all others too. */
export function printedPairs(text: string): TableRow[] | null {
  const rows = rowsOf(text, pairsRow) ?? [];
  const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  return rows.length >= 3 && 2 * rows.length > lines.length ? rows : null;
}
