/** Scales and axes of the figures. */
import { scaleLinear, scaleLog, type ScaleContinuousNumeric } from 'd3-scale';
import { fitText, textWidth, type Box, type Pen } from './pen';

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

/** A scale for losses: equal ratios are equal heights, so that a rise of 10% looks alike everywhere. */
export function ratioScale(values: readonly number[], range: readonly [number, number]): Scale {
  const known = values.filter((value) => value > 0 && Number.isFinite(value));
  const [low, high] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [0.1, 1];
  return scaleLog([low / 1.03, high * 1.03], range).clamp(true);
}

/** Round values of a ratio scale, few enough to be read. */
export function ratioTicks(scale: Scale): number[] {
  const [low = 0, high = 1] = scale.domain();
  const steps = high / low > 4 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
  const decades = [0.001, 0.01, 0.1, 1, 10];
  const round = decades.flatMap((decade) => steps.map((step) => step * decade));
  return round.filter((tick) => tick >= low && tick <= high);
}

interface AxisOptions {
  readonly ticks?: readonly number[];
  readonly labels?: readonly string[];
  readonly title?: string;
}

/** Grid lines and labels on the left. */
export function leftAxis(pen: Pen, box: Box, scale: Scale, options: AxisOptions = {}): string {
  const { small } = pen.format;
  const { ticks = scale.ticks(5), title } = options;
  const labels = options.labels ?? ticks.map((tick) => String(Number(tick.toPrecision(6))));
  let free = Infinity;
  const marks = ticks.flatMap((tick, i) => {
    const y = scale(tick);
    const grid = pen.line(
      [
        [box.left, y],
        [box.right, y],
      ],
      { colour: pen.theme.grid },
    );
    // Labels that would touch the one below are left out.
    if (y > free) return [grid];
    free = y - 1.15 * small;
    const label = { size: small, colour: pen.theme.muted, anchor: 'end' } as const;
    return [grid, pen.text([box.left - 7, y], labels[i]!, label)];
  });
  if (title) {
    const at = [box.left, box.top - 0.85 * small] as const;
    const shown = fitText(title, box.right - box.left, small);
    marks.push(pen.text(at, shown, { size: small, colour: pen.theme.muted }));
  }
  return marks.join('');
}

/** Ticks and labels below; labels that would touch are left out. */
export function bottomAxis(pen: Pen, box: Box, scale: Scale, options: AxisOptions = {}): string {
  const { small } = pen.format;
  const { ticks = scale.ticks(5), title } = options;
  const labels = options.labels ?? ticks.map((tick) => String(Number(tick.toPrecision(6))));
  const marks = [
    pen.line([
      [box.left, box.bottom],
      [box.right, box.bottom],
    ]),
  ];
  let free = -Infinity;
  ticks.forEach((tick, i) => {
    const x = scale(tick);
    const half = textWidth(labels[i]!, small) / 2;
    marks.push(
      pen.line([
        [x, box.bottom],
        [x, box.bottom + 4],
      ]),
    );
    if (x - half < free) return;
    free = x + half + small / 2;
    const place = Math.min(x, pen.format.width - half - 2);
    const at = [place, box.bottom + 1.05 * small] as const;
    marks.push(
      pen.text(at, labels[i]!, { size: small, colour: pen.theme.muted, anchor: 'middle' }),
    );
  });
  if (title) {
    const at = [(box.left + box.right) / 2, box.bottom + 2.25 * small] as const;
    const shown = fitText(title, box.right - box.left, small);
    marks.push(pen.text(at, shown, { size: small, colour: pen.theme.muted, anchor: 'middle' }));
  }
  return marks.join('');
}

interface BottomLabel {
  readonly x: number;
  readonly label: string;
}

/** Those that do not touch the one before, in the order of their places. */
function withoutTouching(labels: readonly BottomLabel[], size: number): BottomLabel[] {
  let free = -Infinity;
  return labels.filter(({ x, label }) => {
    const half = textWidth(label, size) / 2;
    if (x - half < free) return false;
    free = x + half + 0.3 * size;
    return true;
  });
}

/** Words below a box at given places, smaller where they would touch; what touches even then is left out. */
export function bottomLabels(pen: Pen, box: Box, labels: readonly BottomLabel[]): string {
  const { small } = pen.format;
  const allFit = (size: number): boolean => withoutTouching(labels, size).length === labels.length;
  const size = [small, 0.9 * small].find(allFit) ?? 0.8 * small;
  const words = withoutTouching(labels, size).map(({ x, label }) =>
    pen.text([x, box.bottom + 0.95 * small], label, {
      size,
      colour: pen.theme.muted,
      anchor: 'middle',
    }),
  );
  const ground = pen.line([
    [box.left, box.bottom],
    [box.right, box.bottom],
  ]);
  return [ground, ...words].join('');
}
