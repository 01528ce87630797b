/** Ends and ticks of a chart's axes, for the screen and for files alike. */
import { log } from '../../elementary';
import type { ChartSpec } from './chart-spec';

/** Round numbers in each power of ten, and the least ratio between two of them; the densest first. */
const LOG_STEPS = [
  { steps: [1, 1.5, 2, 3, 5, 7], ratio: 4 / 3 },
  { steps: [1, 2, 5], ratio: 2 },
  { steps: [1, 3], ratio: 3 },
  { steps: [1], ratio: 10 },
] as const;

/** What stands at the horizontal axis. */
export function xLabel({ axis }: ChartSpec): string {
  return axis?.label ?? 'compute, FLOPs';
}

/**
 * Ticks of a logarithmic axis: round numbers, as many as do not touch.
 * @param room labels that find place one above the other
 */
export function logarithmicTicks(low: number, high: number, room: number): number[] {
  const { steps } =
    LOG_STEPS.find(({ ratio }) => log(ratio) * room >= log(high / low)) ?? LOG_STEPS.at(-1)!;
  const [first, last] = [Math.floor(log(low) / Math.LN10), Math.ceil(log(high) / Math.LN10)];
  const powers = Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`));
  const ticks = powers.flatMap((power) => steps.map((step) => step * power));
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
