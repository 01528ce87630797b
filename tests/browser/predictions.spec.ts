/** A run that is predicted before it starts, by one person and by a class. */
import { readFile } from 'node:fs/promises';
import { expectAccessible } from './axe';
import { expect, test } from './fixtures';
import { expectStatus } from './run-steps';

test('a run is predicted on an empty chart, drawn over, and compared with a class', async ({
  page,
}) => {
  await page.goto('#/run?preset=micro&set=tiny&problems=20&engine=wasm&sft-steps=120&rl-steps=24');
  await page.getByRole('button', { name: 'Predict first' }).click();
  const first = page.getByRole('region', { name: 'Predict first' });
  await first.getByRole('slider', { name: 'P sft' }).press('PageUp');
  await first.getByRole('slider', { name: 'Switch to RL' }).press('End');
  const ceiling = first.getByRole('slider', { name: 'A post' });
  const { x, y } = (await ceiling.boundingBox())!;
  await page.mouse.move(x + 12, y + 12);
  await page.mouse.down();
  await page.mouse.move(x + 12, y - 20, { steps: 4 });
  await page.mouse.up();
  await expectAccessible(page, 'a prediction');
  const aPost = Number(await ceiling.getAttribute('aria-valuenow'));
  expect(aPost).toBeGreaterThan(75);
  await page.reload();
  await expect(ceiling).toHaveAttribute('aria-valuenow', String(aPost));

  await page.getByRole('button', { name: /Start the .*run/ }).click();
  const card = page.getByRole('region', { name: 'Predictions' });
  await expect(page.getByText(`Psft 60.0, Apost ${aPost}.0`)).toBeVisible();
  await expectStatus(page, 'finished', 120_000);
  await expect(card).toContainText(/Psft: predicted 60\.0, came \d\d\.\d,\s+too (low|high) by/);
  await expect(card).toContainText(/Switch to RL: predicted 120, came \d+,\s+too late by/);
  const saved = page.waitForEvent('download');
  await card.getByRole('button', { name: 'Save my prediction' }).click();
  const own = await readFile(await (await saved).path(), 'utf8');
  const values = { switch_step: 120, p_sft: 60, a_post: aPost };
  expect(JSON.parse(own)).toMatchObject({ values });
  const files = Array.from({ length: 60 }, (_, i) => ({
    name: `${i}.jsonl`,
    mimeType: 'application/jsonl',
    buffer: Buffer.from(
      i === 3 ? own.replace('run?', 'run?other&') : own.replace('"p_sft":60', `"p_sft":${20 + i}`),
    ),
  }));
  await card.getByLabel('Show a class’s predictions').setInputFiles(files);
  await expect(card.getByRole('figure')).toHaveCount(3);
  await expect(card.getByRole('figure').nth(1)).toContainText(/59 predictions,[^]*it was \d\d\.\d/);
  await expect(card.getByText(/3\.jsonl, line 1, predicts run\?other/)).toBeVisible();
  await expectAccessible(page, 'predictions of a class');
});
