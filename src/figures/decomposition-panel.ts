/** A panel of the decomposition: bars of one set's branch points below its validation loss. */
import { scaleLinear } from 'd3-scale';
import { log } from '../elementary';
import type { AtLeast, SubPhase } from '../theory';
import { bottomLabels, leftAxis, ratioTicks, type Scale } from './drawing/axes';
import { formatDecimals, formatPoints } from './drawing/numbers';
import type { Box, Pen } from './drawing/pen';
import type { Point } from './drawing/svg';
import { textWidth } from './drawing/text';
import { openArrow } from './open-ceilings';
import type { BranchPicture, SetPicture } from './set-picture';

export interface Panel {
  readonly pen: Pen;
  readonly set: SetPicture;
  /** Where the bars stand. */
  readonly bars: Box;
  /** Where the validation loss is drawn. */
  readonly strip: Box;
  readonly y: Scale;
  readonly loss: Scale;
  /** Of the set's first branch in the table. */
  readonly firstRow: number;
}

/** For bands too slim for the whole word. */
const SHORT: Readonly<Record<SubPhase, string>> = {
  adaptation: 'adapt.',
  stable: 'stab.',
  mild: 'mild',
  severe: 'sev.',
};

/** A sub-phase without a branch point is as wide as a short word, in parts of the small size. */
const EMPTY_BAND = 3;

interface Columns {
  /** Width of a branch point. */
  readonly width: number;
  /** Middle of each branch point's bar. */
  readonly middles: readonly number[];
  readonly bands: readonly {
    readonly phase: SubPhase;
    readonly left: number;
    readonly right: number;
  }[];
  /** Where a step of SFT is. */
  readonly x: (step: number) => number;
}

/**
 * Each branch point has a column inside the band of its sub-phase, so that no bar reaches into another
 * one. The steps between are stretched logarithmically to fit: the loss runs over the bars to which it
 * belongs.
 */
export function columnsOf({ pen, set, bars }: Pick<Panel, 'pen' | 'set' | 'bars'>): Columns {
  const { phases, branches, loss } = set;
  const ends = phases.slice(1).map(({ from }, i) => (phases[i]!.to.step + from.step) / 2);
  const bandOf = ({ step }: BranchPicture): number => ends.filter((end) => step > end).length;
  const counts = phases.length > 0 ? phases.map(() => 0) : [0];
  for (const branch of branches) counts[bandOf(branch)]! += 1;
  const wide = bars.right - bars.left;
  const empty = counts.filter((count) => count === 0).length;
  const slots = Math.max(1, branches.length + empty);
  const slim = Math.min(EMPTY_BAND * pen.format.small, wide / slots);
  const width = (wide - slim * empty) / Math.max(1, branches.length);
  const edges = [bars.left];
  for (const count of counts) edges.push(edges.at(-1)! + (count === 0 ? slim : count * width));
  const before = counts.map(() => 0);
  const middles = branches.map((branch) => {
    const band = bandOf(branch);
    before[band]! += 1;
    return edges[band]! + (before[band]! - 0.5) * width;
  });
  const knots = [
    ...branches.map(({ step }, i): Point => [log(1 + step), middles[i]!]),
    ...ends.map((step, i): Point => [log(1 + step), edges[i + 1]!]),
  ].toSorted(([a], [b]) => a - b);
  const [first, last] = [loss[0], loss.at(-1)].map((point) => log(1 + (point?.step ?? 0)));
  return {
    width,
    middles,
    bands: phases.map(({ phase }, i) => ({ phase, left: edges[i]!, right: edges[i + 1]! })),
    x: stretched([[first!, bars.left + 4], ...knots, [last!, bars.right - 4]]),
  };
}

