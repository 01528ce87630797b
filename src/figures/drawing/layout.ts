/**
 * The parts that figures share: heading, key, grid of panels, and the whole picture. A figure is made in
 * three steps: `heading` draws what stands above, the figure its marks below `bottom`, and
 * `finishedFigure` puts both into a picture.
 *
 * @example
 * const about = { id: 'x', title: 'X', headline: 'X is 3 [2, 4].', reading: '…', table };
 * const head = heading(pen, { ...about, note: 'How to read it.', key: [] });
 * const rows = intervalRows(pen, items, { ...across(pen), top: head.bottom }, { title: 'points' });
 * return finishedFigure(pen, about, rows.bottom, [...head.marks, ...rows.marks]);
 */
import type { Figure } from './figure';
import { swatchWidth, type Box, type Pen, type SwatchMark } from './pen';
import { picture } from './svg';
import { fitText, spokenText, textWidth, wrapText } from './text';
import { FONT, type KeyStyle } from './theme';

export interface KeyEntry {
  readonly label: string;
  readonly style: KeyStyle;
  /** What the figure draws of it; a line with its marker where nothing is said. */
  readonly mark?: SwatchMark;
}

interface Heading {
  readonly title: string;
  /** null for a picture that is not a figure of a study. */
  readonly headline: string | null;
  /** How to read the picture, in a line or two. */
  readonly note: string;
  readonly key?: readonly KeyEntry[];
}

/** What is drawn and where it ends. */
export interface Drawn {
  readonly marks: string[];
  readonly bottom: number;
}

/** The left and right edges between the margins of a picture. */
export function across({ format: { margin, width } }: Pen): { left: number; right: number } {
  return { left: margin, right: width - margin };
}

/** Title, headline, note and key, from the top of the picture. */
export function heading(pen: Pen, { title, headline, note, key = [] }: Heading): Drawn {
  const { margin, title: titleSize, text, small } = pen.format;
  const { left, right } = across(pen);
  const room = right - left;
  const marks: string[] = [];
  let y = margin + titleSize / 2;
  for (const line of wrapText(title, room, titleSize, { isBold: true })) {
    marks.push(pen.text([left, y], line, { size: titleSize, weight: 650 }));
    y += 1.25 * titleSize;
  }
  y += 0.1 * text;
  for (const line of headline === null ? [] : wrapText(headline, room, text)) {
    marks.push(pen.text([left, y], line));
    y += 1.35 * text;
  }
  y += 0.05 * text;
  for (const line of note === '' ? [] : wrapText(note, room, small)) {
    marks.push(pen.text([left, y], line, { size: small, colour: pen.theme.muted }));
    y += 1.35 * small;
  }
  if (key.length === 0) return { marks, bottom: y };
  const drawn = drawKey(pen, key, { left, right, top: y - 0.5 * small });
  return { marks: [...marks, ...drawn.marks], bottom: drawn.bottom };
}

/** The entries of a key side by side, in as many lines as they take. */
export function drawKey(pen: Pen, entries: readonly KeyEntry[], place: Omit<Box, 'bottom'>): Drawn {
  const { small } = pen.format;
  const { left, right, top } = place;
  const marks: string[] = [];
  let [x, y] = [left, top + 0.9 * small];
  for (const { label, style, mark = 'line' } of entries) {
    const before = swatchWidth(pen, mark) + 0.5 * small;
    const shown = fitText(label, right - left - before, small);
    const wide = before + textWidth(shown, small);
    if (x > left && x + wide > right) [x, y] = [left, y + 1.5 * small];
    marks.push(pen.swatch([x, y], style, mark));
    marks.push(pen.text([x + before, y], shown, { size: small }));
    x += wide + 1.2 * small;
  }
  return { marks, bottom: y + 1.3 * small };
}

/** No panel is less wide or less tall than so many letters; on a slide it may be smaller. */
const LEAST_PANEL = { wide: 17, tall: 18 };
const LEAST_PANEL_FILLING = { wide: 14, tall: 13 };
/** As tall as a panel is where panels stand below one another. */
const STACKED_HEIGHT = 19;
/** Panels side by side, however wide the picture. */
const MOST_COLUMNS = 4;

/** The panels of a part, in their boxes. */
export interface PanelGrid {
  readonly boxes: readonly Box[];
  /** Index of the first of them. */
  readonly first: number;
  readonly parts: number;
  /** Where the picture ends. */
  readonly bottom: number;
}

/**
 * A grid of panels below `top`. It fills the picture where that is tall enough; else the picture grows,
 * or, where it keeps its height, the panels are dealt out evenly to several parts.
 */
