/**
 * How figures look. Colours are those of the page's style sheet (Okabe and Ito's hues at a contrast
 * of at least 3:1 with their ground); a dash and a marker go with each, so that hue is never alone.
 */
import type { SubPhase } from '../../theory';

export type ThemeName = 'light' | 'dark';
export type Marker = 'circle' | 'square' | 'triangle' | 'diamond' | 'cross' | 'ring';

export interface SeriesStyle {
  readonly colour: string;
  /** Lengths of dash and gap in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly marker: Marker;
}

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
];

function seriesOf(colours: readonly string[]): SeriesStyle[] {
  return colours.map((colour, i) => ({ colour, ...SHAPES[i % SHAPES.length]! }));
}

const RAMP = ['#00224e', '#35456c', '#666970', '#948e77', '#c8b866', '#fee838'] as const;
const PHASES = {
  adaptation: '#56b4e9',
  stable: '#009e73',
  mild: '#e69f00',
  severe: '#d55e00',
} as const;

const LIGHT: FigureTheme = {
  background: '#ffffff',
  text: '#1a1e23',
  muted: '#57606a',
  grid: '#e4e4df',
  axis: '#57606a',
  series: seriesOf(['#0072b2', '#d55e00', '#008f69', '#b8628f', '#b97a00', '#2f95cf']),
  pSft: '#0072b2',
  plRl: '#c98500',
  loss: '#1a1e23',
  phases: PHASES,
  tint: 0.16,
  supported: '#00694e',
  contradicted: '#a94000',
  undecided: '#57606a',
  ramp: RAMP,
};

const DARK: FigureTheme = {
  background: '#161a20',
  text: '#e6e9ed',
  muted: '#a7b1bc',
  grid: '#2a313a',
  axis: '#a7b1bc',
  series: seriesOf(['#4ba3da', '#f07a2b', '#1fc495', '#d992b9', '#e69f00', '#7cc9f4']),
  pSft: '#4ba3da',
  plRl: '#e69f00',
  loss: '#e6e9ed',
  phases: PHASES,
  tint: 0.2,
  supported: '#3fcfa4',
  contradicted: '#ff9a5c',
  undecided: '#a7b1bc',
  ramp: RAMP,
};

export const THEMES: Readonly<Record<ThemeName, FigureTheme>> = { light: LIGHT, dark: DARK };

export function seriesStyle(theme: FigureTheme, index: number): SeriesStyle {
  const { length } = theme.series;
  const { colour } = theme.series[index % length]!;
  // Past the last hue they begin again, each with another dash and marker than before.
  return { colour, ...SHAPES[(index + Math.floor(index / length)) % SHAPES.length]! };
}

/** `slide` fills a 16:9 screen and is readable from the back; `narrow` suits a phone. */
export type FormatName = 'slide' | 'narrow';

export interface FigureFormat {
  readonly name: FormatName;
  readonly width: number;
  /** Of a figure that is one panel, or a grid of panels on a slide. */
  readonly height: number;
  /** Height of a panel where panels stand below one another. */
  readonly panelHeight: number;
  readonly margin: number;
  /** Sizes of text in pixels. */
  readonly title: number;
  readonly text: number;
  readonly small: number;
  readonly lineWidth: number;
  readonly marker: number;
}

export const FORMATS: Readonly<Record<FormatName, FigureFormat>> = {
  slide: {
    name: 'slide',
    width: 1280,
    height: 720,
    panelHeight: 300,
    margin: 28,
    title: 28,
    text: 19,
    small: 16,
    lineWidth: 2.75,
    marker: 5.5,
  },
  narrow: {
    name: 'narrow',
    width: 400,
    height: 420,
    panelHeight: 300,
    margin: 12,
    title: 17,
    text: 13.5,
    small: 12,
    lineWidth: 2.25,
    marker: 4.5,
  },
};
