/** The library worker on a browser's own database: a large set, a large file, and what is left of a cancel. */
import type { Page } from '@playwright/test';
import { bundle, openBlank } from './bundled/bundle';
import { expect, test } from './fixtures';
import type * as LibraryPage from './bundled/library-page';

const name = 'library-page.js';
let code = '';
let worker = '';
test.beforeAll(async () => {
  [code, worker] = await Promise.all([bundle('library-page.ts'), bundle('library-worker.ts')]);
});

test.beforeEach(async ({ context }) => {
  await context.route('**/library.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: worker }),
  );
});

/** Calls a function of the module within a page. */
function call<Name extends keyof typeof LibraryPage>(
  page: Page,
  called: Name,
  ...args: Parameters<(typeof LibraryPage)[Name]>
): ReturnType<(typeof LibraryPage)[Name]> {
  const result = page.evaluate(
    async ([address, method, values]) => (await import(address))[method](...values),
    [`./${name}`, called, args] as const,
  );
  return result as ReturnType<(typeof LibraryPage)[Name]>;
}

test('100,000 trajectories are made, stored and listed, and the page hears of it', async ({
  context,
  appUrl,
}) => {
  const page = await openBlank(context, appUrl, { name, code });
  const { news, listed, last } = await call(page, 'makeLarge', 100_000);
  expect(listed).toEqual([100_000]);
  expect(last).toBe(1);
  expect(news).toBeGreaterThan(5);
});

test('what is exported comes back with equal content', async ({ context, appUrl }) => {
  const page = await openBlank(context, appUrl, { name, code });
  const { digests, kept, names } = await call(page, 'roundTrip');
  expect(kept).toBe(3000);
  expect(digests[1]).toBe(digests[0]);
  expect(names).toEqual(['back', 'large']);
});

test('what is cancelled leaves nothing in the database', async ({ context, appUrl }) => {
  const page = await openBlank(context, appUrl, { name, code });
  expect(await call(page, 'cancelBoth')).toEqual({
    generated: 'cancelled: Cancelled. Nothing was stored.',
    imported: 'cancelled: Cancelled. Nothing was stored.',
    sets: 0,
    chunks: 0,
  });
});

test('200,000 rows of a file become a set', async ({ context, appUrl }) => {
  const page = await openBlank(context, appUrl, { name, code });
  const { kept, size, bytes } = await call(page, 'importMany', 200_000);
  expect([kept, size]).toEqual([200_000, 200_000]);
  expect(bytes / size).toBeGreaterThan(120);
});
