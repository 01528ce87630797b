/** Performance against compute: SFT, every branch of RL, the fitted curves and their ceilings. */
import { square } from '../elementary';
import { fittedPerformance, groupBy, mean } from '../theory';
import type { SftRunResult } from '../studies/study-results';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import { bottomAxis, leftAxis, niceScale, type Scale } from './drawing/axes';
import { compose, emptyPicture, heading, panelBoxes } from './drawing/layout';
import { formatFlopsTicks, formatShown } from './drawing/numbers';
import { fitText, Pen, type Box } from './drawing/pen';
import { chosenSets, type BranchPicture, type SetPicture } from './set-picture';
import type { Point } from './drawing/svg';
import { seriesStyle, type SeriesStyle } from './drawing/theme';

/** Points of a fitted curve as drawn. */
const CURVE_POINTS = 60;
/** Share of a panel that is kept for the ceilings at its right. */
const CEILING_ROOM = 0.16;

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

function ceilingRow(set: string, { name, aPost }: BranchPicture): FigureTable['rows'][number] {
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
}

function fittedCurve({ x, y }: Panel, { fit, compute, curves }: BranchPicture): Point[] {
  if (!fit) return [];
  const reach = Math.max(
    ...curves.flatMap(({ points }) => points.map((point) => point.compute)),
    0,
  );
  return Array.from({ length: CURVE_POINTS + 1 }, (_, i): Point => {
    // Denser at the beginning, where a curve bends.
    const at = reach * square(i / CURVE_POINTS);
    return [x(compute + at), y(fittedPerformance(fit, at))];
  });
}

/** The ceiling as a mark with its interval in the room at the right; nothing where none is known. */
function ceilingMark(
  { pen, box, y }: Panel,
  branch: BranchPicture,
  style: SeriesStyle,
  place: { i: number; count: number },
  row: number,
): string[] {
  const { aPost } = branch;
  if (!aPost) return [];
  const room = CEILING_ROOM * (box.right - box.left);
  const at = box.right - room + ((place.i + 0.75) * room) / (place.count + 0.5);
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
    pen.markers([[x(branch.compute), y(branch.pSft.value)]], style),
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
  const { text, lineWidth } = pen.format;
  const sft = meanTrack(trunks).map(({ compute, performance }): Point => [
    x(compute),
    y(performance),
  ]);
  const known = set.branches.filter(({ aPost }) => aPost);
  const ticks = x
    .ticks(4)
    .filter((tick) => x(tick) <= box.right - CEILING_ROOM * (box.right - box.left));
  return [
    pen.text([box.left, box.top - 0.85 * text], fitText(set.name, box.right - box.left, text), {
      weight: 650,
    }),
    leftAxis(pen, box, y),
    bottomAxis(pen, box, x, {
      ticks,
      labels: formatFlopsTicks(ticks),
      title: 'compute since the base, FLOPs',
    }),
    pen.line(sft, { colour: pen.theme.text, width: 0.8 * lineWidth }),
    ...set.branches.flatMap((branch) => branchMarks(panel, branch, styles.get(branch.name)!)),
    ...known.flatMap((branch, i) =>
      ceilingMark(
        panel,
        branch,
        styles.get(branch.name)!,
        { i, count: known.length },
        rowOf(branch),
      ),
    ),
  ];
}

function readingOf(sets: readonly SetPicture[]): string {
  const sentences = sets.map(({ name, branches, peak }) => {
    const open = branches.filter(({ aPost }) => !aPost).map((branch) => branch.name);
    const unknown = open.length > 0 ? `; not identified: ${open.join(', ')}` : '';
    if (!peak?.aPost) return `On ${name} no curve tells its ceiling yet.`;
    return `On ${name} RL from ${peak.name} heads for ${formatShown(peak.aPost)}${unknown}.`;
  });
  return `${sentences.join(' ')} Intervals hold 90%.`;
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
  { id = 'performance', title = 'Performance against compute' } = {},
): Figure {
  const pen = new Pen(options);
  const sets = chosenSets(given, options).filter(({ branches }) => branches.length > 0);
  const table = tableOf(sets, trunks);
  if (sets.length === 0) {
    const reading = 'No run has reached RL yet, so there is no curve to draw.';
    return { id, title, svg: emptyPicture(pen, title, reading), reading, table };
  }
  const reading = readingOf(sets);
  const styles = branchStyles(pen, sets);
  const head = heading(pen, {
    title,
    note: 'Plain line: SFT. Points: evaluations of RL, all seeds. Lines: fitted curves. At the right: the ceilings A_post with their intervals, where identified.',
    key: [...styles].map(([label, style]) => ({ label: `from ${label}`, style })),
  });
  const { boxes, height } = panelBoxes(pen, sets.length, head.bottom);
  const rowOf = (set: SetPicture) => (branch: BranchPicture) =>
    table.rows.findIndex(
      (row) => row[0] === set.name && row[1] === branch.name && row[3] === 'A_post',
    );
  const marks = sets.flatMap((set, i) => {
    const panel = panelOf(pen, boxes[i]!, { set, sets, trunks });
    const own = trunks.filter((sftRun) => sftRun.set === set.name);
    return drawPanel(panel, set, own, styles, rowOf(set));
  });
  const svg = compose(pen, { title, description: reading, height }, [...head.marks, ...marks]);
  return { id, title, svg, reading, table };
}

/** Performance has one scale in all panels; compute has each panel's own, as sets differ widely. */
function panelOf(
  pen: Pen,
  { left, top, right, bottom }: Box,
  {
    set,
    sets,
    trunks,
  }: {
    set: SetPicture;
    sets: readonly SetPicture[];
    trunks: readonly SftRunResult[];
  },
): Panel {
  const { small, text } = pen.format;
  const box = {
    left: left + 2.6 * small,
    top: top + 1.7 * text,
    right,
    bottom: bottom - 3 * small,
  };
  const measured = sets.flatMap(({ branches }) =>
    branches.flatMap(({ curves, aPost, pSft }) => [
      pSft.value,
      ...(aPost ? [aPost.low ?? aPost.value, aPost.high ?? aPost.value] : []),
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
  const room = CEILING_ROOM * (box.right - box.left);
  const y = niceScale(performances, [box.bottom, box.top], { ceiling: 100 });
  const furthest = Math.max(...computes, 1);
  const x = niceScale([0, furthest], [box.left, box.right - room], {
    zero: true,
    ceiling: furthest,
  });
  return { pen, box, x, y };
}
