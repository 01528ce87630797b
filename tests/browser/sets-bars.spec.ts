/** What the page of trajectory sets costs: a hundred thousand rows, fifty sets. */
import { expect, test } from './fixtures';
import { makePreset, openSets, rowOf } from './sets-page';
import { watchThread } from './watch-thread';

// Recording a trace takes pictures of the page, on the thread that is timed here.
test.use({ trace: 'off' });

test('a hundred thousand trajectories are made and listed in 20 s, and scrolled through, while the page answers at once', async ({
  page,
}) => {
  await openSets(page);
  await page.getByText('A set of your own settings').click();
  await page.getByLabel('Size').fill('100000');
  await page.evaluate(watchThread);
  await page.getByRole('button', { name: 'Make the set' }).click();
  await expect(rowOf(page, 'uniform 100000, seed 0')).toBeVisible({ timeout: 20_000 });
  const making = await page.evaluate(() => window.thread());
  await page.getByRole('link', { name: 'uniform 100000' }).click();
  await expect(page.locator('[data-count]')).toHaveAttribute('data-count', '100000');
  await page.getByTestId('rows').hover();
  for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 600 + 500 * i);
  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
  await expect(page.getByRole('article')).toContainText('Trajectory 100,000');
  await expect(page.getByRole('row', { name: /^100,000/ })).toBeVisible();
  // Few rows stand in the page, however many there are.
  expect(await page.getByRole('row').count()).toBeLessThan(60);
  const all = await page.evaluate(() => window.thread());
  const description = `making: blocked ${making.longest.toFixed(0)} ms at most, p99 ${making.p99.toFixed(0)} ms; with scrolling: ${all.longest.toFixed(0)} ms, p99 ${all.p99.toFixed(0)} ms`;
  test.info().annotations.push({ type: 'measured', description });
  expect(making.p99, '99th percentile of the wait for a free thread, in ms').toBeLessThan(50);
  expect(all.longest, 'longest task, in ms').toBeLessThanOrEqual(150);
});

test('fifty sets are listed by their records alone', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /modulo 5/, /^tiny/, 'tiny 60, seed 0');
  // More of the same, and then none of their trajectories: a list that reads them would fail.
  await page.evaluate(async () => {
    const opening = indexedDB.open('plasticity-lab');
    const database = await new Promise<IDBDatabase>((resolve) => {
      opening.onsuccess = () => resolve(opening.result);
    });
    const tx = database.transaction(['sets', 'setChunks'], 'readwrite');
    const all = tx.objectStore('sets').getAll();
    all.onsuccess = () => {
      const [set] = all.result as { id: string; name: string }[];
      for (let i = 1; i < 50; i++) {
        tx.objectStore('sets').add({ ...set, id: `set-${i}`, name: `set ${i}` });
      }
      tx.objectStore('setChunks').clear();
    };
    await new Promise((resolve) => (tx.oncomplete = resolve));
    database.close();
  });
  await page.reload();
  await expect(page.locator('[data-sets]')).toHaveAttribute('data-sets', '50');
  await page.getByRole('link', { name: 'set 7', exact: true }).click();
  await expect(page.getByText(/0 of its 60 trajectories are there/)).toBeVisible();
});
