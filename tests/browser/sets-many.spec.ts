/** Many trajectories and many sets: a hundred thousand rows, fifty sets. */
import { expect, test } from './fixtures';
import { makeLarge, makePreset, openSets, scrollToEnd } from './sets-page';

test('a hundred thousand trajectories are made, listed, and scrolled through to the last one', async ({
  page,
}) => {
  await openSets(page);
  await makeLarge(page);
  await scrollToEnd(page);
  await expect(page.getByRole('row', { name: /^100,000/ })).toBeVisible();
  // Few rows stand in the page, however many there are.
  expect(await page.getByRole('row').count()).toBeLessThan(60);
});

test('fifty sets are listed by their records alone', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^tiny/, 'tiny 60, seed 0');
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
