/**
 * The ceiling map: data scale × difficulty → highest A_post of each trajectory set, as a heat map
 * with contours and as lines, with the multiplier of difficulty at each scale.
 */
import { scaleLinear } from 'd3-scale';
import type { Height } from './drawing/contours';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import {
  axisTitleHeight,
  bottomAxis,
  bottomAxisHeight,
  leftAxis,
  leftAxisRoom,
  niceScale,
  type Scale,
} from './drawing/axes';
import { across, drawKey, emptyFigure, finishedFigure, heading } from './drawing/layout';
import { formatCount, formatPoints, formatShown, shortCount, type Said } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import { rampBar, rampOver, type Ramp } from './drawing/ramp';
import {
  difficultyLines,
  difficultyMultipliers,
  lineMarks,
  sizeScale,
  sizeTicks,
  twoDecimals,
  type Multiplier,
} from './scale-lines';
import { openArrow, openPeak, verdictCells, type OpenBranch } from './open-ceilings';
import { highestRange, highestSet, isSized, type SetPicture, type SizedSet } from './set-picture';
import { shaded } from './drawing/shading';
import { element } from './drawing/svg';
import { circleRadius, placeSets, type PlacedSet } from './set-places';
import { PAPER_CAVEAT } from './paper-numbers';
import { seriesStyle } from './drawing/theme';

const COLUMNS = [
  'set',
  'trajectories',
  'difficulty',
  'branch',
  'a_post',
  'a_post_low',
  'a_post_high',
  'identified',
  'multiplier',
  'multiplier_low',
  'multiplier_high',
  'multiplier_over',
  'verdict',
  'at_least',
  'highest',
  'highest_low',
  'highest_high',
];

function tableOf(sets: readonly SizedSet[], multipliers: readonly Multiplier[]): FigureTable {
  const rows = sets.map((set) => {
    const { name, size, difficulty, peak } = set;
    const open = openPeak(set);
    const named = open?.branch ?? peak;
    const over = multipliers.find(({ hardest }) => hardest === name);
    const { value = null, low = null, high = null } = peak?.aPost ?? {};
    const ratio = over?.ratio;
    const highest = highestRange(set);
    return [
      name,
      size,
      difficulty,
      peak?.name ?? null,
      value,
      low,
      high,
      value !== null,
      ratio?.value ?? null,
      ratio?.low ?? null,
      ratio?.high ?? null,
      over?.easiest ?? null,
      ...(named ? verdictCells(named) : [null, null]),
      highest?.value ?? null,
      highest?.low ?? null,
      highest?.high ?? null,
    ];
  });
  return { columns: COLUMNS, rows };
}

interface Map {
  readonly pen: Pen;
  readonly box: Box;
  readonly sets: readonly SizedSet[];
  readonly x: Scale;
  readonly y: Scale;
  readonly ramp: Ramp;
  readonly levels: readonly number[];
  readonly rowOf: (set: SizedSet) => number;
  readonly difficultyLabel: (value: number) => string;
  readonly difficultyTitle: string;
}

/** Shaded bands and lines between the sets; an open ceiling stands in the middle of what it may be. */
function ground({ pen, sets, x, y, ramp, levels, box }: Map): string[] {
  const [wide, tall] = [box.right - box.left, box.bottom - box.top];
  const heights = sets.flatMap((set): Height[] => {
    const highest = highestRange(set);
    if (set.difficulty === null || !highest) return [];
    return [
      {
        x: (x(set.size) - box.left) / wide,
        y: (y(set.difficulty) - box.top) / tall,
        value: highest.value,
      },
    ];
  });
  return shaded(pen, box, { heights, ramp, levels });
}

/** A set's ceiling in a circle, with its name. */
function setMark({ pen, x, ramp, rowOf }: Map, { set, at, name }: PlacedSet): string[] {
  const { small } = pen.format;
  const aPost = set.peak?.aPost;
  const said = name.text
    ? pen.text(name.at, name.text, { size: small, anchor: 'middle', halo: true })
    : '';
  const [cx, cy] = at;
  const circle = { cx, cy, r: circleRadius(pen), stroke: pen.theme.text, 'stroke-width': 2 };
  const moved = pen.line([[x(set.size), cy], at], { colour: pen.theme.text });
  const open = openPeak(set);
  if (open || !aPost) {
    // Known from below: as solid as a ceiling that is known, and an arrow.
    const isBelow = Boolean(open?.branch.atLeast);
    const isNumber = open !== null && (isBelow || aPost);
    const isStill = set.branches.every(({ fit }) => fit?.verdict.is === 'no-signal');
    const top = cy - circleRadius(pen);
    return [
      moved,
      element('circle', {
        ...circle,
        fill: pen.theme.background,
        ...(isBelow ? {} : { 'stroke-dasharray': '5 4' }),
      }),
      isBelow ? openArrow(pen, { x: cx, from: top, to: top }, pen.theme.text) : '',
      isNumber
        ? pen.text(at, `≥${formatPoints(open.from)}`, {
            anchor: 'middle',
            weight: 650,
            size: small,
          })
        : pen.text(at, isStill ? '–' : '?', { anchor: 'middle', weight: 650 }),
      said,
    ];
  }
  return [
    moved,
    element('circle', {
      ...circle,
      fill: ramp.colour(aPost.value),
      'data-row': rowOf(set),
      'data-column': 'a_post',
      'data-value': aPost.value,
    }),
    pen.text(at, formatPoints(aPost.value), {
      size: small,
      anchor: 'middle',
      weight: 650,
      colour: ramp.ink(aPost.value),
    }),
    said,
  ];
}

