/** Reads SVG text as strictly as a browser does, for the tests of the figures. */
import { expect } from 'vitest';

export interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface ReadSvg {
  readonly elements: readonly SvgElement[];
  readonly texts: readonly string[];
  readonly width: number;
  readonly height: number;
}

const TAG = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z:-]+="[^"<]*")*)\s*(\/?)>/y;
const TEXT = /[^<]+/y;
const ENTITY = /&(?!(?:amp|lt|gt|quot|#39);)/;

function unescape(text: string): string {
  const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name]!);
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([a-zA-Z:-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, key, value]) => [key!, unescape(value!)]));
}

/** Throws where the text is not well-formed XML of the kind that the figures write. */
export function readSvg(svg: string): ReadSvg {
  const elements: SvgElement[] = [];
  const texts: string[] = [];
  const open: string[] = [];
  for (let at = 0; at < svg.length;) {
    TAG.lastIndex = TEXT.lastIndex = at;
    const tag = TAG.exec(svg);
    const text = tag ? null : TEXT.exec(svg);
    if (!tag && !text) throw new Error(`Not well-formed at: ${svg.slice(at, at + 80)}`);
    at = tag ? TAG.lastIndex : TEXT.lastIndex;
    const [whole] = (tag ?? text)!;
    if (ENTITY.test(whole)) throw new Error(`A bare & in: ${whole}`);
    if (!tag) {
      texts.push(unescape(whole));
      continue;
    }
    const [, closing, name, attributes, empty] = tag;
    if (closing) {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element.`);
      continue;
    }
    elements.push({ name: name!, attributes: attributesOf(attributes!) });
    if (!empty) open.push(name!);
  }
  if (open.length > 0) throw new Error(`Not closed: ${open.join(', ')}`);
  const root = elements[0]!;
  const [, , width, height] = root.attributes.viewBox!.split(' ').map(Number);
  return { elements, texts, width: width!, height: height! };
}

function pathPoints(d: string): [number, number][] {
  // An arc ends in the last two of its seven numbers; moves and lines have two.
  return [...d.matchAll(/([MLA])([^MLAZ]*)/g)].map(([, , numbers]) => {
    const values = numbers!.trim().split(/\s+/).map(Number);
    return [values.at(-2)!, values.at(-1)!];
  });
}

/** All marks lie inside the picture, and every number is one. */
export function expectInside({ elements, width, height }: ReadSvg): void {
  const inside = ([x, y]: readonly [number, number], what: string): void => {
    const isInside = x >= -0.5 && x <= width + 0.5 && y >= -0.5 && y <= height + 0.5;
    expect(isInside, `${what} at ${x}, ${y} in ${width} × ${height}`).toBe(true);
  };
  for (const { name, attributes } of elements) {
    const number = (key: string): number => Number(attributes[key] ?? 0);
    if (name === 'path') {
      for (const point of pathPoints(attributes.d!)) inside(point, 'a path');
    } else if (name === 'rect') {
      inside([number('x'), number('y')], 'a box');
      inside([number('x') + number('width'), number('y') + number('height')], 'a box');
    } else if (name === 'circle') {
      const r = number('r');
      inside([number('cx') - r, number('cy') - r], 'a circle');
      inside([number('cx') + r, number('cy') + r], 'a circle');
    } else if (name === 'text') {
      inside([number('x'), number('y')], 'a text');
    }
  }
}
