/**
 * What an editor of figures would send back: text that is too small, cut by the edge of the picture, on
 * other text or on a marker. Measured with the browser's own fonts, for every figure, over studies of
 * many shapes and at every size at which figures are shown.
 */
import type { Page } from '@playwright/test';
import {
  analyseStudy,
  compareFigure,
  FIGURES,
  figureSource,
  pageFormat,
  stageFormat,
  type Figure,
  type FigureOptions,
} from '../../src/figures';
import { KnownFits } from '../../src/studies/known-fits';
import type { StudyResults } from '../../src/studies/study-results';
import { exampleStudy, manySets } from '../unit/figures/study-example';
import { expect, test } from './fixtures';
import { chooseFile } from './studies-page';

const WHOLE = exampleStudy({ heldOut: true });
const STUDIES: Readonly<Record<string, StudyResults>> = {
  'a whole study': WHOLE,
  'ten sets, five with long names': manySets(exampleStudy({ seeds: 2 })),
  'one set': exampleStudy({ seeds: 2, sets: ['large'], paradigms: [] }),
  'paradigms on one set': exampleStudy({ sets: ['uniform'], heldOut: true }),
  'ceilings that are not identified': exampleStudy({ seeds: 1, cutShort: true }),
  'a map': exampleStudy({ isGrid: true, seeds: 2, paradigms: ['dapo'] }),
  'no results': { ...WHOLE, trunks: [], cells: [] },
};

const SCREENS = [
  { width: 1024, height: 768 },
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
] as const;

/** What a screen leaves for the picture beside the edges and the buttons. */
const placeOn = ({ width, height }: (typeof SCREENS)[number]) => ({
  width: width - 24,
  height: height - 72,
});

const FORMATS = {
  'a phone': pageFormat(312),
  'half a page': pageFormat(600),
  'a tablet': pageFormat(912),
  'a page': pageFormat(1104),
  ...Object.fromEntries(
    SCREENS.map((screen) => [
      `a screen of ${screen.width} × ${screen.height}`,
      stageFormat(placeOn(screen), screen.height),
    ]),
  ),
};

/** Every part of every figure, and the paper's. */
function drawAll(results: StudyResults, format: FigureOptions['format']): Figure[] {
  const source = figureSource(results, analyses.get(results)!);
  const { sets } = source;
  const draws = [
    ...FIGURES.map(
      ({ draw }) =>
        (options: FigureOptions) =>
          draw(source, options),
    ),
    ...FIGURES.flatMap(({ paper }) => paper ?? []),
    (options: FigureOptions) =>
      compareFigure({ name: 'A', sets }, { name: 'Another study', sets }, options),
  ];
  return draws.flatMap((draw) => {
    const options = { theme: 'light', format } as const;
    const { parts } = draw(options);
    return Array.from({ length: parts }, (_, part) =>
      draw({ ...options, part, withReading: true }),
    );
  });
}

/** The studies share curves, which are fitted once. */
const known = new KnownFits();
const analyses = new Map(
  Object.values(STUDIES).map((results) => [results, analyseStudy(results, known)] as const),
);

/** What is wrong with a picture, in words; `least` is the smallest text that it may have. */
async function faultsOf(page: Page, svg: string, least: number): Promise<string[]> {
  await page.setContent(`<body style="margin: 0">${svg}</body>`);
  return page.evaluate((smallest) => {
    const found: string[] = [];
    const picture = document.querySelector('svg')!;
    const { width, height } = picture.viewBox.baseVal;
    const boxOf = (element: SVGGraphicsElement, inset: number) => {
      const { x, y, width: wide, height: tall } = element.getBBox();
      // A line of text is taller than its letters.
      return {
        left: x + 1,
        right: x + wide - 1,
        top: y + inset * tall,
        bottom: y + (1 - inset) * tall,
      };
    };
    const texts = [...picture.querySelectorAll('text')].map((element) => ({
      said: element.textContent,
      box: boxOf(element, 0.18),
    }));
    for (const element of picture.querySelectorAll('text, tspan')) {
      const size = parseFloat(getComputedStyle(element).fontSize);
      if (size < smallest - 0.01) found.push(`“${element.textContent}” has ${size} px`);
    }
    for (const { said, box } of texts) {
      const isInside =
        box.left >= -1 && box.top >= 0 && box.right <= width + 1 && box.bottom <= height;
      if (!isInside) found.push(`“${said}” leaves the picture`);
      if (/_(post|sft|rl|mid)\b/.test(said)) found.push(`“${said}” has a raw symbol`);
    }
    const meet = (a: (typeof texts)[0]['box'], b: (typeof texts)[0]['box']) =>
      a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    texts.forEach(({ said, box }, i) => {
      for (const other of texts.slice(i + 1))
        if (meet(box, other.box)) found.push(`“${said}” meets “${other.said}”`);
    });
    for (const marker of picture.querySelectorAll<SVGGraphicsElement>('path[data-row]')) {
      const box = boxOf(marker, 0.1);
      for (const { said, box: text } of texts)
        if (meet(box, text)) found.push(`“${said}” lies on a marker`);
    }
    return found;
  }, least);
}

