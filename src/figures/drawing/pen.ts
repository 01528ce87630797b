/** Draws marks in the look of one theme and one format. Positions are pixels of the picture. */
import type { FigureOptions } from './figure';
import { FORMATS, type FigureFormat } from './format';
import { markerPath } from './markers';
import { element, escapeText, group, pathThrough, type Point } from './svg';
import { textParts } from './text';
import { THEMES, type FigureTheme, type KeyStyle, type SeriesStyle } from './theme';

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
  /** A halo in the ground's colour, or in another, so that lines do not cross the letters. */
  readonly halo?: boolean | string;
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

/** What a key shows of a series: its line and marker, its marker alone, a filled or a hatched box. */
export type SwatchMark = 'line' | 'point' | 'box' | 'hatched';

export function swatchWidth({ format: { small } }: Pen, mark: SwatchMark): number {
  return { line: 2.3, point: 0.9, box: 1.4, hatched: 1.4 }[mark] * small;
}

interface WhiskerStyle {
  readonly colour?: string;
  readonly width?: number;
}

export class Pen {
  readonly theme: FigureTheme;
  readonly format: FigureFormat;
  /** Whether the picture says its reading too. */
  readonly withReading: boolean;
  /** Which part of the figure is drawn, from 0. */
  readonly part: number;

  constructor({ theme, format, withReading = false, part = 0 }: FigureOptions) {
    this.withReading = withReading;
    this.part = part;
    this.theme = THEMES[theme];
    this.format = typeof format === 'string' ? FORMATS[format] : format;
  }

  get isNarrow(): boolean {
    return this.format.isNarrow;
  }

  /** Text whose vertical middle is at `y`; symbols such as A_post get their subscripts. */
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
          stroke: halo === true ? this.theme.background : halo,
          'stroke-width': 4,
          'stroke-linejoin': 'round',
          'paint-order': 'stroke',
        }),
      },
      this.#spans(text, size),
    );
  }

  /** Subscripts are lowered and smaller, yet never below the least size of the format. */
  #spans(text: string, size: number): string {
    const drop = 0.22 * size;
    const spans = textParts(text).map(({ text: part, isSubscript }, i) => {
      if (isSubscript) {
        const small = Math.max(0.78 * size, this.format.least);
        return element('tspan', { dy: drop, 'font-size': small }, escapeText(part));
      }
      return i === 0 ? escapeText(part) : element('tspan', { dy: -drop }, escapeText(part));
    });
    return spans.join('');
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
    if (points.length === 0 || marker === 'none') return '';
    const isLine = marker === 'cross' || marker === 'plus';
    const isOpen = marker === 'ring' || isLine;
    return element('path', {
      d: points.map((point) => markerPath(marker, point, radius)).join(''),
      fill: isLine ? 'none' : isOpen ? this.theme.background : colour,
      stroke: isOpen ? colour : null,
      'stroke-width': isOpen ? Math.max(1.5, radius / 2.5) : null,
      opacity,
      ...dataOf(data),
    });
  }

  /** What a key shows of a series, from its left end at half height. */
  swatch([x, y]: Point, { colour, dash, marker }: KeyStyle, mark: SwatchMark = 'line'): string {
    const { lineWidth, small } = this.format;
    const style = { colour, dash, marker: marker ?? 'none' };
    const width = swatchWidth(this, mark);
    const middle = this.markers([[x + width / 2, y]], style);
    if (mark === 'point') return middle;
    if (mark === 'line') {
      const ends: readonly Point[] = [
        [x, y],
        [x + width, y],
      ];
      return group({}, [this.line(ends, { ...style, width: lineWidth }), middle]);
    }
    const box = { left: x, right: x + width, top: y - 0.45 * small, bottom: y + 0.45 * small };
    if (mark === 'box') return this.rect(box, { fill: style.colour });
    return group({}, this.hatchedBox(box, style.colour));
  }

  /** A box that is hatched and outlined in a colour, on the ground of the picture. */
  hatchedBox(box: Box, colour: string, data?: MarkData): string[] {
    return [
      this.rect(box, { fill: this.theme.background }),
      this.rect(box, { fill: colour, opacity: 0.35 }),
      this.hatch(box, colour),
      this.rect(box, { stroke: colour, data }),
    ];
  }
}
