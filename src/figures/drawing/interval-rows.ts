/** Rows of intervals on one scale: a name at the left, markers with whiskers, words at the right. */
import { bottomAxis, bottomAxisHeight, niceScale, type Scale } from './axes';
import { partOf, type Drawn } from './layout';
import type { Shown } from './numbers';
import type { Box, Pen } from './pen';
import { fitText, textWidth } from './text';
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
  /** What the axis shows, with its unit. */
  readonly title: string;
  /** What the notes at the right are; stands above them. */
  readonly noteTitle: string;
  /** Where intervals may end, such as 100 for percentages. */
  readonly ceiling?: number;
  /** A dashed line at this value, which is then on the scale. */
  readonly reference?: number;
  /** Rows that share the width of their names and notes with these, in another panel. */
  readonly alignWith?: readonly IntervalRow[];
  /** Height that all of it may take; rows stay readable in less. */
  readonly room?: number;
}

/** No row is less tall, or more, than so many letters. */
const LEAST_ROW = 2;
/** Where it is narrow a name stands above its interval, so that neither has to be cut. */
const NAME_ABOVE = 1.3;
const MOST_ROW = 3.2;
const MOST_ROW_FILLING = 6;

/** Height of what stands above and below the rows. */
function aroundRows(pen: Pen): number {
  return 1.6 * pen.format.small + bottomAxisHeight(pen, true);
}

function leastRow(pen: Pen, rows: readonly IntervalRow[]): number {
  const marks = Math.max(1, ...rows.map((row) => row.marks.length));
  const least = Math.max(LEAST_ROW, 0.8 * marks + 0.9) + (pen.isNarrow ? NAME_ABOVE : 0);
  return least * pen.format.small;
}

function rowHeight(pen: Pen, rows: readonly IntervalRow[], room: number): number {
  const { small, fills } = pen.format;
  const least = leastRow(pen, rows);
  const most = Math.max(least, (fills ? MOST_ROW_FILLING : MOST_ROW) * small);
  return Math.min(most, Math.max(least, (room - aroundRows(pen)) / rows.length));
}

/** How many of the rows fit into a height, with their axis. */
export function rowsFitting(pen: Pen, rows: readonly IntervalRow[], room: number): number {
  return Math.max(1, Math.floor((room - aroundRows(pen)) / leastRow(pen, rows)));
}

/**
 * The rows of the part that is drawn, spread over `place`, and how many parts there are: more than one
 * where a picture that keeps its height cannot hold them all.
 */
export function intervalPart(
  pen: Pen,
  rows: readonly IntervalRow[],
  place: Box,
  options: Omit<IntervalOptions, 'room' | 'alignWith'>,
): Drawn & { readonly parts: number } {
  const room = place.bottom - place.top;
  const most = pen.format.isPaged ? rowsFitting(pen, rows, room) : rows.length;
  const { from, to, parts } = partOf(pen, rows.length, most);
  const drawn = intervalRows(pen, rows.slice(from, to), place, {
    ...options,
    alignWith: rows,
    room,
  });
  return { ...drawn, parts };
}

/** The rows below `place.top`, with their axis, and where they end. */
export function intervalRows(
  pen: Pen,
  rows: readonly IntervalRow[],
  place: Omit<Box, 'bottom'>,
  { title, noteTitle, ceiling, reference, alignWith = [], room = 0 }: IntervalOptions,
): Drawn {
  const { small } = pen.format;
  const width = place.right - place.left;
  const widest = (texts: readonly string[], most: number): number =>
    Math.min(most * width, Math.max(...texts.map((text) => textWidth(text, small, true))));
  const all = [...rows, ...alignWith];
  const labels = all.map(({ label }) => label);
  const notes = all.map(({ note }) => note);
  const top = place.top + 1.6 * small;
  const line = rowHeight(pen, rows, room);
  const box = {
    left: place.left + (pen.isNarrow ? small : widest(labels, 0.42) + small),
    right: place.right - (pen.isNarrow ? small : widest(notes, 0.34) + small),
    top,
    bottom: top + line * rows.length,
  };
  const values = rows.flatMap(({ marks }) =>
    marks.flatMap(({ shown: { value, low, high } }) => [value, low ?? value, high ?? value]),
  );
  const known = reference === undefined ? values : [...values, reference];
  const x = niceScale(known, [box.left, box.right], { ceiling });
  const marks = rows.flatMap((row, i) => {
    const start = box.top + i * line;
    const y = pen.isNarrow ? start + (NAME_ABOVE + 0.65) * small : start + line / 2;
    return [
      ...rowNames(pen, row, { y: pen.isNarrow ? start + 0.7 * small : y, box, place }),
      ...rowMarks(pen, row, { x, y, box }),
    ];
  });
  return {
    marks: [
      pen.text([place.right, place.top + 0.6 * small], fitText(noteTitle, width, small), {
        size: small,
        anchor: 'end',
        colour: pen.theme.muted,
      }),
      bottomAxis(pen, box, x, { title }),
      reference === undefined ? '' : referenceLine(pen, x(reference), box),
      ...marks,
    ],
    bottom: box.bottom + bottomAxisHeight(pen, true),
  };
}

function referenceLine(pen: Pen, x: number, { top, bottom }: Box): string {
  return pen.line(
    [
      [x, top],
      [x, bottom],
    ],
    { colour: pen.theme.muted, dash: [4, 4] },
  );
}

/** The name at the left and the note at the right. */
function rowNames(
  pen: Pen,
  { label, note, isStrong }: IntervalRow,
  { y, box, place }: { y: number; box: Box; place: Omit<Box, 'bottom'> },
): string[] {
  const { small } = pen.format;
  const weight = isStrong ? 650 : undefined;
  const noteWidth = pen.isNarrow
    ? 0.4 * (place.right - place.left)
    : place.right - box.right - 0.5 * small;
  const shownNote = fitText(note, noteWidth, small, isStrong);
  const right = pen.isNarrow
    ? place.right - textWidth(shownNote, small, isStrong) - small
    : box.left - 0.7 * small;
  const shown = fitText(label, right - place.left, small);
  return [
    pen.isNarrow
      ? pen.text([place.left, y], shown, { size: small })
      : pen.text([right, y], shown, { size: small, anchor: 'end' }),
    pen.text([place.right, y], shownNote, { size: small, anchor: 'end', weight }),
  ];
}

function rowMarks(
  pen: Pen,
  { marks, row }: IntervalRow,
  { x, y, box }: { x: Scale; y: number; box: Box },
): string[] {
  const { small } = pen.format;
  const drawn = marks.flatMap(({ shown: { value, low, high }, style, column }, i) => {
    const at = y + (i - (marks.length - 1) / 2) * 0.8 * small;
    return [
      low !== null && high !== null
        ? pen.barWhisker({ y: at, low: x(low), high: x(high) }, { colour: style.colour })
        : '',
      pen.markers([[x(value), at]], style, { data: { row, column, value } }),
    ];
  });
  // Leads the eye from the name to what is said of it.
  const lead = pen.line(
    [
      [box.left, y],
      [box.right, y],
    ],
    { colour: pen.theme.grid },
  );
  return [lead, ...drawn];
}
