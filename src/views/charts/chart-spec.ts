/** What a chart shows, apart from how it is drawn. */
import type { ChartInk } from './ink';
import type { SeriesTable } from './series-table';

export type DataColour = 'ink' | 'blue' | 'orange' | 'green' | 'vermillion' | 'purple' | 'sky';
export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'ring';

/** A line: hue is never its only mark. */
export interface LineStyle {
  readonly colour: DataColour;
  readonly width: number;
  /** Lengths of dash and gap in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly marker: Marker | null;
  /** 0 to 1; faint for noisy lines behind clear ones. */
  readonly opacity?: number;
}

export interface ChartLine {
  /** A column of the table. */
  readonly key: string;
  readonly label: string;
  readonly style: LineStyle;
  /** Columns of the lower and upper end of its error band. */
  readonly band?: readonly [low: string, high: string];
  format(value: number): string;
}

/** Something drawn over or under the lines, in data coordinates. */
export type Layer = (ink: ChartInk) => void;

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** Unit or meaning of the vertical axis. */
  readonly unit: string;
  readonly table: SeriesTable;
  /** The first is drawn last, above the others. */
  readonly lines: readonly ChartLine[];
  readonly height: number;
  /** Equal ratios are equal lengths, for what is judged by ratios. */
  readonly isLogarithmic?: boolean;
  /** Ends of the vertical axis from those of the data; data's own with a margin where absent. */
  readonly yRange?: (low: number, high: number) => [number, number];
  /** Right end of the compute axis, where it reaches beyond the data. */
  readonly xEnd?: (last: number) => number;
  readonly under?: Layer;
  readonly over?: Layer;
}

/** The styles of per-level lines, easiest first. */
export const LEVEL_STYLES: readonly LineStyle[] = [
  { colour: 'sky', width: 1.5, dash: [], marker: 'circle' },
  { colour: 'green', width: 1.5, dash: [6, 3], marker: 'triangle' },
  { colour: 'orange', width: 1.5, dash: [2, 3], marker: 'square' },
  { colour: 'vermillion', width: 1.5, dash: [8, 3, 2, 3], marker: 'diamond' },
  { colour: 'purple', width: 1.5, dash: [4, 2], marker: 'cross' },
  { colour: 'blue', width: 1.5, dash: [1, 2], marker: 'ring' },
];

export function levelStyle(level: number): LineStyle {
  return LEVEL_STYLES[level % LEVEL_STYLES.length]!;
}
