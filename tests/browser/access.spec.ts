/** Who uses the lab without a mouse, without colours, or by ear: axe, the focus, forced colours. */
import type { Locator, Page } from '@playwright/test';
import { exampleStudy } from '../unit/figures/study-example';
import { expectAccessible } from './axe';
import { expect, test } from './fixtures';
import { act, giveFile, makePreset, openSets, rowOf } from './sets-page';
import { chooseFile } from './studies-page';

const MICRO = 'preset=micro&set=tiny&problems=20&engine=wasm';
const RUN = `${MICRO}&rl-steps=30`;

async function expectStatus(page: Page, status: string): Promise<void> {
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', status, {
    timeout: 120_000,
  });
}

async function press(button: Locator): Promise<void> {
  await button.focus();
  await button.press('Enter');
}

async function openExampleStudy(page: Page): Promise<void> {
  await page.goto('#/studies');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await chooseFile(page, 'results.json', JSON.stringify(exampleStudy({ seeds: 1 })));
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0');
  await expect(page.locator('[data-figure]')).toHaveCount(11);
}

test('axe finds nothing on the pages as they open', async ({ page }) => {
  for (const place of ['', '#/run', '#/about', '#/device', '#/ceilings', '#/nowhere']) {
    await page.goto(place);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expectAccessible(page, place);
  }
});

test('axe finds nothing on a finished run and in its question', async ({ page }) => {
  await page.goto(`#/run?${RUN}&sft-steps=60&switch=end&autostart=1`);
  await expectStatus(page, 'finished');
  await page.locator('summary', { hasText: 'Benchmark' }).click();
  await expectAccessible(page, 'a finished run');
  await page
    .getByRole('button', { name: /^Delete/ })
    .first()
    .click();
  await expectAccessible(page, 'its question');
});

test('axe finds nothing on the sets, on one of them and in the dialogs', async ({ page }) => {
  await openSets(page);
  await expectAccessible(page, 'no sets');
  await makePreset(page, /modulo 10/, /^tiny/, 'tiny 60, seed 0');
  await expectAccessible(page, 'the list of sets');
  for (const action of ['Rename…', 'Derive…', 'Measure difficulty…', 'Export…']) {
    await act(page, 'tiny 60, seed 0', action);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page, action);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  }
  await page.getByRole('link', { name: 'tiny 60' }).click();
  await page.getByRole('row').nth(1).click();
  await expect(page.getByRole('article')).toBeVisible();
  await expectAccessible(page, 'a set');
});

test('axe finds nothing on two sets side by side', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^tiny/, 'tiny 60, seed 0');
  await makePreset(page, /micro preset/, /^easy/, 'easy 1000, seed 0');
  for (const name of ['tiny 60, seed 0', 'easy 1000, seed 0'])
    await rowOf(page, name).getByRole('checkbox').check();
  await page.getByRole('link', { name: 'Compare the two' }).click();
  await expect(page.getByTestId('overlap')).toBeVisible();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await expectAccessible(page, `two sets at ${width} pixels`);
  }
});

test('axe finds nothing where a file is imported, with faulty rows and without', async ({
  page,
}) => {
  const good = JSON.stringify({ prompt: '1+1=', completion: '+12#2' });
  const wrong = JSON.stringify({ prompt: '2+1=', completion: '+12#2' });
  await openSets(page);
  await giveFile(page, 'mine.jsonl', [good, wrong, '{"prompt": 1', '{"a": 1}'].join('\n'));
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page, 'a file before it is read');
  await page.getByRole('dialog').getByLabel('Task').selectOption('own');
  await expectAccessible(page, 'a file of another task');
  await page.getByRole('dialog').getByLabel('Task').selectOption('micro');
  await page.getByRole('button', { name: 'Read the file' }).click();
  const report = page.getByTestId('import-report');
  await expect(report.locator('summary').first()).toBeVisible();
  for (const fault of await report.locator('summary').all()) await fault.click();
  await expect(report.getByRole('listitem').first()).toBeVisible();
  await expectAccessible(page, 'faulty rows');
});

test('axe finds nothing on a run in progress, in SFT, paused and in RL', async ({ page }) => {
  await page.goto(`#/run?${MICRO}&sft-steps=20000&rl-steps=20000&switch=end&autostart=1`);
  await expect(page.getByText(/SFT step [1-9]/).first()).toBeVisible();
  await expectAccessible(page, 'SFT in progress');
  await page.getByRole('button', { name: 'Pause' }).click();
  await expectStatus(page, 'paused');
  await expectAccessible(page, 'a paused run');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Switch to RL now' }).click();
  await expect(page.getByText(/RL step [1-9]/).first()).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page, 'RL in progress');
});

