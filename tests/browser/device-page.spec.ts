/** What this device is, and how fast: on the adapter that the browser has, which may be software. */
import { expect, test } from './fixtures';

test.use({ trace: 'off' });

test('names the adapter, tests it against the CPU, and can cancel a measurement', async ({
  page,
}) => {
  await page.goto('#/run');
  await page.getByRole('navigation').getByRole('link', { name: 'Device' }).click();
  await expect(page.getByRole('heading', { name: 'This device' })).toBeVisible();
  await expect(page.locator('[data-adapter]')).not.toBeEmpty();
  await expect(page.locator('[data-choice]')).toContainText('Chosen automatically');
  await expect(page.getByRole('region', { name: 'Storage' })).toContainText('allowed');

  await page.getByRole('button', { name: 'Test this GPU' }).click();
  await expect(page.getByRole('status')).toContainText('Compiling GPU kernels');
  await expect(page.locator('[data-self-test="passed"]')).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole('region', { name: 'Self-test' })).toContainText(/\de−[5-9]/);

  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByRole('status')).toContainText('0.1M');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Measure' })).toBeEnabled();
  await expect(page.getByRole('alert')).toHaveCount(0);

  await page.setViewportSize({ width: 390, height: 844 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
});
