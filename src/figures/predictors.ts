/** What predicts the ceiling before any RL: the measures side by side, and the sets in the order they promise. */
import type { Indicator, RankedSet } from '../theory';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import { intervalRows, rowsFitting, type IntervalRow } from './drawing/interval-rows';
import { across, emptyFigure, finishedFigure, heading } from './drawing/layout';
import { formatDecimals, formatPoints, formatShown, type Said } from './drawing/numbers';
import { Pen } from './drawing/pen';
import { seriesStyle } from './drawing/theme';
import { openPeak } from './open-ceilings';
import type { SetPicture } from './set-picture';

type KnownIndicator = Indicator & {
  readonly correlation: { readonly pearson: NonNullable<Indicator['correlation']['pearson']> };
};

/** A set in the order of its promise, with the highest ceiling that it came to. */
interface PromisedSet extends RankedSet {
  readonly aPost: number | null;
  /** How high an open ceiling begins above all of the set's known ones; null where none does. */
  readonly openFrom: number | null;
}

interface Predictors {
  readonly indicators: readonly Indicator[];
  readonly ranking: readonly PromisedSet[];
}

/** Joins the ranking of sets with what was measured of them. */
export function promisedSets(
  ranking: readonly RankedSet[],
  sets: readonly SetPicture[],
): PromisedSet[] {
  return ranking.map((ranked) => {
    const set = sets.find(({ name }) => name === ranked.set);
    const open = set && openPeak(set);
    return { ...ranked, aPost: set?.peak?.aPost?.value ?? null, openFrom: open?.from ?? null };
  });
}

function tableOf({ indicators, ranking }: Predictors): FigureTable {
  return {
    columns: ['panel', 'name', 'value', 'low', 'high', 'spearman', 'rank', 'first_share', 'a_post'],
    rows: [
      ...indicators.map(({ name, correlation: { pearson, spearman } }) => [
        'correlation with the highest ceiling',
        name,
        pearson?.value ?? null,
        pearson?.low ?? null,
        pearson?.high ?? null,
        spearman?.value ?? null,
        null,
        null,
        null,
      ]),
      ...ranking.map(({ set, loss, rank, firstShare, aPost }) => [
        'sets by minimum validation loss',
        set,
        loss.value,
        loss.low,
        loss.high,
        null,
        rank,
        firstShare,
        aPost,
      ]),
    ],
  };
}

const twoDecimals = (value: number): string => formatDecimals(value, 2);
const percent = (share: number): string => `${Math.round(100 * share)}%`;

const NO_MEASURE = 'No measure can be judged: that needs identified ceilings of three sets.';

function indicatorSays(known: readonly KnownIndicator[]): Said {
  const [best] = known;
  if (!best) return { headline: NO_MEASURE, reading: '' };
  const { pearson } = best.correlation;
  const said = ({ name, correlation: { pearson: r } }: KnownIndicator): string =>
    `${name} ${formatShown(r, twoDecimals)}`;
  const rival = known.find(
    ({ correlation: { pearson: other } }) =>
      other !== pearson && reachOf(other) >= leastOf(pearson),
  );
  const verdict =
    leastOf(pearson) <= 0
      ? 'undecided, as the 90% interval of the closest holds zero'
      : rival
        ? `the intervals do not tell ${best.name} from ${rival.name}`
        : `the interval of ${best.name} lies beyond those of the others`;
  return {
    headline: `Of ${known.length} measures that cost no RL, ${best.name} goes most closely with the highest ceiling, r = ${formatShown(pearson, twoDecimals)}.`,
    reading: `Correlations r with the highest ceiling: ${known.map(said).join(', ')}; ${verdict}. `,
  };
}

/** The weakest correlation that an interval allows, without its sign; 0 where it holds zero. */
function leastOf({ low, high }: { low: number; high: number }): number {
  return low > 0 || high < 0 ? Math.min(Math.abs(low), Math.abs(high)) : 0;
}

function reachOf({ low, high }: { low: number; high: number }): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

