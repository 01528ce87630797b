/**
 * The ceiling map: data scale × difficulty → highest A_post of each trajectory set, as a heat map
 * with contours and as lines, with the multiplier of difficulty at each scale.
 */
import { scaleLinear } from 'd3-scale';
import { band, contour, triangles, type Height } from './drawing/contours';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import { bottomAxis, leftAxis, niceScale, type Scale } from './drawing/axes';
import { compose, emptyPicture, heading } from './drawing/layout';
import { formatCount, formatPoints, formatShown } from './drawing/numbers';
import { fitText, Pen, type Box } from './drawing/pen';
import { rampBar, rampOver, type Ramp } from './drawing/ramp';
import {
  difficultyLines,
  difficultyMultipliers,
  heightBelow,
  lineMarks,
  sizeScale,
  sizeTicks,
  twoDecimals,
  type Multiplier,
} from './scale-lines';
import type { SetPicture } from './set-picture';
import { element, pathThrough, type Point } from './drawing/svg';
import { seriesStyle } from './drawing/theme';
import { toDecimals } from '../rounding';

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
];

function tableOf(sets: readonly SetPicture[], multipliers: readonly Multiplier[]): FigureTable {
  const rows = sets.map(({ name, size, difficulty, peak }) => {
    const over = multipliers.find(({ hardest }) => hardest === name);
    const { value = null, low = null, high = null } = peak?.aPost ?? {};
    const ratio = over?.ratio;
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
    ];
  });
  return { columns: COLUMNS, rows };
}

interface Map {
  readonly pen: Pen;
  readonly box: Box;
  readonly sets: readonly SetPicture[];
  readonly x: Scale;
  readonly y: Scale;
  readonly ramp: Ramp;
  readonly levels: readonly number[];
  readonly rowOf: (set: SetPicture) => number;
  readonly difficultyLabel: (value: number) => string;
}

/** Shaded bands and lines between sets that have a ceiling. */
function ground({ pen, sets, x, y, ramp, levels, box }: Map): string[] {
  const [wide, tall] = [box.right - box.left, box.bottom - box.top];
  const heights = sets.flatMap(({ size, difficulty, peak }): Height[] =>
    difficulty === null || !peak?.aPost
      ? []
      : [
          {
            x: (x(size) - box.left) / wide,
            y: (y(difficulty) - box.top) / tall,
            value: peak.aPost.value,
          },
        ],
  );
  const place = ([px, py]: Point): Point => [box.left + px * wide, box.top + py * tall];
  const found = triangles(heights);
  const shades = found.flatMap((triangle) =>
    levels.slice(1).flatMap((high, i) => {
      const low = levels[i]!;
      const corners = band(triangle, low, high);
      if (corners.length < 3) return [];
      const colour = ramp.colour((low + high) / 2);
      return [
        element('path', {
          d: `${pathThrough(corners.map(place))}Z`,
          fill: colour,
          stroke: colour,
          'stroke-width': 0.75,
        }),
      ];
    }),
  );
  const lines = found.flatMap((triangle) =>
    levels.flatMap((level) => {
      const line = contour(triangle, level);
      return line ? [pen.line(line.map(place), { colour: pen.theme.background, width: 1.5 })] : [];
    }),
  );
  return [...shades, ...lines];
}

function setMark({ pen, x, y, ramp, rowOf }: Map, set: SetPicture): string[] {
  if (set.difficulty === null) return [];
  const { small } = pen.format;
  const radius = pen.isNarrow ? 20 : 31;
  const at: Point = [x(set.size), y(set.difficulty)];
  const aPost = set.peak?.aPost;
  const name = pen.text(
    [at[0], at[1] + radius + 0.8 * small],
    fitText(set.name, 5 * radius, small),
    { size: small, anchor: 'middle', halo: true },
  );
  const circle = { cx: at[0], cy: at[1], r: radius, stroke: pen.theme.text, 'stroke-width': 2 };
  if (!aPost) {
    return [
      element('circle', { ...circle, fill: pen.theme.background, 'stroke-dasharray': '5 4' }),
      pen.text(at, '?', { anchor: 'middle', weight: 650 }),
      name,
    ];
  }
  return [
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
    name,
  ];
}

function mapMarks(map: Map): string[] {
  const { pen, box, sets, x, y, ramp, levels, difficultyLabel } = map;
  const { small } = pen.format;
  const ticks = sizeTicks(sets);
  const difficulties = [...new Set(sets.flatMap(({ difficulty }) => difficulty ?? []))];
  const bar = scaleLinear([levels[0]!, levels.at(-1)!], [box.left, box.right]);
  return [
    leftAxis(pen, box, y, {
      ticks: difficulties.toSorted((a, b) => a - b),
      labels: difficulties.toSorted((a, b) => a - b).map(difficultyLabel),
      title: 'Difficulty of the set',
    }),
    bottomAxis(pen, box, x, { ticks, labels: ticks.map(formatCount), title: 'trajectories' }),
    ...ground(map),
    ...sets.flatMap((set) => setMark(map, set)),
    rampBar(pen, { ramp, scale: bar, y: box.bottom + 3.4 * small, ticks: levels }),
    pen.text([(box.left + box.right) / 2, box.bottom + 6 * small], 'highest A_post', {
      size: small,
      anchor: 'middle',
      colour: pen.theme.muted,
    }),
  ];
}

