/** The parts that figures share: heading, key, grid of panels, and the whole picture. */
import { picture } from './svg';
import { fitText, textWidth, wrapText, type Box, type Pen } from './pen';
import { FONT, type KeyStyle } from './theme';

interface KeyEntry {
  readonly label: string;
  readonly style: KeyStyle;
}

interface Heading {
  readonly title: string;
  /** What is shown, in a line or two. */
  readonly note: string;
  readonly key?: readonly KeyEntry[];
}

/** A drawn heading and where it ends. */
interface DrawnHeading {
  readonly marks: string[];
  readonly bottom: number;
}

export function heading(pen: Pen, { title, note, key = [] }: Heading): DrawnHeading {
  const { margin, width, title: titleSize, text, small } = pen.format;
  const room = width - 2 * margin;
  const marks: string[] = [];
  let y = margin + titleSize / 2;
  for (const line of wrapText(title, room, titleSize)) {
    marks.push(pen.text([margin, y], line, { size: titleSize, weight: 650 }));
    y += 1.25 * titleSize;
  }
  y += 0.2 * text;
  for (const line of wrapText(note, room, small)) {
    marks.push(pen.text([margin, y], line, { size: small, colour: pen.theme.muted }));
    y += 1.35 * small;
  }
  if (key.length === 0) return { marks, bottom: y };
  y += 0.5 * small;
  let x = margin;
  for (const { label, style } of key) {
    const shown = fitText(label, room - 44, small);
    const wide = 44 + textWidth(shown, small) + 22;
    if (x > margin && x + wide > width - margin) [x, y] = [margin, y + 1.5 * small];
    marks.push(pen.swatch([x, y], style));
    marks.push(pen.text([x + 42, y], shown, { size: small }));
    x += wide;
  }
  return { marks, bottom: y + 1.1 * small };
}

/** Boxes for panels below `top`: a grid on a slide, one below another where it is narrow. */
export function panelBoxes(pen: Pen, count: number, top: number): { boxes: Box[]; height: number } {
  const { width, height, margin, panelHeight } = pen.format;
  const columns = pen.isNarrow ? 1 : count <= 3 ? count : count <= 8 ? Math.ceil(count / 2) : 4;
  const rows = Math.ceil(count / Math.max(1, columns));
  const gap = margin;
  // More than two rows would be too flat to read: the picture grows instead.
  const isTall = pen.isNarrow || rows > 2;
  const tall = isTall ? panelHeight : (height - top - margin - gap * (rows - 1)) / rows;
  const wide = (width - 2 * margin - gap * (columns - 1)) / Math.max(1, columns);
  const boxes = Array.from({ length: count }, (_, i) => {
    const left = margin + (i % columns) * (wide + gap);
    const upper = top + Math.floor(i / columns) * (tall + gap);
    return { left, top: upper, right: left + wide, bottom: upper + tall };
  });
  return { boxes, height: isTall ? top + rows * (tall + gap) + margin : height };
}

/** Puts a heading and marks into a whole picture. */
export function compose(
  pen: Pen,
  { title, description, height }: { title: string; description: string; height: number },
  marks: readonly string[],
): string {
  return picture(
    {
      width: pen.format.width,
      height,
      title,
      description,
      background: pen.theme.background,
      font: FONT,
    },
    marks,
  );
}

/** A picture that says why there is nothing to draw yet. */
export function emptyPicture(pen: Pen, title: string, reason: string): string {
  const { marks, bottom } = heading(pen, { title, note: '' });
  const { width, margin, text } = pen.format;
  const lines = wrapText(reason, 0.8 * (width - 2 * margin), text);
  const height = pen.isNarrow ? 220 : pen.format.height;
  const top = Math.max(bottom + text, height / 2 - 0.7 * text * lines.length);
  const said = lines.map((line, i) =>
    pen.text([width / 2, top + 1.4 * text * i], line, {
      anchor: 'middle',
      colour: pen.theme.muted,
    }),
  );
  return compose(pen, { title, description: reason, height }, [...marks, ...said]);
}
