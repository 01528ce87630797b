/** A chart of a run as a picture for slides and papers, in the form of a study's figures. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { bottomAxis, leftAxis, type Scale } from '../../figures/drawing/axes';
import type { FigureOptions } from '../../figures';
import { compose, heading } from '../../figures/drawing/layout';
import { Pen, type Box } from '../../figures/drawing/pen';
import { element, type Point } from '../../figures/drawing/svg';
import type { ThemeName } from '../../palette';
import { formatFlopsTicks } from '../format';
import { logarithmicTicks, xLabel, xRange, yRange } from './chart-ranges';
import type { ChartLine, ChartSpec } from './chart-spec';
import { chartColours, screenPixel, SvgInk } from './svg-ink';

const CLIP = 'plot';

interface Data {
  readonly compute: readonly number[];
  readonly valuesOf: (key: string) => readonly (number | null)[];
}

function dataOf({ table, lines }: ChartSpec): Data {
  const keys = lines.flatMap(({ key, band }) => [key, ...(band ?? [])]);
  const { compute, columns } = table.shown(keys);
  return { compute, valuesOf: (key) => columns[keys.indexOf(key)] ?? [] };
}

function endsOf(values: readonly (number | null)[]): [number | null, number | null] {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return [null, null];
  const most = known.reduce((a, b) => Math.max(a, b));
  return [known.reduce((a, b) => Math.min(a, b)), most];
}

function scalesOf(spec: ChartSpec, { compute, valuesOf }: Data, box: Box): { x: Scale; y: Scale } {
  const all = spec.lines.flatMap(({ key, band }) => [key, ...(band ?? [])]).flatMap(valuesOf);
  const y = spec.isLogarithmic ? scaleLog() : scaleLinear();
  return {
    x: scaleLinear(xRange(spec, ...endsOf(compute)), [box.left, box.right]),
    y: y.domain(yRange(spec, ...endsOf(all))).range([box.bottom, box.top]),
  };
}

/** Places of a column's values, as [compute, value]; what is missing is left out. */
function known({ compute, valuesOf }: Data, key: string): (readonly [number, number])[] {
  return valuesOf(key).flatMap((value, row) => (value === null ? [] : [[compute[row]!, value]]));
}

function drawLine(ink: SvgInk, data: Data, { key, style, band, isInLayer }: ChartLine): void {
  const places = (column: string): Point[] =>
    known(data, column).map(([compute, value]) => [ink.x(compute), ink.y(value)]);
  const colour = ink.colours.data[style.colour];
  if (band) ink.band(places(band[0]), places(band[1]), colour);
  if (!isInLayer) ink.stroke(places(key), { ...style, colour }, style.opacity);
  ink.markers(style, known(data, key));
}

function axes(pen: Pen, box: Box, spec: ChartSpec, { x, y }: { x: Scale; y: Scale }): string[] {
  const [low = 0, high = 1] = y.domain();
  const room = (box.bottom - box.top) / (1.4 * pen.format.small);
  const ticks = spec.isLogarithmic ? logarithmicTicks(low, high, room) : undefined;
  const labels = ticks?.map((tick) => String(Number(tick.toPrecision(2))));
  const below = x.ticks(6);
  return [
    leftAxis(pen, box, y, { ticks, labels, title: spec.unit }),
    bottomAxis(pen, box, x, {
      ticks: below,
      labels: (spec.axis?.formatTicks ?? formatFlopsTicks)(below),
      title: xLabel(spec),
    }),
  ];
}

interface ChartPicture {
  readonly theme: ThemeName;
  /** How large it is: 1280 × 720 for a file. */
  readonly format?: FigureOptions['format'];
  /** What the chart is of. */
  readonly name: string;
  /** What it says in words, for those who do not see it. */
  readonly reading: string;
}

/** The chart as SVG. */
export function chartSvg(
  spec: ChartSpec,
  { theme, format = 'slide', name, reading }: ChartPicture,
): string {
  const pen = new Pen({ theme, format });
  const colours = chartColours(theme, pen);
  const key = [...spec.lines, ...(spec.drawn?.() ?? [])].map(({ label, style }) => ({
    label,
    style: {
      colour: colours.data[style.colour],
      dash: style.dash.map((length) => screenPixel(pen) * length),
      marker: style.marker,
    },
  }));
  const head = heading(pen, {
    headline: null,
    title: spec.title,
    note: name,
    key,
  });
  const { margin, width, height, small } = pen.format;
  const box = {
    left: margin + 4 * small,
    right: width - margin - small,
    top: head.bottom + 1.5 * small,
    bottom: height - margin - 2.5 * small,
  };
  const data = dataOf(spec);
  const scales = scalesOf(spec, data, box);
  const ink = new SvgInk({ pen, box, ...scales, clip: CLIP }, colours);
  spec.under?.(ink);
  // The first is drawn last, above the others.
  ink.clipped(() => {
    for (const line of spec.lines.toReversed()) drawLine(ink, data, line);
  });
  spec.over?.(ink);
  const { left, top, right, bottom } = box;
  const area = element('rect', { x: left, y: top, width: right - left, height: bottom - top });
  const clip = element('clipPath', { id: CLIP }, area);
  const marks = [clip, ...head.marks, ...axes(pen, box, spec, scales), ...ink.marks];
  return compose(pen, { title: spec.title, description: reading, height }, marks);
}
