/** The page of trajectory sets: make, list, look at, filter, rename, copy, delete. */
import { expect, test } from './fixtures';
import { act, makePreset, openSets } from './sets-page';

test('an empty library invites, and one click makes a set of a recipe', async ({ page }) => {
  await openSets(page);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('worth learning from');
  await makePreset(page, /modulo 10/, /^tiny/, 'tiny 60, seed 0');
  const row = page.locator('tr[data-name="tiny 60, seed 0"]');
  await expect(row).toContainText('Arithmetic modulo 10');
  await expect(row).toContainText('made with seed 0, 25% of steps left out');
  await expect(page.getByTestId('quota')).toContainText('allowed');
});

test('a set is renamed, copied, made again, deleted, and brought back', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^easy/, 'easy 1000, seed 0');
  await act(page, 'easy 1000, seed 0', 'Rename…');
  await page.getByRole('dialog').getByLabel('Name').fill('first steps');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(page.locator('tr[data-name="first steps"]')).toBeVisible();
  await act(page, 'first steps', 'Duplicate');
  await expect(page.locator('tr[data-name="first steps (copy)"]')).toContainText(
    'a copy of “first steps”',
  );
  await act(page, 'first steps (copy)', 'Make again and compare');
  await expect(page.getByText('the content is equal')).toBeVisible();
  await act(page, 'first steps', 'Delete');
  await expect(page.locator('tr[data-name="first steps"]')).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.locator('tr[data-name="first steps"]')).toBeVisible();
});

test('what cannot be made says why beside the field', async ({ page }) => {
  await openSets(page);
  await page.getByText('A set of your own settings').click();
  await page.getByLabel('Size').fill('0');
  await expect(page.getByText('The size is “0”; it must be an integer from 1')).toBeVisible();
  await page.getByLabel('Size').fill('20');
  await page.getByLabel('Levels', { exact: true }).selectOption('own');
  for (const level of [1, 2, 3, 4]) await page.getByLabel(`L${level}`, { exact: true }).fill('0');
  await expect(page.getByText('All weights are 0')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Make the set' })).toBeDisabled();
});

test('a set is searched, filtered by keys and mouse, and its trajectories are read', async ({
  page,
}) => {
  await openSets(page);
  await page.getByText('A set of your own settings').click();
  await page.getByLabel('Wrong').fill('50');
  await page.getByRole('button', { name: 'Make the set' }).click();
  await page.getByRole('link', { name: 'uniform 600' }).click();
  const count = page.locator('[data-count]');
  await expect(count).toHaveAttribute('data-count', '600');
  await page.getByRole('radio', { name: 'wrong' }).click();
  await expect(count).toHaveAttribute('data-count', /^(2[5-9]|3[0-5])\d$/);
  const wrong = Number(await count.getAttribute('data-count'));
  await page.getByRole('slider', { name: 'Level, from' }).focus();
  await page.keyboard.press('End');
  await expect(count).not.toHaveAttribute('data-count', String(wrong));
  await page.getByRole('grid').focus();
  await page.keyboard.press('ArrowDown');
  const opened = page.getByRole('article');
  await expect(opened).toContainText('4 operators');
  await expect(opened).toContainText('The verifier finds it wrong');
  await expect(opened.getByRole('row', { name: /is right$/ })).toHaveCount(1);
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(count).toHaveAttribute('data-count', '600');
  const bars = page.locator('[data-histogram="level"] .bars');
  const box = (await bars.boundingBox())!;
  await page.mouse.move(box.x + 0.3 * box.width, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.7 * box.width, box.y + 20);
  await page.mouse.up();
  await expect(page.getByRole('slider', { name: 'Level, to' })).toHaveAttribute(
    'aria-valuetext',
    'L3',
  );
  await page.getByRole('searchbox').fill('no prompt has this');
  await expect(page.getByText('No trajectory passes the filters.')).toBeVisible();
});

test('a search and a brush are in the link, and a bin that is not there is a sentence', async ({
  page,
}) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^easy/, 'easy 1000, seed 0');
  await page.getByRole('link', { name: 'easy 1000' }).click();
  const count = page.locator('[data-count]');
  await expect(count).toHaveAttribute('data-count', '1000');
  await page.getByRole('slider', { name: 'Level, to' }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.getByRole('searchbox').fill('1+');
  await page.getByRole('button', { name: /Tokens/ }).click();
  await expect(page).toHaveURL(/\?search=1%2B&level=1-3&order=length$/);
  await expect(count).toHaveAttribute('data-count', /^[1-9]\d{1,2}$/);
  const passing = (await count.getAttribute('data-count'))!;
  const address = page.url();
  await page.goto('about:blank');
  await page.goto(address);
  await expect(count).toHaveAttribute('data-count', passing);
  await expect(page.getByRole('searchbox')).toHaveValue('1+');
  await expect(page.getByRole('columnheader', { name: /Tokens/ })).toHaveAttribute(
    'aria-sort',
    'ascending',
  );
  await page.goto(address.replace('level=1-3', 'level=7-9'));
  await expect(page.getByRole('alert')).toContainText('level=7-9, which was left out');
  await expect(page.getByRole('searchbox')).toHaveValue('1+');
});

test('a set opens with its rows in sight, before anyone scrolls', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /micro preset/, /^easy/, 'easy 1000, seed 0');
  await page.getByRole('link', { name: 'easy 1000' }).click();
  await expect(page.getByRole('row').nth(1)).toContainText(/L1.*right/);
});

test('a path is drawn and goes step by step; with less motion by its buttons alone', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openSets(page);
  await makePreset(page, /4 × 4/, /^hard/, 'hard 256, seed 0');
  await page.getByRole('link', { name: 'hard 256' }).click();
  await page.getByRole('row').nth(1).click();
  const drawing = page.getByRole('article').getByRole('img');
  await expect(drawing).toHaveAccessibleName(/Grid of 4 by 4 with 5 walls/);
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeHidden();
  await page.getByRole('button', { name: 'Step back' }).click();
  await expect(drawing).toHaveAccessibleName(/Move (\d+) of \d+ is shown/);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await expect(page.getByText(/^move (\d+) of \1$/)).toBeVisible({ timeout: 10_000 });
});

test('the list and a set fit a phone, a tablet and a desk', async ({ page }) => {
  await openSets(page);
  await makePreset(page, /modulo 10/, /^hard/, 'hard 600, seed 0');
  const fits = async () => {
    for (const width of [390, 1024, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `width ${width}`).toBeLessThanOrEqual(width);
    }
  };
  await fits();
  await page.getByRole('link', { name: 'hard 600' }).click();
  await expect(page.locator('[data-count]')).toHaveAttribute('data-count', '600');
  await page.getByRole('row').nth(1).click();
  await expect(page.getByRole('article')).toBeVisible();
  await fits();
});

test('a file that is dropped on the page is opened for import', async ({ page }) => {
  await openSets(page);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['{"prompt": "1+1=", "completion": "+12#2"}'], 'dropped.jsonl'));
    const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true });
    document.querySelector('main')!.dispatchEvent(event);
  });
  await expect(page.getByRole('dialog')).toContainText('Import “dropped.jsonl”');
  await page.getByRole('button', { name: 'Read the file' }).click();
  await page.getByRole('button', { name: 'Keep 1 row' }).click();
  await expect(page.getByRole('link', { name: 'dropped' })).toBeVisible();
});
