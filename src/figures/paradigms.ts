/** Paradigms at equal compute: how each climbs, seeds thin and their mean thick, and where it ends. */
import { computeToReach } from '../studies/paradigm-table';
import type { CellResult, StudyResults } from '../studies/study-results';
import { groupBy, isIdentified, mean, SEQUENTIAL } from '../theory';
import { paradigmTitle } from '../training/configuration/paradigms';
import type { TrackPoint } from '../training/run-state';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import { bottomAxis, leftAxis, niceScale, type Scale } from './drawing/axes';
import { compose, emptyPicture, heading } from './drawing/layout';
import { formatFlopsTicks, formatShown, type Shown } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import { finalOf, seedMean } from './set-picture';
import type { Point } from './drawing/svg';
import { seriesStyle, type SeriesStyle } from './drawing/theme';

/** The cells of one paradigm on one set; of the sequential one, from one branch point. */
interface Contender {
  readonly label: string;
  readonly paradigm: string;
  readonly set: string | null;
  readonly branch: string | null;
  readonly cells: readonly CellResult[];
  readonly final: Shown;
}

/**
 * Other paradigms, and the sequential cells of the sets that they train on. `sets` of the options
 * narrows it to some sets, and keeps paradigms without one.
 */
function contendersOf({ cells }: StudyResults, { sets }: FigureOptions): Contender[] {
  const isWanted = ({ cell }: CellResult): boolean =>
    !sets || cell.set === null || sets.includes(cell.set.name);
  const rivals = cells.filter((result) => result.cell.paradigm !== SEQUENTIAL && isWanted(result));
  if (rivals.length === 0) return [];
  const shared = new Set(rivals.flatMap(({ cell }) => cell.set?.name ?? []));
  const own = cells.filter(
    ({ cell }) =>
      cell.paradigm === SEQUENTIAL &&
      cell.set !== null &&
      (shared.size === 0 || shared.has(cell.set.name)),
  );
  const groups = groupBy([...own.filter(isWanted), ...rivals], ({ cell, branch }) =>
    JSON.stringify([cell.paradigm, cell.set?.name, branch]),
  );
  return [...groups.values()]
    .map((ofGroup): Contender => {
      const { cell, branch } = ofGroup[0]!;
      const place = [branch, shared.size > 1 ? cell.set?.name : null].filter((word) => word);
      const label = paradigmTitle(cell) + (place.length > 0 ? ` (${place.join(', ')})` : '');
      return {
        label,
        paradigm: cell.paradigm,
        set: cell.set?.name ?? null,
        branch,
        cells: ofGroup,
        final: finalOf(ofGroup)!,
      };
    })
    .toSorted((a, b) => b.final.value - a.final.value);
}

function lastCompute({ track }: CellResult): number {
  return track.at(-1)?.compute ?? 0;
}

const COLUMNS = [
  'paradigm',
  'set',
  'branch',
  'seeds',
  'diverged',
  'final',
  'final_low',
  'final_high',
  'best_on_the_way',
  'a_post',
  'a_post_low',
  'a_post_high',
  'seeds_with_ceiling',
  'compute',
  'compute_to_90_percent_of_a_post',
];

function rowOf({ paradigm, set, branch, cells, final }: Contender): FigureTable['rows'][number] {
  const ceilings = cells.flatMap(({ cell }) =>
    cell.ceiling && isIdentified(cell.ceiling) ? [cell.ceiling.aPost] : [],
  );
  const aPost = ceilings.length > 0 ? seedMean(ceilings) : null;
  const reached = cells.flatMap(({ cell, track }) =>
    cell.ceiling && isIdentified(cell.ceiling)
      ? [computeToReach(track, 0.9 * cell.ceiling.aPost)]
      : [],
  );
  const known = reached.filter((compute) => compute !== null);
  const best = mean(
    cells.map(({ track, atEnd }) =>
      Math.max(atEnd.score, ...track.map(({ performance }) => performance)),
    ),
  );
  return [
    paradigm,
    set,
    branch,
    cells.length,
    cells.filter(({ status }) => status === 'diverged').length,
    final.value,
    final.low,
    final.high,
    best,
    aPost?.value ?? null,
    aPost?.low ?? null,
    aPost?.high ?? null,
    ceilings.length,
    mean(cells.map(lastCompute)),
    known.length > 0 && known.length === reached.length ? mean(known) : null,
  ];
}

/** Performance at a compute between two measurements. */
function performanceAt(track: readonly TrackPoint[], compute: number): number {
  const after = track.findIndex((point) => point.compute >= compute);
  if (after <= 0) return track[after === 0 ? 0 : track.length - 1]!.performance;
  const [from, to] = [track[after - 1]!, track[after]!];
  const share = (compute - from.compute) / (to.compute - from.compute || 1);
  return from.performance + share * (to.performance - from.performance);
}

const MEAN_POINTS = 48;

/** Mean of the seeds over the range that all of them have. */
function meanTrack(
  tracks: readonly (readonly TrackPoint[])[],
): { compute: number; performance: number }[] {
  const from = Math.max(...tracks.map((track) => track[0]!.compute));
  const to = Math.min(...tracks.map((track) => track.at(-1)!.compute));
  return Array.from({ length: MEAN_POINTS + 1 }, (_, i) => {
    const compute = from + (i / MEAN_POINTS) * (to - from);
    return { compute, performance: mean(tracks.map((track) => performanceAt(track, compute))) };
  });
}

