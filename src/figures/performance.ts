/** Performance against compute: SFT, every branch of RL, the fitted curves and their ceilings. */
import { square } from '../elementary';
import { fittedPerformance, groupBy, mean } from '../theory';
import type { SftRunResult } from '../studies/study-results';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import {
  bottomAxis,
  bottomAxisHeight,
  leftAxis,
  leftAxisRoom,
  niceScale,
  percentScale,
  type Scale,
} from './drawing/axes';
import { emptyFigure, finishedFigure, heading, panelGrid, panelTitles } from './drawing/layout';
import { formatPoints, formatShown, type Said } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import { openAbove, openArrow, openWords } from './open-ceilings';
import { chosenSets, highestSet, type BranchPicture, type SetPicture } from './set-picture';
import type { Point } from './drawing/svg';
import { seriesStyle, type SeriesStyle } from './drawing/theme';

/** Points of a fitted curve as drawn. */
const CURVE_POINTS = 60;

const COLUMNS = ['set', 'branch', 'seed', 'what', 'compute', 'performance', 'low', 'high'];

/** Measurements of SFT and RL, and the ceilings; compute is counted from the base. */
function tableOf(sets: readonly SetPicture[], trunks: readonly SftRunResult[]): FigureTable {
  const rows = sets.flatMap(({ name, branches }) => [
    ...trunks
      .filter(({ set }) => set === name)
      .flatMap(({ seed, track }) =>
        track.map(({ compute, performance }) => [
          name,
          null,
          seed,
          'SFT',
          compute,
          performance,
          null,
          null,
        ]),
      ),
    ...branches.flatMap((branch) => [
      ...branch.curves.flatMap(({ seed, from, points }) =>
        points.map(({ compute, performance }) => [
          name,
          branch.name,
          seed,
          'RL',
          from + compute,
          performance,
          null,
          null,
        ]),
      ),
      ceilingRow(name, branch),
    ]),
  ]);
  return { columns: COLUMNS, rows };
}

function ceilingRow(
  set: string,
  { name, aPost, atLeast, fit }: BranchPicture,
): FigureTable['rows'][number] {
  if (atLeast) {
    const { atLeast: from, atMost } = atLeast;
    return [set, name, null, 'A_post at least', null, from, from, atMost];
  }
  if (fit?.verdict.is === 'no-signal') {
    return [set, name, null, 'A_post: no signal', null, null, null, null];
  }
  if (!aPost) return [set, name, null, 'A_post not identified', null, null, null, null];
  return [set, name, null, 'A_post', null, aPost.value, aPost.low, aPost.high];
}

/** Mean track of the seeds, at the steps that all of them have. */
function meanTrack(trunks: readonly SftRunResult[]): { compute: number; performance: number }[] {
  const steps = groupBy(
    trunks.flatMap(({ track }) => track),
    ({ step }) => step,
  );
  return [...steps.values()]
    .filter((points) => points.length >= trunks.length)
    .map((points) => ({
      compute: mean(points.map(({ compute }) => compute)),
      performance: mean(points.map(({ performance }) => performance)),
    }))
    .sort((a, b) => a.compute - b.compute);
}

interface Panel {
  readonly pen: Pen;
  readonly box: Box;
  readonly x: Scale;
  readonly y: Scale;
  /** Of compute; null for FLOPs. */
  readonly unit: string | null;
  /** Where the i-th ceiling stands, at the right of the curves. */
  readonly ceilingAt: (i: number) => number;
}

/** Distance between the ceilings at the right, in markers. */
const CEILING_STEP = 2.6;

function fittedCurve({ x, y }: Panel, { fit, compute, curves }: BranchPicture): Point[] {
  if (!fit) return [];
  const reach = Math.max(
    ...curves.flatMap(({ points }) => points.map((point) => point.compute)),
    0,
  );
  return Array.from({ length: CURVE_POINTS + 1 }, (_, i): Point => {
    // Denser at the beginning, where a curve bends.
    const at = reach * square(i / CURVE_POINTS);
    return [x((compute ?? 0) + at), y(fittedPerformance(fit, at))];
  });
}

