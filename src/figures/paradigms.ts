/** Paradigms at equal compute: how each climbs, seeds thin and their mean thick, and where it ends. */
import { computeToReach } from '../studies/paradigm-table';
import type { CellResult, ReportedResults } from '../studies/study-results';
import { atLeastOf, groupBy, isIdentified, mean, SEQUENTIAL } from '../theory';
import { paradigmTitle } from '../training/configuration/paradigms';
import type { TrackPoint } from '../training/run-state';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import {
  axisTitleHeight,
  bottomAxis,
  bottomAxisHeight,
  leftAxis,
  leftAxisRoom,
  niceScale,
  percentScale,
  type Scale,
} from './drawing/axes';
import { across, emptyFigure, finishedFigure, heading } from './drawing/layout';
import { formatShown, type Said, type Shown } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import { textWidth } from './drawing/text';
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
function contendersOf({ cells }: ReportedResults, { sets }: FigureOptions): Contender[] {
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
  // Pure RL has no set, and is compared with all of them.
  const named = new Set([...groups.values()].flatMap(([first]) => first!.cell.set?.name ?? []));
  return [...groups.values()]
    .map((ofGroup): Contender => {
      const { cell, branch } = ofGroup[0]!;
      const place = [branch, named.size > 1 ? cell.set?.name : null].filter((word) => word);
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
  'at_least',
  'seeds_at_least',
  'compute',
  'compute_to_90_percent_of_a_post',
];

function rowOf({ paradigm, set, branch, cells, final }: Contender): FigureTable['rows'][number] {
  const ceilings = cells.flatMap(({ cell }) =>
    cell.ceiling && isIdentified(cell.ceiling) ? [cell.ceiling.aPost] : [],
  );
  const aPost = ceilings.length > 0 ? seedMean(ceilings) : null;
  const fromBelow = cells.flatMap(({ cell }) =>
    cell.ceiling ? (atLeastOf(cell.ceiling)?.atLeast ?? []) : [],
  );
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
    // With those that are known, as none of them is lower.
    fromBelow.length > 0 ? mean([...ceilings, ...fromBelow]) : null,
    fromBelow.length,
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

/** Distance between the final scores at the right, in markers. */
const FINAL_STEP = 2.8;
/** Names stand beside the final scores where they take no more of the width than this. */
const MOST_FOR_NAMES = 0.34;

interface Panel {
  readonly pen: Pen;
  readonly box: Box;
  readonly x: Scale;
  readonly y: Scale;
  /** Where the i-th final score stands. */
  readonly finalAt: (i: number) => number;
  /** Where the names begin; null where a key has them. */
  readonly names: number | null;
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

/** Names beside the final scores, each as near to its own as the others let it, with a line to it. */
function nameMarks(panel: Panel, contenders: readonly Contender[]): string[] {
  const { pen, box, y, finalAt, names } = panel;
  if (names === null) return [];
  const { small } = pen.format;
  const line = 1.3 * small;
  // From the highest to the lowest: down where it is crowded, then up again from the bottom.
  const places = contenders.map(({ final }) => y(final.value));
  places.forEach((at, i) => {
    if (i > 0) places[i] = Math.max(at, places[i - 1]! + line);
  });
  for (let i = places.length - 1; i >= 0; i -= 1) {
    const limit = i === places.length - 1 ? box.bottom - 0.5 * small : places[i + 1]! - line;
    places[i] = Math.min(places[i]!, limit);
  }
  return contenders.flatMap(({ label, final }, i) => {
    const { colour } = seriesStyle(pen.theme, i);
    const from: Point = [finalAt(i) + 1.4 * pen.format.marker, y(final.value)];
    const to: Point = [names - 0.4 * small, places[i]!];
    return [
      pen.line([from, to], { colour, width: 1 }),
      pen.text([names, places[i]!], label, { size: small }),
    ];
  });
}

const verdictOf = ({ final: { low } }: Contender, { final: { high } }: Contender): string =>
  low !== null && high !== null && low > high
    ? 'their intervals do not overlap'
    : 'undecided between the two';

function readingOf(contenders: readonly Contender[]): Said {
  const [first, second] = contenders;
  if (!first) return { headline: '', reading: '' };
  const said = ({ label, final }: Contender): string => `${label} ${formatShown(final)}`;
  const diverged = contenders.flatMap(({ label, cells }) =>
    cells.some(({ status }) => status === 'diverged') ? [label] : [],
  );
  const lost = diverged.length > 0 ? ` Some seeds diverged: ${diverged.join(', ')}.` : '';
  const next = second
    ? `, before ${second.label} with ${formatShown(second.final)}: ${verdictOf(first, second)}`
    : '';
  return {
    headline: `${first.label} ends highest with ${formatShown(first.final)} percent${next}.`,
    reading: `Final scores in percent: ${contenders.map(said).join(', ')}.${lost} Intervals hold 90% over the seeds.`,
  };
}

export function paradigmsFigure(results: ReportedResults, options: FigureOptions): Figure {
  const pen = new Pen(options);
  const contenders = contendersOf(results, options);
  const own = { id: 'paradigms', title: 'Paradigms at equal compute' };
  const table = { columns: COLUMNS, rows: contenders.map(rowOf) };
  if (contenders.length === 0) {
    const reading =
      results.config.paradigms.length > 0
        ? 'No other paradigm has finished a run yet.'
        : 'This study compares SFT, then RL with no other paradigm.';
    return emptyFigure(pen, { ...own, headline: reading, reading, table });
  }
  const about = { ...own, ...readingOf(contenders), table };
  const room = nameRoom(pen, contenders);
  const head = heading(pen, {
    ...about,
    note: 'Thin: seeds. Thick: their mean. At the right: the final scores with their intervals. Compute counts sampling, scoring and training since the base.',
    key:
      room === null
        ? contenders.map(({ label }, i) => ({ label, style: seriesStyle(pen.theme, i) }))
        : [],
  });
  const bottom = Math.max(pen.format.height, head.bottom + 20 * pen.format.small);
  const panel = panelOf(pen, contenders, {
    top: head.bottom,
    bottom: bottom - pen.format.margin,
    room,
  });
  const { box, x, y } = panel;
  const curves = { ...box, right: x.range()[1]! };
  return finishedFigure(pen, about, bottom, [
    ...head.marks,
    leftAxis(pen, { ...box, right: (panel.names ?? box.right) - pen.format.small }, y, {
      title: 'solved',
      unit: '%',
    }),
    bottomAxis(pen, curves, x, { compute: { unit: results.config.computeUnit ?? null } }),
    ...contenders.flatMap((contender, i) =>
      contenderMarks(panel, contender, seriesStyle(pen.theme, i), i),
    ),
    ...nameMarks(panel, contenders),
  ]);
}

/** Width of the longest name; null where a key has to have them. */
function nameRoom(pen: Pen, contenders: readonly Contender[]): number | null {
  const { small, width } = pen.format;
  const longest = Math.max(...contenders.map(({ label }) => textWidth(label, small)));
  return pen.isNarrow || longest > MOST_FOR_NAMES * width ? null : longest;
}

function panelOf(
  pen: Pen,
  contenders: readonly Contender[],
  { top, bottom, room }: { top: number; bottom: number; room: number | null },
): Panel {
  const { left, right } = across(pen);
  const { small, marker } = pen.format;
  const box = {
    left: left + leftAxisRoom(pen, ['100%']),
    right,
    top: top + axisTitleHeight(pen),
    bottom: bottom - bottomAxisHeight(pen, true),
  };
  const tracks = contenders.flatMap(({ cells }) => cells.flatMap(({ track }) => track));
  const finals = contenders.flatMap(({ final }) => [
    final.value,
    final.low ?? final.value,
    final.high ?? final.value,
  ]);
  const names = room === null ? null : right - room;
  const finalsEnd = names === null ? right : names - 2 * small;
  const step = Math.min(FINAL_STEP * marker, (0.25 * (box.right - box.left)) / contenders.length);
  const finalsStart = finalsEnd - step * contenders.length;
  const furthest = Math.max(1, ...tracks.map(({ compute }) => compute));
  return {
    pen,
    box,
    x: niceScale([0, furthest], [box.left, finalsStart - marker], {
      zero: true,
      ceiling: furthest,
    }),
    y: percentScale(pen, [...tracks.map(({ performance }) => performance), ...finals], box),
    finalAt: (i) => finalsStart + (i + 0.5) * step,
    names,
  };
}
