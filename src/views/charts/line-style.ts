/** How lines look. */

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

/** The styles of per-level lines, easiest first. */
export const LEVEL_STYLES: readonly LineStyle[] = [
  { colour: 'sky', width: 1.5, dash: [], marker: 'circle' },
  { colour: 'green', width: 1.5, dash: [6, 3], marker: 'triangle' },
  { colour: 'orange', width: 1.5, dash: [2, 3], marker: 'square' },
  // Vermillion is too near to orange to come next.
  { colour: 'purple', width: 1.5, dash: [8, 3, 2, 3], marker: 'diamond' },
  { colour: 'vermillion', width: 1.5, dash: [4, 2], marker: 'cross' },
  { colour: 'blue', width: 1.5, dash: [1, 2], marker: 'ring' },
];

export function levelStyle(level: number): LineStyle {
  return LEVEL_STYLES[level % LEVEL_STYLES.length]!;
}
