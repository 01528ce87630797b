/** Minimum validation loss against the highest ceiling, before any RL is spent on a set. */
import type { Correlation, IndicatorPoint } from '../theory';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import { bottomAxis, leftAxis, niceScale, type Scale } from './drawing/axes';
import { compose, emptyPicture, heading } from './drawing/layout';
import { formatDecimals, formatShown, type Shown } from './drawing/numbers';
import { PAPER_CORRELATION } from './paper-numbers';
import { Pen, textWidth, type Box } from './drawing/pen';
import type { SetPicture } from './set-picture';
import type { Point } from './drawing/svg';
import { seriesStyle } from './drawing/theme';
import { counted } from '../words/en/counted';

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

function readingOf({ points, pearson }: Strength, isPublished: boolean): string {
  if (!pearson) {
    return `Points with an identified ceiling: ${points.length}; a correlation needs those of three sets.`;
  }
  const said = `Minimum validation loss and highest ceiling correlate with r = ${formatShown(pearson, twoDecimals)} over ${counted(points.length, 'point')}`;
  if (isPublished || pearson.high === null || pearson.low === null)
    return `${said}, published without an interval.`;
  if (pearson.high < 0)
    return `${said}: a lower loss goes with a higher ceiling, and the 90% interval excludes zero.`;
  if (pearson.low > 0)
    return `${said}: a lower loss goes with a lower ceiling, against the claim; the 90% interval excludes zero.`;
  return `${said}: undecided, as the 90% interval holds zero.`;
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
  const reading = readingOf(strength, isPublished);
  const table = tableOf(strength);
  if (points.length === 0) {
    return {
      id,
      title,
      svg: emptyPicture(pen, title, 'No set has an identified ceiling yet.'),
      reading,
      table,
    };
  }
  const svg = drawPoints(pen, strength, { title, reading, isPublished });
  return { id, title, svg, reading, table };
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

/** Where words of that size hide the fewest points and intervals; at the upper right of equals. */
function clearestCorner(
  box: Box,
  [width, size]: Point,
  points: readonly LossPoint[],
  { x, y }: { x: Scale; y: Scale },
): { readonly at: Point; readonly anchor: 'start' | 'end' } {
  const corners = [box.top + 0.9 * size, box.bottom - 0.9 * size].flatMap((middle) =>
    (['end', 'start'] as const).map((anchor) => {
      const left = anchor === 'start' ? box.left + 8 : box.right - 8 - width;
      const hidden = points.filter(({ loss, aPost: { value, low, high } }) => {
        const [top, bottom] = [y(high ?? value), y(low ?? value)];
        const isBeside = x(loss) < left - size || x(loss) > left + width + size;
        return !isBeside && top < middle + size && bottom > middle - size;
      });
      const at: Point = [anchor === 'start' ? left : left + width, middle];
      return { at, anchor, hidden: hidden.length };
    }),
  );
  return corners.reduce((best, corner) => (corner.hidden < best.hidden ? corner : best));
}

function drawPoints(
  pen: Pen,
  { points, pearson }: Strength,
  { title, reading, isPublished }: { title: string; reading: string; isPublished: boolean },
): string {
  const sets = [...new Set(points.map(({ set }) => set))];
  const head = heading(pen, {
    title,
    note: isPublished
      ? 'A point for each published set.'
      : 'A point for each set and seed, with the 90% interval of its highest ceiling.',
    key: sets.map((label, i) => ({ label, style: seriesStyle(pen.theme, i) })),
  });
  const { width, height, margin, small, text } = pen.format;
  const box = {
    left: margin + 4 * small,
    right: width - margin,
    top: head.bottom + 1.6 * small,
    bottom: height - margin - 2.6 * small,
  };
  const losses = points.map(({ loss }) => loss);
  const ceilings = points.flatMap(({ aPost: { value, low, high } }) => [
    low ?? value,
    value,
    high ?? value,
  ]);
  const x = niceScale(losses, [box.left + 20, box.right - 20]);
  const y = niceScale(ceilings, [box.bottom, box.top], { ceiling: 100 });
  const r = pearson ? `r = ${formatShown(pearson, twoDecimals)}` : 'r: not known yet';
  const size = pen.isNarrow ? text : 1.3 * text;
  const corner = clearestCorner(box, [textWidth(r, size), size], points, { x, y });
  return compose(pen, { title, description: reading, height }, [
    ...head.marks,
    leftAxis(pen, box, y, { title: 'Highest A_post' }),
    bottomAxis(pen, box, x, { title: 'minimum validation loss, nats per token' }),
    ...pointMarks(pen, points, { x, y }),
    pen.text(corner.at, r, { size, anchor: corner.anchor, weight: 650, halo: true }),
  ]);
}
