/** What a figure is: a picture, what it says, and the numbers that it is drawn from. */
import { csvText, type CsvValue } from '../../theory';
import type { ThemeName } from '../../palette';
import type { FigureFormat, FormatName } from './format';

export interface FigureTable {
  readonly columns: readonly string[];
  /** A value for each column; null for none. */
  readonly rows: readonly (readonly CsvValue[])[];
}

type Columns<T> = Readonly<Record<string, (item: T) => CsvValue>>;

/** A row for each item; `columns` has a column's name and what it says of an item. */
export function tableOfItems<T>(items: readonly T[], columns: Columns<T>): FigureTable {
  const values = Object.values(columns);
  return {
    columns: Object.keys(columns),
    rows: items.map((item) => values.map((value) => value(item))),
  };
}

interface Interval {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Three columns: a value under `name`, and the ends of its interval. */
export function intervalColumns<T>(
  name: string,
  interval: (item: T) => Interval | null,
): Columns<T> {
  return {
    [name]: (item) => interval(item)?.value ?? null,
    [`${name}_low`]: (item) => interval(item)?.low ?? null,
    [`${name}_high`]: (item) => interval(item)?.high ?? null,
  };
}

/**
 * A figure is read in two layers: its headline, which the picture shows under the title, and the
 * reading, which stands below it. A screen reader is given both.
 */
export interface Figure {
  /** Names files and links. */
  readonly id: string;
  readonly title: string;
  readonly svg: string;
  /** What one sees, in a sentence, with its number and interval. */
  readonly headline: string;
  /** In plain words all that the data say, with intervals and what is not known. */
  readonly reading: string;
  readonly table: FigureTable;
  /** Pictures that it takes where each keeps its height; 1 elsewhere. */
  readonly parts: number;
}

export interface FigureOptions {
  readonly theme: ThemeName;
  /** How large the picture is: made for its place (format.ts), or one of those that have a name. */
  readonly format: FormatName | FigureFormat;
  /** Names of the sets to draw, where a figure has a panel for each; null for all. */
  readonly sets?: readonly string[] | null;
  /** Which of the pictures, from 0, where it takes several. */
  readonly part?: number;
  /** Whether the reading stands in the picture, as in a file that leaves the page. */
  readonly withReading?: boolean;
}

/** The table as comma-separated text (RFC 4180); an empty cell is a missing value. */
export function tableAsCsv({ columns, rows }: FigureTable): string {
  return csvText(columns, rows);
}