test('axe finds nothing on a study, in a talk and where one is built', async ({ page }) => {
  await openExampleStudy(page);
  await expectAccessible(page, 'a study');
  await page.getByLabel('Beside the paper').check();
  await expectAccessible(page, 'a study beside the paper');
  await page.getByRole('button', { name: 'Present Findings' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page, 'a talk');
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto('#/studies?preset=micro');
    await expect(page.locator('.cost')).toHaveAttribute('data-cells', '18', { timeout: 30_000 });
    await expectAccessible(page, `a new study at ${width} pixels`);
  }
});

test('axe finds nothing on fitted ceilings', async ({ page }) => {
  await page.goto('#/ceilings');
  await page.getByRole('button', { name: 'Simulated example' }).click();
  await expect(page.getByText(/6 runs: 5 identified/).first()).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page, 'ceilings');
});

test('the focus stays at what a key has brought about', async ({ page }) => {
  await page.goto(`#/run?${RUN}&sft-steps=2000&switch=end`);
  await press(page.getByRole('button', { name: /^Start/ }));
  await expect(page.getByRole('heading', { level: 1, name: /micro/ })).toBeFocused();
  const pause = page.getByRole('button', { name: 'Pause' });
  await press(pause);
  await expect(page.getByRole('button', { name: 'Continue' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(pause).toBeFocused();
  const switchNow = page.getByRole('button', { name: 'Switch to RL now' });
  await expect(switchNow).toBeEnabled();
  await press(switchNow);
  await expect(page.getByRole('heading', { name: 'Switched to RL' })).toBeFocused();
  await expectStatus(page, 'finished');
  await press(page.getByRole('button', { name: 'New run' }));
  await expect(page.getByRole('heading', { level: 1, name: /^Watch/ })).toBeFocused();
});

test('the focus comes back from a talk to the button that began it', async ({ page }) => {
  await openExampleStudy(page);
  const present = page.getByRole('button', { name: 'Present Ceiling map: scale × difficulty' });
  await press(present);
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(present).toBeFocused();
});

test('whoever leaves a button for the page is not called back to it', async ({ page }) => {
  await page.goto(`#/run?${RUN}&sft-steps=40&switch=end`);
  await page.getByRole('button', { name: /^Start/ }).click();
  await expectStatus(page, 'running');
  await page.getByRole('button', { name: 'Pause' }).focus();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  // The buttons vanish with the end of the run.
  await expectStatus(page, 'finished');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeHidden();
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
});

/** Colours that an element shows. */
async function coloursOf(page: Page, element: Locator): Promise<number> {
  const png = (await element.screenshot()).toString('base64');
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, png);
}

test('level bars are seen where the system puts its own colours', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto('#/run');
  const bars = page.getByRole('img', { name: /^Levels:/ }).first();
  await expect(bars).toBeVisible();
  expect(await coloursOf(page, bars)).toBeGreaterThan(1);
});

test('every page of the navigation is in sight at any width', async ({ page }) => {
  await page.goto('#/about');
  await expect(page.getByRole('navigation').getByRole('link')).toHaveCount(7);
  for (const width of [390, 600, 768, 1024]) {
    await page.setViewportSize({ width, height: 800 });
    for (const link of await page.getByRole('navigation').getByRole('link').all()) {
      const box = (await link.boundingBox())!;
      const isInside = box.x >= 0 && box.x + box.width <= width;
      expect(isInside, `${await link.innerText()} at ${width} pixels`).toBe(true);
      await expect(link).toBeInViewport({ ratio: 1 });
    }
    const tops = await page
      .getByRole('navigation')
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => Math.round(link.getBoundingClientRect().top)));
    expect(new Set(tops).size, `lines at ${width} pixels`).toBe(1);
  }
});

test('the figures of a study are there for those who search, jump and listen', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 600 });
  await openExampleStudy(page);
  await expect(page.getByRole('article').getByRole('heading', { level: 2 })).toHaveText([
    'Ceiling decomposition',
    'Ceiling map: scale × difficulty',
    'Findings',
    'Validation loss as an indicator',
    'What predicts the ceiling before RL',
    'When to switch: regret of each rule',
    'Performance against compute',
    'Did it come true?',
    'Paradigms at equal compute',
    'The benchmark, level by level',
    'Out of distribution',
  ]);
});
