/** The studies page as a person uses it: build, run, reload, look, export, compare, present. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { strFromU8, unzipSync } from 'fflate';
import { analyseStudy, studyFigures, tableAsCsv } from '../../src/figures';
import { parseResults } from '../../src/studies/parse-results';
import type { StudyConfig } from '../../src/studies/study-config';
import { exampleStudy, repeatedStudy } from '../unit/figures/study-example';
import { expect, test } from './fixtures';
import { chooseFile, smallStudy } from './studies-page';

async function openPage(page: Page, query = ''): Promise<void> {
  await page.goto(`#/studies${query}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

function figure(page: Page, id: string): Locator {
  return page.locator(`[data-figure="${id}"]`);
}

async function saved(page: Page, button: string): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return readFile(await download.path());
}

/** The same study in a terminal: the CSV of its figures, by name. */
async function inTerminal(study: StudyConfig): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lab-study-'));
  try {
    const file = path.join(folder, 'study.json');
    await writeFile(file, JSON.stringify(study));
    const out = path.join(folder, 'out');
    const args = ['scripts/lab.mjs', 'study', file, '--out', out, '--workers', '1'];
    await promisify(execFile)('node', args);
    const results = parseResults(
      JSON.parse(await readFile(path.join(out, 'results.json'), 'utf8')),
    );
    const figures = studyFigures(results, analyseStudy(results), {
      theme: 'light',
      format: 'slide',
    });
    return new Map(figures.map(({ id, table }) => [id, tableAsCsv(table)]));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a study goes on after a reload and ends with the results of the terminal', async ({
  page,
}) => {
  const study = smallStudy();
  const inside = inTerminal(study);
  await openPage(page);
  await chooseFile(page, 'small.json', JSON.stringify(study));
  await page.getByLabel('Workers').fill('1');
  await page.getByRole('button', { name: 'Run this study' }).click();
  const bar = page.locator('[data-study-status]');
  await expect(bar).toHaveAttribute('data-study-status', 'running');
  // Seconds after its start there is a picture, on the page and on the stage; nothing has finished.
  await expect(figure(page, 'live')).toContainText(/SFT on uniform, seed 0: \d\d\.\d percent/);
  await expect(bar).toHaveAttribute('data-cells', '0');
  await page.keyboard.press('f');
  const stage = page.getByRole('dialog');
  await expect(stage.locator('[data-figure="live"] [data-row]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-job-status="finished"]').first()).toBeVisible({
    timeout: 60_000,
  });

  await page.reload();
  await expect(bar).toHaveAttribute('data-study-status', 'stopped');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(bar).toHaveAttribute('data-study-status', 'finished', { timeout: 60_000 });
  await expect(bar).toHaveAttribute('data-cells', '2');
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0');
  await expect(figure(page, 'decomposition')).toBeVisible();
  await expect(figure(page, 'live')).toBeHidden();
  const csv = await saved(page, 'CSV of Ceiling decomposition');
  expect(csv.toString()).toBe((await inside).get('decomposition'));
  const figures = page.getByRole('region', { name: 'Figures' });
  await expect(figures).toHaveAttribute('data-untested', '0', { timeout: 30_000 });
  const tested = await saved(page, 'CSV of Did it come true?');
  expect(tested.toString()).toBe((await inside).get('backtest'));

  await page.getByRole('button', { name: 'Export for TRL or verl' }).click();
  const asked = page.getByRole('dialog');
  await asked.getByLabel('Model').fill('theirs/model');
  const download = page.waitForEvent('download');
  await asked.getByRole('button', { name: 'Export', exact: true }).click();
  const files = unzipSync(await readFile(await (await download).path()));
  const plan = JSON.parse(strFromU8(files['micro-trl/plan.json']!)) as { model: string };
  expect(plan.model).toBe('theirs/model');

  const bundle = await saved(page, 'Save as a bundle');
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('button', { name: 'Run this study' })).toBeVisible();
  await chooseFile(page, 'small.zip', bundle);
  await expect(bar).toHaveAttribute('data-cells', '2');
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0');
  const again = await saved(page, 'CSV of Ceiling decomposition');
  expect(again.toString()).toBe(csv.toString());

  // The same bundle by a link, and then both beside each other; a third comes with the lab.
  await page.route('**/studies/small.zip', (route) => route.fulfill({ body: bundle }));
  await page.goto('about:blank');
  await page.goto('#/studies?bundle=studies/small.zip');
  await expect(
    page.getByRole('region', { name: 'Stored studies' }).getByRole('button'),
  ).toHaveCount(3);
  const compare = page.getByRole('region', { name: 'Compare studies' });
  await compare.getByLabel('The other study').selectOption({ index: 1 });
  await expect(figure(page, 'compare')).toBeVisible();
  await expect(compare).toContainText('2 branch points that both have');
  await expect(compare).toContainText('The two studies are configured alike.');
});

