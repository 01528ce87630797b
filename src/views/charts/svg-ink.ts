/** Draws a chart's layers as SVG, with the pen of the study's figures. */
import type { Scale } from '../../figures/drawing/axes';
import type { Box, Pen } from '../../figures/drawing/pen';
import { textWidth } from '../../figures/drawing/text';
import { element, group, type Point } from '../../figures/drawing/svg';
import { COLOURS, PHASE_COLOURS, type ThemeName } from '../../palette';
import { BAND_OPACITY, type ChartColours, type ChartInk, type LabelOptions } from './ink';
import type { LineStyle } from './line-style';

/** Size of a chart's letters on the screen, and of small ones where a picture is as large as that. */
const LETTERS = 11;
const SMALL = 12;

/** Pixels of the picture for one of a chart on the screen. */
export function screenPixel({ format }: Pen): number {
  return format.small / SMALL;
}
const ANCHORS = {
  left: 'start',
  start: 'start',
  center: 'middle',
  right: 'end',
  end: 'end',
} as const;

/** What the style sheet gives charts on the screen. */
export function chartColours(theme: ThemeName, pen: Pen): ChartColours {
  const colours = COLOURS[theme];
  return {
    data: {
      ink: colours['data-ink'],
      blue: colours['data-blue'],
      orange: colours['data-orange'],
      green: colours['data-green'],
      vermillion: colours['data-vermillion'],
      purple: colours['data-purple'],
      sky: colours['data-sky'],
    },
    phase: PHASE_COLOURS,
    grid: pen.theme.grid,
    axis: pen.theme.axis,
    surface: pen.theme.background,
    text: pen.theme.text,
    muted: pen.theme.muted,
    line: colours['line-strong'],
    font: '',
  };
}

interface Plot {
  readonly pen: Pen;
  readonly box: Box;
  readonly x: Scale;
  readonly y: Scale;
  /** Id of the clip path that is the plotting area. */
  readonly clip: string;
}

export class SvgInk implements ChartInk {
  readonly #plot: Plot;
  #marks: string[] = [];

  constructor(
    plot: Plot,
    readonly colours: ChartColours,
  ) {
    this.#plot = plot;
  }

  /** What was drawn, in order. */
  get marks(): readonly string[] {
    return this.#marks;
  }

  get box(): Box {
    return this.#plot.box;
  }

  px(cssPixels: number): number {
    return cssPixels * screenPixel(this.#plot.pen);
  }

  x(compute: number): number {
    return this.#plot.x(compute);
  }

  y(value: number): number {
    return this.#plot.y(value);
  }

  clipped(draw: () => void): void {
    const outside = this.#marks;
    this.#marks = [];
    draw();
    const inside = group({ 'clip-path': `url(#${this.#plot.clip})` }, this.#marks);
    this.#marks = [...outside, inside];
  }

  fill(from: number, to: number, colour: string, opacity: number, y0?: number, y1?: number): void {
    const { top, bottom } = this.box;
    const area = { left: from, right: to, top: y1 ?? top, bottom: y0 ?? bottom };
    this.#marks.push(this.#plot.pen.rect(area, { fill: colour, opacity }));
  }

  hatch(
    { x0, x1, y0, y1 }: { x0: number; x1: number; y0: number; y1: number },
    colour: string,
    gap = 7,
  ): void {
    const area = { left: x0, right: x1, top: Math.min(y0, y1), bottom: Math.max(y0, y1) };
    this.#marks.push(this.#plot.pen.hatch(area, colour, { gap: this.px(gap), opacity: 0.55 }));
  }

  stroke(
    points: readonly Point[],
    { colour, width, dash = [] }: { colour: string; width: number; dash?: readonly number[] },
    opacity?: number,
  ): void {
    const style = { colour, width: this.px(width), dash: dash.map((length) => this.px(length)) };
    this.#marks.push(this.#plot.pen.line(points, { ...style, opacity }));
  }

  /** The area between the two ends of a band. */
  band(low: readonly Point[], high: readonly Point[], colour: string): void {
    const points = [...low, ...high.toReversed()].map((point) => point.join(','));
    this.#marks.push(
      element('polygon', { points: points.join(' '), fill: colour, opacity: BAND_OPACITY }),
    );
  }

  markers(
    { marker, colour }: Pick<LineStyle, 'marker' | 'colour'>,
    points: readonly (readonly [compute: number, value: number])[],
    radius = 3,
  ): void {
    if (marker === null) return;
    const places = points.map(([compute, value]): Point => [this.x(compute), this.y(value)]);
    const style = { marker, colour: this.colours.data[colour] };
    this.#marks.push(this.#plot.pen.markers(places, style, { radius: this.px(radius) }));
  }

  textWidth(text: string): number {
    return textWidth(text, this.px(LETTERS));
  }

  label(text: string, x: number, y: number, options: LabelOptions = {}): void {
    const { colour = this.colours.text, align = 'left', weight = 500, backed = false } = options;
    this.#marks.push(
      this.#plot.pen.text([x, y], text, {
        size: this.px(LETTERS),
        colour,
        weight,
        anchor: ANCHORS[align],
        halo: backed,
      }),
    );
  }
}
