/** A backtest as JSON, a row a cell, for other programs. */
import { BACKTEST_COLUMNS } from '../../studies/backtest-curves';
import type { Backtest } from '../../theory';

/** One line of JSON: an array of rows; performances in points. */
export function backtestAsJson({ rows }: Backtest): string {
  const columns = Object.entries(BACKTEST_COLUMNS);
  const records = rows.map((row) =>
    Object.fromEntries(columns.map(([name, valueOf]) => [name, valueOf(row)])),
  );
  return `${JSON.stringify(records)}\n`;
}
