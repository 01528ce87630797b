/** Before the lab has started: what goes wrong then must not leave the page blank. */
import { expect, test } from './fixtures';

const ENTRY = /\/assets\/index-[^/]*\.js$/;

test('a fault before the lab has started becomes a sentence', async ({ page, problems }) => {
  await page.route(ENTRY, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("out of order")' }),
  );
  await page.goto('');
  await expect(page.getByText(/The lab could not start: .*out of order/)).toBeVisible();
  expect(problems.splice(0)).toHaveLength(1);
});

test('a script that cannot be loaded becomes a sentence', async ({ page, problems }) => {
  await page.route(ENTRY, (route) => route.abort());
  await page.goto('');
  await expect(page.getByText(/could not start: .*\.js cannot be loaded/)).toBeVisible();
  problems.splice(0);
});

test('a system without a language does not keep it from starting', async ({ page }) => {
  // As WebKitGTK says it where LANG is C.
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'language', { get: () => 'C' });
  });
  await page.goto('');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
});
