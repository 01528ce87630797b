/** What the charts of a board share: one cursor, one redraw clock. */
import { createContext } from 'svelte';
import type { ChartCursor } from './chart-cursor.svelte';
import type { RedrawClock } from './redraw-clock';

interface ChartBoard {
  readonly cursor: ChartCursor;
  readonly clock: RedrawClock;
}

export const [useChartBoard, provideChartBoard] = createContext<ChartBoard>();