for (const [study, results] of Object.entries(STUDIES)) {
  test(`figures of ${study} have nothing small, cut or overlapping`, async ({ page }) => {
    const faults: string[] = [];
    for (const [place, format] of Object.entries(FORMATS)) {
      for (const { id, svg } of drawAll(results, format)) {
        const own = await faultsOf(page, svg, format.least);
        faults.push(...own.map((fault) => `${id} on ${place}: ${fault}`));
      }
    }
    expect(faults).toEqual([]);
  });
}

/** The smallest text on the screen in all pictures, in CSS pixels, with what it says. */
async function smallestText(page: Page): Promise<{ size: number; said: string }> {
  return page.evaluate(() => {
    const sizes = [
      ...document.querySelectorAll<SVGTextElement>('[data-figure] text, [data-figure] tspan'),
    ]
      .filter((element) => element.getBoundingClientRect().width > 0)
      .map((element) => {
        const svg = element.ownerSVGElement!;
        const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return {
          size: scale * parseFloat(getComputedStyle(element).fontSize),
          said: element.textContent,
        };
      });
    return sizes.reduce((least, next) => (next.size < least.size ? next : least));
  });
}

/** The widest strip at the right of a picture that its card leaves empty, in CSS pixels. */
async function emptyBeside(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll('article [data-figure] svg')].map(
        (svg) =>
          svg.closest('article')!.getBoundingClientRect().right - svg.getBoundingClientRect().right,
      ),
    ),
  );
}

async function openStudy(page: Page): Promise<void> {
  await page.goto('#/studies');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await chooseFile(page, 'results.json', JSON.stringify(WHOLE));
  const figures = page.getByRole('region', { name: 'Figures' });
  await expect(figures).toHaveAttribute('data-waiting', '0', { timeout: 60_000 });
}

/** Brings every figure into sight, as they are drawn when they come there. */
async function lookAtAll(page: Page): Promise<void> {
  for (const { title, id } of FIGURES) {
    const place = page
      .getByRole('group', { name: title })
      .or(page.getByRole('article', { name: title }));
    await place.first().scrollIntoViewIfNeeded();
    await expect(page.locator(`[data-figure="${id}"] svg`)).toBeVisible();
  }
}

test('no text of a figure is below 11 px on the screen, also beside the paper', async ({
  page,
}) => {
  for (const width of [1440, 1024, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await openStudy(page);
    for (const withPaper of [false, true]) {
      await page.getByLabel('Beside the paper').setChecked(withPaper);
      await lookAtAll(page);
      if (!withPaper) expect(await emptyBeside(page)).toBeLessThanOrEqual(64);
      const { size, said } = await smallestText(page);
      expect(size, `“${said}” at ${width} px`).toBeGreaterThanOrEqual(11 - 0.01);
    }
  }
});

for (const screen of SCREENS) {
  test(`a talk is readable and whole at ${screen.width} × ${screen.height}`, async ({ page }) => {
    await page.setViewportSize(screen);
    await openStudy(page);
    const figures = page.getByRole('region', { name: 'Figures' });
    await figures.getByRole('button', { name: 'Present', exact: true }).click();
    const stage = page.getByRole('dialog');
    const next = stage.getByRole('button', { name: 'Next' });
    for (let turns = 0; turns < 60; turns += 1) {
      const sizes = await page.evaluate(() => {
        const dialog = document.querySelector('[role="dialog"]')!;
        const place = dialog.querySelector('[data-figure]')!.parentElement!;
        const texts = [...dialog.querySelectorAll<SVGTextElement>('svg text, svg tspan')];
        return {
          cut: Math.max(
            dialog.scrollHeight - dialog.clientHeight,
            place.scrollHeight - place.clientHeight,
          ),
          least: Math.min(
            ...texts.map((element) => {
              const svg = element.ownerSVGElement!;
              const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
              return scale * parseFloat(getComputedStyle(element).fontSize);
            }),
          ),
        };
      });
      const where = await stage.locator('[aria-live]').innerText();
      expect(sizes.least, where).toBeGreaterThanOrEqual(0.025 * screen.height - 0.05);
      expect(sizes.cut, where).toBeLessThanOrEqual(1);
      if (await next.isDisabled()) break;
      await page.keyboard.press('ArrowRight');
    }
    await expect(next).toBeDisabled();
    await page.keyboard.press('n');
    const reading = stage.getByText('Intervals hold 90%').last();
    await expect(reading).toBeVisible();
    const size = await reading.evaluate((element) =>
      parseFloat(getComputedStyle(element).fontSize),
    );
    expect(size).toBeGreaterThanOrEqual(0.025 * screen.height);
    await page.keyboard.press('Escape');
  });
}