/** Linear between knots that rise; the ends give way to a branch point at the same step. */
function stretched(given: readonly Point[]): (step: number) => number {
  const [first, ...rest] = given;
  const last = rest.pop()!;
  const inner = rest.filter(([at], i) => i === 0 || at > rest[i - 1]![0]);
  const knots = [...inner];
  if (first![0] < (inner[0]?.[0] ?? Infinity)) knots.unshift(first!);
  if (last[0] > (knots.at(-1)?.[0] ?? -1)) knots.push(last);
  if (knots.length === 1) knots.push([knots[0]![0] + 1, last[1]]);
  const scale = scaleLinear(
    knots.map(([at]) => at),
    knots.map(([, x]) => x),
  ).clamp(true);
  return (step) => scale(log(1 + step));
}

/** The names of the branch points below their bars. */
export function branchLabels({ branches }: SetPicture, { middles }: Columns) {
  return branches.map(({ name }, i) => ({ x: middles[i]!, label: name }));
}

/** The ground of both parts, tinted by sub-phase, with its word where there is room for it. */
function phaseGround({ pen, bars, strip }: Panel, { bands }: Columns): string[] {
  const { small, least } = pen.format;
  const size = Math.max(0.88 * small, least);
  return bands.flatMap(({ phase, left, right }) => {
    const tinted = pen.rect(
      { left, right, top: strip.top, bottom: bars.bottom },
      { fill: pen.theme.phases[phase], opacity: pen.theme.tint },
    );
    const word = [phase, SHORT[phase]].find((name) => textWidth(name, size) <= right - left - 2);
    const at = [(left + right) / 2, strip.top + 0.7 * small] as const;
    const said = word && pen.text(at, word, { size, colour: pen.theme.muted, anchor: 'middle' });
    return said ? [tinted, said] : [tinted];
  });
}

/** Validation loss with its minimum, whose value stands below, where the line never is. */
function lossLine({ pen, set, strip, loss }: Panel, { x }: Columns): string[] {
  const { lineWidth, small, least, marker } = pen.format;
  const points = set.loss.map(({ step, loss: value }): Point => [x(step), loss(value)]);
  const lowest = set.loss.reduce(
    (low, point) => (point.loss < low.loss ? point : low),
    set.loss[0]!,
  );
  const at: Point = [x(lowest.step), loss(lowest.loss)];
  const size = Math.max(0.9 * small, least);
  const label = `min ${formatDecimals(lowest.loss, 3)}`;
  const half = textWidth(label, size) / 2;
  const place = Math.min(strip.right - half, Math.max(strip.left + half, at[0]));
  return [
    pen.line(points, { colour: pen.theme.loss, width: 0.8 * lineWidth }),
    pen.markers([at], { marker: 'diamond', colour: pen.theme.loss }, { radius: marker }),
    pen.text([place, at[1] + 1.2 * small], label, { size, anchor: 'middle' }),
  ];
}

/** Up to what was measured, and open above: where the ceiling is, nobody knows. */
function openBar(
  { pen, y }: Panel,
  { pSft, final }: BranchPicture,
  { left, right, row }: { left: number; right: number; row: number },
): { marks: string; top: number } {
  const top = y(Math.max(pSft.value, final?.value ?? pSft.value));
  const colour = pen.theme.plRl;
  const data = final ? { row, column: 'end_of_budget', value: final.value } : undefined;
  const rise = (x: number): string =>
    pen.line(
      [
        [x, top],
        [x, top - 10],
      ],
      { colour, dash: [3, 3] },
    );
  const box = pen.rect(
    { left, right, top, bottom: y(pSft.value) },
    { stroke: colour, dash: [5, 4], data },
  );
  return { marks: [box, rise(left), rise(right)].join(''), top };
}

/** Solid up to what has been learned, and an arrow to what the open levels could add. */
function atLeastBar(
  { pen, y }: Panel,
  { atLeast, atMost }: AtLeast,
  { start, left, right, row }: { start: number; left: number; right: number; row: number },
): { marks: string[]; top: number } {
  const { plRl } = pen.theme;
  const [from, to] = [y(atLeast), y(atMost)];
  const gain = { left, right, top: Math.min(from, start), bottom: Math.max(from, start) };
  const open = { left, right, top: Math.min(to, gain.top), bottom: gain.top };
  const arrow = { x: (left + right) / 2, from: gain.top, to: open.top };
  return {
    marks: [
      ...pen.hatchedBox(gain, plRl, { row, column: 'at_least', value: atLeast }),
      pen.rect(open, { stroke: plRl, dash: [5, 4] }),
      openArrow(pen, arrow, plRl),
    ],
    top: Math.min(open.top, gain.top - 2.5 * pen.format.marker),
  };
}

