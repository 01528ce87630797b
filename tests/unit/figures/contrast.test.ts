/**
 * Whether what figures draw stands out from its ground: text by 4.5:1, marks by 3:1 (WCAG 2.2, 1.4.3 and
 * 1.4.11), in both themes; and whether no kind of colour vision takes one series for another.
 */
import { describe, expect, it } from 'vitest';
import { analyseStudy, compareFigure, FIGURES, figureSource } from '../../../src/figures';
import { seriesStyle, THEMES } from '../../../src/figures/drawing/theme';
import { contrast } from '../../../src/palette';
import { distance, mixed, seenBy, VISIONS } from './colour-vision';
import { exampleStudy } from './study-example';
import { readSvg, type SvgElement } from './svg-checks';

const STUDY = exampleStudy({ seeds: 2, heldOut: true });
const ANALYSIS = analyseStudy(STUDY);
const OPEN = exampleStudy({ seeds: 1, cutShort: true, sets: ['uniform', 'hard'] });
const OPEN_ANALYSIS = analyseStudy(OPEN);
const THEME_NAMES = ['light', 'dark'] as const;

function figuresOf(theme: (typeof THEME_NAMES)[number]) {
  return (['slide', 'narrow'] as const).flatMap((format) => {
    const options = { theme, format };
    const sources = [figureSource(STUDY, ANALYSIS), figureSource(OPEN, OPEN_ANALYSIS)];
    const [{ sets }] = sources as [(typeof sources)[0]];
    return [
      ...sources.flatMap((source) => FIGURES.map(({ draw }) => draw(source, options))),
      ...FIGURES.flatMap(({ paper }) => (paper ? [paper(options)] : [])),
      compareFigure({ name: 'A', sets }, { name: 'B', sets }, options),
    ];
  });
}

type Place = readonly [x: number, y: number];

function number({ attributes }: SvgElement, key: string): number {
  return Number(attributes[key] ?? 0);
}

function covers(element: SvgElement, [x, y]: Place): boolean {
  if (element.name === 'rect') {
    const [left, top] = [number(element, 'x'), number(element, 'y')];
    const [right, bottom] = [left + number(element, 'width'), top + number(element, 'height')];
    return x >= left && x <= right && y >= top && y <= bottom;
  }
  if (element.name !== 'circle') return false;
  return Math.hypot(x - number(element, 'cx'), y - number(element, 'cy')) <= number(element, 'r');
}

/** The colour at a place of what was drawn before: boxes and circles that are filled, one over another. */
function groundAt(drawn: readonly SvgElement[], place: Place): string {
  return drawn.reduce((ground, element) => {
    const { fill = 'none', opacity = '1' } = element.attributes;
    if (fill === 'none' || !covers(element, place)) return ground;
    return mixed(ground, fill, Number(opacity));
  }, '#ffffff');
}

/** Middle of the first letter: all of a text lies on one ground here. */
function middleOf(text: SvgElement): Place {
  return [number(text, 'x'), number(text, 'y') - 0.35 * number(text, 'font-size')];
}

describe.each(THEME_NAMES)('figures in the %s theme', (theme) => {
  const figures = figuresOf(theme);

  it('have text that stands out from its ground by 4.5:1', () => {
    const faint = figures.flatMap(({ id, svg }) => {
      const { elements } = readSvg(svg);
      return elements.flatMap((element, i) => {
        if (element.name !== 'text') return [];
        const ground =
          element.attributes.stroke ?? groundAt(elements.slice(0, i), middleOf(element));
        const ratio = contrast(element.attributes.fill!, ground);
        return ratio < 4.5 ? [`${id}: ${element.attributes.fill} on ${ground}, ${ratio}`] : [];
      });
    });
    expect([...new Set(faint)]).toEqual([]);
  });

  it('have boxes, markers and whiskers that stand out from the ground beside them by 3:1', () => {
    const faint = figures.flatMap(({ id, svg }) => {
      const { elements } = readSvg(svg);
      return elements.flatMap((element, i) => {
        const { fill = 'none', stroke = 'none', 'data-row': row } = element.attributes;
        // What has a value is what must be seen; a ramp’s circles have an outline.
        if (row === undefined) return [];
        const colour = stroke === 'none' ? fill : stroke;
        const beside = besideOf(element);
        const ground = groundAt(elements.slice(0, i), beside);
        const ratio = contrast(colour, ground);
        return ratio < 3 ? [`${id}: ${colour} on ${ground}, ${ratio}`] : [];
      });
    });
    expect([...new Set(faint)]).toEqual([]);
  });

  it('have series that every kind of colour vision tells apart, and no two alike in all', () => {
    const { series, background } = THEMES[theme];
    for (const { colour } of series) expect(contrast(colour, background)).toBeGreaterThan(3);
    for (const vision of VISIONS) {
      const least = vision === 'normal' ? 11 : 4;
      series.forEach(({ colour }, i) => {
        for (const other of series.slice(i + 1)) {
          const apart = distance(seenBy(vision, colour), seenBy(vision, other.colour));
          expect(apart, `${colour} and ${other.colour}, ${vision}`).toBeGreaterThan(least);
        }
      });
    }
    const looks = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify(seriesStyle(THEMES[theme], i)),
    );
    expect(new Set(looks).size).toBe(40);
  });
});

/** A place just outside a mark, at its left and half its height. */
function besideOf(element: SvgElement): Place {
  const { name, attributes } = element;
  if (name === 'rect') {
    const middle = number(element, 'y') + number(element, 'height') / 2;
    return [number(element, 'x') - 1, middle];
  }
  if (name === 'circle') {
    return [number(element, 'cx') - number(element, 'r') - 2, number(element, 'cy')];
  }
  const points = [...attributes.d!.matchAll(/[ML](\S+) (\S+)/g)].map(([, x, y]) => [
    Number(x),
    Number(y?.match(/^[\d.-]+/)?.[0]),
  ]);
  const left = Math.min(...points.map(([x]) => x!));
  const middle = points.reduce((sum, [, y]) => sum + y!, 0) / points.length;
  return [left - 2, middle];
}
