/**
 * The paper's main figure (arXiv 2512.11470): bars of P_sft + PL_rl under A_post, a bar for each
 * branch point, below the validation loss of SFT and its sub-phases.
 */
import { scaleLinear } from 'd3-scale';
import { log } from '../elementary';
import type { SubPhase } from '../theory';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import {
  bottomLabels,
  leftAxis,
  niceScale,
  ratioScale,
  ratioTicks,
  type Scale,
} from './drawing/axes';
import { compose, emptyPicture, heading, panelBoxes } from './drawing/layout';
import { formatPoints, formatShown } from './drawing/numbers';
import { fitText, Pen, textWidth, type Box } from './drawing/pen';
import { chosenSets, type BranchPicture, type SetPicture } from './set-picture';
import type { Point } from './drawing/svg';
import { toDecimals } from '../rounding';

const PHASE_WORDS: Readonly<Record<SubPhase, string>> = {
  adaptation: 'adaptation',
  stable: 'stable',
  mild: 'mild overfitting',
  severe: 'severe overfitting',
};

const COLUMNS = [
  'set',
  'branch',
  'sft_step',
  'sft_compute',
  'sub_phase',
  'validation_loss',
  'p_sft',
  'p_sft_low',
  'p_sft_high',
  'pl_rl',
  'pl_rl_low',
  'pl_rl_high',
  'a_post',
  'a_post_low',
  'a_post_high',
  'end_of_budget',
  'identified',
  'seeds',
  'reason',
];

function tableOf(sets: readonly SetPicture[]): FigureTable {
  const rows = sets.flatMap(({ name, branches }) =>
    branches.map((branch) => {
      const { pSft, plRl, aPost, final } = branch;
      return [
        name,
        branch.name,
        branch.step,
        branch.compute,
        branch.phase,
        branch.validationLoss,
        pSft.value,
        pSft.low,
        pSft.high,
        plRl?.value ?? null,
        plRl?.low ?? null,
        plRl?.high ?? null,
        aPost?.value ?? null,
        aPost?.low ?? null,
        aPost?.high ?? null,
        final?.value ?? null,
        aPost !== null,
        branch.seeds || null,
        branch.reason,
      ];
    }),
  );
  return { columns: COLUMNS, rows };
}

interface Panel {
  readonly pen: Pen;
  readonly set: SetPicture;
  /** Where the bars stand. */
  readonly bars: Box;
  /** Where the validation loss is drawn. */
  readonly strip: Box;
  readonly y: Scale;
  readonly loss: Scale;
  /** Middle of a branch point's bar. */
  readonly middle: (branch: number) => number;
  readonly column: number;
  /** Of the set's first branch in the table. */
  readonly firstRow: number;
}

/**
 * Bars stand evenly; the steps between them are stretched logarithmically to fit, so that the loss
 * runs over the bars to which it belongs.
 */
function stepScale({
  set,
  bars,
  middle,
}: Pick<Panel, 'set' | 'bars' | 'middle'>): (step: number) => number {
  const at = (step: number): number => log(1 + step);
  const knots: Point[] = [];
  set.branches.forEach(({ step }, i) => {
    if (at(step) > (knots.at(-1)?.[0] ?? -1)) knots.push([at(step), middle(i)]);
  });
  const first = at(set.loss[0]?.step ?? 0);
  const last = at(set.loss.at(-1)?.step ?? 0);
  if (first < (knots[0]?.[0] ?? Infinity)) knots.unshift([first, bars.left + 4]);
  if (last > (knots.at(-1)?.[0] ?? -1)) knots.push([last, bars.right - 4]);
  if (knots.length === 1) knots.push([knots[0]![0] + 1, bars.right - 4]);
  const scale = scaleLinear(
    knots.map(([value]) => value),
    knots.map(([, x]) => x),
  ).clamp(true);
  return (step) => scale(at(step));
}

/** The ground of both parts, tinted by sub-phase. */
function phaseGround(panel: Panel, x: (step: number) => number): string[] {
  const { pen, set, bars, strip } = panel;
  const { small } = pen.format;
  const ends = set.phases
    .slice(1)
    .map(({ from }, i) => (x(from.step) + x(set.phases[i]!.to.step)) / 2);
  return set.phases.flatMap(({ phase }, i) => {
    const left = i === 0 ? bars.left : ends[i - 1]!;
    const right = i === set.phases.length - 1 ? bars.right : ends[i]!;
    const tinted = pen.rect(
      { left, right, top: strip.top, bottom: bars.bottom },
      { fill: pen.theme.phases[phase], opacity: pen.theme.tint },
    );
    const fits = right - left > textWidth(phase, 0.85 * small);
    const at = [(left + right) / 2, strip.top + 0.65 * small] as const;
    const word = pen.text(at, phase, {
      size: 0.85 * small,
      colour: pen.theme.muted,
      anchor: 'middle',
    });
    return fits ? [tinted, word] : [tinted];
  });
}

