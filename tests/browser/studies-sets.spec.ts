/** A study on a set of the library: chosen in the builder, run through a reload, opened elsewhere. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { strFromU8 } from 'fflate';
import { readArchive } from '../../src/studies/bundle/archive';
import { expect, test } from './fixtures';
import { act, makePreset, openSets } from './sets-page';
import { chooseFile, smallStudy } from './studies-page';

async function openBuilder(page: Page): Promise<void> {
  await page.goto('about:blank');
  await page.goto('#/studies?preset=micro');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
}

test('a set of the library is trained on, also after a reload without it, and lies in the bundle', async ({
  page,
}) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^tiny/, 'tiny 60, seed 0');
  await openBuilder(page);
  await chooseFile(page, 'small.json', JSON.stringify(smallStudy()));
  await page.getByRole('button', { name: 'Add a set of the library' }).press('Enter');
  await page.getByRole('menuitem', { name: 'tiny 60, seed 0' }).press('Enter');
  const row = page.getByRole('group', { name: 'tiny-60-seed-0', exact: true });
  await expect(row).toContainText('60 trajectories, a set of the library.');
  await expect(row.getByLabel('Level weights')).toHaveCount(0);
  await row.getByLabel('early').uncheck();
  await page.getByRole('button', { name: 'Leave out uniform' }).click();
  await page.getByText('Every setting, as JSON').click();
  const json = await page.getByLabel('The study as JSON').inputValue();
  await page.getByLabel('Workers').fill('1');
  await page.getByRole('button', { name: 'Run this study' }).click();
  const bar = page.locator('[data-study-status]');
  await expect(bar).toHaveAttribute('data-study-status', 'running');

  await page.reload();
  await openSets(page);
  await act(page, 'tiny 60, seed 0', 'Delete');
  await page.goto('#/studies');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(bar).toHaveAttribute('data-study-status', 'finished', { timeout: 60_000 });
  await expect(bar).toHaveAttribute('data-cells', '1');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as a bundle' }).click(),
  ]);
  const bundle = await readFile(await download.path());
  const rows = strFromU8(readArchive(bundle).files.get('sets/tiny-60-seed-0.jsonl')!);
  expect(rows.trimEnd().split('\n')).toHaveLength(60);

  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await chooseFile(page, 'study.json', json);
  await expect(page.getByRole('alert')).toContainText(
    '"tiny-60-seed-0", a set of the library that this browser does not have',
  );
  await chooseFile(page, 'small.zip', bundle);
  await expect(bar).toHaveAttribute('data-cells', '1');
});
