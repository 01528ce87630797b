/** Draws marks in the look of one theme and one format. Positions are pixels of the picture. */
import { coordinate, element, escapeText, group, pathThrough, type Point } from './svg';
import {
  FORMATS,
  THEMES,
  type FigureFormat,
  type FigureTheme,
  type KeyStyle,
  type Marker,
  type SeriesStyle,
} from './theme';
import type { FigureOptions } from './figure';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface TextOptions {
  readonly size?: number;
  readonly colour?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: number;
  /** A halo in the ground's colour, so that lines do not cross the letters. */
  readonly halo?: boolean;
}

/** Mean width of a letter of common sans-serif fonts, in parts of their size; a little generous. */
const LETTER = 0.56;

export function textWidth(text: string, size: number): number {
  return text.length * size * LETTER;
}

/** Text cut to a width, with an ellipsis where something is missing. */
export function fitText(text: string, width: number, size: number): string {
  const letters = Math.floor(width / (size * LETTER));
  return text.length <= letters ? text : `${text.slice(0, Math.max(1, letters - 1))}…`;
}

/** Lines of at most `width`, broken between words. */
export function wrapText(text: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(fitText(word, width, size));
  }
  return lines;
}

/** Data that goes with a mark: its row and column in the figure's table, and the value. */
interface MarkData {
  readonly row: number;
  readonly column: string;
  readonly value: number;
}

function dataOf(data: MarkData | undefined): Record<string, string | number> {
  if (!data) return {};
  return { 'data-row': data.row, 'data-column': data.column, 'data-value': data.value };
}

interface WhiskerStyle {
  readonly colour?: string;
  readonly width?: number;
}

export class Pen {
  readonly theme: FigureTheme;
  readonly format: FigureFormat;

  constructor({ theme, format }: FigureOptions) {
    this.theme = THEMES[theme];
    this.format = FORMATS[format];
  }

  get isNarrow(): boolean {
    return this.format.name === 'narrow';
  }

  /** Text whose vertical middle is at `y`. */
  text([x, y]: Point, text: string, options: TextOptions = {}): string {
    const { size = this.format.text, colour = this.theme.text, anchor, weight, halo } = options;
    return element(
      'text',
      {
        x,
        y: y + 0.35 * size,
        'font-size': size,
        fill: colour,
        'text-anchor': anchor === 'start' ? null : anchor,
        'font-weight': weight ? String(weight) : null,
        ...(halo && {
          stroke: this.theme.background,
          'stroke-width': 4,
          'stroke-linejoin': 'round',
          'paint-order': 'stroke',
        }),
      },
      escapeText(text),
    );
  }

  line(
    points: readonly Point[],
    {
      colour = this.theme.axis,
      width = 1,
      dash = [],
      opacity,
    }: { colour?: string; width?: number; dash?: readonly number[]; opacity?: number } = {},
  ): string {
    if (points.length < 2) return '';
    return element('path', {
      d: pathThrough(points),
      fill: 'none',
      stroke: colour,
      'stroke-width': width,
      'stroke-linejoin': 'round',
      'stroke-dasharray': dash.length > 0 ? dash.join(' ') : null,
      opacity,
    });
  }

  rect(
    { left, top, right, bottom }: Box,
    {
      fill = 'none',
      stroke,
      opacity,
      dash,
      width = 1.5,
      data,
    }: {
      fill?: string;
      stroke?: string;
      opacity?: number;
      dash?: readonly number[];
      width?: number;
      data?: MarkData;
    },
  ): string {
    return element('rect', {
      x: left,
      y: top,
      width: Math.max(0, right - left),
      height: Math.max(0, bottom - top),
      fill,
      stroke,
      'stroke-width': stroke ? width : null,
      'stroke-dasharray': dash ? dash.join(' ') : null,
      opacity,
      ...dataOf(data),
    });
  }

