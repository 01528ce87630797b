/** A run that diverges, as it happens and as it is kept. */
import { expect, test } from './fixtures';

test('a run that diverged shows what it had measured, also when it is opened again', async ({
  page,
}) => {
  await page.goto('#/run?preset=micro&engine=wasm&sft.learningRate=1e30&autostart=1');
  const card = page.getByRole('region', { name: 'Measured before it diverged' });
  await expect(card).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/At SFT step \d+: The loss is/)).toBeVisible();
  await expect(card).toContainText(/\d+\.\d% → \d+\.\d% at base and the last benchmark/);
  const facts = await card.textContent();
  await page.reload();
  await page
    .getByRole('link', { name: /micro · uniform · seed 0/ })
    .first()
    .click();
  await expect(card).toBeVisible();
  expect(await card.textContent()).toBe(facts);
});