/** One bar: P_sft, PL_rl above it, the interval of A_post; an open end where it is not identified. */
function bar(panel: Panel, columns: Columns, branch: BranchPicture, i: number): string[] {
  const { pen, y, bars, firstRow } = panel;
  const { small } = pen.format;
  const x = columns.middles[i]!;
  const half = Math.min(0.36 * columns.width, 3 * small);
  const row = firstRow + i;
  const edge = { left: x - half, right: x + half };
  const { pSft, aPost } = branch;
  const start = y(pSft.value);
  const fits = (value: string): boolean =>
    columns.width >= textWidth(value, small, true) + 0.2 * small;
  const number = (value: string, at: number): string =>
    branch === panel.set.peak || fits(value)
      ? pen.text([x, Math.max(bars.top + 0.5 * small, at)], value, {
          size: small,
          anchor: 'middle',
          weight: 650,
          halo: tintedGround(panel, columns, x),
        })
      : '';
  const data = { row, column: 'p_sft', value: pSft.value };
  const marks = [
    pen.rect({ ...edge, top: start, bottom: bars.bottom }, { fill: pen.theme.pSft, data }),
  ];
  const inside = formatPoints(pSft.value);
  if (2 * half >= textWidth(inside, small) && bars.bottom - start > 1.4 * small) {
    const style = { size: small, anchor: 'middle', colour: pen.theme.background } as const;
    marks.push(pen.text([x, start + 0.8 * small], inside, style));
  }
  if (branch.atLeast) {
    const open = atLeastBar(panel, branch.atLeast, { ...edge, start, row });
    const said = `≥ ${formatPoints(branch.atLeast.atLeast)}`;
    return [...marks, ...open.marks, number(said, open.top - 0.75 * small)];
  }
  if (!aPost) {
    const isStill = branch.fit?.verdict.is === 'no-signal';
    const open = openBar(panel, branch, { ...edge, row });
    return [...marks, open.marks, number(isStill ? '–' : '?', open.top - 0.8 * small)];
  }
  const top = y(aPost.value);
  const gain = { ...edge, top: Math.min(top, start), bottom: Math.max(top, start) };
  const value = { row, column: 'a_post', value: aPost.value };
  marks.push(...pen.hatchedBox(gain, pen.theme.plRl, value));
  const hasInterval = aPost.low !== null && aPost.high !== null;
  if (hasInterval) marks.push(pen.whisker({ x, low: y(aPost.low), high: y(aPost.high) }));
  const upper = Math.min(start, hasInterval ? y(aPost.high) : top);
  return [...marks, number(formatPoints(aPost.value), upper - 0.75 * small)];
}

/** The colour that the ground has at a place. */
function tintedGround({ pen }: Panel, { bands }: Columns, x: number): string {
  const { theme } = pen;
  const band = bands.find(({ left, right }) => x >= left && x <= right);
  return band ? blend(theme.background, theme.phases[band.phase], theme.tint) : theme.background;
}

/** What is seen where a colour lies over a ground with that opacity. */
function blend(ground: string, colour: string, opacity: number): string {
  return scaleLinear<string>([0, 1], [ground, colour])(opacity);
}

/** All marks of the panel but its title. */
export function panelMarks(panel: Panel): string[] {
  const { pen, set, bars, strip, loss } = panel;
  const columns = columnsOf(panel);
  return [
    ...phaseGround(panel, columns),
    ...(set.loss.length > 0
      ? [leftAxis(pen, strip, loss, { ticks: ratioTicks(loss) }), ...lossLine(panel, columns)]
      : []),
    leftAxis(pen, bars, panel.y, { unit: '%' }),
    ...set.branches.flatMap((branch, i) => bar(panel, columns, branch, i)),
    bottomLabels(pen, bars, branchLabels(set, columns)),
  ];
}
