/**
 * How figures look. Their colours are those of the pages; a dash and a marker go with each, so that hue
 * is never alone.
 */
import { COLOURS, FIGURE_COLOURS, PHASE_COLOURS, RAMP, type ThemeName } from '../../palette';
import type { SubPhase } from '../../theory';

export type Marker =
  'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'ring' | 'plus' | 'none';

export interface SeriesStyle {
  readonly colour: string;
  /** Lengths of dash and gap in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly marker: Marker;
}

/** As a key shows it: some lines have no markers. */
export type KeyStyle = Omit<SeriesStyle, 'marker'> & { readonly marker: Marker | null };

export interface FigureTheme {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly axis: string;
  readonly series: readonly SeriesStyle[];
  readonly pSft: string;
  readonly plRl: string;
  readonly loss: string;
  readonly phases: Readonly<Record<SubPhase, string>>;
  /** How strongly a sub-phase tints the ground, 0 to 1. */
  readonly tint: number;
  readonly supported: string;
  readonly contradicted: string;
  readonly undecided: string;
  /** From low to high, even in lightness (cividis). */
  readonly ramp: readonly string[];
}

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";

const SHAPES: readonly Omit<SeriesStyle, 'colour'>[] = [
  { dash: [], marker: 'circle' },
  { dash: [9, 4], marker: 'triangle' },
  { dash: [3, 4], marker: 'square' },
  { dash: [11, 4, 3, 4], marker: 'diamond' },
  { dash: [6, 3], marker: 'cross' },
  { dash: [2, 3], marker: 'ring' },
  { dash: [14, 3], marker: 'plus' },
];

function seriesOf(colours: readonly string[]): SeriesStyle[] {
  return colours.map((colour, i) => ({ colour, ...SHAPES[i % SHAPES.length]! }));
}

function themeOf(name: ThemeName): FigureTheme {
  const colours = COLOURS[name];
  const { muted, grid, series } = FIGURE_COLOURS[name];
  return {
    background: colours.surface,
    text: colours.text,
    muted,
    grid,
    axis: muted,
    series: seriesOf([colours['data-blue'], colours['data-vermillion'], ...series]),
    pSft: colours['data-blue'],
    plRl: colours['data-orange'],
    loss: colours['data-ink'],
    phases: PHASE_COLOURS,
    tint: name === 'light' ? 0.14 : 0.2,
    supported: colours.right,
    contradicted: colours.wrong,
    undecided: muted,
    ramp: RAMP,
  };
}

export const THEMES: Readonly<Record<ThemeName, FigureTheme>> = {
  light: themeOf('light'),
  dark: themeOf('dark'),
};

/** Of the series with that number, from 0; no two of the first 56 are alike in colour, dash and marker. */
export function seriesStyle(theme: FigureTheme, index: number): SeriesStyle {
  const { length } = theme.series;
  const { colour } = theme.series[index % length]!;
  // Past the last hue they begin again, each with another dash and marker than before.
  return { colour, ...SHAPES[(index + Math.floor(index / length)) % SHAPES.length]! };
}
