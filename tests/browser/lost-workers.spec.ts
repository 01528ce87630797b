/** Workers that die without a word: what they did goes on. */
import type { Page, Worker } from '@playwright/test';
import { expect, test } from './fixtures';
import { expectStatus, metrics, SHORT, waitForStep } from './run-steps';
import { giveFile, openSets } from './sets-page';
import { chooseFile, smallStudy } from './studies-page';

async function workerNamed(page: Page, name: string): Promise<Worker> {
  for (const worker of page.workers()) {
    // One that has ended may still be listed, and does not answer.
    const found = await worker.evaluate(() => self.name).catch(() => null);
    if (found === name) return worker;
  }
  throw new Error(`There is no worker ${name}.`);
}

/** Ends a worker from within: nobody is told. */
async function kill(page: Page, name: string): Promise<void> {
  const worker = await workerNamed(page, name);
  void worker.evaluate(() => self.close()).catch(() => undefined);
}

const LINK = `#/run?${SHORT}&seed=3&autostart=1`;

test('a run whose trainer dies, and then its storage, ends like an undisturbed one', async ({
  page,
}) => {
  await page.goto(LINK);
  await expectStatus(page, 'finished', 120_000);
  const undisturbed = await metrics(page);

  await page.goto('about:blank');
  await page.goto(LINK);
  await waitForStep(page, 'SFT', 30);
  await kill(page, 'trainer');
  await expect(page.getByText('gave no sign of life for')).toBeVisible({ timeout: 30_000 });
  await waitForStep(page, 'RL', 5);
  await kill(page, 'helper');
  await kill(page, 'storage');
  await expectStatus(page, 'finished', 120_000);
  expect(await metrics(page)).toEqual(undisturbed);
  await page.reload();
  await expectStatus(page, 'finished');
  expect(await metrics(page)).toEqual(undisturbed);
});

test('a study replaces a trainer that dies, and can go on where its own worker does', async ({
  page,
}) => {
  const small = smallStudy();
  // Long enough that its workers are lost before it is finished.
  const study = { ...small, run: { ...small.run, rl: { ...small.run.rl, steps: 60 } } };
  await page.goto('#/studies');
  await chooseFile(page, 'small.json', JSON.stringify(study));
  await page.getByLabel('Workers').fill('1');
  await page.getByRole('button', { name: 'Run this study' }).click();
  const bar = page.locator('[data-study-status]');
  await expect(bar).toHaveAttribute('data-study-status', 'running');
  await expect(page.locator('[data-job-status="running"]').first()).toBeVisible();
  await kill(page, 'study-trainer');
  await expect(page.locator('[data-job-status="finished"]').first()).toBeVisible({
    timeout: 60_000,
  });
  await kill(page, 'study');
  await expect(page.getByText('What had been finished is kept')).toBeVisible({ timeout: 30_000 });
  await expect(bar).toHaveAttribute('data-study-status', 'stopped');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(bar).toHaveAttribute('data-study-status', 'finished', { timeout: 60_000 });
});

/** A decoder that never ends, in the middle of what the worker does. */
async function hang(page: Page, name: string): Promise<void> {
  const worker = await workerNamed(page, name);
  void worker
    .evaluate(() => {
      for (;;);
    })
    .catch(() => undefined);
}

test('a file whose reading never ends is given up by itself or by Cancel, and the next one is read', async ({
  page,
}) => {
  const rows = Array.from({ length: 6 }, (_, i) =>
    JSON.stringify({ prompt: `${i}+${i}=`, completion: `#${2 * i}` }),
  );
  await openSets(page);
  await giveFile(page, 'sums.jsonl', rows.join('\n'));
  const dialog = page.getByRole('dialog');
  const read = dialog.getByRole('button', { name: 'Read the file' });
  await hang(page, 'reader');
  await read.click();
  await expect(dialog.getByText('gave no sign of life for')).toBeVisible({ timeout: 30_000 });
  await read.click();
  await expect(page.getByTestId('import-report')).toContainText('6 of 6 rows can be kept');

  // A worker that was ended in a loop stays listed.
  await page.reload();
  await openSets(page);
  await giveFile(page, 'sums.jsonl', rows.join('\n'));
  await hang(page, 'reader');
  await read.click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog.getByText('Cancelled')).toBeVisible();
  await read.click();
  await expect(page.getByTestId('import-report')).toContainText('6 of 6 rows can be kept');
  await dialog.getByRole('button', { name: 'Keep 6 rows' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('tr[data-name="sums"]')).toBeVisible();
});
