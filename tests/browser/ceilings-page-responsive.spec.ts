/** How long the page's thread is held while ceilings are fitted beside it. */
import type { Page } from '@playwright/test';
import { HEADER, rowsOf } from './curve-rows';
import { expect, test } from './fixtures';
import { watchThread } from './watch-thread';

const RUNS = 20;

// Recording a trace takes pictures of the page, on the thread that is timed here.
test.use({ trace: 'off' });

async function addFile(page: Page, name: string, text: string): Promise<void> {
  const file = { name, mimeType: 'text/csv', buffer: Buffer.from(text) };
  await page.getByLabel('Files of curves').setInputFiles(file);
}

async function waitForFits(page: Page, last: string): Promise<void> {
  await expect(page.locator(`tr[data-run="${last}"]`)).toHaveAttribute(
    'data-verdict',
    'identified',
    { timeout: 60_000 },
  );
}

test('while twenty runs are fitted, the page answers at once', async ({ page }) => {
  await page.goto('#/ceilings');
  // The worker is started before the watch: that is the browser's work.
  await addFile(page, 'first.csv', HEADER + rowsOf('first'));
  await waitForFits(page, 'first');
  await page.evaluate(watchThread);
  // Three files, since a percentile of one would rest on two waits.
  for (const name of ['a', 'b', 'c']) {
    const runs = Array.from({ length: RUNS }, (_, i) => rowsOf(`${name} ${i}`, { rows: 40 }));
    await addFile(page, `${name}.csv`, HEADER + runs.join(''));
    await waitForFits(page, `${name} ${RUNS - 1}`);
    await page.getByRole('button', { name: `Remove ${name}.csv` }).click();
  }
  const { longest, p99 } = await page.evaluate(() => window.thread());
  expect(longest, 'longest task, in ms').toBeLessThanOrEqual(150);
  expect(p99, '99th percentile of the wait for a free thread, in ms').toBeLessThan(50);
});