function mapMarks(map: Map): string[] {
  const { pen, box, sets, x, y, ramp, levels, difficultyLabel, difficultyTitle } = map;
  const { small } = pen.format;
  const ticks = sizeTicks(sets);
  const difficulties = difficultiesOf(sets);
  const bar = scaleLinear([levels[0]!, levels.at(-1)!], [box.left, box.right]);
  return [
    leftAxis(pen, box, y, {
      ticks: difficulties,
      labels: difficulties.map(difficultyLabel),
      title: difficultyTitle,
    }),
    bottomAxis(pen, box, x, { ticks, labels: ticks.map(shortCount), title: 'trajectories' }),
    ...ground(map),
    ...placeSets(map).flatMap((placed) => setMark(map, placed)),
    rampBar(pen, {
      ramp,
      scale: bar,
      y: box.bottom + bottomAxisHeight(pen, true) + 0.4 * small,
      ticks: levels,
      title: 'highest A_post, %',
    }),
  ];
}

function difficultiesOf(sets: readonly SizedSet[]): number[] {
  const known = new Set(sets.flatMap(({ difficulty }) => difficulty ?? []));
  return [...known].toSorted((a, b) => a - b);
}

function decision({ ratio }: Multiplier): string {
  if (ratio.low === null || ratio.high === null) return 'published without an interval';
  if (ratio.low > 1) return 'decided: above 1';
  return ratio.high < 1 ? 'decided: below 1' : 'undecided: the interval holds 1';
}

/** From which set to which one the ceilings go; none is called the highest below an open one. */
function rangeSentence(known: readonly SetPicture[], open: OpenBranch | null): string {
  const top = highestSet(known);
  if (!top) return 'No set has an identified ceiling yet.';
  const low = known.reduce((least, set) =>
    set.peak!.aPost!.value < least.peak!.aPost!.value ? set : least,
  );
  const [high, least] = [top, low].map(({ peak }) => formatShown(peak!.aPost!));
  if (open && open.from > top.peak!.aPost!.value) {
    const known =
      top === low
        ? `that of ${top.name} is at ${high} percent`
        : `the identified ones go from ${low.name} (${least}) to ${top.name} (${high})`;
    return `A ceiling of ${open.set.name} is open above ${formatPoints(open.from)} percent; ${known}.`;
  }
  return top === low
    ? `The ceiling of ${top.name} is at ${high} percent; no other set has an identified one.`
    : `The highest ceiling is that of ${top.name} (${high} percent), the lowest that of ${low.name} (${least}).`;
}

function readingOf(
  sets: readonly SizedSet[],
  multipliers: readonly Multiplier[],
  isPublished: boolean,
): Said {
  const open = sets.flatMap((set) => openPeak(set) ?? []).toSorted((a, b) => b.from - a.from);
  const known = sets.filter(({ peak }) => peak?.aPost);
  const times = multipliers.map(
    (multiplier) =>
      `At ${formatCount(multiplier.size)} trajectories ${multiplier.hardest} has ${formatShown(multiplier.ratio, twoDecimals)} times the ceiling of ${multiplier.easiest} (${decision(multiplier)}).`,
  );
  const range = rangeSentence(known, open[0] ?? null);
  const [headline = range] = times;
  const rest = [
    range,
    ...times,
    ...(open.length > 0
      ? [
          `Open above what was measured: ${open.map(({ set, from }) => `${set.name} (≥ ${formatPoints(from)})`).join(', ')}.`,
        ]
      : []),
    `Between sets the shading is linear; beyond them there is none.${open.length > 0 ? ' An open ceiling counts with all that it may be, and is shaded as the middle of that.' : ''}`,
    isPublished ? PAPER_CAVEAT : 'Intervals hold 90%.',
  ];
  return { headline, reading: rest.filter((sentence) => sentence !== headline).join(' ') };
}

/** The map is no less tall than so many letters. */
const LEAST_MAP = 12;
/** Room below the map: its axis and the bar of its colours. */
const RAMP_ROOM = 3.6;