test('a study is paused, gone on with and stopped; jobs are skipped and tried again', async ({
  page,
}) => {
  await openPage(page);
  await chooseFile(page, 'small.json', JSON.stringify(smallStudy()));
  await page.getByLabel('Workers').fill('1');
  await page.getByRole('button', { name: 'Run this study' }).click();
  const bar = page.locator('[data-study-status]');
  const job = page.locator('[data-job="uniform/last/0"]');
  await expect(bar).toHaveAttribute('data-study-status', 'running');
  await job.getByRole('button', { name: 'skip' }).click();
  await expect(job).toHaveAttribute('data-job-status', 'skipped');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(bar).toHaveAttribute('data-study-status', 'paused');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(bar).toHaveAttribute('data-study-status', 'running');
  await job.getByRole('button', { name: 'try again' }).click();
  await expect(job).toHaveAttribute('data-job-status', /waiting|running/);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(bar).toHaveAttribute('data-study-status', 'stopped');
  await expect(page.getByRole('button', { name: 'Go on' })).toBeVisible();
});

test('the builder shows cells, time and differences, and its link makes the same study', async ({
  page,
}) => {
  await openPage(page, '?preset=micro');
  const cost = page.locator('.cost');
  await expect(cost).toHaveAttribute('data-cells', '18', { timeout: 30_000 });
  await expect(cost).toContainText('As the preset has it.');
  await page.getByLabel('Seeds').fill('7');
  await page.getByLabel('RL steps', { exact: true }).fill('20');
  await expect(cost).toHaveAttribute('data-cells', '9');
  await expect(cost).toContainText('RL steps: 20 instead of 40');
  await page.getByRole('group', { name: 'Branch points of tiny' }).getByText('adaptation').click();
  await expect(cost).toHaveAttribute('data-cells', '10');
  await page.getByRole('button', { name: 'Add a set' }).click();
  await expect(page.getByRole('group', { name: 'hard-2', exact: true })).toBeVisible();
  await expect(cost).toHaveAttribute('data-cells', '11');
  await expect(cost).toContainText('Set hard-2 is new');
  const address = page.url();
  expect(address).toContain('run.rl.steps=20');
  await page.goto('about:blank');
  await page.goto(address);
  await expect(cost).toHaveAttribute('data-cells', '11', { timeout: 30_000 });

  await page.getByLabel('Seeds').fill('');
  await expect(page.getByText('The study has no seed')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Run this study' })).toBeDisabled();
  await page.getByLabel('Seeds').fill('7');
  await page.getByText('Every setting, as JSON').click();
  const json = page.getByLabel('The study as JSON');
  await json.fill((await json.inputValue()).replace('"seeds"', '"seed"'));
  await expect(page.getByRole('alert')).toContainText(/seed/);
});

test('branch points are named, moved, added and left out, and each set says which it uses', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 900 });
  await openPage(page, '?preset=micro');
  const cost = page.locator('.cost');
  await expect(cost).toHaveAttribute('data-cells', '18', { timeout: 30_000 });
  const points = page.getByRole('region', { name: 'Branch points' });
  const tiny = page.getByRole('group', { name: 'Branch points of tiny' });
  await points.getByRole('button', { name: 'Add a branch point' }).press('Enter');
  await expect(cost).toHaveAttribute('data-cells', '26');
  const added = points.getByRole('group', { name: 'point', exact: true });
  await added.getByLabel('Step').fill('400');
  await expect(added.getByRole('alert')).toContainText('SFT of the set "tiny" ends at step 150');
  await expect(page.getByRole('button', { name: 'Run this study' })).toBeDisabled();
  // What is wrong there becomes right here.
  await tiny.getByLabel('point').press('Space');
  await expect(added.getByRole('alert')).toBeHidden();
  await expect(cost).toHaveAttribute('data-cells', '24');

  await added.getByLabel('Name').fill('mild');
  await expect(added.getByRole('alert')).toContainText('branch point mild is there twice');
  await added.getByLabel('Name').fill('half');
  const half = points.getByRole('group', { name: 'half', exact: true });
  await half.getByLabel('RL starts at').selectOption('Sub-phase');
  await half.getByLabel('Which').selectOption('severe');
  await expect(page.getByRole('button', { name: 'Run this study' })).toBeEnabled();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  const link = new URLSearchParams(page.url().split('?')[1]);
  expect(JSON.parse(link.get('branches')!)).toContainEqual({
    name: 'half',
    at: 'phase',
    phase: 'severe',
  });

  await tiny.getByLabel('mild').uncheck();
  await expect(page.getByRole('alert')).toContainText('The set "tiny" has no branch point');
  await tiny.getByLabel('mild').check();
  await points.getByRole('button', { name: 'Leave out mild' }).click();
  await expect(points.getByRole('alert')).toContainText('The set "tiny" has no branch point');
  await points.getByRole('button', { name: 'Leave out half' }).click();
  await expect(cost).toContainText('As the preset has it.');
});

