/** The lines of the ceiling map: highest A_post over data scale, a line for each difficulty. */
import { scaleLog } from 'd3-scale';
import { exp, hypotenuse } from '../elementary';
import { groupBy, NORMAL_90 } from '../theory';
import { bottomAxis, leftAxis, percentScale, type Scale } from './drawing/axes';
import { shortCount, type Shown } from './drawing/numbers';
import type { Box, Pen } from './drawing/pen';
import { openArrow, openPeak } from './open-ceilings';
import { highestRange, type SizedSet } from './set-picture';
import type { Point } from './drawing/svg';
import { seriesStyle } from './drawing/theme';
import { toDecimals } from '../rounding';

/** Hardest over easiest set of one size. */
export interface Multiplier {
  readonly size: number;
  readonly easiest: string;
  readonly hardest: string;
  readonly ratio: Shown;
}

/**
 * The ratio of the two highest ceilings with a 90% interval, from those of the ceilings: their relative
 * errors add in squares. An open ceiling counts with all that it may be. Only sizes with two difficulties
 * have one.
 */
export function difficultyMultipliers(sets: readonly SizedSet[]): Multiplier[] {
  const known = sets.flatMap((set) => {
    const highest = highestRange(set);
    return set.difficulty !== null && highest
      ? [{ ...set, difficulty: set.difficulty, highest }]
      : [];
  });
  return [...groupBy(known, ({ size }) => size)].flatMap(([size, alike]) => {
    const order = alike.toSorted((a, b) => a.difficulty - b.difficulty);
    const [easy, hard] = [order[0]!, order.at(-1)!];
    if (!(hard.difficulty > easy.difficulty)) return [];
    const ratio = ratioOf(hard.highest, easy.highest);
    return [{ size, easiest: easy.name, hardest: hard.name, ratio }];
  });
}

function ratioOf(above: Shown, below: Shown): Shown {
  const value = above.value / below.value;
  const errors = [above, below].map(({ value: at, low, high }) =>
    low === null || high === null ? null : (high - low) / (2 * NORMAL_90 * at),
  );
  const [a, b] = errors;
  if (a === null || b === null || a === undefined || b === undefined) {
    return { value, low: null, high: null };
  }
  const reach = exp(NORMAL_90 * hypotenuse(a, b));
  return { value, low: value / reach, high: value * reach };
}

/** Sizes on a logarithmic scale with room at both ends for the marks. */
export function sizeScale(sets: readonly SizedSet[], range: readonly [number, number]): Scale {
  const sizes = sets.map(({ size }) => size);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  return scaleLog([low / 2.2, high * 2.2], range).clamp(true);
}

export function sizeTicks(sets: readonly SizedSet[]): number[] {
  return [...new Set(sets.map(({ size }) => size))].sort((a, b) => a - b);
}

interface DifficultyLine {
  readonly label: string;
  /** In the order of their size. */
  readonly sets: readonly SizedSet[];
  /** Sets of unknown difficulty are not joined: they may differ in more than size. */
  readonly isJoined: boolean;
}

/** Sets whose difficulty is alike to a tenth of the range stand in one line. */
export function difficultyLines(sets: readonly SizedSet[]): DifficultyLine[] {
  const known = sets
    .filter(({ difficulty }) => difficulty !== null)
    .toSorted((a, b) => a.difficulty! - b.difficulty!);
  const range = known.length > 0 ? known.at(-1)!.difficulty! - known[0]!.difficulty! : 0;
  const lines: SizedSet[][] = [];
  for (const set of known) {
    const last = lines.at(-1);
    if (last && set.difficulty! - last[0]!.difficulty! <= 0.1 * range) last.push(set);
    else lines.push([set]);
  }
  const lineOf = (members: readonly SizedSet[], isJoined: boolean): DifficultyLine => ({
    label: `${members.map(({ name }) => name).join(', ')}${isJoined ? '' : ' (difficulty unknown)'}`,
    sets: members.toSorted((a, b) => a.size - b.size),
    isJoined,
  });
  const unknown = sets.filter(({ difficulty }) => difficulty === null);
  const named = lines.map((line) => lineOf(line, true));
  return unknown.length > 0 ? [...named, lineOf(unknown, false)] : named;
}

/** Ceilings over the number of trajectories, a line for each difficulty. */
export function lineMarks(pen: Pen, box: Box, sets: readonly SizedSet[]): string[] {
  const { small, lineWidth } = pen.format;
  const values = sets.flatMap(({ peak }) =>
    peak?.aPost
      ? [peak.aPost.value, peak.aPost.low ?? peak.aPost.value, peak.aPost.high ?? peak.aPost.value]
      : [],
  );
  values.push(...sets.flatMap((set) => openPeak(set)?.from ?? []));
  const x = sizeScale(sets, [box.left, box.right]);
  const y = percentScale(pen, values, box);
  const ticks = sizeTicks(sets);
  const lines = difficultyLines(sets);
  const marks = lines.flatMap(({ sets: line, isJoined }, i) => {
    const style = seriesStyle(pen.theme, i);
    // Side by side, so that intervals of one size do not hide each other.
    const place = (size: number): number => x(size) + (i - (lines.length - 1) / 2) * 0.8 * small;
    const known = line.filter((set) => set.peak?.aPost && !openPeak(set));
    const open = line.flatMap((set) => openPeak(set) ?? []);
    const points = known.map(({ size, peak }): Point => [place(size), y(peak!.aPost!.value)]);
    const whiskers = known.map(({ size, peak }) => {
      const { low, high } = peak!.aPost!;
      return low === null || high === null
        ? ''
        : pen.whisker({ x: place(size), low: y(low), high: y(high) }, { colour: style.colour });
    });
    return [
      isJoined ? pen.line(points, { ...style, width: lineWidth }) : '',
      ...whiskers,
      pen.markers(points, style),
      ...open.map(({ set, from }) =>
        openArrow(pen, { x: place(set.size), from: y(from), to: y(from) }, style.colour),
      ),
    ];
  });
  return [
    leftAxis(pen, box, y, { title: 'highest A_post', unit: '%' }),
    bottomAxis(pen, box, x, { ticks, labels: ticks.map(shortCount), title: 'trajectories' }),
    ...marks,
  ];
}

export function twoDecimals(value: number): string {
  return toDecimals(value, 2);
}
