/** A backtest as JSON, a row a cell, for other programs. */
import { isForecastHeld, isRefuted, type Backtest } from '../../theory';

/** One line of JSON: an array of rows; performances in points. */
export function backtestAsJson({ rows }: Backtest): string {
  const records = rows.map((row) => ({
    id: row.id,
    set: row.set,
    at: row.at,
    verdict: row.verdict.is,
    a_post: row.aPost.value,
    low: row.aPost.low,
    high: row.aPost.high,
    forecast: row.forecast.value,
    forecast_low: row.forecast.low,
    forecast_high: row.forecast.high,
    end: row.end.value,
    end_se: row.end.standardError,
    refuted: isRefuted(row),
    held: isForecastHeld(row),
  }));
  return `${JSON.stringify(records)}\n`;
}
