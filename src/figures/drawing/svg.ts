/**
 * Writes SVG as text, so that page and terminal draw the same without a document. All text is
 * escaped: names come from files of other people, and the page shows what is written here.
 */
import { LabError } from '../../errors';

type Attributes = Readonly<Record<string, string | number | null | undefined>>;

/** Characters that XML 1.0 has no way to write; halves of surrogate pairs among them. */
const UNWRITABLE =
  // eslint-disable-next-line no-control-regex -- these are the ones to take out
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function escapeText(text: string): string {
  return text
    .replace(UNWRITABLE, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A number to a hundredth of a pixel; throws `fault/coordinate` for what no picture can hold. */
export function coordinate(value: number): string {
  if (!Number.isFinite(value)) throw new LabError('fault/coordinate', { value: String(value) });
  return String(Math.round(value * 100) / 100 || 0);
}

/** An element with its children, which are SVG already; attributes that are null are left out. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => {
      // Data attributes carry measurements, which are not rounded.
      const isPosition = typeof value === 'number' && !key.startsWith('data-');
      return ` ${key}="${isPosition ? coordinate(value) : escapeText(String(value))}"`;
    });
  const open = `<${name}${written.join('')}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join('')}</${name}>`;
}

export function group(attributes: Attributes, children: readonly string[]): string {
  return children.length === 0 ? '' : element('g', attributes, ...children);
}

export type Point = readonly [x: number, y: number];

/** Path data through points; empty for none. */
export function pathThrough(points: readonly Point[]): string {
  return points
    .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`)
    .join('');
}

/** A whole picture. Title and description are what a screen reader says of it. */
export function picture(
  {
    width,
    height,
    title,
    description,
    background,
    font,
  }: {
    width: number;
    height: number;
    title: string;
    description: string;
    background: string;
    font: string;
  },
  children: readonly string[],
): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${coordinate(width)} ${coordinate(height)}`,
      width,
      height,
      role: 'img',
      'font-family': font,
    },
    element('title', {}, escapeText(title)),
    element('desc', {}, escapeText(description)),
    element('rect', { width, height, fill: background }),
    ...children,
  );
}
