/** The map of a study whose sets are a grid: drawn as a surface, and asked on the page. */
import { exampleStudy } from '../unit/figures/study-example';
import { expect, test } from './fixtures';
import { chooseFile } from './studies-page';

test('the map says what any set leads to and what is worth as much', async ({ page }) => {
  await page.goto('#/studies');
  const study = exampleStudy({ isGrid: true, seeds: 2, paradigms: [] });
  await chooseFile(page, 'results.json', JSON.stringify(study));
  const map = page.getByRole('article', { name: 'Ceiling map: scale × difficulty' });
  await map.scrollIntoViewIfNeeded();
  await expect(map.locator('desc').first()).toContainText('interaction κ', { timeout: 60_000 });
  const asked = map.getByRole('region', { name: 'Ask the map' });
  const size = asked.getByRole('slider', { name: /^Trajectories/ });
  const difficulty = asked.getByRole('slider', { name: /^mean level/ });
  const answer = asked.getByRole('status');

  // It begins with the hardest sets of the middle size: they are worth themselves.
  await expect(asked).toContainText('Trajectories: 600');
  await expect(asked.getByText('600 [600, 600] of hard (4.6)')).toBeVisible();
  const before = await answer.textContent();
  await size.press('End');
  await expect(asked).toContainText('Trajectories: 6,000');
  expect(await answer.textContent()).not.toBe(before);
  await difficulty.press('Home');
  await expect(difficulty).toHaveAttribute('aria-valuetext', '6,000 trajectories, mean level 2.40');
  await expect(asked.getByText('6,000 [6,000, 6,000] of easy (2.4)')).toBeVisible();
});
