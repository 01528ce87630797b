/** Handles on a percentage that is a height of the chart. */
import type { ChartHandle } from './chart-handle';

type PercentHandle = Omit<ChartHandle, 'along' | 'y' | 'text' | 'spoken' | 'valueAt'>;

/** @param shown the number as people read it */
export function percentHandle(handle: PercentHandle, shown: string): ChartHandle {
  return {
    ...handle,
    along: 'y',
    y: handle.value,
    text: `${shown}%`,
    spoken: `${shown} percent`,
    valueAt: (_x, y) => y,
  };
}
