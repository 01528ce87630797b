/** Paradigms on the run page: chosen by hand or by a link, with their measures and signs of trouble. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

// How long a page takes to train says nothing about a recorder.
test.use({ trace: 'off' });

async function expectStatus(page: Page, status: string): Promise<void> {
  await expect(page.locator('.run-page')).toHaveAttribute('data-status', status, {
    timeout: 120_000,
  });
}

test('a mixture is chosen in the form, runs to its compute, and is there in the link', async ({
  page,
}) => {
  await page.goto('#/run?preset=micro&set=tiny&engine=wasm&problems=20&held-out=10');
  await page.getByLabel('Paradigm').selectOption('luffy');
  await expect(page.getByLabel('SFT, at most')).toHaveCount(0);
  await expect(page.getByRole('combobox', { name: 'Switch to RL' })).toHaveCount(0);
  await page.getByLabel('Compute budget').fill('4e9');
  await page.getByText('Advanced').click();
  await page.getByLabel('Held-out kind').fill('10');
  await expect(page).toHaveURL(
    /\?preset=micro&paradigm=luffy&set=tiny&engine=wasm&budget=4e9&problems=20&held-out=10$/,
  );
  await page.getByRole('button', { name: 'Start the micro run' }).click();
  await expectStatus(page, 'finished');
  const summary = page.getByRole('region', { name: 'Summary' });
  await expect(summary).toContainText(/measured after \d+ RL steps/);
  await expect(summary).toContainText('the base, no SFT');
  const beyond = summary.locator('[data-metric="held_out"]');
  expect(Number(await beyond.getAttribute('data-value'))).toBeGreaterThan(0);
  const progress = page.getByRole('group', { name: 'Progress of the run' });
  await expect(progress).toContainText(/SFT\s*none/);
  // No SFT, no chart of its loss; what an expert wrote has a chart of its own.
  await expect(page.getByRole('slider', { name: /Loss of SFT/ })).toHaveCount(0);
  await expect(page.getByRole('slider', { name: /Expert’s tokens/ })).toBeVisible();
  await page.getByRole('group', { name: 'Measures' }).getByText('Weight drift').click();
  await expect(page.getByRole('slider', { name: /Weight drift/ })).toBeVisible();
});

test('SFT alone ends with its compute, and no ceiling is claimed for it', async ({ page }) => {
  await page.goto(
    '#/run?preset=micro&paradigm=sft&set=tiny&engine=wasm&budget=4e9&problems=20&held-out=0&autostart=1',
  );
  await expectStatus(page, 'finished');
  const summary = page.getByRole('region', { name: 'Summary' });
  await expect(summary).toContainText(/measured after \d+ SFT steps/);
  await expect(summary.locator('[data-metric="a_post"]')).toContainText('no RL');
  await expect(page.getByRole('region', { name: 'Switch to RL' })).toContainText('SFT has ended');
  await expect(page.getByRole('slider', { name: /Reward/ })).toHaveCount(0);
});

test('a wrong budget is named beside its field, and nothing starts', async ({ page }) => {
  await page.goto('#/run?preset=micro&paradigm=hpt');
  await page.getByLabel('Compute budget').fill('lots');
  await expect(page.getByRole('alert')).toContainText(
    'The compute budget is “lots”; it must be a number from 1000000',
  );
  await expect(page.getByRole('button', { name: 'Start the micro run' })).toBeDisabled();
});
