/**
 * Numbers as spreadsheets write them: 0,45 and 1.800 (German), 1,800 (US), 45.3 %, 1 800 and 1'800.
 * Which sign is the decimal one is judged by the whole column, and where that does not tell by the whole
 * file; 1.800 alone may be either.
 */
import type { TableRow } from '../table';

export type DecimalSign = '.' | ',';

/** Spaces and apostrophes that stand between thousands. */
const GROUPED = /^[-+]?\d{1,3}(?:[\s\u00a0\u2009\u202f'’]\d{3})+(?:[.,]\d+)?$/;
const NUMERIC = /^[-+]?\d[\d.,]*(?:e[-+]?\d+)?$/i;

/** What stands behind a measure in tables of papers: "45.3 ± 0.9". */
const SPREAD = /\s*(±|\+\/?-).*$/;

/** The decimal sign that a number shows; null where it may be either; undefined where it has no sign. */
function signOf(cell: string): DecimalSign | null | undefined {
  const signs = cell.replace(/[^.,]/g, '');
  if (signs === '') return undefined;
  const last = signs.at(-1) as DecimalSign;
  const other: DecimalSign = last === '.' ? ',' : '.';
  if (signs.includes(other)) return last;
  if (signs.length > 1) return other;
  const [whole, rest] = cell.replace(/^[-+]/, '').split(last) as [string, string];
  const isGroup = /^\d{3}$/.test(rest) && /^[1-9]\d{0,2}$/.test(whole);
  return isGroup ? null : last;
}

/** What a column shows: one sign for all, or null where nothing tells. */
function judged(cells: readonly string[]): { sign: DecimalSign | null; unclear: string | null } {
  const signs = cells.map(signOf);
  const sure = signs.filter((sign) => sign === '.' || sign === ',');
  const unclear = cells[signs.indexOf(null)] ?? null;
  return { sign: sure[0] ?? null, unclear };
}

function plain(cell: string, sign: DecimalSign): string {
  const other = sign === '.' ? ',' : '.';
  return cell.replaceAll(other, '').replace(sign, '.');
}

function isRising(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value >= values[i - 1]!);
}

export interface NumberCells {
  readonly rows: readonly TableRow[];
  readonly percents: readonly string[];
  readonly notes: readonly string[];
  readonly unclear: { readonly column: string; readonly cell: string } | null;
}

interface Column {
  readonly name: string;
  /** Without percent signs and spaces between thousands; as they are where they are not numbers. */
  readonly cells: readonly string[];
  readonly isPercent: boolean;
  readonly isNumeric: boolean;
}

function columnOf(name: string, rows: readonly TableRow[]): Column {
  const raw = rows.map(({ cells }) => cells.get(name) ?? '');
  const cells = raw.map((cell) => {
    const bare = cell.replace(SPREAD, '').replace(/\s*%$/, '');
    return GROUPED.test(bare) ? bare.replace(/[\s\u00a0\u2009\u202f'’]/g, '') : bare;
  });
  const known = cells.filter((cell) => cell !== '');
  const isNumeric =
    known.length > 0 && 2 * known.filter((cell) => NUMERIC.test(cell)).length > known.length;
  const isPercent = isNumeric && raw.some((cell) => /\d\s*%\s*$/.test(cell.replace(SPREAD, '')));
  return { name, cells: isNumeric ? cells : raw, isPercent, isNumeric };
}

/**
 * Cells as plain numbers. A comma between columns leaves the point to decimals, unless a column says
 * otherwise; a semicolon or tab leaves it open. @param given the decimal sign that a person said
 */
export function numberCells(
  columns: readonly string[],
  rows: readonly TableRow[],
  { delimiter, given }: { delimiter: string; given: DecimalSign | null },
): NumberCells {
  const read = columns.map((name) => columnOf(name, rows));
  const judgements = read.map(({ cells, isNumeric }) =>
    judged(isNumeric ? cells.filter((cell) => NUMERIC.test(cell)) : []),
  );
  const shown = judgements.flatMap(({ sign }) => sign ?? []);
  const ofFile = shown[0] ?? (delimiter === ',' ? '.' : null);
  const notes: string[] = [];
  let unclear: NumberCells['unclear'] = null;
  const signs = read.map(({ name, cells }, i): DecimalSign => {
    const { sign, unclear: cell } = judgements[i]!;
    if (given) return given;
    if (sign) return sign;
    if (cell === null) return '.';
    if (ofFile) return ofFile;
    const known = cells.filter((each) => NUMERIC.test(each));
    const [points, commas] = (['.', ','] as const).map((each) =>
      isRising(known.map((text) => Number(plain(text, each)))),
    );
    // A count that rises under one reading alone has that reading.
    if (points !== commas) {
      const chosen: DecimalSign = points ? '.' : ',';
      const value = plain(cell, chosen);
      notes.push(`Column "${name}": ${cell} is read as ${value}, since the column rises that way.`);
      return chosen;
    }
    // Files are separated by semicolons where the comma is the decimal sign.
    if (cell.includes(',')) {
      notes.push(`Column "${name}": ${cell} is read as ${plain(cell, ',')}, with a decimal comma.`);
      return ',';
    }
    unclear ??= { column: name, cell };
    return '.';
  });
  const numeric = read.map((column, i) =>
    column.isNumeric
      ? column.cells.map((cell) => (NUMERIC.test(cell) ? plain(cell, signs[i]!) : cell))
      : column.cells,
  );
  return {
    rows: rows.map(({ line }, row) => ({
      line,
      cells: new Map(columns.map((name, i) => [name, numeric[i]![row]!])),
    })),
    percents: read.filter(({ isPercent }) => isPercent).map(({ name }) => name),
    notes,
    unclear,
  };
}
