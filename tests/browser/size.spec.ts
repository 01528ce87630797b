/** How much there is to load: the bars are in bytes of files as they lie there, uncompressed. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures';

/** Everything but the shipped studies. */
const MOST_BUILT = 6_000_000;
/** Scripts, kernels and styles of page and workers until a run on `wasm` is in progress. */
const MOST_FIRST = 800_000;

const BUILT = readdirSync('dist', { recursive: true, withFileTypes: true })
  .filter((file) => file.isFile())
  .map(({ parentPath, name }) => path.join(parentPath, name));

test('the built app is small, and has TensorFlow.js once', async () => {
  const files = BUILT.filter((file) => !file.startsWith(path.join('dist', 'studies')));
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeLessThan(MOST_BUILT);
  const scripts = files.filter((file) => file.endsWith('.js')).map((file) => statSync(file).size);
  expect(scripts.filter((size) => size > 500_000).length).toBeLessThanOrEqual(1);
});

test('a run on wasm loads little code', async ({ page, context, appUrl }) => {
  const loaded = new Map<string, number>();
  // Of the context: requests of workers count too, each file once.
  context.on('request', (request) => {
    const { pathname } = new URL(request.url());
    const file = path.join('dist', pathname.slice(new URL(appUrl).pathname.length));
    if (/\.(js|wasm|css)$/.test(file)) loaded.set(file, statSync(file).size);
  });
  await page.goto('#/run?preset=micro&engine=wasm&autostart=1');
  await expect(page.getByText(/SFT step [1-9]/).first()).toBeVisible({ timeout: 60_000 });
  const files = [...loaded.keys()];
  expect(files.some((file) => file.endsWith('.wasm'))).toBe(true);
  expect(files.some((file) => /trainer/.test(file))).toBe(true);
  const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0);
  test.info().annotations.push({ type: 'first load', description: `${bytes} bytes` });
  expect(bytes).toBeLessThan(MOST_FIRST);
});
