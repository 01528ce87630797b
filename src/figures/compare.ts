/** Two studies, or two runs of one, side by side: what each branch point came to in both. */
import { hypotenuse } from '../elementary';
import { NORMAL_90 } from '../theory';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { intervalPart, type IntervalRow } from './drawing/interval-rows';
import { across, emptyFigure, finishedFigure, heading } from './drawing/layout';
import { formatChange, type Said, type Shown } from './drawing/numbers';
import { Pen } from './drawing/pen';
import type { SetPicture } from './set-picture';
import { seriesStyle } from './drawing/theme';

/** What is compared, by its name and its sets. */
export interface Compared {
  readonly name: string;
  readonly sets: readonly SetPicture[];
}

interface Pair {
  readonly label: string;
  readonly measure: 'A_post' | 'end of budget';
  readonly first: Shown;
  readonly second: Shown;
  /** Second minus first. */
  readonly change: Shown;
}

function differenceOf(first: Shown, second: Shown): Shown {
  const value = second.value - first.value;
  const widths = [first, second].map(({ low, high }) =>
    low === null || high === null ? null : (high - low) / (2 * NORMAL_90),
  );
  const [a, b] = widths;
  if (a === null || b === null || a === undefined || b === undefined)
    return { value, low: null, high: null };
  const reach = NORMAL_90 * hypotenuse(a, b);
  return { value, low: value - reach, high: value + reach };
}

/** Branch points that both have: their ceilings where both are identified, else the ends. */
function pairsOf(first: Compared, second: Compared): Pair[] {
  return first.sets.flatMap((set) => {
    const other = second.sets.find(({ name }) => name === set.name);
    return set.branches.flatMap((branch): Pair[] => {
      const twin = other?.branches.find(({ name }) => name === branch.name);
      if (!twin) return [];
      const label = `${set.name}, ${branch.name}`;
      if (branch.aPost && twin.aPost) {
        return [
          {
            label,
            measure: 'A_post',
            first: branch.aPost,
            second: twin.aPost,
            change: differenceOf(branch.aPost, twin.aPost),
          },
        ];
      }
      if (!branch.final || !twin.final) return [];
      return [
        {
          label,
          measure: 'end of budget',
          first: branch.final,
          second: twin.final,
          change: differenceOf(branch.final, twin.final),
        },
      ];
    });
  });
}

function tableOf(pairs: readonly Pair[]) {
  return tableOfItems(pairs, {
    branch: ({ label }) => label,
    measure: ({ measure }) => measure,
    ...intervalColumns('first', ({ first }) => first),
    ...intervalColumns('second', ({ second }) => second),
    ...intervalColumns('change', ({ change }) => change),
  });
}

function isDecided({ low, high }: Shown): boolean {
  return low !== null && high !== null && (low > 0 || high < 0);
}

const NOTHING =
  'The two have no branch point of the same set and name with results, so there is nothing to overlay.';

function readingOf(pairs: readonly Pair[], first: Compared, second: Compared): Said {
  if (pairs.length === 0) return { headline: NOTHING, reading: NOTHING };
  const decided = pairs.filter(({ change }) => isDecided(change));
  const up = decided.filter(({ change }) => change.value > 0).length;
  const down = decided.length - up;
  const ends = pairs.filter(({ measure }) => measure === 'end of budget').length;
  const note =
    ends > 0
      ? ` For ${ends} of them the ends of the budget are compared, as a ceiling is not identified.`
      : '';
  const changes = decided.map(
    ({ label, change: { value, low, high } }) =>
      `${label}: ${formatChange(value)} [${formatChange(low ?? value)}, ${formatChange(high ?? value)}]`,
  );
  const listed =
    changes.length > 0 ? ` Differences whose interval excludes zero: ${changes.join(', ')}.` : '';
  return {
    headline: `Of ${pairs.length} branch points that both have, ${up} are higher in ${second.name}, ${down} are higher in ${first.name}, and ${pairs.length - up - down} are undecided.`,
    reading: `Undecided is where the 90% interval of the difference holds zero.${listed}${note}`,
  };
}

function rowOf(pen: Pen, pair: Pair, row: number): IntervalRow {
  return {
    label: pair.measure === 'A_post' ? pair.label : `${pair.label} (end)`,
    marks: (['first', 'second'] as const).map((side, i) => ({
      shown: pair[side],
      style: seriesStyle(pen.theme, i),
      column: side,
    })),
    note: formatChange(pair.change.value),
    isStrong: isDecided(pair.change),
    row,
  };
}

export function compareFigure(first: Compared, second: Compared, options: FigureOptions): Figure {
  const pen = new Pen(options);
  const pairs = pairsOf(first, second);
  const about = {
    id: 'compare',
    title: `${first.name} and ${second.name}`,
    ...readingOf(pairs, first, second),
    table: tableOf(pairs),
  };
  if (pairs.length === 0) return emptyFigure(pen, about);
  const head = heading(pen, {
    ...about,
    note: 'Ceilings A_post with 90% intervals (end: measured at the end of the budget). The difference is bold where its interval excludes zero.',
    key: [first, second].map(({ name }, i) => ({
      label: name,
      style: seriesStyle(pen.theme, i),
      mark: 'point',
    })),
  });
  const { height, margin } = pen.format;
  const rows = pairs.map((pair, row) => rowOf(pen, pair, row));
  const place = { ...across(pen), top: head.bottom, bottom: height - margin };
  const drawn = intervalPart(pen, rows, place, {
    title: 'percent',
    noteTitle: 'difference, points',
    ceiling: 100,
  });
  const marks = [...head.marks, ...drawn.marks];
  return finishedFigure(pen, about, drawn.bottom + margin, marks, drawn.parts);
}
