/** Rows of intervals on one scale: a name at the left, markers with whiskers, words at the right. */
import { bottomAxis, niceScale, type Scale } from './axes';
import type { Shown } from './numbers';
import { fitText, textWidth, type Box, type Pen } from './pen';
import type { SeriesStyle } from './theme';

interface IntervalMark {
  readonly shown: Shown;
  readonly style: Pick<SeriesStyle, 'marker' | 'colour'>;
  /** Column of the figure's table that has the value. */
  readonly column: string;
}

export interface IntervalRow {
  readonly label: string;
  /** None where nothing is known; several stand close below one another. */
  readonly marks: readonly IntervalMark[];
  /** At the right. */
  readonly note: string;
  readonly isStrong?: boolean;
  /** Row of the figure's table. */
  readonly row: number;
}

interface IntervalOptions {
  readonly title: string;
  /** Where intervals may end, such as 100 for percentages. */
  readonly ceiling?: number;
  /** A dashed line at this value, which is then on the scale. */
  readonly reference?: number;
  /** Height that the rows may take; they stay readable in less, and do not drift apart in more. */
  readonly room?: number;
}

/** The rows below `place.top`, with their axis, and where they end. */
export function intervalRows(
  pen: Pen,
  rows: readonly IntervalRow[],
  place: Omit<Box, 'bottom'>,
  { title, ceiling, reference, room = 0 }: IntervalOptions,
): { marks: string[]; bottom: number } {
  const { small } = pen.format;
  const width = place.right - place.left;
  const widest = (texts: readonly string[], most: number): number =>
    Math.min(most * width, Math.max(...texts.map((text) => textWidth(text, small))));
  const line = Math.min(3.4 * small, Math.max(2 * small, room / rows.length));
  const box = {
    left:
      place.left +
      widest(
        rows.map(({ label }) => label),
        0.43,
      ) +
      small,
    right:
      place.right -
      widest(
        rows.map(({ note }) => note),
        0.3,
      ) -
      small,
    top: place.top,
    bottom: place.top + line * rows.length,
  };
  const values = rows.flatMap(({ marks }) =>
    marks.flatMap(({ shown: { value, low, high } }) => [value, low ?? value, high ?? value]),
  );
  const known = reference === undefined ? values : [...values, reference];
  const x = niceScale(known, [box.left, box.right], { ceiling });
  const marks = rows.flatMap((row, i) =>
    rowMarks(pen, row, { x, y: box.top + (i + 0.5) * line, box, place }),
  );
  const zero =
    reference === undefined
      ? ''
      : pen.line(
          [
            [x(reference), box.top],
            [x(reference), box.bottom],
          ],
          { colour: pen.theme.muted, dash: [4, 4] },
        );
  return { marks: [bottomAxis(pen, box, x, { title }), zero, ...marks], bottom: box.bottom };
}

function rowMarks(
  pen: Pen,
  { label, marks, note, isStrong, row }: IntervalRow,
  { x, y, box, place }: { x: Scale; y: number; box: Box; place: Omit<Box, 'bottom'> },
): string[] {
  const { small } = pen.format;
  const right = box.left - 0.7 * small;
  const drawn = marks.flatMap(({ shown: { value, low, high }, style, column }, i) => {
    const at = y + (i - (marks.length - 1) / 2) * 0.56 * small;
    return [
      low !== null && high !== null
        ? pen.barWhisker({ y: at, low: x(low), high: x(high) }, { colour: style.colour })
        : '',
      pen.markers([[x(value), at]], style, { data: { row, column, value } }),
    ];
  });
  const weight = isStrong ? 650 : undefined;
  return [
    pen.text([right, y], fitText(label, right - place.left, small), { size: small, anchor: 'end' }),
    ...drawn,
    pen.text([place.right, y], note, { size: small, anchor: 'end', weight }),
  ];
}