test('the level weights of a set are typed as numbers with commas', async ({ page }) => {
  await openPage(page, '?preset=micro');
  const tiny = page.getByRole('group', { name: 'tiny', exact: true });
  const weights = tiny.getByLabel('Level weights');
  const cost = page.locator('.cost');
  await weights.fill('1, 2');
  await expect(tiny.getByRole('alert')).toContainText('has 2 weights, but the task has 4 levels');
  await weights.fill('0, 0, 0, 0');
  await expect(tiny.getByRole('alert')).toContainText('levels are all 0');
  await expect(page.getByRole('button', { name: 'Run this study' })).toBeDisabled();
  await weights.fill('1, 1, 0, 2');
  await expect(tiny.getByRole('alert')).toBeHidden();
  await expect(tiny.getByRole('img', { name: /^Levels:/ })).toHaveAccessibleName(
    'Levels: L1 25%, L2 25%, L3 0%, L4 50%',
  );
  await expect(cost).toContainText('Set tiny, levels: 1, 1, 0, 2 instead of');
  const address = page.url();
  await page.goto('about:blank');
  await page.goto(address);
  await expect(weights).toHaveValue('1, 1, 0, 2');
});

test('a link with a wrong value says so and builds the preset', async ({ page }) => {
  await openPage(page, '?preset=micro&seeds=[]');
  await expect(page.getByRole('alert')).toContainText('The study has no seed');
});

test('a wrong file is refused in a sentence, and what is shown stays', async ({ page }) => {
  await openPage(page);
  await chooseFile(page, 'results.json', JSON.stringify(exampleStudy({ seeds: 1 })));
  await expect(figure(page, 'decomposition')).toBeVisible();
  for (const [name, content] of [
    ['noise.zip', Buffer.from('this is not a zip file')],
    ['cut.zip', Buffer.from('504b0304140000000800', 'hex')],
    ['broken.json', '{"cells": '],
    ['other.json', '{"cells": [], "version": 9}'],
    ['unknown.json', JSON.stringify({ ...smallStudy(), sedes: [1] })],
  ] as const) {
    await chooseFile(page, name, content);
    await expect(page.getByRole('alert')).toContainText(/\w+ .*\./);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await expect(figure(page, 'decomposition'), name).toBeVisible();
  }
});