/** The ceiling as a mark with its interval in the room at the right; nothing where none is known. */
function ceilingMark(
  { pen, y, ceilingAt }: Panel,
  branch: BranchPicture,
  style: SeriesStyle,
  { i, row }: { i: number; row: number },
): string[] {
  const { aPost, atLeast } = branch;
  const at = ceilingAt(i);
  if (atLeast) {
    const [from, to] = [y(atLeast.atLeast), y(atLeast.atMost)];
    const mark = { row, column: 'performance', value: atLeast.atLeast };
    const foot = pen.markers([[at, from]], style, { data: mark });
    return [openArrow(pen, { x: at, from, to }, style.colour), foot];
  }
  if (!aPost) return [];
  const data = { row, column: 'performance', value: aPost.value };
  const interval =
    aPost.low !== null && aPost.high !== null
      ? [
          pen.whisker(
            { x: at, low: y(aPost.low), high: y(aPost.high) },
            { colour: style.colour, width: 2.5 },
          ),
        ]
      : [];
  return [...interval, pen.markers([[at, y(aPost.value)]], style, { data })];
}

function branchMarks(panel: Panel, branch: BranchPicture, style: SeriesStyle): string[] {
  const { pen, x, y } = panel;
  const points = branch.curves.flatMap(({ from, points: measured }) =>
    measured.map(({ compute, performance }): Point => [x(from + compute), y(performance)]),
  );
  return [
    pen.markers(points, style, { radius: 0.5 * pen.format.marker, opacity: 0.45 }),
    pen.line(fittedCurve(panel, branch), { ...style, width: pen.format.lineWidth }),
    pen.markers([[x(branch.compute ?? 0), y(branch.pSft.value)]], style),
  ];
}

function drawPanel(
  panel: Panel,
  set: SetPicture,
  trunks: readonly SftRunResult[],
  styles: ReadonlyMap<string, SeriesStyle>,
  rowOf: (branch: BranchPicture) => number,
): string[] {
  const { pen, box, x, y } = panel;
  const sft = meanTrack(trunks).map(({ compute, performance }): Point => [
    x(compute),
    y(performance),
  ]);
  const known = set.branches.filter(({ aPost, atLeast }) => aPost ?? atLeast);
  const curves = { ...box, right: x.range()[1]! };
  return [
    leftAxis(pen, box, y, { unit: '%' }),
    bottomAxis(pen, curves, x, { compute: { unit: panel.unit } }),
    pen.line(sft, { colour: pen.theme.text, width: 0.8 * pen.format.lineWidth }),
    ...set.branches.flatMap((branch) => branchMarks(panel, branch, styles.get(branch.name)!)),
    ...known.flatMap((branch, i) =>
      ceilingMark(panel, branch, styles.get(branch.name)!, { i, row: rowOf(branch) }),
    ),
  ];
}

function readingOf(sets: readonly SetPicture[]): Said {
  const sentences = sets.map(({ name, branches, peak }) => {
    const open = openWords(branches);
    const unknown = open === '' ? '' : `; open above: ${open}`;
    if (!peak?.aPost) return `On ${name} no curve tells its ceiling yet${unknown}.`;
    return `On ${name} RL from ${peak.name} heads for ${formatShown(peak.aPost)} percent${unknown}.`;
  });
  return { headline: headlineOf(sets), reading: `${sentences.join(' ')} Intervals hold 90%.` };
}

function headlineOf(sets: readonly SetPicture[]): string {
  const top = highestSet(sets);
  if (!top?.peak?.aPost) return 'No curve tells its ceiling yet.';
  const { name, aPost, final } = top.peak;
  const [above] = openAbove(sets, aPost.value);
  if (above) {
    return `RL from ${above.branch.name} on ${above.set.name} came to ${formatPoints(above.from)} percent and is open above; from ${name} on ${top.name} it heads for ${formatShown(aPost)} percent.`;
  }
  const measured = final ? `; measured so far: ${formatPoints(final.value)}` : '';
  return `The highest curve, RL from ${name} on ${top.name}, heads for ${formatShown(aPost)} percent${measured}.`;
}

/** Styles by the name of a branch point, the same in every panel. */
function branchStyles(pen: Pen, sets: readonly SetPicture[]): Map<string, SeriesStyle> {
  const names = [...new Set(sets.flatMap(({ branches }) => branches.map(({ name }) => name)))];
  return new Map(names.map((name, i) => [name, seriesStyle(pen.theme, i)]));
}