/** The two halves: side by side where it is wide, one below the other where it is narrow. */
function halves(
  pen: Pen,
  sets: readonly SizedSet[],
  { top, labels }: { top: number; labels: readonly string[] },
) {
  const { height, margin, small } = pen.format;
  const { left, right } = across(pen);
  const key = (area: { left: number; right: number; top: number }) =>
    drawKey(
      pen,
      difficultyLines(sets).map(({ label }, i) => ({ label, style: seriesStyle(pen.theme, i) })),
      area,
    );
  const below = bottomAxisHeight(pen, true) + RAMP_ROOM * small;
  const mapLeft = left + leftAxisRoom(pen, labels);
  const linesRoom = leftAxisRoom(pen, ['100%']);
  const upper = top + axisTitleHeight(pen);
  if (pen.isNarrow) {
    const map = { left: mapLeft, right, top: upper, bottom: upper + 20 * small };
    const drawn = key({ left, right, top: map.bottom + below + small });
    const start = drawn.bottom + axisTitleHeight(pen);
    const lines = { left: left + linesRoom, right, top: start, bottom: start + 16 * small };
    return { map, lines, key: drawn, bottom: lines.bottom + bottomAxisHeight(pen, true) };
  }
  const gap = 2 * margin;
  const middle = (left + right) / 2;
  const drawn = key({ left: middle + gap / 2, right, top });
  const bottom = Math.max(height, upper + below + LEAST_MAP * small) - below - margin;
  const lines = {
    left: middle + gap / 2 + linesRoom,
    right,
    top: drawn.bottom + axisTitleHeight(pen),
    bottom,
  };
  const map = { left: mapLeft, right: middle - gap / 2, top: upper, bottom };
  return { map, lines, key: drawn, bottom: bottom + below };
}

interface MapOptions {
  readonly title?: string;
  readonly id?: string;
  readonly isPublished?: boolean;
  readonly difficultyLabel?: (value: number) => string;
  /** What the difficulty is, with its unit. */
  readonly difficultyTitle?: string;
  /** Why there is no surface, in a sentence. */
  readonly noSurface?: string;
}

/** Difficulties from easy at the bottom to hard at the top, with room for the marks at both ends. */
function difficultyScale(difficulties: readonly number[], { top, bottom }: Box): Scale {
  const [low = 0, high = 1] = [difficulties[0], difficulties.at(-1)];
  const spread = high - low || 1;
  return scaleLinear([low - 0.3 * spread, high + 0.3 * spread], [bottom, top]);
}

export function ceilingMapFigure(
  sets: readonly SetPicture[],
  options: FigureOptions,
  {
    title = 'Ceiling map: scale × difficulty',
    id = 'ceiling-map',
    isPublished = false,
    difficultyLabel = formatPoints,
    difficultyTitle = 'difficulty, mean level',
    noSurface = '',
  }: MapOptions = {},
): Figure {
  const pen = new Pen(options);
  const drawn = sets.filter(isSized).filter(({ branches }) => branches.length > 0);
  const multipliers = difficultyMultipliers(drawn);
  const table = tableOf(drawn, multipliers);
  const values = drawn.flatMap((set) => highestRange(set)?.value ?? []);
  if (values.length === 0) {
    const reading = 'No set has a ceiling yet, so there is nothing to map.';
    return emptyFigure(pen, { id, title, headline: reading, reading, table });
  }
  const said = readingOf(drawn, multipliers, isPublished);
  const about = { id, title, ...said, reading: `${said.reading} ${noSurface}`.trim(), table };
  const head = heading(pen, {
    ...about,
    note: 'Highest A_post of each trajectory set over its branch points; an arrow where it is known from below alone, dashed where it is not identified. Sizes are on a logarithmic scale.',
  });
  const difficulties = difficultiesOf(drawn);
  const parts = halves(pen, drawn, {
    top: head.bottom,
    labels: difficulties.map(difficultyLabel),
  });
  const shades = niceScale(values, [0, 1], { ceiling: 100 });
  const [low = 0, high = 100] = shades.domain();
  const marks = [
    ...parts.key.marks,
    ...mapMarks({
      pen,
      box: parts.map,
      sets: drawn,
      y: difficultyScale(difficulties, parts.map),
      difficultyLabel,
      difficultyTitle,
      x: sizeScale(drawn, [parts.map.left, parts.map.right]),
      ramp: rampOver(pen.theme.ramp, [low, high]),
      levels: shades.ticks(pen.isNarrow ? 3 : 5),
      rowOf: (set) => drawn.indexOf(set),
    }),
    ...lineMarks(pen, parts.lines, drawn),
  ];
  return finishedFigure(pen, about, parts.bottom + pen.format.margin, [...head.marks, ...marks]);
}