  /** Diagonal lines over a box: what is uncertain or missing, told without colour. */
  hatch(
    { left, top, right, bottom }: Box,
    colour: string,
    { gap = 8, opacity = 0.7 } = {},
  ): string {
    const rise = bottom - top;
    if (!(rise > 0) || !(right > left)) return '';
    const strokes: string[] = [];
    for (let x = left - rise + gap / 2; x < right; x += gap) {
      const from = Math.max(x, left);
      const to = Math.min(x + rise, right);
      if (to > from)
        strokes.push(
          pathThrough([
            [from, bottom - (from - x)],
            [to, bottom - (to - x)],
          ]),
        );
    }
    return element('path', {
      d: strokes.join(''),
      stroke: colour,
      'stroke-width': 1.25,
      opacity,
      fill: 'none',
    });
  }

  /** An interval as a bar with end caps. */
  whisker(
    { x, low, high }: { x: number; low: number; high: number },
    style?: WhiskerStyle,
  ): string {
    return this.#whisker({ low, high }, (along, across) => [x + across, along], style);
  }

  /** The same lying down. */
  barWhisker(
    { y, low, high }: { y: number; low: number; high: number },
    style?: WhiskerStyle,
  ): string {
    return this.#whisker({ low, high }, (along, across) => [along, y + across], style);
  }

  #whisker(
    { low, high }: { low: number; high: number },
    at: (along: number, across: number) => Point,
    { colour = this.theme.text, width = 2 }: WhiskerStyle = {},
  ): string {
    const cap = this.format.marker;
    const d = [
      pathThrough([at(low, 0), at(high, 0)]),
      pathThrough([at(low, -cap), at(low, cap)]),
      pathThrough([at(high, -cap), at(high, cap)]),
    ].join('');
    return element('path', { d, fill: 'none', stroke: colour, 'stroke-width': width });
  }

  /** Markers as one path: a curve may have thousands. */
  markers(
    points: readonly Point[],
    { marker, colour }: Pick<SeriesStyle, 'marker' | 'colour'>,
    {
      radius = this.format.marker,
      opacity,
      data,
    }: { radius?: number; opacity?: number; data?: MarkData } = {},
  ): string {
    if (points.length === 0) return '';
    const isOpen = marker === 'ring' || marker === 'cross';
    return element('path', {
      d: points.map((point) => markerPath(marker, point, radius)).join(''),
      fill: marker === 'cross' ? 'none' : isOpen ? this.theme.background : colour,
      stroke: isOpen ? colour : null,
      'stroke-width': isOpen ? Math.max(1.5, radius / 2.5) : null,
      opacity,
      ...dataOf(data),
    });
  }

  /** Line and marker of a series, as a key shows them. */
  swatch([x, y]: Point, { colour, dash, marker }: KeyStyle): string {
    return group({}, [
      this.line(
        [
          [x, y],
          [x + 34, y],
        ],
        { colour, dash, width: this.format.lineWidth },
      ),
      marker === null ? '' : this.markers([[x + 17, y]], { colour, marker }),
    ]);
  }
}

function markerPath(marker: Marker, [x, y]: Point, r: number): string {
  const through = (points: readonly Point[]): string => `${pathThrough(points)}Z`;
  switch (marker) {
    case 'circle':
    case 'ring': {
      const at = (dx: number): string => `${coordinate(x + dx)} ${coordinate(y)}`;
      const radius = coordinate(r);
      return `M${at(-r)}A${radius} ${radius} 0 1 0 ${at(r)}A${radius} ${radius} 0 1 0 ${at(-r)}Z`;
    }
    case 'square': {
      const half = 0.9 * r;
      return through([
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
      ]);
    }
    case 'triangle':
      return through([
        [x, y - 1.2 * r],
        [x + 1.1 * r, y + 0.8 * r],
        [x - 1.1 * r, y + 0.8 * r],
      ]);
    case 'diamond':
      return through([
        [x, y - 1.35 * r],
        [x + 1.35 * r, y],
        [x, y + 1.35 * r],
        [x - 1.35 * r, y],
      ]);
    case 'cross':
      return `${pathThrough([
        [x - r, y - r],
        [x + r, y + r],
      ])}${pathThrough([
        [x + r, y - r],
        [x - r, y + r],
      ])}`;
    default:
      return marker satisfies never;
  }
}