export function panelGrid(pen: Pen, count: number, top: number): PanelGrid {
  const { height, margin, small, fills, isPaged } = pen.format;
  const { left, right } = across(pen);
  const gap = Math.max(margin, 1.5 * small);
  const leastPanel = fills ? LEAST_PANEL_FILLING : LEAST_PANEL;
  const fitting = Math.floor((right - left + gap) / (leastPanel.wide * small + gap));
  const mostColumns = pen.isNarrow ? 1 : Math.max(1, Math.min(MOST_COLUMNS, fitting));
  const least = leastPanel.tall * small;
  const mostRows = isPaged
    ? Math.max(1, Math.floor((height - top - margin + gap) / (least + gap)))
    : Infinity;
  const { from, to, parts } = partOf(pen, count, mostColumns * mostRows);
  const rows = Math.ceil((to - from) / mostColumns);
  // Parts of one figure look alike, also where the last one has fewer panels.
  const columns = Math.ceil(Math.ceil(count / parts) / Math.max(1, rows));
  const wide = (right - left - gap * (columns - 1)) / Math.max(1, columns);
  const room = (height - top - margin - gap * (rows - 1)) / rows;
  const tall = pen.isNarrow ? STACKED_HEIGHT * small : Math.max(room, least);
  const boxes = Array.from({ length: to - from }, (_, i) => {
    const x = left + (i % columns) * (wide + gap);
    const y = top + Math.floor(i / columns) * (tall + gap);
    return { left: x, top: y, right: x + wide, bottom: y + tall };
  });
  return { boxes, first: from, parts, bottom: top + rows * (tall + gap) - gap + margin };
}

/** Which of `count` items the part that is drawn has, where no more than `most` fit into one. */
export function partOf(
  pen: Pen,
  count: number,
  most: number,
): { from: number; to: number; parts: number } {
  const parts = Math.max(1, Math.ceil(count / Math.max(1, most)));
  const each = Math.ceil(count / parts);
  const from = Math.min(pen.part, parts - 1) * each;
  return { from, to: Math.min(count, from + each), parts };
}

/**
 * Titles of panels that are equally wide, with equal room for each: `height` of it, and the lines of one
 * at a place.
 */
export function panelTitles(pen: Pen, titles: readonly string[], width: number) {
  const { text } = pen.format;
  const wrapped = titles.map((title) => wrapText(title, width, text, { isBold: true, lines: 5 }));
  const lines = Math.max(1, ...wrapped.map(({ length }) => length));
  return {
    height: (1.25 * lines + 0.3) * text,
    draw: (i: number, left: number, top: number): string[] =>
      wrapped[i]!.map((line, at) =>
        pen.text([left, top + (1.25 * at + 0.5) * text], line, { weight: 650 }),
      ),
  };
}

/** A whole picture of marks, as wide as its format says. */
export function compose(
  pen: Pen,
  { title, description, height }: { title: string; description: string; height: number },
  marks: readonly string[],
): string {
  const { width } = pen.format;
  const { background } = pen.theme;
  return picture({ width, height, title, description, background, font: FONT }, marks);
}

type About = Omit<Figure, 'svg' | 'parts'>;

/** The figure that the marks make; `bottom` is where the picture ends, `parts` how many it takes. */
export function finishedFigure(
  pen: Pen,
  about: About,
  bottom: number,
  marks: readonly string[],
  parts = 1,
): Figure {
  const { title, headline, reading } = about;
  const said = pen.withReading ? readingBelow(pen, reading, bottom) : { marks: [], bottom };
  const svg = compose(
    pen,
    {
      title,
      description: spokenText(headline === reading ? reading : `${headline} ${reading}`),
      height: said.bottom,
    },
    [...marks, ...said.marks],
  );
  return { ...about, svg, parts };
}

function readingBelow(pen: Pen, reading: string, top: number): Drawn {
  const { margin, small } = pen.format;
  const { left, right } = across(pen);
  const lines = wrapText(reading, right - left, small);
  const marks = lines.map((line, i) =>
    pen.text([left, top + (1.4 * i + 0.3) * small], line, {
      size: small,
      colour: pen.theme.muted,
    }),
  );
  return { marks, bottom: top + 1.4 * lines.length * small + margin };
}

/** A figure whose headline says why there is nothing to draw yet. */
export function emptyFigure(pen: Pen, about: About): Figure {
  const head = heading(pen, { ...about, note: '' });
  return finishedFigure(pen, about, head.bottom + pen.format.margin, head.marks);
}