export function performanceFigure(
  given: readonly SetPicture[],
  trunks: readonly SftRunResult[],
  options: FigureOptions,
  {
    id = 'performance',
    title = 'Performance against compute',
    unit = null,
  }: { id?: string; title?: string; unit?: string | null } = {},
): Figure {
  const pen = new Pen(options);
  const sets = chosenSets(given, options).filter(({ branches }) => branches.length > 0);
  const table = tableOf(sets, trunks);
  if (sets.length === 0) {
    const reading = 'No run has reached RL yet, so there is no curve to draw.';
    return emptyFigure(pen, { id, title, headline: reading, reading, table });
  }
  const about = { id, title, ...readingOf(sets), table };
  const styles = branchStyles(pen, sets);
  const hasSft = sets.some(({ name }) => trunks.some(({ set }) => set === name));
  const sft = { colour: pen.theme.text, dash: [], marker: 'none' } as const;
  const isFromBase = sets.every(({ branches }) =>
    branches.every(({ compute }) => compute !== null),
  );
  const head = heading(pen, {
    ...about,
    note: `Small points: evaluations of RL, all seeds. Lines: fitted curves. At the right: the ceilings A_post with their intervals, where identified; an arrow where known from below alone. Compute counts from the ${isFromBase ? 'base' : 'branch point'}.`,
    key: [
      ...(hasSft ? [{ label: 'SFT', style: sft }] : []),
      ...[...styles].map(([label, style]) => ({ label: `from ${label}`, style })),
    ],
  });
  const { marks, bottom, parts } = drawPanels(pen, sets, {
    trunks,
    styles,
    table,
    unit,
    top: head.bottom,
  });
  return finishedFigure(pen, about, bottom, [...head.marks, ...marks], parts);
}

interface Curves {
  readonly trunks: readonly SftRunResult[];
  readonly styles: ReadonlyMap<string, SeriesStyle>;
  readonly table: FigureTable;
  readonly unit: string | null;
  readonly top: number;
}

function drawPanels(pen: Pen, sets: readonly SetPicture[], curves: Curves) {
  const { trunks, styles, table, unit, top } = curves;
  const { boxes, first, parts, bottom } = panelGrid(pen, sets.length, top);
  const [outer] = boxes as readonly [Box];
  const titles = panelTitles(
    pen,
    sets.map(({ name }) => name),
    outer.right - outer.left - leftAxisRoom(pen, ['100%']),
  );
  const rowOf = (set: SetPicture) => (branch: BranchPicture) =>
    table.rows.findIndex(
      (row) => row[0] === set.name && row[1] === branch.name && String(row[3]).startsWith('A_post'),
    );
  const marks = boxes.flatMap((box, i) => {
    const set = sets[first + i]!;
    const panel = panelOf(
      pen,
      { ...box, top: box.top + titles.height },
      { set, sets, trunks, unit },
    );
    const own = trunks.filter((sftRun) => sftRun.set === set.name);
    return [
      ...titles.draw(first + i, panel.box.left, box.top),
      ...drawPanel(panel, set, own, styles, rowOf(set)),
    ];
  });
  return { marks, bottom, parts };
}

/** Performance has one scale in all panels; compute has each panel's own, as sets differ widely. */
function panelOf(
  pen: Pen,
  { left, top, right, bottom }: Box,
  {
    set,
    sets,
    trunks,
    unit,
  }: {
    set: SetPicture;
    sets: readonly SetPicture[];
    trunks: readonly SftRunResult[];
    unit: string | null;
  },
): Panel {
  const box = {
    left: left + leftAxisRoom(pen, ['100%']),
    top,
    right,
    bottom: bottom - bottomAxisHeight(pen, true),
  };
  const measured = sets.flatMap(({ branches }) =>
    branches.flatMap(({ curves, aPost, atLeast, pSft }) => [
      pSft.value,
      ...(aPost ? [aPost.low ?? aPost.value, aPost.high ?? aPost.value] : []),
      ...(atLeast ? [atLeast.atLeast, atLeast.atMost] : []),
      ...curves.flatMap(({ points }) => points.map(({ performance }) => performance)),
    ]),
  );
  const tracks = sets.flatMap(({ name }) =>
    meanTrack(trunks.filter(({ set: own }) => own === name)),
  );
  const performances = [...measured, ...tracks.map(({ performance }) => performance)];
  const computes = set.branches.flatMap(({ curves }) =>
    curves.flatMap(({ from, points }) => points.map(({ compute }) => from + compute)),
  );
  const known = set.branches.filter(({ aPost, atLeast }) => aPost ?? atLeast).length;
  const step = Math.min(
    CEILING_STEP * pen.format.marker,
    (0.3 * (box.right - box.left)) / Math.max(1, known),
  );
  const curvesEnd = box.right - step * known - (known > 0 ? pen.format.marker : 0);
  const furthest = Math.max(...computes, 1);
  return {
    pen,
    box,
    x: niceScale([0, furthest], [box.left, curvesEnd], { zero: true, ceiling: furthest }),
    y: percentScale(pen, performances, box),
    unit,
    ceilingAt: (i) => box.right - step * (known - i - 0.5),
  };
}
