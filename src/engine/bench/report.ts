/** The benchmark's table as text: ratios first, then the numbers behind them. */
import type { BenchRow, Measurement } from './measure';

/** A table with its columns aligned; the first is text, the rest are numbers. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

function ratio(own: Measurement | null, other: Measurement | null): string {
  return own && other ? `${digits(other.milliseconds / own.milliseconds)}×` : '–';
}

/**
 * Speed of each row as a multiple of the baseline's on the same workload.
 * @param baseline the engine that is 1×
 */
export function ratioTable(rows: readonly BenchRow[], baseline: string): string {
  const lines = rows.map((row) => {
    const base = rows.find((b) => b.workload === row.workload && b.engine === baseline);
    return [
      row.workload,
      row.engine,
      ratio(row.step, base?.step ?? null),
      ratio(row.rollout, base?.rollout ?? null),
    ];
  });
  return table([
    ['model', 'engine', `training vs ${baseline}`, `sampling vs ${baseline}`],
    ...lines,
  ]);
}

/** Medians of every row. */
export function numberTable(rows: readonly BenchRow[]): string {
  const cell = (m: Measurement | null, read: (m: Measurement) => number | null): string => {
    const value = m ? read(m) : null;
    return value === null || Number.isNaN(value) ? '–' : digits(value);
  };
  const lines = rows.map((row) => [
    row.workload,
    row.engine,
    String(row.rows),
    cell(row.step, (m) => m.milliseconds),
    cell(row.step, (m) => m.tokensPerSecond),
    cell(row.step, (m) => m.cpuMilliseconds),
    cell(row.step, (m) => m.dispatches),
    cell(row.rollout, (m) => m.tokensPerSecond),
    cell(row.rollout, (m) => m.cpuMilliseconds),
    cell(row.rollout, (m) => m.dispatches),
    row.gpuBytes === null ? '–' : digits(row.gpuBytes / 2 ** 20),
    row.skippedSeconds === null ? '' : `skipped, estimated ${digits(row.skippedSeconds)} s`,
  ]);
  const head = [
    ...['model', 'engine', 'rows', 'step ms', 'train tok/s', 'step CPU ms', 'dispatches'],
    ...['sample tok/s', 'rollout CPU ms', 'dispatches', 'GPU MiB', ''],
  ];
  return table([head, ...lines]);
}
