import type { ChartSpec } from './chart-spec';
import { formatCount } from '../format';

/** A horizontal axis that counts something other than compute: steps, samples. */
export function countAxis(label: string): NonNullable<ChartSpec['axis']> {
  return {
    label,
    format: formatCount,
    formatTicks: (ticks) => ticks.map((tick) => (Number.isInteger(tick) ? formatCount(tick) : '')),
  };
}