function rankingReading(ranking: readonly PromisedSet[]): string {
  const [first] = ranking;
  if (!first) return 'There is no validation loss yet to rank sets by.';
  if (ranking.length === 1) return `There is one set, ${first.set}, and nothing to rank.`;
  const promise = `Minimum validation loss promises most of ${first.set}, which comes first in ${percent(first.firstShare)} of the draws of its seeds`;
  const measured = ranking.filter(({ aPost }) => aPost !== null);
  const top = measured.reduce<PromisedSet | null>(
    (high, set) => (high && high.aPost! >= set.aPost! ? high : set),
    null,
  );
  if (!top || measured.length < 2)
    return `${promise}; too few ceilings are identified to check it.`;
  const above = ranking.find(({ openFrom }) => openFrom !== null && openFrom > top.aPost!);
  if (above)
    return `${promise}; a ceiling of ${above.set} is open above ${formatPoints(above.openFrom!)}, so that the sets cannot be ranked by what was measured yet.`;
  const place =
    top === first ? 'and it has' : `but ${top.set}, promised as number ${top.rank}, has`;
  return `${promise}, ${place} the highest ceiling that was measured, ${formatPoints(top.aPost!)}.`;
}

function indicatorRows(
  pen: Pen,
  { indicators }: Predictors,
  known: readonly KnownIndicator[],
): IntervalRow[] {
  const style = { colour: seriesStyle(pen.theme, 0).colour, marker: 'circle' } as const;
  return known.map((indicator) => ({
    label: indicator.name,
    marks: [{ shown: indicator.correlation.pearson, style, column: 'value' }],
    note: twoDecimals(indicator.correlation.pearson.value),
    isStrong: leastOf(indicator.correlation.pearson) > 0,
    row: indicators.indexOf(indicator),
  }));
}

/** Such as 81.8, "≥ 90.1" where a ceiling is open above that, or "?". */
function heightText(aPost: number | null, openFrom: number | null): string {
  if (openFrom !== null) return `≥ ${formatPoints(openFrom)}`;
  return aPost === null ? '?' : formatPoints(aPost);
}

function rankingRows(pen: Pen, { indicators, ranking }: Predictors): IntervalRow[] {
  const style = { colour: seriesStyle(pen.theme, 1).colour, marker: 'diamond' } as const;
  return ranking.map(({ set, rank, loss, firstShare, aPost, openFrom }, i) => ({
    label: `${rank}. ${set}`,
    marks: [{ shown: loss, style, column: 'value' }],
    note: `${percent(firstShare)} · ${heightText(aPost, openFrom)}`,
    row: indicators.length + i,
  }));
}

export function predictorsFigure(predictors: Predictors, options: FigureOptions): Figure {
  const pen = new Pen(options);
  const { indicators, ranking } = predictors;
  const known = indicators.filter((one): one is KnownIndicator => one.correlation.pearson !== null);
  const { headline, reading } = indicatorSays(known);
  const about = {
    id: 'predictors',
    title: 'What predicts the ceiling before RL',
    headline,
    reading: `${reading}${rankingReading(ranking)} Intervals hold 90%.`,
    table: tableOf(predictors),
  };
  if (known.length === 0 && ranking.length === 0) return emptyFigure(pen, about);
  const { height, margin, small } = pen.format;
  const head = heading(pen, {
    ...about,
    note: 'Correlation of each measure with the highest ceiling of a set and seed, bold where its 90% interval excludes zero; then the sets by mean minimum validation loss: how often each comes first when the seeds are drawn anew, and its highest A_post (≥: open above).',
  });
  const groups = [
    {
      rows: indicatorRows(pen, predictors, known),
      axis: { title: 'correlation r', noteTitle: 'r', reference: 0 },
    },
    {
      rows: rankingRows(pen, predictors),
      axis: {
        title: 'minimum validation loss, nats per token',
        noteTitle: 'comes first · A_post, %',
      },
    },
  ].filter(({ rows }) => rows.length > 0);
  const all = groups.flatMap(({ rows }) => rows);
  const gap = 0.8 * small;
  const room = height - margin - head.bottom;
  // Each group by itself where both do not fit into a picture that keeps its height.
  const isSplit =
    pen.format.isPaged && groups.length > 1 && rowsFitting(pen, all, 0.85 * room) < all.length;
  const shown = isSplit ? [groups[Math.min(pen.part, groups.length - 1)]!] : groups;
  const each = (room - gap * (shown.length - 1)) / shown.length;
  const marks = [...head.marks];
  let top = head.bottom;
  for (const { rows, axis } of shown) {
    const place = { ...across(pen), top };
    const drawn = intervalRows(pen, rows, place, { ...axis, alignWith: all, room: each });
    marks.push(...drawn.marks);
    top = drawn.bottom + gap;
  }
  return finishedFigure(pen, about, top - gap + margin, marks, isSplit ? groups.length : 1);
}
