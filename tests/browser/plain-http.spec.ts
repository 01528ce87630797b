/**
 * The built app at plain HTTP on a host that is not this machine to the browser, as in a room that a
 * laptop serves: no WebGPU, no locks, no `crypto.randomUUID`, no service worker. All else works.
 */
import { ROOM_HOST } from '../../scripts/lib/browser.mjs';
import { HEADER, rowsOf } from './curve-rows';
import { expect, test } from './fixtures';
import { host } from './hosts';
import { makePreset, openSets } from './sets-page';
import { chooseFile, smallStudy } from './studies-page';

test.use({
  appUrl: [
    async ({}, use) => {
      const { port, close } = await host();
      await use(`http://${ROOM_HOST}:${port}/`);
      await close();
    },
    { scope: 'worker' },
  ],
});

test('a run goes to its end on wasm, is kept, and its curve gets a ceiling', async ({ page }) => {
  await page.goto('#/run?preset=micro&set=tiny&sft-steps=60&rl-steps=30&problems=20&autostart=1');
  expect(await page.evaluate(() => [isSecureContext, 'randomUUID' in crypto])).toEqual([
    false,
    false,
  ]);
  const runPage = page.locator('.run-page');
  await expect(runPage).toHaveAttribute('data-status', 'finished', { timeout: 120_000 });
  await expect(page.getByRole('group', { name: 'Progress of the run' })).toContainText('wasm');
  await page.goto('#/run');
  await page.reload();
  await expect(page.locator('tr[data-run]')).toHaveCount(1);

  await page.getByRole('link', { name: 'Ceilings' }).click();
  const buffer = Buffer.from(HEADER + rowsOf('alpha'));
  const file = { name: 'curves.csv', mimeType: 'text/csv', buffer };
  await page.getByLabel('Files of curves').setInputFiles(file);
  const row = page.locator('tr[data-run="alpha"]');
  await expect(row).toHaveAttribute('data-verdict', 'identified', { timeout: 60_000 });
});

test('sets are made, and a study runs to its end', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /modulo 10/, /^tiny/, 'tiny 60, seed 0');
  await page.getByRole('link', { name: 'Studies' }).click();
  await chooseFile(page, 'small.json', JSON.stringify(smallStudy()));
  await page.getByLabel('Workers').fill('1');
  await page.getByRole('button', { name: 'Run this study' }).click();
  const bar = page.locator('[data-study-status]');
  await expect(bar).toHaveAttribute('data-study-status', 'finished', { timeout: 120_000 });
});

test('the page says what this address costs, and where all is to be had', async ({ page }) => {
  await page.goto('');
  await expect(page.getByRole('alert')).toContainText('train on the processor alone');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.getByRole('alert')).toBeHidden();
  await page.goto('#/device');
  const address = page.getByRole('region', { name: 'Offline' });
  await expect(address).toContainText(`http://${ROOM_HOST}`);
  await expect(address).toContainText('WebGPU');
  await expect(address).toContainText('https://');
  await page.goto('#/about');
  await expect(page.getByRole('region', { name: 'Offline' })).toContainText('WebGPU');
});
