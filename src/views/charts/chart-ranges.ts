/** Ends and ticks of a chart's axes, for the screen and for files alike. */
import { log } from '../../elementary';
import type { ChartSpec } from './chart-spec';

const LOG_STEPS = [1, 1.5, 2, 3, 5, 7];

/** Ticks of a logarithmic axis: a few round numbers in each power of ten. */
export function logarithmicTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(log(low) / Math.LN10), Math.ceil(log(high) / Math.LN10)];
  const powers = Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
  const ticks = powers.flatMap((power) => LOG_STEPS.map((step) => step * power));
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** Ends of the compute axis from those of the data, which are null where there are none. */
export function xRange(
  { xEnd, startsWithData }: ChartSpec,
  low: number | null,
  high: number | null,
): [number, number] {
  const last = high ?? 0;
  const end = Math.max(last, xEnd?.(last) ?? last);
  // Room for the markers at both ends.
  const start = startsWithData ? (low ?? 0) : 0;
  const margin = 0.012 * (end - start);
  return end > start ? [start - margin, end + margin] : [start, start + 1];
}

/** Ends of the vertical axis, likewise. */
export function yRange(
  { yRange }: ChartSpec,
  low: number | null,
  high: number | null,
): [number, number] {
  if (yRange) return yRange(low ?? Infinity, high ?? -Infinity);
  const [from, to] = [low ?? 0, high ?? 1];
  const margin = Math.max(1e-6, 0.08 * (to - from), 0.02 * Math.abs(to));
  return [from >= 0 ? Math.max(0, from - margin) : from - margin, to + margin];
}
