/** What the values of a column say of it, whatever its name. */
import { cellsOf, type Table } from './table';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const BLANK = /^(|nan|null|none|n\/a|-)$/i;

/** A number as the files of this lab write it; NaN for anything else. */
export function numberIn(cell: string): number {
  return NUMBER.test(cell) ? Number(cell) : NaN;
}

/** What stands where nothing was measured. */
export function isBlank(cell: string): boolean {
  return BLANK.test(cell);
}

/** Rows that are looked at to judge a column. */
const LOOKED_AT = 2000;

/** Numbers of a column in the rows looked at; null where most of what stands there is none. */
export function numbersOf(table: Pick<Table, 'rows'>, column: string): number[] | null {
  const rows = table.rows.slice(0, LOOKED_AT);
  const cells = cellsOf({ rows }, column).filter((cell) => !isBlank(cell));
  const numbers = cells.map(numberIn).filter(Number.isFinite);
  // A single bad row must not hide the column that it is in.
  return numbers.length === 0 || 2 * numbers.length < cells.length ? null : numbers;
}

/** Shares of steps up and down from each value to the next. */
function steps(values: readonly number[]): { up: number; down: number } {
  const changes = values.slice(1).map((value, i) => value - values[i]!);
  const share = (of: (change: number) => boolean): number =>
    changes.length === 0 ? 0 : changes.filter(of).length / changes.length;
  return { up: share((change) => change > 0), down: share((change) => change < 0) };
}

/** A falling step is where another run begins, or a log was resumed. */
const MOST_FALLS = 0.2;

/** Whether values rise as compute does: through each run, of which there may be several. */
export function isRising(values: readonly number[]): boolean {
  const { up, down } = steps(values);
  return values.every((value) => value >= 0) && up >= 0.5 && down <= MOST_FALLS;
}

/** Whether values go up and down, as a rate does and as a count of each step. */
export function isWandering(values: readonly number[]): boolean {
  const { up, down } = steps(values);
  return values.length > 3 && up > MOST_FALLS && down > MOST_FALLS;
}

/** Percentages that never exceed 1 are shares, most likely; a share may exceed 1 by a fault. */
export function areShares(values: readonly number[]): boolean {
  if (values.length === 0 || values.some((value) => value < 0)) return false;
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)]! <= 1 && ordered.at(-1)! <= 1.5;
}

/** Whether a column of performances holds shares from 0 to 1; percent signs say that it does not. */
export function holdsShares(table: Table, column: string): boolean {
  return !table.percents.includes(column) && areShares(numbersOf(table, column) ?? []);
}
