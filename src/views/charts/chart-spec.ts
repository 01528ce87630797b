/** What a chart shows, apart from how it is drawn. */
import type { ChartInk } from './ink';
import type { LineStyle } from './line-style';
import type { SeriesTable } from './series-table';

export interface ChartLine {
  /** A column of the table. */
  readonly key: string;
  readonly label: string;
  readonly style: LineStyle;
  /** Columns of the lower and upper end of its error band. */
  readonly band?: readonly [low: string, high: string];
  /** A layer draws it: the plot itself gives it no line, only its values. */
  readonly isInLayer?: boolean;
  format(value: number): string;
}

/** Something that a layer draws and the table has no column for, as the key shows it. */
export interface DrawnEntry {
  readonly label: string;
  readonly style: LineStyle;
  /** What it says now. */
  readonly text: string;
}

/** What the horizontal axis counts. */
interface ChartAxis {
  /** Heads its column in the table and the file. */
  readonly label: string;
  format(value: number): string;
  formatTicks(ticks: readonly number[]): string[];
}

/** Something drawn over or under the lines, in data coordinates. */
type Layer = (ink: ChartInk) => void;

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  /** Unit or meaning of the vertical axis. */
  readonly unit: string;
  readonly table: SeriesTable;
  /** The first is drawn last, above the others. */
  readonly lines: readonly ChartLine[];
  readonly height: number;
  /** Where the axis is not the compute of a run in FLOPs, step by step. */
  readonly axis?: ChartAxis;
  /** Equal ratios are equal lengths, for what is judged by ratios. */
  readonly isLogarithmic?: boolean;
  /** Ends of the vertical axis from those of the data; data's own with a margin where absent. */
  readonly yRange?: (low: number, high: number) => [number, number];
  /** The compute axis begins at the first row instead of 0. */
  readonly startsWithData?: boolean;
  /** Right end of the compute axis, where it reaches beyond the data. */
  readonly xEnd?: (last: number) => number;
  /** What the key shows besides the lines. */
  readonly drawn?: () => readonly DrawnEntry[];
  readonly under?: Layer;
  readonly over?: Layer;
}