function readingOf(
  sets: readonly SetPicture[],
  multipliers: readonly Multiplier[],
  isPublished: boolean,
): string {
  const known = sets.filter(({ peak }) => peak?.aPost);
  const open = sets.filter(({ peak }) => !peak?.aPost).map(({ name }) => name);
  const top = known.reduce((best, set) =>
    set.peak!.aPost!.value > best.peak!.aPost!.value ? set : best,
  );
  const low = known.reduce((least, set) =>
    set.peak!.aPost!.value < least.peak!.aPost!.value ? set : least,
  );
  const sentences = [
    `The highest ceiling is that of ${top.name} (${formatShown(top.peak!.aPost!)}), the lowest that of ${low.name} (${formatShown(low.peak!.aPost!)}).`,
    ...multipliers.map(({ size, ratio, hardest, easiest }) => {
      const decided =
        ratio.low === null || ratio.high === null
          ? 'published without an interval'
          : ratio.low > 1
            ? 'decided: above 1'
            : ratio.high < 1
              ? 'decided: below 1'
              : 'undecided: the interval holds 1';
      return `At ${formatCount(size)} trajectories ${hardest} has ${formatShown(ratio, twoDecimals)} times the ceiling of ${easiest} (${decided}).`;
    }),
    ...(open.length > 0
      ? [`Not identified, and left out of the shading: ${open.join(', ')}.`]
      : []),
    'Between sets the shading is linear; beyond them there is none.',
    ...(isPublished ? [] : ['Intervals hold 90%.']),
  ];
  return sentences.join(' ');
}

/** The two halves: side by side on a slide, one below the other where it is narrow. */
function halves(
  pen: Pen,
  top: number,
  multipliers: number,
): { map: Box; lines: Box; height: number } {
  const { width, height, margin, small, panelHeight } = pen.format;
  const axis = 4.4 * small;
  const upper = top + 2 * small;
  if (pen.isNarrow) {
    const middle = upper + panelHeight;
    const lines = {
      left: margin + axis,
      right: width - margin,
      top: middle + 9.5 * small,
      bottom: middle + panelHeight + 4 * small,
    };
    return {
      map: { left: margin + axis, right: width - margin, top: upper, bottom: middle },
      lines,
      height: lines.bottom + heightBelow(pen, multipliers),
    };
  }
  const half = (width - 3 * margin) / 2;
  const bottom = height - margin - 6.2 * small;
  return {
    map: { left: margin + axis, right: margin + half, top: upper, bottom },
    lines: { left: 2 * margin + half + axis, right: width - margin, top: upper, bottom },
    height,
  };
}

interface MapOptions {
  readonly title?: string;
  readonly id?: string;
  readonly isPublished?: boolean;
  readonly difficultyLabel?: (value: number) => string;
}

export function ceilingMapFigure(
  sets: readonly SetPicture[],
  options: FigureOptions,
  {
    title = 'Ceiling map: scale × difficulty',
    id = 'ceiling-map',
    isPublished = false,
    difficultyLabel = (value) => toDecimals(value, 1),
  }: MapOptions = {},
): Figure {
  const pen = new Pen(options);
  const drawn = sets.filter(({ branches }) => branches.length > 0);
  const multipliers = difficultyMultipliers(drawn);
  const table = tableOf(drawn, multipliers);
  const values = drawn.flatMap(({ peak }) => (peak?.aPost ? [peak.aPost.value] : []));
  if (values.length === 0) {
    const reading = 'No set has an identified ceiling yet, so there is nothing to map.';
    return { id, title, svg: emptyPicture(pen, title, reading), reading, table };
  }
  const reading = readingOf(drawn, multipliers, isPublished);
  const head = heading(pen, {
    title,
    note: 'Highest A_post of each trajectory set over its branch points; a dashed ? where it is not identified.',
    key: difficultyLines(drawn).map(({ label }, i) => ({
      label,
      style: seriesStyle(pen.theme, i),
    })),
  });
  const { map, lines, height } = halves(pen, head.bottom, multipliers.length);
  const shades = niceScale(values, [0, 1], { ceiling: 100 });
  const [low = 0, high = 100] = shades.domain();
  const difficulties = drawn.flatMap(({ difficulty }) => difficulty ?? []);
  const spread =
    difficulties.length > 0 ? Math.max(...difficulties) - Math.min(...difficulties) || 1 : 1;
  const y = scaleLinear(
    difficulties.length > 0
      ? [Math.min(...difficulties) - 0.3 * spread, Math.max(...difficulties) + 0.3 * spread]
      : [0, 1],
    [map.bottom, map.top],
  );
  const marks = [
    ...mapMarks({
      pen,
      box: map,
      sets: drawn,
      y,
      difficultyLabel,
      x: sizeScale(drawn, [map.left, map.right]),
      ramp: rampOver(pen.theme.ramp, [low, high]),
      levels: shades.ticks(6),
      rowOf: (set) => drawn.indexOf(set),
    }),
    ...lineMarks(pen, lines, drawn, multipliers),
  ];
  const svg = compose(pen, { title, description: reading, height }, [...head.marks, ...marks]);
  return { id, title, svg, reading, table };
}
