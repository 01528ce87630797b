/** Rows of a file, each with the line that it starts on, for messages that point at it. */

export interface TableRow {
  /** Line in the file, from 1. */
  readonly line: number;
  /** Text of a cell; empty where it is blank, undefined where the row has no such column. */
  readonly cells: ReadonlyMap<string, string>;
}

/** A line that could not be read as a row. */
export interface BadLine {
  readonly line: number;
  readonly message: string;
}

export interface Table {
  /** What the file was taken for, such as "verl console log, 240 steps". */
  readonly kind: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  readonly badLines: readonly BadLine[];
  /** Columns whose numbers stand with a percent sign. */
  readonly percents: readonly string[];
  /** What a reader should know of how the file was read. */
  readonly notes: readonly string[];
  /**
   * A number of a spreadsheet that may be read in two ways, such as 1.800, with its column; null where
   * each has one reading.
   */
  readonly unclear: { readonly column: string; readonly cell: string } | null;
}

/** The values of a column, row by row; blank where a row has none. */
export function cellsOf({ rows }: Pick<Table, 'rows'>, column: string): string[] {
  return rows.map(({ cells }) => cells.get(column) ?? '');
}
