/** Two studies, or two runs of one, side by side: what each branch point came to in both. */
import { NORMAL_90 } from '../theory';
import type { Figure, FigureOptions, FigureTable } from './drawing/figure';
import {
  bottomAxis,
  compose,
  emptyPicture,
  heading,
  niceScale,
  type Scale,
} from './drawing/layout';
import { formatChange, type Shown } from './drawing/numbers';
import { fitText, Pen, textWidth, type Box } from './drawing/pen';
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
  const reach = NORMAL_90 * Math.hypot(a, b);
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

function tableOf(pairs: readonly Pair[]): FigureTable {
  return {
    columns: [
      'branch',
      'measure',
      'first',
      'first_low',
      'first_high',
      'second',
      'second_low',
      'second_high',
      'change',
      'change_low',
      'change_high',
    ],
    rows: pairs.map(({ label, measure, first, second, change }) => [
      label,
      measure,
      first.value,
      first.low,
      first.high,
      second.value,
      second.low,
      second.high,
      change.value,
      change.low,
      change.high,
    ]),
  };
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

function pairMarks(
  pen: Pen,
  pair: Pair,
  { x, y, row, label }: { x: Scale; y: number; row: number; label: Box },
): string[] {
  const { small } = pen.format;
  const sides = [pair.first, pair.second].flatMap((shown, i) => {
    const style = seriesStyle(pen.theme, i);
    const at = y + (i === 0 ? -0.28 : 0.28) * small;
    const column = i === 0 ? 'first' : 'second';
    return [
      shown.low !== null && shown.high !== null
        ? pen.barWhisker(
            { y: at, low: x(shown.low), high: x(shown.high) },
            { colour: style.colour },
          )
        : '',
      pen.markers([[x(shown.value), at]], style, { data: { row, column, value: shown.value } }),
    ];
  });
  const words = pair.measure === 'A_post' ? pair.label : `${pair.label} (end)`;
  const weight = isDecided(pair.change) ? 650 : undefined;
  return [
    pen.text([label.right, y], fitText(words, label.right - label.left, small), {
      size: small,
      anchor: 'end',
    }),
    ...sides,
    pen.text([pen.format.width - pen.format.margin, y], formatChange(pair.change.value), {
      size: small,
      anchor: 'end',
      weight,
    }),
  ];
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
  const { width, margin, small } = pen.format;
  const words = Math.min(
    0.4 * width,
    Math.max(...pairs.map(({ label }) => textWidth(`${label} (end)`, small))),
  );
  const line = 2 * small;
  const top = head.bottom + 0.5 * small;
  const box = {
    left: margin + words + small,
    right: width - margin - 4.5 * small,
    top,
    bottom: top + line * pairs.length,
  };
  const values = pairs.flatMap((pair) =>
    [pair.first, pair.second].flatMap(({ value, low, high }) => [
      value,
      low ?? value,
      high ?? value,
    ]),
  );
  const x = niceScale(values, [box.left, box.right], { ceiling: 100 });
  const rows = pairs.flatMap((pair, row) =>
    pairMarks(pen, pair, {
      x,
      y: top + (row + 0.5) * line,
      row,
      label: { ...box, left: margin, right: box.left - 0.7 * small },
    }),
  );
  const height = Math.max(pen.isNarrow ? 0 : pen.format.height, box.bottom + 3.2 * small + margin);
  const svg = compose(pen, { title, description: reading, height }, [
    ...head.marks,
    bottomAxis(pen, box, x, { title: 'percent' }),
    ...rows,
  ]);
  return { id, title, svg, reading, table };
}
