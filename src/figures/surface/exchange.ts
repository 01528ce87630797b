/** The exchange rate: how many trajectories of the other difficulties are worth a thousand of the hardest. */
import { scaleLog } from 'd3-scale';
import type { Estimate, ExchangeRate, Surface } from '../../theory';
import { bottomAxis, bottomAxisHeight, type Scale } from '../drawing/axes';
import type { Drawn } from '../drawing/layout';
import { formatCount, shortCount } from '../drawing/numbers';
import type { Box, Pen } from '../drawing/pen';
import { fitText, textWidth } from '../drawing/text';
import { seriesStyle, type SeriesStyle } from '../drawing/theme';
import type { MapPicture } from './cells';

/** Of one size: an exchange rate for each difficulty but the hardest, by the number of its line. */
export interface ExchangeRow {
  readonly size: number;
  readonly rates: readonly { readonly line: number; readonly rate: ExchangeRate }[];
}

export function exchangeRows({ surface, lines, sizes }: MapPicture): ExchangeRow[] {
  const hardest = lines.at(-1)!.difficulty;
  return sizes.map((size) => ({
    size,
    rates: lines
      .slice(0, -1)
      .map(({ difficulty }, line) => ({ line, rate: surface.exchange(size, hardest, difficulty) })),
  }));
}

/** A set of one difficulty that leads as far as another one. */
export interface EqualSet {
  readonly label: string;
  /** Trajectories, to two digits of which more would be false precision; told between `least` and `most`. */
  readonly size: Estimate;
  readonly told: ExchangeRate['told'];
}

/** What a set is worth in sets of each measured difficulty, from the easiest. */
export function equalSets(
  { surface, lines }: MapPicture,
  { size, difficulty }: { size: number; difficulty: number },
): EqualSet[] {
  return lines.map(({ label, difficulty: to }) => {
    const { worth, told } = surface.exchange(size, difficulty, to);
    const scaled = (perThousand: number): number => (perThousand * size) / 1000;
    return {
      label,
      size: { value: scaled(worth.value), low: scaled(worth.low), high: scaled(worth.high) },
      told: { least: scaled(told.least), most: scaled(told.most) },
    };
  });
}

/** "1,700 [1,400, 2,300]", with "over" and "under" where more or less cannot be told. */
export function toldWords({ value, low, high }: Estimate, told: ExchangeRate['told']): string {
  const said = (trajectories: number): string => {
    if (trajectories >= 0.999 * told.most) return `over ${formatCount(rounded(told.most))}`;
    if (trajectories <= 1.001 * told.least) return `under ${formatCount(rounded(told.least))}`;
    return formatCount(rounded(trajectories));
  };
  return isTold(value, told) ? `${said(value)} [${said(low)}, ${said(high)}]` : said(value);
}

function rounded(value: number): number {
  return Number(value.toPrecision(2));
}

/** Whether a value lies within what can be told. */
function isTold(value: number, { least, most }: ExchangeRate['told']): boolean {
  return value > 1.001 * least && value < 0.999 * most;
}

/** Ends of the axis: all values that can be told, and the intervals no further than tenfold beyond. */
function axisOf(rows: readonly ExchangeRow[]): [number, number] {
  const worths = rows.flatMap(({ rates }) => rates.map(({ rate }) => rate.worth));
  const values = rows.flatMap(({ rates }) =>
    rates.flatMap(({ rate: { worth, told } }) => (isTold(worth.value, told) ? [worth.value] : [])),
  );
  const [least, most] = [Math.min(1000, ...values), Math.max(1000, ...values)];
  const low = Math.max(least / 10, Math.min(least, ...worths.map((worth) => worth.low)));
  const high = Math.min(most * 10, Math.max(most, ...worths.map((worth) => worth.high)));
  return [low / 1.3, high * 1.3];
}

/** So many of a list's items, from the first to the last; the last alone for one. */
function evenly<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  const step = (items.length - 1) / Math.max(1, count - 1);
  return Array.from(
    { length: count },
    (_, i) => items[items.length - 1 - Math.round(i * step)]!,
  ).reverse();
}

