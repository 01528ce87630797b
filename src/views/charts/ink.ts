/** Drawing on a chart in data coordinates: markers, bands, hatching, labels. */
import type uPlot from 'uplot';
import type { DataColour, LineStyle, Marker } from './line-style';

type PhaseColour = 'adaptation' | 'stable' | 'mild' | 'severe';

/** Colours of the theme as the canvas needs them. */
export interface ChartColours {
  readonly data: Readonly<Record<DataColour, string>>;
  readonly phase: Readonly<Record<PhaseColour, string>>;
  readonly grid: string;
  readonly axis: string;
  readonly surface: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly font: string;
}

/** Reads the colours that the style sheet gives `element` now. */
export function readColours(element: Element): ChartColours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    data: {
      ink: token('data-ink'),
      blue: token('data-blue'),
      orange: token('data-orange'),
      green: token('data-green'),
      vermillion: token('data-vermillion'),
      purple: token('data-purple'),
      sky: token('data-sky'),
    },
    phase: {
      adaptation: token('phase-adaptation'),
      stable: token('phase-stable'),
      mild: token('phase-mild'),
      severe: token('phase-severe'),
    },
    grid: token('data-grid'),
    axis: token('data-axis'),
    surface: token('surface'),
    text: token('text'),
    muted: token('text-muted'),
    line: token('line-strong'),
    font: token('font-text'),
  };
}

/** A path of a marker around (x, y), `r` pixels in radius. */
function markerPath(marker: Marker, x: number, y: number, r: number): Path2D {
  const path = new Path2D();
  switch (marker) {
    case 'circle':
    case 'ring':
      path.arc(x, y, r, 0, 2 * Math.PI);
      break;
    case 'square':
      path.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
      break;
    case 'triangle':
      path.moveTo(x, y - 1.2 * r);
      path.lineTo(x + 1.1 * r, y + 0.8 * r);
      path.lineTo(x - 1.1 * r, y + 0.8 * r);
      path.closePath();
      break;
    case 'diamond':
      path.moveTo(x, y - 1.35 * r);
      path.lineTo(x + 1.35 * r, y);
      path.lineTo(x, y + 1.35 * r);
      path.lineTo(x - 1.35 * r, y);
      path.closePath();
      break;
    case 'cross':
      path.moveTo(x - r, y - r);
      path.lineTo(x + r, y + r);
      path.moveTo(x + r, y - r);
      path.lineTo(x - r, y + r);
      break;
    default:
      marker satisfies never;
  }
  return path;
}

export interface LabelOptions {
  readonly colour?: string;
  readonly align?: CanvasTextAlign;
  readonly weight?: number;
  /** A backing in the surface's colour, so that lines do not cross the text. */
  readonly backed?: boolean;
}

/** Of the area between two lines. */
export const BAND_OPACITY = 0.16;

/** What a chart's layers draw with: on the screen a canvas, in a file SVG. */
export interface ChartInk {
  readonly colours: ChartColours;
  /** Edges of the plotting area. */
  readonly box: { left: number; top: number; right: number; bottom: number };
  /** Positions of a size that is given in pixels of the screen. */
  px(cssPixels: number): number;
  x(compute: number): number;
  y(value: number): number;
  /** Draws with the plotting area as clip. */
  clipped(draw: () => void): void;
  fill(from: number, to: number, colour: string, opacity: number, y0?: number, y1?: number): void;
  /** Diagonal lines, `gap` pixels apart: an area that is uncertain, told without colour. */
  hatch(
    area: { x0: number; x1: number; y0: number; y1: number },
    colour: string,
    gap?: number,
  ): void;
  stroke(
    points: readonly (readonly [x: number, y: number])[],
    style: { colour: string; width: number; dash?: readonly number[] },
  ): void;
  /** The area between two lines. */
  band(
    low: readonly (readonly [x: number, y: number])[],
    high: readonly (readonly [x: number, y: number])[],
    colour: string,
  ): void;
  /** Markers at data points. */
  markers(
    style: Pick<LineStyle, 'marker' | 'colour'>,
    points: readonly (readonly [compute: number, value: number])[],
    radius?: number,
  ): void;
  textWidth(text: string, weight?: number): number;
  /** Text whose vertical middle is at `y`. */
  label(text: string, x: number, y: number, options?: LabelOptions): void;
}

/** Sizes are CSS pixels; positions are canvas pixels, as uPlot gives them. */
export class CanvasInk implements ChartInk {
  readonly #plot: uPlot;
  readonly #context: CanvasRenderingContext2D;
  readonly #ratio: number;

  constructor(
    plot: uPlot,
    readonly colours: ChartColours,
  ) {
    this.#plot = plot;
    this.#context = plot.ctx;
    this.#ratio = devicePixelRatio;
  }

  /** Edges of the plotting area. */
  get box(): { left: number; top: number; right: number; bottom: number } {
    const { left, top, width, height } = this.#plot.bbox;
    return { left, top, right: left + width, bottom: top + height };
  }

