/** Minimum validation loss against the highest ceiling, before any RL is spent on a set. */
import { counted } from '../words/en/counted';
import type { Correlation, IndicatorPoint } from '../theory';
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
import {
  formatDecimals,
  formatPoints,
  formatShown,
  type Said,
  type Shown,
} from './drawing/numbers';
import { PAPER_CAVEAT, PAPER_CORRELATION } from './paper-numbers';
import { Pen } from './drawing/pen';
import type { SetPicture } from './set-picture';
import type { Point } from './drawing/svg';
import { seriesStyle } from './drawing/theme';

/** A set in one seed, or a published set. */
interface LossPoint {
  readonly label: string;
  readonly set: string;
  readonly loss: number;
  readonly aPost: Shown;
}

/** What a correlation is: with an interval, published without one, or not known. */
interface Strength {
  readonly points: readonly LossPoint[];
  readonly pearson: Shown | null;
  readonly spearman: Shown | null;
}

function pointOf({ label, group, x, y }: IndicatorPoint): LossPoint {
  return { label, set: group ?? label, loss: x, aPost: y };
}

export function measuredStrength({ points, pearson, spearman }: Correlation): Strength {
  return { points: points.map(pointOf), pearson, spearman };
}

export function publishedStrength(sets: readonly SetPicture[]): Strength {
  const bare = (value: number): Shown => ({ value, low: null, high: null });
  const points = sets.flatMap(({ name, loss, peak }) =>
    peak?.aPost && loss.length > 0
      ? [
          {
            label: name,
            set: name,
            loss: Math.min(...loss.map((point) => point.loss)),
            aPost: peak.aPost,
          },
        ]
      : [],
  );
  return {
    points,
    pearson: bare(PAPER_CORRELATION.pearson),
    spearman: bare(PAPER_CORRELATION.spearman),
  };
}

function tableOf({ points, pearson, spearman }: Strength): FigureTable {
  const rows = points.map(({ label, set, loss, aPost }) => [
    label,
    set,
    loss,
    aPost.value,
    aPost.low,
    aPost.high,
  ]);
  const measure = (name: string, r: Shown | null) => [
    name,
    null,
    null,
    r?.value ?? null,
    r?.low ?? null,
    r?.high ?? null,
  ];
  return {
    columns: ['point', 'set', 'min_validation_loss', 'a_post', 'a_post_low', 'a_post_high'],
    rows: [...rows, measure('pearson', pearson), measure('spearman', spearman)],
  };
}

const twoDecimals = (value: number): string => formatDecimals(value, 2);

function readingOf({ points, pearson, spearman }: Strength, isPublished: boolean): Said {
  if (!pearson) {
    const headline = `Points with an identified ceiling: ${points.length}; a correlation needs those of three sets.`;
    return { headline, reading: headline };
  }
  const r = `r = ${formatShown(pearson, twoDecimals)}`;
  const losses = points.map(({ loss }) => loss);
  const ceilings = points.map(({ aPost }) => aPost.value);
  const range = (values: readonly number[], format: (value: number) => string): string =>
    `${format(Math.min(...values))} to ${format(Math.max(...values))}`;
  const rank = spearman ? ` By ranks it is ${formatShown(spearman, twoDecimals)}.` : '';
  const numbers = `Over ${counted(points.length, 'point')} minimum validation loss goes from ${range(losses, (loss) => formatDecimals(loss, 3))} nats per token and the highest ceiling from ${range(ceilings, formatPoints)} percent; they correlate with ${r}.${rank}`;
  if (isPublished || pearson.high === null || pearson.low === null)
    return {
      headline: `In the paper a lower validation loss goes with a higher ceiling: ${r}, published without an interval.`,
      reading: `${numbers} ${PAPER_CAVEAT}`,
    };
  if (pearson.high < 0)
    return {
      headline: `A lower validation loss goes with a higher ceiling: ${r}.`,
      reading: `${numbers} Decided: the 90% interval excludes zero.`,
    };
  if (pearson.low > 0)
    return {
      headline: `A lower validation loss goes with a lower ceiling, against the claim: ${r}.`,
      reading: `${numbers} Decided: the 90% interval excludes zero.`,
    };
  return {
    headline: `Whether a lower validation loss goes with a higher ceiling is undecided: ${r}.`,
    reading: `${numbers} Undecided, as the 90% interval holds zero.`,
  };
}

export function indicatorFigure(
  strength: Strength,
  options: FigureOptions,
  {
    title = 'Validation loss as an indicator',
    id = 'indicator',
    isPublished = false,
  }: { title?: string; id?: string; isPublished?: boolean } = {},
): Figure {
  const pen = new Pen(options);
  const { points } = strength;
  const about = { id, title, ...readingOf(strength, isPublished), table: tableOf(strength) };
  if (points.length === 0) return emptyFigure(pen, about);
  const sets = [...new Set(points.map(({ set }) => set))];
  const head = heading(pen, {
    ...about,
    note: isPublished
      ? 'A point for each published set.'
      : 'A point for each set and seed, with the 90% interval of its highest ceiling.',
    key: sets.map((label, i) => ({ label, style: seriesStyle(pen.theme, i), mark: 'point' })),
  });
  const bottom = Math.max(pen.format.height, head.bottom + 20 * pen.format.small);
  const marks = drawPoints(pen, points, { top: head.bottom, bottom: bottom - pen.format.margin });
  return finishedFigure(pen, about, bottom, [...head.marks, ...marks]);
}

function pointMarks(
  pen: Pen,
  points: readonly LossPoint[],
  { x, y }: { x: Scale; y: Scale },
): string[] {
  const sets = [...new Set(points.map(({ set }) => set))];
  return points.flatMap(({ set, loss, aPost: { value, low, high } }, row) => {
    const style = seriesStyle(pen.theme, sets.indexOf(set));
    const at: Point = [x(loss), y(value)];
    const ends = low !== null && high !== null ? { x: at[0], low: y(low), high: y(high) } : null;
    return [
      ends ? pen.whisker(ends, { colour: style.colour, width: 1.5 }) : '',
      pen.markers([at], style, {
        radius: 1.3 * pen.format.marker,
        data: { row, column: 'a_post', value },
      }),
    ];
  });
}

/** The points with their axes between two heights. */
function drawPoints(
  pen: Pen,
  points: readonly LossPoint[],
  { top, bottom }: { top: number; bottom: number },
): string[] {
  const { left, right } = across(pen);
  const box = {
    left: left + leftAxisRoom(pen, ['100%']),
    right,
    top: top + axisTitleHeight(pen),
    bottom: bottom - bottomAxisHeight(pen, true),
  };
  const losses = points.map(({ loss }) => loss);
  const ceilings = points.flatMap(({ aPost: { value, low, high } }) => [
    low ?? value,
    value,
    high ?? value,
  ]);
  const x = niceScale(losses, [box.left + 20, box.right - 20]);
  const y = percentScale(pen, ceilings, box);
  return [
    leftAxis(pen, box, y, { title: 'highest A_post', unit: '%' }),
    bottomAxis(pen, box, x, { title: 'minimum validation loss, nats per token' }),
    ...pointMarks(pen, points, { x, y }),
  ];
}