test('damaged studies are listed with what is wrong, saved as they are, and deleted', async ({
  page,
}) => {
  await openPage(page);
  const list = page.getByRole('region', { name: 'Stored studies' });
  await expect(list).toBeVisible();
  const study = { config: { ...smallStudy(), seeds: [] }, createdAt: 1, updatedAt: 1 };
  await page.evaluate(
    async (record) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open('plasticity-lab');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
      const writing = database.transaction('studies', 'readwrite');
      writing.objectStore('studies').put(record);
      await new Promise((resolve) => (writing.oncomplete = resolve));
      database.close();
    },
    { ...study, id: 'broken', imported: false },
  );
  await page.reload();
  await expect(list).toContainText('The study “Small” cannot be read: in its configuration');
  await expect(list).toContainText('The study has no seed');
  const remains: unknown = JSON.parse((await saved(page, 'Save what is left of it')).toString());
  expect(remains).toMatchObject({ config: { title: 'Small', seeds: [] }, cells: [] });
  await list.getByRole('button', { name: 'Delete what is left of it' }).press('Enter');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(list.getByText('cannot be read')).toBeHidden();
  await page.reload();
  await expect(list).toBeVisible();
  await expect(list.getByText('cannot be read')).toBeHidden();
});

test('figures are handed out as SVG, PNG and CSV, and stand beside the paper', async ({ page }) => {
  await openPage(page);
  await chooseFile(page, 'results.json', JSON.stringify(exampleStudy()));
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0', {
    timeout: 30_000,
  });
  const svg = (await saved(page, 'SVG of Ceiling decomposition')).toString();
  const isXml = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml');
    return document.querySelector('parsererror') === null;
  }, svg);
  expect(isXml).toBe(true);
  const png = await saved(page, 'PNG of Ceiling decomposition');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  expect(png.readUInt32BE(16)).toBe(2560);
  const csv = (await saved(page, 'CSV of Ceiling decomposition')).toString();
  expect(csv.split('\n')).toHaveLength(22);

  await page.getByLabel('Beside the paper').check();
  await expect(figure(page, 'decomposition-paper')).toContainText('arXiv 2512.11470');
});

test('a study of 500 cells opens whole, and a figure shows the set that is chosen', async ({
  page,
}) => {
  const study = repeatedStudy(8);
  expect(study.cells.length).toBeGreaterThan(500);
  await openPage(page);
  await chooseFile(page, 'results.json', JSON.stringify(study));
  const status = page.locator('[data-study-status]');
  await expect(status).toHaveAttribute('data-cells', String(study.cells.length));
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0', {
    timeout: 90_000,
  });
  const bars = figure(page, 'decomposition').locator('[data-column="p_sft"]');
  await expect(bars).toHaveCount(20);
  const sets = page.getByLabel('Sets of Ceiling decomposition');
  await sets.getByRole('radio', { name: 'hard' }).click();
  await expect(bars).toHaveCount(4);
});

test('a talk shows one figure at a time, turned by the arrow keys', async ({ page }) => {
  await openPage(page);
  await chooseFile(page, 'results.json', JSON.stringify(exampleStudy({ seeds: 1 })));
  await page
    .getByRole('region', { name: 'Figures' })
    .getByRole('button', { name: 'Present' })
    .click();
  const stage = page.getByRole('dialog');
  await expect(stage).toContainText('1 of 11');
  await expect(stage.locator('[data-figure="decomposition"]')).toBeVisible();
  // A figure that needs several parts is gone through part by part.
  await expect(async () => {
    await page.keyboard.press('ArrowRight');
    await expect(stage.locator('[data-figure="ceiling-map"]')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.keyboard.press('Home');
  await expect(stage).toContainText('1 of 11');
  await page.keyboard.press('Escape');
  await expect(stage).toBeHidden();
});

for (const width of [1440, 1024, 390]) {
  test(`nothing is wider than a window of ${width} pixels`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await openPage(page);
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    expect(await overflow()).toBe(0);
    await chooseFile(page, 'results.json', JSON.stringify(exampleStudy({ seeds: 1 })));
    await expect(figure(page, 'decomposition')).toBeVisible();
    expect(await overflow()).toBe(0);
  });
}
