/** Scales and axes of the figures. */
import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';
import { flopsTicks, formatFlopsTicks, tickLabels } from './numbers';
import { type Box, type Pen } from './pen';
import { fitText, textWidth } from './text';

export type Scale = ScaleContinuousNumeric<number, number>;

/** A linear scale over `values` with round ends, and never without extent. */
export function niceScale(
  values: readonly number[],
  range: readonly [number, number],
  { zero = false, ceiling = Infinity }: { zero?: boolean; ceiling?: number } = {},
): Scale {
  const known = values.filter(Number.isFinite);
  const low = zero ? 0 : Math.min(...known);
  const high = Math.max(...known);
  const [from, to] = known.length === 0 ? [0, 1] : low < high ? [low, high] : [low - 1, high + 1];
  const scale = scaleLinear().domain([from, to]).range(range).nice(5);
  const [first = 0, last = 1] = scale.domain();
  return scale.domain([first, Math.max(first + 1e-9, Math.min(last, ceiling))]).clamp(true);
}

/** Percentages from bottom to top of a box, with room for the marker of the highest. */
export function percentScale(
  pen: Pen,
  values: readonly number[],
  { top, bottom }: Pick<Box, 'top' | 'bottom'>,
  options: { zero?: boolean } = {},
): Scale {
  return niceScale(values, [bottom, top + 1.6 * pen.format.marker], { ...options, ceiling: 100 });
}

/** A scale for losses: equal ratios are equal heights, so that a rise of 10% looks alike everywhere. */
export function ratioScale(values: readonly number[], range: readonly [number, number]): Scale {
  const known = values.filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [0.1, 1];
  return scaleLog([low / 1.03, high * 1.03], range).clamp(true);
}

/**
 * Values of a ratio scale that stand evenly: each is twice the one before. Over less than two doublings,
 * where equal steps look even too, they are round numbers.
 */
export function ratioTicks(scale: Scale): number[] {
  const [low = 0, high = 1] = scale.domain();
  if (high / low < 3) return scaleLinear([low, high], [0, 1]).ticks(3);
  const ticks: number[] = [];
  for (let tick = 0.0125; tick <= high; tick *= 2) if (tick >= low) ticks.push(tick);
  return ticks;
}

/** Ticks of a scale, as many as `fit` beside one another: none is left without its label. */
function fittingTicks(scale: Scale, fit: (ticks: readonly number[]) => boolean): number[] {
  const choices = [5, 4, 3, 2, 1].map((count) => scale.ticks(count));
  return choices.find((ticks) => ticks.length > 0 && fit(ticks)) ?? choices.at(-1)!.slice(0, 1);
}

interface AxisOptions {
  readonly ticks?: readonly number[];
  readonly labels?: readonly string[];
  /** Stands at the last label, such as "%". */
  readonly unit?: string;
  readonly title?: string;
  /** In place of labels and a title, where the scale is compute: in FLOPs, or in a unit of others. */
  readonly compute?: { readonly unit: string | null };
}

function labelsOf(
  ticks: readonly number[],
  { labels, unit = '', compute }: AxisOptions,
): readonly string[] {
  const said = labels ?? (compute ? computeLabels(ticks, compute) : tickLabels(ticks));
  return said.map((label, i) => (i === said.length - 1 ? label + unit : label));
}

function computeLabels(
  ticks: readonly number[],
  { unit }: NonNullable<AxisOptions['compute']>,
): readonly string[] {
  return unit === null ? flopsTicks(ticks).labels : formatFlopsTicks(ticks);
}

function computeTitle(
  ticks: readonly number[],
  { unit }: NonNullable<AxisOptions['compute']>,
): string {
  if (unit === null) return `compute, ${flopsTicks(ticks).unit}`;
  return unit === 'compute' ? unit : `compute, ${unit}`;
}

/** Room that the labels of a left axis take, with their distance from it. */
export function leftAxisRoom(pen: Pen, labels: readonly string[]): number {
  const { small } = pen.format;
  return Math.max(0, ...labels.map((label) => textWidth(label, small))) + 0.6 * small;
}

/** Room above a box for the title of its left axis. */
export function axisTitleHeight({ format: { small } }: Pen): number {
  return 1.5 * small;
}

/** Grid lines and labels on the left; the title stands above, in `axisTitleHeight`. */
export function leftAxis(pen: Pen, box: Box, scale: Scale, options: AxisOptions = {}): string {
  const { small } = pen.format;
  const isApart = (ticks: readonly number[]): boolean =>
    ticks.every((tick, i) => i === 0 || Math.abs(scale(tick) - scale(ticks[i - 1]!)) > 1.4 * small);
  const ticks = options.ticks ?? fittingTicks(scale, isApart);
  const labels = labelsOf(ticks, options);
  let free = Infinity;
  const marks = ticks.flatMap((tick, i) => {
    const y = scale(tick);
    // Where a label would touch the one below there is no line either: lines stand evenly.
    if (y > free) return [];
    free = y - small;
    const grid = pen.line(
      [
        [box.left, y],
        [box.right, y],
      ],
      { colour: pen.theme.grid },
    );
    const label = { size: small, colour: pen.theme.muted, anchor: 'end' } as const;
    return [grid, pen.text([box.left - 0.45 * small, y], labels[i]!, label)];
  });
  if (options.title) {
    // Over the labels, where it belongs to them.
    const left = Math.max(pen.format.margin, box.left - leftAxisRoom(pen, labels));
    const at = [left, box.top - 0.85 * small] as const;
    const shown = fitText(options.title, box.right - left, small);
    marks.push(pen.text(at, shown, { size: small, colour: pen.theme.muted }));
  }
  return marks.join('');
}

