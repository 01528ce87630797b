/** What a figure is: a picture, what it says, and the numbers that it is drawn from. */
import { csvText, type CsvValue } from '../../theory';
import type { ThemeName } from '../../palette';
import type { FormatName } from './theme';

export interface FigureTable {
  readonly columns: readonly string[];
  /** A value for each column; null for none. */
  readonly rows: readonly (readonly CsvValue[])[];
}

export interface Figure {
  /** Names files and links. */
  readonly id: string;
  readonly title: string;
  readonly svg: string;
  /** In plain words what the data say, with intervals and what is not known. */
  readonly reading: string;
  readonly table: FigureTable;
}

export interface FigureOptions {
  readonly theme: ThemeName;
  readonly format: FormatName;
  /** Names of the sets to draw, where a figure has a panel for each; null for all. */
  readonly sets?: readonly string[] | null;
}

/** The table as comma-separated text (RFC 4180); an empty cell is a missing value. */
export function tableAsCsv({ columns, rows }: FigureTable): string {
  return csvText(columns, rows);
}
