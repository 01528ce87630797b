/** A run that diverges, as it happens and as it is kept. */
import { expect, test } from './fixtures';

test('a run that diverged shows what it had measured, also when it is opened again', async ({
  page,
}) => {
  await page.goto('#/run?preset=micro&engine=wasm&sft.learningRate=1e30&autostart=1');
  const card = page.getByRole('region', { name: 'Measured before it diverged' });
  await expect(card).toBeVisible({ timeout: 60_000 });
  // A paragraph for the eye and a status for screen readers say it.
  const reason = page.getByRole('paragraph').filter({ hasText: /At SFT step \d+: The loss is/ });
  await expect(reason).toBeVisible();
  await expect(card).toContainText(/\d+\.\d% → \d+\.\d% at base and the last benchmark/);
  const facts = await card.textContent();
  await page.goto('#/run');
  await page.reload();
  await page.getByRole('button', { name: /^Open micro/ }).click();
  await expect(card).toBeVisible();
  await expect(reason).toBeVisible();
  expect(await card.textContent()).toBe(facts);
});
