/** The built app after its host has gone, and when the host has a newer one. */
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { build } from 'vite';
import { expect, test } from './fixtures';
import { host } from './hosts';

test.use({ serviceWorkers: 'allow' });

const SHORT = 'preset=micro&set=tiny&sft-steps=60&rl-steps=30&problems=20&engine=wasm&autostart=1';

/** The light on the page that is shown. */
function light(page: Page) {
  return page.locator('[data-offline]');
}

/** Opens the page, and waits until all of it is in the browser. */
async function keepAll(page: Page, url: string): Promise<void> {
  await page.goto(`${url}#/device`);
  await expect(light(page)).toHaveAttribute('data-offline', 'ready', { timeout: 60_000 });
}

function runStatus(page: Page, status: string) {
  return expect(page.locator('.run-page')).toHaveAttribute('data-status', status, {
    timeout: 240_000,
  });
}

/** Bytes that the browser counts as stored by the lab. */
function used(page: Page): Promise<number> {
  return page.evaluate(async () => (await navigator.storage.estimate()).usage!);
}

/** A build of the same sources whose scripts all have other names. */
async function buildAgain(folder: string): Promise<void> {
  const named = (kind: string) => `assets/again-${kind}-[hash].js`;
  const output = { entryFileNames: named('[name]'), chunkFileNames: named('[name]') };
  await build({
    logLevel: 'error',
    define: { BUILD_ID: '"again"' },
    worker: { rolldownOptions: { output } },
    build: { outDir: folder, emptyOutDir: true, rolldownOptions: { output } },
  });
}

test('without its host the lab is loaded, trains to the end, opens the study, exports', async ({
  page,
}) => {
  const { url, close } = await host();
  await keepAll(page, url);
  await expect(light(page)).toContainText('Ready for offline');
  await expect(light(page)).toContainText(/studies 5\.\d MB/);
  await close();

  await page.reload();
  await page.goto(`${url}#/run?preset=micro&autostart=1`);
  await runStatus(page, 'finished');
  for (const name of ['Trajectories', 'Ceilings', 'Device', 'About', 'Studies']) {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  const figures = page.getByRole('region', { name: 'Figures' });
  await expect(figures).toHaveAttribute('data-waiting', '0', { timeout: 60_000 });
  for (const [kind, begin] of [
    ['SVG', '<svg'],
    ['PNG', '\x89PNG'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `${kind} of Ceiling decomposition` }).click(),
    ]);
    expect((await readFile(await download.path(), 'latin1')).slice(0, 4)).toBe(begin);
  }
});

test('every file of the build is kept but the service worker and pictures for stores', async ({
  page,
}) => {
  const { url, close } = await host();
  await keepAll(page, url);
  const kept = await page.evaluate(async () => {
    const [name] = await caches.keys();
    const keys = await (await caches.open(name!)).keys();
    return keys.map((request) => new URL(request.url).pathname.slice(1));
  });
  const { readdirSync } = await import('node:fs');
  const built = readdirSync('dist', { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.relative('dist', path.join(file.parentPath, file.name)))
    .filter((name) => name !== 'service-worker.js' && !name.startsWith('screenshots'));
  expect(kept.sort()).toEqual(built.sort());
  await close();
});

test('what fails half way says which file, keeps what came, and goes on where it stopped', async ({
  page,
  context,
  problems,
}) => {
  const { url, close } = await host();
  let isBroken = true;
  let asked = 0;
  await context.route('**/studies/*.zip', (route) =>
    isBroken ? route.fulfill({ status: 503, body: '' }) : route.continue(),
  );
  await context.route('**/base/*', (route) => {
    asked += 1;
    return route.continue();
  });
  await page.goto(`${url}#/device`);
  await expect(light(page)).toHaveAttribute('data-offline', 'failed', { timeout: 60_000 });
  await expect(light(page)).toContainText('scale-difficulty.zip could not be fetched');
  await expect(light(page)).toContainText('503');
  expect(asked).toBeGreaterThan(0);
  const before = asked;
  isBroken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(light(page)).toHaveAttribute('data-offline', 'ready', { timeout: 60_000 });
  expect(asked).toBe(before);
  problems.length = 0;
  await close();
});

test('a quota that is too small is a sentence with both sizes, and runs have the room', async ({
  page,
  context,
}) => {
  const { url, close } = await host();
  const devtools = await context.newCDPSession(page);
  const { origin } = new URL(url);
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 3_000_000 });
  await page.goto(`${url}#/device`);
  await expect(light(page)).toHaveAttribute('data-offline', 'failed', { timeout: 60_000 });
  await expect(light(page)).toContainText(
    /files have 10\.\d MB, and this browser (gives|has no room)/,
  );
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
  // Chromium gives the room back when it likes to: half a minute is usual.
  await expect.poll(() => used(page), { timeout: 150_000 }).toBeLessThan(500_000);
  await page.goto(`${url}#/run?${SHORT}`);
  await runStatus(page, 'finished');
  await expect(page.getByText(/storage is full/)).toBeHidden();
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  await page.goto(`${url}#/about`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(light(page)).toHaveAttribute('data-offline', 'ready', { timeout: 60_000 });
  await close();
});

test.describe('with a newer version on the host', () => {
  const folder = path.resolve('build/again');

  test.beforeAll(() => buildAgain(folder));
  test.afterAll(() => rm(folder, { recursive: true }));

  test('a page with a run keeps its own until it is over, workers included', async ({
    page,
    context,
  }) => {
    const first = await host();
    await keepAll(page, first.url);
    await page.goto(`${first.url}#/run?preset=micro&engine=wasm&rl-steps=600&autostart=1`);
    await runStatus(page, 'running');
    await first.close();
    const second = await host({ port: first.port, folder });
    const other = await context.newPage();
    await other.goto(`${second.url}#/about`);
    await expect(page.getByText('Reload when the run is over')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole('button', { name: 'Reload' })).toBeHidden();

    await other.getByRole('button', { name: 'Reload' }).click();
    await expect(other.getByText('This is version again')).toBeVisible();
    await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'running');

    // Pages and workers that the old page has not loaded so far, and the host no longer has.
    await page.getByRole('navigation').getByRole('link', { name: 'Studies' }).click();
    const figures = page.getByRole('region', { name: 'Figures' });
    await expect(figures).toHaveAttribute('data-waiting', '0', { timeout: 60_000 });
    await page.locator('nav a[href="#/run"]').click();
    await runStatus(page, 'finished');

    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('navigation').getByRole('link', { name: 'About' }).click();
    await expect(page.getByText('This is version again')).toBeVisible();
    // Nobody uses the first version any longer.
    await expect.poll(() => page.evaluate(() => caches.keys())).toHaveLength(1);
    await second.close();
  });
});
