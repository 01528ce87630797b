/**
 * How long a person waits for the page, and how long its thread is held: `npm run bench:page` prints
 * it as a Markdown table. Bars stand beside what is measured; only an error fails.
 */
import type { Page } from '@playwright/test';
import { HEADER, rowsOf } from '../browser/curve-rows';
import { expect, test } from '../browser/fixtures';
import { makeLarge, openSets, scrollToEnd } from '../browser/sets-page';
import { chooseFile } from '../browser/studies-page';
import { repeatedStudy } from '../unit/figures/study-example';
import { watchThread } from './watch-thread';

declare global {
  interface Window {
    /** Milliseconds from the choice of a file until there is an element. */
    since(selector: string): Promise<number>;
  }
}

const ROUNDS = [1, 2, 3];
/** More than 500 cells. */
const STUDY = repeatedStudy(8);
const CURVES = 60;
/** A run of a few seconds with every kind of event. */
const RUN = 'preset=micro&set=tiny&switch=end&sft-steps=60&rl-steps=30&problems=20&engine=wasm';

/** Milliseconds of each round, by what was measured; bar: what they should stay below. */
const measured = new Map<string, { readonly bar: number | null; readonly times: number[] }>();

function note(what: string, bar: number | null, time: number): void {
  if (!measured.has(what)) measured.set(what, { bar, times: [] });
  measured.get(what)!.times.push(time);
}

/** Notes how long the page's thread has been held since `watchThread`. */
async function noteThread(page: Page, what: string): Promise<void> {
  const { longest, p99 } = await page.evaluate(() => window.thread());
  note(`${what}: wait for the thread, p99`, 50, p99);
  note(`${what}: longest task`, 150, longest);
}

function table(): string {
  const rows = [...measured].map(([what, { bar, times }]) => {
    const sorted = times.toSorted((a, b) => a - b).map((time) => time.toFixed(0));
    const median = sorted[Math.floor(sorted.length / 2)];
    return `| ${what} | ${median} | ${sorted.at(-1)} | ${bar ?? '–'} |`;
  });
  return ['| what | median ms | worst ms | bar ms |', '| --- | ---: | ---: | ---: |', ...rows].join(
    '\n',
  );
}

test.afterAll(() => console.log(`\n${table()}\n`));

/** Evaluated in a page: `since` waits for elements from then on. */
function startClock(): void {
  let chosen = 0;
  document.addEventListener('change', () => (chosen = performance.now()), { capture: true });
  window.since = async (selector) => {
    while (chosen === 0 || document.querySelector(selector) === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return performance.now() - chosen;
  };
}

/** Milliseconds from a click on a set to the painted figure. */
function redraw(page: Page, set: string): Promise<number> {
  const button = page
    .getByLabel('Sets of Ceiling decomposition')
    .getByRole('radio', { name: set, exact: true });
  return button.evaluate(async (element: HTMLElement) => {
    const start = performance.now();
    element.click();
    await new Promise(requestAnimationFrame);
    // The frame is painted before the next task.
    await new Promise((resolve) => setTimeout(resolve));
    return performance.now() - start;
  });
}

for (const round of ROUNDS) {
  test(`a study of ${STUDY.cells.length} cells, round ${round}`, async ({ page }) => {
    await page.goto('#/studies');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.evaluate(startClock);
    const first = page.evaluate(
      (cells) => window.since(`body:has([data-cells="${cells}"]) [data-figure="decomposition"]`),
      STUDY.cells.length,
    );
    const all = page.evaluate(() => window.since('.gallery[data-waiting="0"]'));
    await chooseFile(page, 'results.json', JSON.stringify(STUDY));
    const what = `study of ${STUDY.cells.length} cells`;
    note(`${what}: file chosen to first figure`, 2000, await first);
    note(`${what}: file chosen to last ceiling`, null, await all);
    for (const set of ['hard', 'easy', 'large']) {
      note(`${what}: a figure drawn again`, 200, await redraw(page, set));
    }
  });

  test(`a run, round ${round}`, async ({ page }) => {
    await page.goto('#/run');
    await page.evaluate(watchThread);
    await page.goto(`#/run?${RUN}&seed=${round}&autostart=1`);
    await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
      timeout: 120_000,
    });
    await noteThread(page, 'a run');
  });

  test(`ceilings, round ${round}`, async ({ page }) => {
    await page.goto('#/ceilings');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const curves = Array.from({ length: CURVES }, (_, i) => rowsOf(`run ${i}`, { rows: 40 }));
    const buffer = Buffer.from(HEADER + curves.join(''));
    await page.evaluate(startClock);
    await page.evaluate(watchThread);
    const all = page.evaluate(
      (last) => window.since(`tr[data-run="run ${last}"][data-verdict="identified"]`),
      CURVES - 1,
    );
    const file = { name: 'curves.csv', mimeType: 'text/csv', buffer };
    await page.getByLabel('Files of curves').setInputFiles(file);
    note(`ceilings of ${CURVES} curves: file chosen to last ceiling`, null, await all);
    await noteThread(page, `ceilings of ${CURVES} curves`);
  });

  test(`a hundred thousand trajectories, round ${round}`, async ({ page }) => {
    await openSets(page);
    await page.evaluate(watchThread);
    const start = performance.now();
    await makeLarge(page);
    note('100,000 trajectories: made and listed', 20_000, performance.now() - start);
    await noteThread(page, '100,000 trajectories, being made');
    await page.evaluate(watchThread);
    await scrollToEnd(page);
    await noteThread(page, '100,000 trajectories, scrolled through');
  });
}
