/** The address says what is looked at; "Back" and "Forward" lead through it. */
import type { Page } from '@playwright/test';
import { exampleStudy } from '../unit/figures/study-example';
import { expect, test } from './fixtures';
import { chooseFile } from './studies-page';

const SHORT = 'preset=micro&set=tiny&engine=wasm&switch=end&sft-steps=40&rl-steps=20&problems=20';

function hashOf(page: Page): Promise<string> {
  return page.evaluate(() => decodeURIComponent(location.hash));
}

async function openShipped(page: Page, query = ''): Promise<void> {
  await page.goto(`#/studies${query}`);
  await expect(page.getByRole('region', { name: 'Figures' })).toHaveAttribute('data-waiting', '0', {
    timeout: 60_000,
  });
}

test('the start address stays bare until something is chosen', async ({ page }) => {
  await page.goto('');
  await expect(page.getByRole('button', { name: /^Start/ })).toBeVisible();
  expect(await hashOf(page)).toBe('');
  await page.getByRole('radio', { name: /^Ladder/ }).click();
  await expect(page).toHaveURL(/#\/run\?preset=ladder$/);
  await page.getByRole('radio', { name: /^Micro/ }).click();
  await expect(page).toHaveURL(/#\/run\?preset=micro$/);
});

test('back and forward show what their addresses say', async ({ page }) => {
  await page.goto(`#/run?${SHORT}&autostart=1`);
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
    timeout: 120_000,
  });
  const navigation = page.getByRole('navigation');
  await navigation.getByRole('link', { name: 'Device' }).click();
  await expect(page).toHaveURL(/#\/device$/);
  await navigation.getByRole('link', { name: 'Studies' }).click();
  await expect(page).toHaveURL(/#\/studies\?bundle=studies\/scale-difficulty\.zip$/);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await hashOf(page)).toBe('#/device');
  await page.goBack();
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished');
  expect((await hashOf(page)).replace(/[\da-f-]{36}/, 'ID')).toBe(`#/run/ID?${SHORT}`);
  await page.goForward();
  await page.goForward();
  await expect(page.locator('[data-study-status]')).toBeVisible();
  expect(await hashOf(page)).toBe('#/studies?bundle=studies/scale-difficulty.zip');
});

test('a link to another run than the finished one leads to its setup', async ({ page }) => {
  await page.goto(`#/run?${SHORT}&autostart=1`);
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
    timeout: 120_000,
  });
  await page.goto('#/about');
  await page.goto('#/run?preset=grid');
  await expect(page.getByRole('radio', { name: /^Grid/ })).toBeChecked();
  expect(await hashOf(page)).toBe('#/run?preset=grid');
});

test('a study is linked as it is looked at, slide and all', async ({ page }) => {
  await openShipped(page);
  await page.getByLabel('Beside the paper').check();
  await page
    .getByLabel('Sets of Ceiling decomposition')
    .getByRole('radio', { name: 'hard' })
    .click();
  await page.getByRole('button', { name: 'Present Ceiling decomposition' }).click();
  const address =
    '#/studies?bundle=studies/scale-difficulty.zip&paper=1&set.decomposition=hard&slide=decomposition-paper';
  // A figure that needs several parts is gone through part by part.
  await expect(async () => {
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => hashOf(page), { timeout: 1000 }).toBe(address);
  }).toPass();
  await page.goto('about:blank');
  await openShipped(page, address.slice('#/studies'.length));
  await expect(page.getByRole('dialog').locator('[data-figure]')).toHaveAttribute(
    'data-figure',
    'decomposition-paper',
  );
  await page.keyboard.press('Escape');
  await expect(page.getByLabel('Beside the paper')).toBeChecked();
  await expect(
    page.getByLabel('Sets of Ceiling decomposition').getByRole('radio', { name: 'hard' }),
  ).toBeChecked();
});

test('a link to a study or slide that is not here says so', async ({ page }) => {
  await page.goto('#/studies?study=gone');
  await expect(page.getByRole('alert')).toContainText('no study “gone”');
  await page.goto('about:blank');
  await page.goto('#/studies?slide=end');
  await expect(page.getByRole('alert')).toContainText('slide “end”; there are: decomposition,', {
    timeout: 60_000,
  });
});

test('a study that is being fitted does not say that it has no result', async ({ page }) => {
  const said: string[] = [];
  await page.exposeFunction('hear', (text: string) => said.push(text));
  await page.addInitScript(() => {
    new MutationObserver(() => {
      const figures = document.querySelector('[aria-label="Figures"]');
      if (figures) (window as unknown as { hear: (t: string) => void }).hear(figures.textContent);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  // Results alone: the shipped study brings its fits with it.
  await page.goto('#/studies');
  await chooseFile(page, 'results.json', JSON.stringify(exampleStudy({ seeds: 1 })));
  const figures = page.getByRole('region', { name: 'Figures' });
  await expect.poll(() => said.some((text) => /Fitting ceilings/.test(text))).toBe(true);
  await expect(figures).toHaveAttribute('data-waiting', '0', { timeout: 60_000 });
  expect(said.filter((text) => /No result yet|nothing to decompose/.test(text))).toEqual([]);
});
