/** Tables in JSON that are not a list of rows: columns with their cells, or names beside lists of cells. */

export type JsonRow = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The rows of an object that holds columns: lists of equal length, pandas' objects with the index of each
 * row, or rows by their index; null for any other value.
 */
export function tableOf(value: unknown): readonly unknown[] | null {
  if (!isObject(value)) return null;
  const columns = Object.entries(value);
  const isIndexed = columns.every(([key, row]) => /^\d+$/.test(key) && isObject(row));
  if (isIndexed) return columns.length > 0 ? columns.map(([, row]) => row) : null;
  const lists = columns.map(([, cells]) => cellsOf(cells));
  const length = lists[0]?.length ?? 0;
  if (length === 0 || !lists.every((cells) => cells?.length === length)) return null;
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(columns.map(([name], i) => [name, lists[i]![row]])),
  );
}

/** The cells of a column: a list, or an object with the index of each row. */
function cellsOf(column: unknown): readonly unknown[] | null {
  if (Array.isArray(column)) return column as unknown[];
  if (!isObject(column)) return null;
  const keys = Object.keys(column);
  return keys.length > 0 && keys.every((key) => /^\d+$/.test(key)) ? Object.values(column) : null;
}

/** A list of cells with the names of its columns. */
export function zipped(columns: readonly string[], cells: readonly unknown[]): JsonRow {
  return Object.fromEntries(columns.map((name, i) => [name, cells[i]]));
}
