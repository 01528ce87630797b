/** Two studies, or two runs of one, side by side: what each branch point came to in both. */
import { hypotenuse } from '../elementary';
import { NORMAL_90 } from '../theory';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { intervalRows, type IntervalRow } from './drawing/interval-rows';
import { compose, emptyPicture, heading } from './drawing/layout';
import { formatChange, type Shown } from './drawing/numbers';
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

function readingOf(pairs: readonly Pair[], first: Compared, second: Compared): string {
  const up = pairs.filter(({ change }) => isDecided(change) && change.value > 0).length;
  const down = pairs.filter(({ change }) => isDecided(change) && change.value < 0).length;
  const ends = pairs.filter(({ measure }) => measure === 'end of budget').length;
  const rest = pairs.length - up - down;
  const note =
    ends > 0
      ? ` For ${ends} of them the ends of the budget are compared, as a ceiling is not identified.`
      : '';
  return `Of ${pairs.length} branch points that both have, ${up} are higher in ${second.name}, ${down} are higher in ${first.name}, and ${rest} are undecided, as the 90% interval of the difference holds zero.${note}`;
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
  const [id, title] = ['compare', `${first.name} and ${second.name}`];
  const pen = new Pen(options);
  const pairs = pairsOf(first, second);
  const table = tableOf(pairs);
  if (pairs.length === 0) {
    const reading =
      'The two have no branch point of the same set and name with results, so there is nothing to overlay.';
    return { id, title, svg: emptyPicture(pen, title, reading), reading, table };
  }
  const reading = readingOf(pairs, first, second);
  const head = heading(pen, {
    title,
    note: 'Ceilings A_post with 90% intervals (end: measured at the end of the budget). At the right: the difference, bold where its interval excludes zero.',
    key: [first, second].map(({ name }, i) => ({ label: name, style: seriesStyle(pen.theme, i) })),
  });
  const { width, height, margin, small } = pen.format;
  const rows = intervalRows(
    pen,
    pairs.map((pair, row) => rowOf(pen, pair, row)),
    { left: margin, right: width - margin, top: head.bottom + 0.5 * small },
    { title: 'percent', ceiling: 100 },
  );
  const tall = Math.max(pen.isNarrow ? 0 : height, rows.bottom + 3.2 * small + margin);
  const svg = compose(pen, { title, description: reading, height: tall }, [
    ...head.marks,
    ...rows.marks,
  ]);
  return { id, title, svg, reading, table };
}