/** Room at the right for the final scores, in parts of the width. */
const FINAL_ROOM = 0.2;

interface Panel {
  readonly pen: Pen;
  readonly box: Box;
  readonly x: Scale;
  readonly y: Scale;
  /** Where the i-th final score stands. */
  readonly finalAt: (i: number) => number;
}

function contenderMarks(
  { pen, x, y, finalAt }: Panel,
  contender: Contender,
  style: SeriesStyle,
  i: number,
): string[] {
  const tracks = contender.cells.map(({ track }) => track).filter((track) => track.length > 0);
  const place = ({ compute, performance }: { compute: number; performance: number }): Point => [
    x(compute),
    y(performance),
  ];
  const thin = tracks.map((track) =>
    pen.line(track.map(place), { colour: style.colour, width: 1, opacity: 0.35 }),
  );
  const middle = tracks.length > 0 ? meanTrack(tracks).map(place) : [];
  const { value, low, high } = contender.final;
  const at = finalAt(i);
  return [
    ...thin,
    pen.line(middle, { ...style, width: 1.25 * pen.format.lineWidth }),
    pen.markers(
      middle.filter((_, step) => step > 0 && step % 12 === 0),
      style,
    ),
    low !== null && high !== null
      ? pen.whisker({ x: at, low: y(low), high: y(high) }, { colour: style.colour, width: 2.5 })
      : '',
    pen.markers([[at, y(value)]], style, { data: { row: i, column: 'final', value } }),
  ];
}

function readingOf(contenders: readonly Contender[]): string {
  const [first, second] = contenders;
  if (!first) return '';
  const said = `${first.label} ends highest with ${formatShown(first.final)}`;
  if (!second) return `${said}. Intervals hold 90%.`;
  const [low, high] = [first.final.low, second.final.high];
  const apart = low !== null && high !== null && low > high;
  const verdict = apart
    ? 'their intervals do not overlap'
    : 'undecided between the two, as their intervals overlap or are not known';
  const diverged = contenders.flatMap(({ label, cells }) =>
    cells.some(({ status }) => status === 'diverged') ? [label] : [],
  );
  const lost = diverged.length > 0 ? ` Some seeds diverged: ${diverged.join(', ')}.` : '';
  return `${said}, before ${second.label} with ${formatShown(second.final)}: ${verdict}.${lost} Intervals hold 90% over the seeds.`;
}

export function paradigmsFigure(results: StudyResults, options: FigureOptions): Figure {
  const [id, title] = ['paradigms', 'Paradigms at equal compute'];
  const pen = new Pen(options);
  const contenders = contendersOf(results, options);
  const table = { columns: COLUMNS, rows: contenders.map(rowOf) };
  if (contenders.length === 0) {
    const reading =
      results.config.paradigms.length > 0
        ? 'No other paradigm has finished a run yet.'
        : 'This study compares SFT, then RL with no other paradigm.';
    return { id, title, svg: emptyPicture(pen, title, reading), reading, table };
  }
  const reading = readingOf(contenders);
  const head = heading(pen, {
    title,
    note: 'Thin: seeds. Thick: their mean. At the right: the final scores with their intervals. Compute is that of sampling, scoring and training since the base.',
    key: contenders.map(({ label }, i) => ({ label, style: seriesStyle(pen.theme, i) })),
  });
  const panel = panelOf(pen, contenders, head.bottom);
  const { box, x, y } = panel;
  const ticks = x.ticks(5);
  const svg = compose(pen, { title, description: reading, height: heightOf(pen, head.bottom) }, [
    ...head.marks,
    leftAxis(pen, box, y, { title: 'Performance, percent' }),
    bottomAxis(pen, box, x, {
      ticks,
      labels: formatFlopsTicks(ticks),
      title: 'compute since the base, FLOPs',
    }),
    ...contenders.flatMap((contender, i) =>
      contenderMarks(panel, contender, seriesStyle(pen.theme, i), i),
    ),
  ]);
  return { id, title, svg, reading, table };
}

/** A long key must leave a phone's picture its panel. */
function heightOf(pen: Pen, top: number): number {
  const { height, panelHeight } = pen.format;
  return pen.isNarrow ? top + panelHeight : Math.max(height, top + 350);
}

function panelOf(pen: Pen, contenders: readonly Contender[], top: number): Panel {
  const { width, margin, small } = pen.format;
  const box = {
    left: margin + 4 * small,
    right: width - margin,
    top: top + 1.6 * small,
    bottom: heightOf(pen, top) - margin - 2.6 * small,
  };
  const tracks = contenders.flatMap(({ cells }) => cells.flatMap(({ track }) => track));
  const finals = contenders.flatMap(({ final }) => [
    final.value,
    final.low ?? final.value,
    final.high ?? final.value,
  ]);
  const room = FINAL_ROOM * (box.right - box.left);
  const furthest = Math.max(1, ...tracks.map(({ compute }) => compute));
  return {
    pen,
    box,
    x: niceScale([0, furthest], [box.left, box.right - room], { zero: true, ceiling: furthest }),
    y: niceScale(
      [...tracks.map(({ performance }) => performance), ...finals],
      [box.bottom, box.top],
      { ceiling: 100 },
    ),
    finalAt: (i) => box.right - room + ((i + 1) * room) / (contenders.length + 1),
  };
}
