/** The ceilings page as a person uses it: the example, files good and bad, mapping, files to keep. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { foreignText } from '../unit/cli/foreign-study';
import { evaluations, verlSteps } from '../unit/theory/trainer-logs';
import { HEADER, rowsOf } from './curve-rows';
import { expect, test } from './fixtures';

const GOOD = HEADER + rowsOf('alpha') + rowsOf('beta', { gain: 10 });

async function choose(page: Page, name: string, content: string | Buffer): Promise<void> {
  const buffer = typeof content === 'string' ? Buffer.from(content) : content;
  await page.getByLabel('Files of curves').setInputFiles({ name, mimeType: 'text/plain', buffer });
}

async function openPage(page: Page): Promise<void> {
  await page.goto('#/ceilings');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

function row(page: Page, run: string): Locator {
  return page.locator(`tr[data-run="${run}"]`);
}

function card(page: Page, run: string): Locator {
  return page.locator(`article[data-run="${run}"]`);
}

async function expectVerdict(page: Page, run: string, verdict: string): Promise<void> {
  await expect(row(page, run)).toHaveAttribute('data-verdict', verdict, { timeout: 60_000 });
}

async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  return {
    name: download.suggestedFilename(),
    text: await readFile(await download.path(), 'utf8'),
  };
}

test('the example shows ceilings with intervals, and none where the data cannot tell', async ({
  page,
}) => {
  await openPage(page);
  await page.getByRole('link', { name: 'Ceilings' }).click();
  await page.getByRole('button', { name: 'Simulated example' }).click();
  await expectVerdict(page, 'bends early', 'identified');
  await expectVerdict(page, 'still rising', 'not identified');
  await expectVerdict(page, 'little to gain', 'identified');
  await expect(page.getByText('simulated, not measured')).toBeVisible();

  const known = card(page, 'bends early').locator('[data-metric="a_post"]');
  await expect(known).toHaveAttribute('data-identified', 'true');
  await expect(known).toContainText(/7\d\.\d\s*7\d\.\d to 7\d\.\d/);
  const unknown = card(page, 'still rising');
  await expect(unknown.locator('[data-metric="a_post"] b')).toHaveText('not identified');
  await expect(unknown).toContainText('The curve has not bent yet');
  // No cell of the table gives a number for it either.
  await expect(row(page, 'still rising').locator('.a_post')).toHaveText('?');
  await expect(card(page, 'collapses')).toContainText('RL collapsed after compute');
  await expect(page.getByRole('status').filter({ hasText: '6 runs: 5 identified' })).toHaveCount(1);
});

test('a file gets the numbers of the terminal, as JSON and as CSV', async ({ page }, testInfo) => {
  await openPage(page);
  await choose(page, 'two runs.csv', GOOD);
  await expectVerdict(page, 'beta', 'identified');
  const json = await saved(page, 'Save as JSON');
  expect(json.name).toBe('two runs-ceilings.json');
  const path = testInfo.outputPath('two runs.csv');
  await writeFile(path, GOOD);
  const { stdout } = await promisify(execFile)(process.execPath, [
    'scripts/lab.mjs',
    'fit',
    path,
    '--json',
  ]);
  expect(json.text).toBe(stdout);

  const csv = await saved(page, 'Save as CSV');
  expect(csv.name).toBe('two runs-ceilings.csv');
  const [header, alpha] = csv.text.split('\n').map((line) => line.split(','));
  const records = JSON.parse(json.text) as Record<string, string | number | boolean | null>[];
  expect(header).toEqual(Object.keys(records[0]!));
  expect(alpha).toEqual(Object.values(records[0]!).map((value) => String(value ?? '')));
});

test('runs with bad rows are named by row and column, and the others are fitted', async ({
  page,
}) => {
  const lines = GOOD.trim().split('\n');
  const negative = rowsOf('minus').replace('minus,3000000000000000,', 'minus,-3,');
  const headless = rowsOf('headless').split('\n').slice(1).join('\n');
  await openPage(page);
  await choose(
    page,
    'mixed.csv',
    `${lines.join('\n')}\n${rowsOf('gap').replace(/gap,2000000000000000,.*/, 'gap,2e15,lost')}${negative}${headless}`,
  );
  await expectVerdict(page, 'beta', 'identified');
  await expectVerdict(page, 'alpha', 'identified');
  for (const run of ['gap', 'minus', 'headless']) await expectVerdict(page, run, 'no fit');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('Row 36, column "performance" is "lost"');
  await expect(alert).toContainText('Row 53, column "compute" is "-3"; it must be a number from 0');
  await expect(alert).toContainText(
    'Run "headless" (rows 66 to 80), column "compute": no row has 0; that row gives P_sft.',
  );
  await expect(page.getByText('5 runs: 2 identified, 3 without a fit').first()).toBeVisible();
});

test('what holds no curves is refused with a sentence, and the page goes on', async ({ page }) => {
  await openPage(page);
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452ff00fe', 'hex');
  await choose(page, 'picture.csv', png);
  await expect(page.getByRole('alert')).toContainText('picture.csv holds no curves.');
  await expect(page.getByRole('alert')).toContainText('The file is a PNG image.');
  await page.getByRole('button', { name: 'Remove picture.csv' }).click();
  await choose(page, 'empty.csv', '');
  await expect(page.getByRole('alert')).toContainText('The file is empty.');
  await page.getByRole('button', { name: 'Remove empty.csv' }).click();
  await choose(page, 'large.csv', Buffer.alloc(21 * 2 ** 20, 'a'));
  await expect(page.getByRole('alert')).toContainText('The file has 21.0 MB; the limit is 20.');
  await choose(page, 'good.csv', GOOD);
  await expectVerdict(page, 'beta', 'identified');
});

test('columns of other names are guessed, asked for, and can be chosen again', async ({ page }) => {
  const log = rowsOf('x', { scale: 0.01 }).replaceAll('x,', '').trim().split('\n');
  const jsonl = log.map((line) => {
    const [flops, accuracy] = line.split(',').map(Number);
    return JSON.stringify({ total_flops: flops, 'eval/accuracy': accuracy, 'eval/loss': 1 });
  });
  await openPage(page);
  await choose(page, 'trl-log.jsonl', jsonl.join('\n'));
  const form = page.getByRole('form', { name: 'Columns of trl-log.jsonl' });
  await expect(form.getByLabel('Compute', { exact: true })).toHaveValue('total_flops');
  await expect(form.getByLabel('Performance', { exact: true })).toHaveValue('eval/accuracy');
  await expect(form.getByRole('radio', { name: 'share, 0 to 1' })).toBeChecked();
  await form.getByLabel('Performance', { exact: true }).selectOption('choose…');
  await expect(form.getByRole('alert')).toHaveText('Choose the column that holds the performance.');
  await form.getByLabel('Performance', { exact: true }).selectOption('eval/accuracy');
  await form.getByRole('button', { name: 'Fit these curves' }).click();
  await expectVerdict(page, 'trl-log', 'identified');
  await expect(row(page, 'trl-log').locator('.p_sft')).toHaveText('50.0');

  await page.getByRole('button', { name: 'Columns of trl-log.jsonl' }).click();
  await form.getByLabel('Performance', { exact: true }).selectOption('eval/loss');
  await form.getByRole('button', { name: 'Fit these curves' }).click();
  await expectVerdict(page, 'trl-log', 'no fit');
  await expect(page.getByRole('alert')).toContainText('column "eval/loss" is 100 in every row');
});

test('fits can be cancelled half way and finished later', async ({ page }) => {
  await openPage(page);
  const many = Array.from({ length: 12 }, (_, i) => rowsOf(`run ${i}`, { rows: 30 })).join('');
  await choose(page, 'many.csv', HEADER + many);
  await expectVerdict(page, 'run 0', 'identified');
  await page.getByText('Advanced').click();
  await page.getByLabel('Draws').fill('5000');
  await page.getByRole('button', { name: 'Fit all again' }).click();
  await expectVerdict(page, 'run 0', 'fitting');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expectVerdict(page, 'run 11', 'cancelled');
  await expect(page.getByText(/12 cancelled/).first()).toBeVisible();
  await page.getByLabel('Draws').fill('19');
  await expect(page.getByText('The number of draws is “19”; it must be')).toBeVisible();
  await page.getByRole('button', { name: 'Back to the standard' }).click();
  await expectVerdict(page, 'run 11', 'identified');
});

test('a dropped file and a pasted text are read like a chosen one', async ({ page }) => {
  await openPage(page);
  const data = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'dropped.csv'));
    return transfer;
  }, GOOD);
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
  await expect(page.getByText('Drop to fit the curves')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
  await expectVerdict(page, 'alpha', 'identified');
  await page.getByRole('button', { name: 'Start over' }).click();

  await page.evaluate((text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  }, GOOD);
  await expectVerdict(page, 'beta', 'identified');
  await page.getByRole('button', { name: 'Paste', exact: true }).click();
  await page.getByLabel('CSV or JSONL').fill(HEADER + rowsOf('gamma'));
  await page.getByRole('button', { name: 'Fit these curves' }).click();
  await expectVerdict(page, 'gamma', 'identified');
});

test('a run of the lab joins, and stays while another page is looked at', async ({ page }) => {
  await page.goto(
    '#/run?preset=micro&set=tiny&switch=end&rl-steps=30&problems=20&engine=wasm&sft-steps=60&autostart=1',
  );
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
    timeout: 120_000,
  });
  const branch = await page.locator('[data-metric="p_sft"]').getAttribute('data-value');
  await page.getByRole('link', { name: 'Ceilings' }).click();
  await page.getByLabel('Add a run from your runs').selectOption({ index: 1 });
  const run = page.locator('article[data-run^="micro"]');
  await expect(run).toHaveAttribute('data-verdict', /identified|at least|no fit/, {
    timeout: 30_000,
  });
  const shown = run.locator('[data-metric="p_sft"]');
  expect(await shown.getAttribute('data-value')).toBe(branch);
  await page.getByRole('link', { name: 'About', exact: true }).click();
  await page.getByRole('link', { name: 'Ceilings' }).click();
  await expect(run).toBeVisible();
});

test('the table is sorted and followed with the keyboard, and a curve is read with it', async ({
  page,
}) => {
  await openPage(page);
  await choose(page, 'good.csv', GOOD);
  await expectVerdict(page, 'beta', 'identified');
  const names = () =>
    page
      .locator('tbody tr[data-run]')
      .evaluateAll((rows) => rows.map((element) => element.getAttribute('data-run')));
  await page.getByRole('button', { name: 'Sort by A post' }).focus();
  await page.keyboard.press('Enter');
  expect(await names()).toEqual(['beta', 'alpha']);
  await expect(page.locator('th.a_post')).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Enter');
  expect(await names()).toEqual(['alpha', 'beta']);
  await row(page, 'beta').getByRole('button', { name: 'beta' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'beta', exact: true })).toBeFocused();
  const slider = card(page, 'beta').getByRole('slider');
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(slider).toHaveAttribute('aria-valuetext', /compute 0: fitted 50\.0, measured 50\.0/);
});

test('the page fits a phone, a tablet and a desk, empty and full', async ({ page }) => {
  for (const width of [390, 1024, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    await openPage(page);
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await overflow(), `empty at ${width} pixels`).toBeLessThanOrEqual(0);
    await choose(page, 'a-long-name-of-a-file-that-somebody-chose.csv', GOOD + 'x,1,2,3,4\n');
    await expectVerdict(page, 'beta', 'identified');
    await page.getByRole('group', { name: 'beta', exact: true }).scrollIntoViewIfNeeded();
    await expect(card(page, 'beta')).toBeVisible();
    expect(await overflow(), `full at ${width} pixels`).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Start over' }).click();
  }
});

test('a file that is a whole study gets the figures of the lab, and the JSON of the terminal', async ({
  page,
}, testInfo) => {
  test.slow();
  const text = foreignText({ seeds: 1, sets: ['easy', 'hard'] });
  await openPage(page);
  await choose(page, 'theirs.csv', text);
  await expectVerdict(page, 'hard/stable', 'identified');
  const study = page.getByRole('region', { name: 'The study of theirs.csv' });
  await expect(study.getByRole('region', { name: 'Figures' })).toHaveAttribute(
    'data-waiting',
    '0',
    { timeout: 60_000 },
  );
  await expect(study.locator('[data-figure="decomposition"]')).toContainText('hard (5,000)');
  await expect(study.locator('[data-figure="decomposition"]')).toContainText('severe');
  await expect(study.locator('[data-figure="findings"]')).toContainText('undecided');
  await expect(study.locator('[data-figure="switch-rules"]')).toHaveCount(0);
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    study
      .getByRole('article', { name: 'Ceiling decomposition' })
      .getByRole('button', { name: 'CSV' })
      .click(),
  ]);
  expect(await readFile(await csv.path(), 'utf8')).toMatch(/^hard,stable,2,600000000000000000,/m);

  const json = await saved(page, 'Save as JSON');
  const path = testInfo.outputPath('theirs.csv');
  await writeFile(path, text);
  const { stdout } = await promisify(execFile)(process.execPath, [
    'scripts/lab.mjs',
    'fit',
    path,
    '--json',
  ]);
  expect(json.text).toBe(stdout);
});

test('what a trainer printed is recognised, and P_sft is said where no row has it', async ({
  page,
}) => {
  const lines = verlSteps().map(({ step, metrics }) => {
    const said = Object.entries(metrics).map(([key, value]) => `${key}:${value}`);
    return `(TaskRunner pid=9) ${[`step:${step}`, ...said].join(' - ')}`;
  });
  await openPage(page);
  await choose(page, 'train.log', lines.join('\n'));
  const form = page.getByRole('form', { name: 'Columns of train.log' });
  await expect(form).toContainText('verl console log, 201 steps');
  await expect(form.getByLabel('Compute', { exact: true })).toHaveValue('step');
  await expect(form.getByLabel('Performance', { exact: true })).toHaveValue(
    'val-core/sums/acc/mean@4',
  );
  await form.getByRole('button', { name: 'Fit these curves' }).click();
  await expectVerdict(page, 'train', 'identified');
  await expect(row(page, 'train').locator('.p_sft')).toHaveText('38.0');
  await page.getByRole('button', { name: 'Start over' }).click();

  const rest = evaluations({ from: 15 }).map(([step, percent]) => `1.5,${step},${percent / 100}`);
  await choose(page, 'scalars.csv', ['Wall time,Step,Value', ...rest].join('\n'));
  const scalars = page.getByRole('form', { name: 'Columns of scalars.csv' });
  await expect(scalars.getByRole('radio', { name: 'share, 0 to 1' })).toBeChecked();
  await expect(scalars.getByRole('radio', { name: 'first evaluation' })).toBeChecked();
  await scalars.getByRole('radio', { name: 'a number' }).click();
  await expect(scalars.getByRole('alert')).toContainText('P_sft is “”; it must be');
  await scalars.getByLabel('P_sft', { exact: true }).fill('39');
  const sft = (text: string) => ({
    ...{ name: 'sft.csv', mimeType: 'text/csv', buffer: Buffer.from(text) },
  });
  const ofSft = scalars.getByLabel('File with the evaluations of SFT');
  await ofSft.setInputFiles(sft('step,loss\n1,2\n'));
  await expect(scalars.getByRole('alert')).toContainText('sft.csv: The file (CSV, 1 row) has no');
  await ofSft.setInputFiles(sft('step,eval_accuracy\n100,0.31\n200,0.38\n'));
  await expect(scalars.getByLabel('P_sft', { exact: true })).toHaveValue('38.00');
  await scalars.getByRole('button', { name: 'Fit these curves' }).click();
  await expectVerdict(page, 'scalars', 'identified');
  await expect(row(page, 'scalars').locator('.p_sft')).toHaveText('38.0');
});