  px(cssPixels: number): number {
    return cssPixels * this.#ratio;
  }

  x(compute: number): number {
    return this.#plot.valToPos(compute, 'x', true);
  }

  y(value: number): number {
    return this.#plot.valToPos(value, 'y', true);
  }

  /** Draws with the plotting area as clip and all settings restored afterwards. */
  clipped(draw: () => void): void {
    const { left, top, right, bottom } = this.box;
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(left, top, right - left, bottom - top);
    this.#context.clip();
    draw();
    this.#context.restore();
  }

  fill(from: number, to: number, colour: string, opacity: number, y0?: number, y1?: number): void {
    const { top, bottom } = this.box;
    this.#context.save();
    this.#context.globalAlpha = opacity;
    this.#context.fillStyle = colour;
    const [upper, lower] = [y1 ?? top, y0 ?? bottom];
    this.#context.fillRect(from, upper, to - from, lower - upper);
    this.#context.restore();
  }

  /** Diagonal lines, `gap` pixels apart: an area that is uncertain, told without colour. */
  hatch(area: { x0: number; x1: number; y0: number; y1: number }, colour: string, gap = 7): void {
    const context = this.#context;
    const { x0, x1, y0, y1 } = area;
    const [top, bottom] = [Math.min(y0, y1), Math.max(y0, y1)];
    context.save();
    context.beginPath();
    context.rect(x0, top, x1 - x0, bottom - top);
    context.clip();
    context.beginPath();
    const [step, rise] = [this.px(gap), bottom - top];
    // Lines start on multiples of the gap, so that hatching does not crawl as an area grows.
    for (let x = Math.floor((x0 - rise) / step) * step; x < x1; x += step) {
      context.moveTo(x, bottom);
      context.lineTo(x + rise, top);
    }
    context.strokeStyle = colour;
    context.globalAlpha = 0.55;
    context.lineWidth = this.px(1);
    context.stroke();
    context.restore();
  }

  stroke(
    points: readonly (readonly [x: number, y: number])[],
    { colour, width, dash = [] }: { colour: string; width: number; dash?: readonly number[] },
  ): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    points.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)));
    context.strokeStyle = colour;
    context.lineWidth = this.px(width);
    context.lineJoin = 'round';
    context.setLineDash(dash.map((length) => this.px(length)));
    context.stroke();
    context.restore();
  }

  band(
    low: readonly (readonly [x: number, y: number])[],
    high: readonly (readonly [x: number, y: number])[],
    colour: string,
  ): void {
    const context = this.#context;
    context.save();
    context.beginPath();
    [...low, ...high.toReversed()].forEach(([x, y], i) =>
      i === 0 ? context.moveTo(x, y) : context.lineTo(x, y),
    );
    context.fillStyle = colour;
    context.globalAlpha = BAND_OPACITY;
    context.fill();
    context.restore();
  }

  /** Markers at data points, drawn as one path. */
  markers(
    { marker, colour }: Pick<LineStyle, 'marker' | 'colour'>,
    points: readonly (readonly [compute: number, value: number])[],
    radius = 3,
  ): void {
    if (marker === null) return;
    const path = new Path2D();
    for (const [compute, value] of points) {
      path.addPath(markerPath(marker, this.x(compute), this.y(value), this.px(radius)));
    }
    const context = this.#context;
    context.save();
    context.fillStyle = marker === 'ring' ? this.colours.surface : this.colours.data[colour];
    context.strokeStyle = this.colours.data[colour];
    context.lineWidth = this.px(1.5);
    if (marker !== 'cross') context.fill(path);
    if (marker === 'cross' || marker === 'ring') context.stroke(path);
    context.restore();
  }

  #font(weight: number): string {
    return `${weight} ${this.px(11)}px ${this.colours.font}`;
  }

  textWidth(text: string, weight = 500): number {
    // uPlot remembers the font it set last, so ours must not stay.
    this.#context.save();
    this.#context.font = this.#font(weight);
    const { width } = this.#context.measureText(text);
    this.#context.restore();
    return width;
  }

  /** Text whose vertical middle is at `y`. */
  label(text: string, x: number, y: number, options: LabelOptions = {}): void {
    const { colour = this.colours.text, align = 'left', weight = 500, backed = false } = options;
    const context = this.#context;
    const width = this.textWidth(text, weight);
    context.save();
    context.font = this.#font(weight);
    context.textAlign = align;
    context.textBaseline = 'middle';
    if (backed) {
      const shift = { left: 0, center: width / 2, right: width, start: 0, end: width }[align];
      context.globalAlpha = 0.85;
      context.fillStyle = this.colours.surface;
      context.fillRect(x - shift - this.px(3), y - this.px(8), width + this.px(6), this.px(16));
      context.globalAlpha = 1;
    }
    context.fillStyle = colour;
    context.fillText(text, x, y);
    context.restore();
  }
}