function lossLine({ pen, set, strip, loss }: Panel, x: (step: number) => number): string[] {
  const { lineWidth, small, marker } = pen.format;
  const points = set.loss.map(({ step, loss: value }): Point => [x(step), loss(value)]);
  const lowest = set.loss.reduce(
    (low, point) => (point.loss < low.loss ? point : low),
    set.loss[0]!,
  );
  const at: Point = [x(lowest.step), loss(lowest.loss)];
  const label = toDecimals(lowest.loss, 3);
  const half = textWidth(label, 0.9 * small) / 2;
  const place = Math.min(strip.right - half, Math.max(strip.left + half, at[0]));
  return [
    pen.line(points, { colour: pen.theme.loss, width: 0.8 * lineWidth }),
    pen.markers([at], { marker: 'diamond', colour: pen.theme.loss }, { radius: marker }),
    pen.text([place, at[1] - 1.1 * small], label, {
      size: 0.9 * small,
      anchor: 'middle',
      halo: true,
    }),
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

/** One bar: P_sft, PL_rl above it, the interval of A_post; an open end where it is not identified. */
function bar(panel: Panel, branch: BranchPicture, i: number): string[] {
  const { pen, y, column, middle, bars } = panel;
  const { small } = pen.format;
  const half = Math.min(0.34 * column, 46);
  const x = middle(i);
  const row = panel.firstRow + i;
  const edge = { left: x - half, right: x + half };
  const { pSft, aPost } = branch;
  const start = y(pSft.value);
  const base = { row, column: 'p_sft', value: pSft.value };
  const marks = [
    pen.rect({ ...edge, top: start, bottom: bars.bottom }, { fill: pen.theme.pSft, data: base }),
  ];
  const isNamed = branch === panel.set.peak;
  const number = (value: string, at: number, weight?: number): string =>
    isNamed || column >= textWidth(value, small)
      ? pen.text([x, Math.max(bars.top - 0.1 * small, at)], value, {
          size: small,
          anchor: 'middle',
          weight,
          halo: true,
        })
      : '';
  if (!aPost) {
    const open = openBar(panel, branch, { ...edge, row });
    return [...marks, open.marks, number('?', open.top - 0.9 * small, 650)];
  }
  const top = y(aPost.value);
  const gain = { ...edge, top: Math.min(top, start), bottom: Math.max(top, start) };
  const data = { row, column: 'a_post', value: aPost.value };
  marks.push(
    // The tint of the sub-phase must not colour the bar.
    pen.rect(gain, { fill: pen.theme.background }),
    pen.rect(gain, { fill: pen.theme.plRl, opacity: 0.35 }),
    pen.hatch(gain, pen.theme.plRl),
    pen.rect(gain, { stroke: pen.theme.plRl, data }),
  );
  const hasInterval = aPost.low !== null && aPost.high !== null;
  if (hasInterval) marks.push(pen.whisker({ x, low: y(aPost.low), high: y(aPost.high) }));
  const upper = Math.min(start, hasInterval ? y(aPost.high) : top);
  return [...marks, number(formatPoints(aPost.value), upper - 0.8 * small, 650)];
}

function panelMarks(panel: Panel): string[] {
  const { pen, set, bars, strip, loss, column } = panel;
  const { small, text } = pen.format;
  const x = stepScale(panel);
  const size = `${set.name} (${set.size.toLocaleString('en-US')})`;
  const title = fitText(size, strip.right - strip.left, text);
  const labels = set.branches.map(({ name }, i) => ({ x: panel.middle(i), label: name }));
  return [
    ...phaseGround(panel, x),
    pen.text([strip.left, strip.top - 0.85 * text], title, { weight: 650 }),
    ...(set.loss.length > 0 ? lossLine(panel, x) : []),
    set.loss.length > 0 ? leftAxis(pen, strip, loss, { ticks: ratioTicks(loss) }) : '',
    leftAxis(pen, bars, panel.y),
    ...set.branches.flatMap((branch, i) => bar(panel, branch, i)),
    ...set.branches.flatMap(({ pSft }, i) => {
      const label = formatPoints(pSft.value);
      if (column < textWidth(label, small)) return [];
      const at = [panel.middle(i), panel.y(pSft.value) + 0.9 * small] as const;
      return [pen.text(at, label, { size: small, anchor: 'middle', colour: pen.theme.background })];
    }),
    bottomLabels(pen, bars, labels),
  ];
}

/** A panel for each set, all with the same scales. */
function drawPanels(
  pen: Pen,
  sets: readonly SetPicture[],
  top: number,
): { marks: string[]; height: number } {
  const { boxes, height } = panelBoxes(pen, sets.length, top);
  const { small, text } = pen.format;
  const tops = sets.flatMap(({ branches }) =>
    branches.flatMap(({ aPost, final, pSft }) => [
      aPost?.high ?? aPost?.value ?? final?.value ?? 0,
      pSft.value,
    ]),
  );
  const losses = sets.flatMap(({ loss }) => loss.map((point) => point.loss));
  let firstRow = 0;
  const marks = sets.flatMap((set, i) => {
    const box = boxes[i]!;
    const left = box.left + 2.6 * small;
    const upper = box.top + 1.7 * text;
    const middle = upper + 0.34 * (box.bottom - upper);
    const strip = { left, right: box.right, top: upper, bottom: middle };
    const bars = {
      left,
      right: box.right,
      top: middle + 1.4 * small,
      bottom: box.bottom - 1.6 * small,
    };
    const count = Math.max(1, set.branches.length);
    const column = (bars.right - bars.left) / count;
    const panel: Panel = {
      pen,
      set,
      bars,
      strip,
      column,
      firstRow,
      // Room for a number above the highest interval.
      y: niceScale(tops, [bars.bottom, bars.top + 1.1 * small], { zero: true, ceiling: 100 }),
      loss: ratioScale(losses, [strip.bottom - 4, strip.top + 2.2 * small]),
      middle: (branch) => bars.left + (branch + 0.5) * column,
    };
    firstRow += set.branches.length;
    return panelMarks(panel);
  });
  return { marks, height };
}

/** What the bars say, set by set, in plain words. */
function readingOf(sets: readonly SetPicture[], isPublished: boolean): string {
  const sentences = sets.map(({ name, branches, peak }) => {
    const open = branches.filter(({ aPost }) => !aPost);
    const rest =
      open.length > 0
        ? ` The ceiling of ${open.map((branch) => branch.name).join(', ')} is not identified.`
        : '';
    if (!peak?.aPost || !peak.plRl) return `${name}: no ceiling is identified yet.`;
    const { pSft, plRl, aPost, phase } = peak;
    return `${name}: highest from ${peak.name} (${PHASE_WORDS[phase]}), A_post ${formatShown(aPost)} = P_sft ${formatPoints(pSft.value)} + PL_rl ${formatPoints(plRl.value)}.${rest}`;
  });
  const note = isPublished ? 'Published without intervals.' : 'Intervals hold 90%.';
  return [...sentences, note].join(' ');
}

/** Draws the bars of the lab's sets or of the published ones. */
export function decompositionFigure(
  given: readonly SetPicture[],
  options: FigureOptions,
  {
    title = 'Ceiling decomposition',
    isPublished = false,
    id = 'decomposition',
  }: { title?: string; isPublished?: boolean; id?: string } = {},
): Figure {
  const pen = new Pen(options);
  const sets = chosenSets(given, options).filter(({ branches }) => branches.length > 0);
  const table = tableOf(sets);
  if (sets.length === 0) {
    const reading = 'No branch point has finished RL yet, so there is nothing to decompose.';
    return { id, title, svg: emptyPicture(pen, title, reading), reading, table };
  }
  const reading = readingOf(sets, isPublished);
  const { theme } = pen;
  const hasOpen = sets.some(({ branches }) => branches.some(({ aPost }) => !aPost));
  const solid = { dash: [], marker: 'square' } as const;
  const head = heading(pen, {
    title,
    note: `A_post = P_sft + PL_rl for each point at which RL branches off SFT. Above the bars: validation loss and the sub-phases of SFT.${hasOpen ? ' An open bar ends at what was measured: its ceiling is not identified.' : ''}`,
    key: [
      { label: 'P_sft', style: { ...solid, colour: theme.pSft } },
      { label: 'PL_rl, up to A_post', style: { ...solid, colour: theme.plRl } },
      {
        label: 'validation loss (minimum ◆)',
        style: { dash: [], marker: 'diamond', colour: theme.loss },
      },
    ],
  });
  const { marks, height } = drawPanels(pen, sets, head.bottom);
  const svg = compose(pen, { title, description: reading, height }, [...head.marks, ...marks]);
  return { id, title, svg, reading, table };
}
