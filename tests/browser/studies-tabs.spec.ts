/** A study that one tab runs, seen from another one. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { chooseFile, smallStudy } from './studies-page';

const status = (page: Page) => page.locator('[data-study-status]');
const goOn = (page: Page) => page.getByRole('button', { name: 'Go on' });

test('a study that another tab runs is called so, followed, and gone on with once that tab is closed', async ({
  page,
  context,
}) => {
  const small = smallStudy();
  // Long enough that the first tab is closed before it is finished.
  const study = { ...small, run: { ...small.run, rl: { ...small.run.rl, steps: 150 } } };
  const first = await context.newPage();
  await first.goto('#/studies');
  await chooseFile(first, 'small.json', JSON.stringify(study));
  await first.getByLabel('Workers').fill('1');
  await first.getByRole('button', { name: 'Run this study' }).click();
  await expect(status(first)).toHaveAttribute('data-study-status', 'running');

  await page.goto('#/studies');
  await expect(status(page)).toHaveAttribute('data-study-status', 'elsewhere');
  await expect(page.getByText('running in another tab')).toBeVisible();
  await expect(goOn(page)).toBeHidden();
  // It shows what the other tab finishes.
  const jobs = page.getByLabel('Progress of the study');
  await expect(jobs).not.toHaveAttribute('value', '0', { timeout: 60_000 });

  await first.close();
  await expect(status(page)).toHaveAttribute('data-study-status', 'stopped');
  await goOn(page).click();
  await expect(status(page)).toHaveAttribute('data-study-status', 'running');
});