/** Room below a box for the labels of its axis, and for a title. */
export function bottomAxisHeight({ format: { small } }: Pen, hasTitle: boolean): number {
  return (hasTitle ? 3.1 : 1.7) * small;
}

/** Ticks and labels below, in `bottomAxisHeight`. */
export function bottomAxis(pen: Pen, box: Box, scale: Scale, options: AxisOptions = {}): string {
  const { small, width } = pen.format;
  const spanOf = (tick: number, label: string): [number, number] => {
    const half = textWidth(label, small) / 2;
    const middle = Math.max(half + 2, Math.min(scale(tick), width - half - 2));
    return [middle - half, middle + half];
  };
  const isApart = (ticks: readonly number[]): boolean => {
    const spans = labelsOf(ticks, options).map((label, i) => spanOf(ticks[i]!, label));
    return spans.every(([from], i) => i === 0 || from > spans[i - 1]![1] + 0.6 * small);
  };
  const ticks = options.ticks ?? fittingTicks(scale, isApart);
  const labels = labelsOf(ticks, options);
  const marks = [
    pen.line([
      [box.left, box.bottom],
      [box.right, box.bottom],
    ]),
  ];
  const style = { size: small, colour: pen.theme.muted, anchor: 'middle' } as const;
  let free = -Infinity;
  ticks.forEach((tick, i) => {
    const x = scale(tick);
    marks.push(
      pen.line([
        [x, box.bottom],
        [x, box.bottom + 4],
      ]),
    );
    const [from, to] = spanOf(tick, labels[i]!);
    if (from < free) return;
    free = to + 0.4 * small;
    marks.push(pen.text([(from + to) / 2, box.bottom + 1.05 * small], labels[i]!, style));
  });
  const { compute } = options;
  const title = compute ? computeTitle(ticks, compute) : options.title;
  if (title) {
    // A long one may reach below the labels of the left axis, which are of the same box.
    const room = box.right - box.left;
    const needed = Math.max(0, textWidth(title, small) - room);
    const more = Math.min(needed, 3 * small, Math.max(0, box.left - pen.format.margin));
    const at = [(box.left - more + box.right) / 2, box.bottom + 2.35 * small] as const;
    marks.push(pen.text(at, fitText(title, room + more, small), style));
  }
  return marks.join('');
}

interface BottomLabel {
  readonly x: number;
  readonly label: string;
}

/** More lines of names below a box would be taller than they are worth. */
const MOST_LABEL_LINES = 3;

interface PlacedText {
  readonly x: number;
  readonly text: string;
  /** From 0. */
  readonly line: number;
}

/** A label of several words in two lines, as equal as they get; null for one word. */
function halves(label: string): readonly [string, string] | null {
  const spaces = [...label.matchAll(/ /g)].map(({ index }) => index);
  const off = (at: number): number => Math.abs(2 * at + 1 - label.length);
  const [at] = spaces.toSorted((a, b) => off(a) - off(b));
  return at === undefined ? null : [label.slice(0, at), label.slice(at + 1)];
}

/**
 * Each label in the first line where it touches no other, or with its words in two lines; those that
 * fit in neither way are cut, or left out where a cut number would be another one. At the right edge a
 * text may stand a little to the left of its place.
 */
function placeLabels(
  pen: Pen,
  labels: readonly BottomLabel[],
  { right }: Pick<Box, 'right'>,
): PlacedText[] {
  const { small } = pen.format;
  const gap = 0.5 * small;
  const free = Array.from({ length: MOST_LABEL_LINES }, () => 2 - gap);
  return labels.flatMap(({ x, label }): PlacedText[] => {
    const edge = Math.min(right + 0.7 * small, pen.format.width - 2);
    const halfOf = (text: string): number => textWidth(text, small) / 2;
    const placeOf = (text: string): number => Math.min(x, edge - halfOf(text));
    const fits = (text: string, end: number): boolean =>
      placeOf(text) - halfOf(text) >= end + gap && x - placeOf(text) <= small;
    const placed = (text: string, line: number): PlacedText => {
      free[line] = placeOf(text) + halfOf(text);
      return { x: placeOf(text), text, line };
    };
    const line = free.findIndex((end) => fits(label, end));
    if (line >= 0) return [placed(label, line)];
    const broken = halves(label);
    const first = free.findIndex((_, k) =>
      broken?.every((text, i) => k + i < free.length && fits(text, free[k + i]!)),
    );
    if (broken && first >= 0) return broken.map((text, i) => placed(text, first + i));
    const last = free.indexOf(Math.min(...free));
    const text = fitText(label, 2 * Math.min(x - free[last]! - gap, edge - x), small);
    return /^\d/.test(label) || [...text].length < 4 ? [] : [placed(text, last)];
  });
}

/** Lines that labels at these places take, up to the right edge of a box. */
export function bottomLabelLines(
  pen: Pen,
  labels: readonly BottomLabel[],
  box: Pick<Box, 'right'>,
): number {
  return 1 + Math.max(0, ...placeLabels(pen, labels, box).map(({ line }) => line));
}

/** Height of so many lines of labels. */
export function bottomLabelsHeight({ format: { small } }: Pen, lines: number): number {
  return (0.5 + 1.25 * lines) * small;
}

/** Words below a box at given places, in as many lines as `bottomLabelLines` says. */
export function bottomLabels(pen: Pen, box: Box, labels: readonly BottomLabel[]): string {
  const { small } = pen.format;
  const style = { size: small, colour: pen.theme.muted, anchor: 'middle' } as const;
  const words = placeLabels(pen, labels, box).map(({ x, text, line }) =>
    pen.text([x, box.bottom + (0.95 + 1.25 * line) * small], text, style),
  );
  const ground = pen.line([
    [box.left, box.bottom],
    [box.right, box.bottom],
  ]);
  return [ground, ...words].join('');
}
