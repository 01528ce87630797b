/** Reads cells of one row and collects what is wrong with them. */
import type { CurveColumn, Names } from './columns';
import type { TableRow } from './table';
import { numberIn } from './values';

interface Limits {
  readonly low: number;
  readonly high: number;
  /** What the cell must be, to complete "it must be …". */
  readonly words: string;
}

export class RowReader {
  readonly problems: string[] = [];
  readonly #row: TableRow;
  readonly #names: Names;

  constructor(row: TableRow, names: Names) {
    this.#row = row;
    this.#names = names;
  }

  get line(): number {
    return this.#row.line;
  }

  /** Text of a cell; empty where it is blank or there is no such column. */
  text(column: CurveColumn): string {
    return this.#row.cells.get(this.#names[column]) ?? '';
  }

  /** A number within the limits; NaN, with a problem noted, where the cell holds none. */
  number(column: CurveColumn, { low, high, words }: Limits): number {
    const text = this.text(column);
    const value = numberIn(text);
    if (value >= low && value <= high) return value;
    const found = text === '' ? 'is empty' : `is "${text.slice(0, 40)}"`;
    this.wrong(column, `${found}; it must be ${words}.`);
    return NaN;
  }

  /** Notes what is wrong with a cell: "Row 3, column "compute" is empty." */
  wrong(column: CurveColumn, problem: string): void {
    this.problems.push(`Row ${this.line}, column "${this.#names[column]}" ${problem}`);
  }
}