/** A row for each size below `place.top`, or, where the height is given, for as many as have room. */
export function exchangePanel(
  pen: Pen,
  place: Omit<Box, 'bottom'> & { readonly bottom?: number },
  map: MapPicture,
): Drawn {
  const { small } = pen.format;
  const hardest = map.lines.at(-1)!.label;
  const title = fitText(`worth 1,000 of ${hardest}, by size`, place.right - place.left, small);
  const all = exchangeRows(map);
  const least = (0.9 * (map.lines.length - 1) + 0.6) * small;
  const top = place.top + 1.5 * small;
  const room = place.bottom === undefined ? 0 : place.bottom - top - bottomAxisHeight(pen, true);
  const fitting = place.bottom === undefined ? all.length : Math.floor(room / least + 1e-6);
  const rows = evenly(all, Math.max(1, fitting));
  const labels = rows.map(({ size }) => shortCount(size));
  const left =
    place.left + Math.max(...labels.map((label) => textWidth(label, small))) + 0.6 * small;
  const tall = Math.max(least, room / rows.length);
  const box = { left, right: place.right - small, top, bottom: top + tall * rows.length };
  const [low, high] = axisOf(rows);
  const x = scaleLog([low, high], [box.left, box.right]).clamp(true);
  const ticks = [1, 10, 100, 1000, 1e4, 1e5, 1e6].filter((tick) => tick >= low && tick <= high);
  const thousand = pen.line(
    [
      [x(1000), box.top],
      [x(1000), box.bottom],
    ],
    { colour: pen.theme.muted, dash: [4, 4] },
  );
  const marks = rows.flatMap(({ rates }, i) => {
    const middle = box.top + (i + 0.5) * tall;
    return [
      pen.text([box.left - 0.45 * small, middle], labels[i]!, {
        size: small,
        anchor: 'end',
        colour: pen.theme.muted,
      }),
      ...rates.flatMap(({ line, rate }, k) => {
        const y = middle + (k - (rates.length - 1) / 2) * 0.85 * small;
        return rateMark(pen, rate, seriesStyle(pen.theme, line), { x, y });
      }),
    ];
  });
  return {
    marks: [
      pen.text([place.left, place.top + 0.5 * small], title, {
        size: small,
        colour: pen.theme.muted,
      }),
      bottomAxis(pen, box, x, { ticks, labels: ticks.map(tickLabel), title: 'trajectories' }),
      thousand,
      ...marks,
    ],
    bottom: box.bottom + bottomAxisHeight(pen, true),
  };
}

/** A marker with its interval; an arrow to the right instead of what is more than can be told. */
function rateMark(
  pen: Pen,
  { worth, told }: ExchangeRate,
  style: SeriesStyle,
  { x, y }: { x: Scale; y: number },
): string[] {
  const { colour } = style;
  const [, right = 0] = x.range();
  const isOver = (value: number): boolean => value >= 0.999 * told.most || x(value) >= right;
  const tip = 1.2 * pen.format.marker;
  const arrow = [
    pen.line(
      [
        [x(worth.low), y],
        [right, y],
      ],
      { colour, width: 2 },
    ),
    pen.line(
      [
        [right - tip, y - tip],
        [right, y],
        [right - tip, y + tip],
      ],
      { colour, width: 2 },
    ),
  ];
  const marker = isOver(worth.value) ? '' : pen.markers([[x(worth.value), y]], style);
  if (isOver(worth.high)) return [...arrow, marker];
  return [pen.barWhisker({ y, low: x(worth.low), high: x(worth.high) }, { colour }), marker];
}

function tickLabel(tick: number): string {
  return tick >= 1e6 ? `${tick / 1e6}M` : shortCount(tick);
}

/** In words, of the easiest: "800 hard are worth …". */
export function exchangeSentence(map: MapPicture, surface: Surface): string {
  const rows = exchangeRows(map);
  const { sizes } = surface.frame;
  const middle = rows[Math.floor((sizes.length - 1) / 2)]!;
  const { line, rate } = middle.rates[0]!;
  const worth = `${toldWords(rate.worth, rate.told)} of ${map.lines[line]!.label}`;
  return `In a set of ${formatCount(middle.size)}, a thousand of ${map.lines.at(-1)!.label} are worth ${worth}.`;
}
