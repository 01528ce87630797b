/** The run store on a browser's own database, locks and quota: what no imitation can vouch for. */
import type { Page } from '@playwright/test';
import { bundle, openBlank } from './bundled/bundle';
import { expect, test } from './fixtures';
import type * as StoragePage from './bundled/storage-page';

const name = 'storage-page.js';
let code = '';
test.beforeAll(async () => {
  code = await bundle('storage-page.ts');
});

/** Calls a function of the module within a page. */
function call<Name extends keyof typeof StoragePage>(
  page: Page,
  called: Name,
  ...args: Parameters<(typeof StoragePage)[Name]>
): ReturnType<(typeof StoragePage)[Name]> {
  const result = page.evaluate(
    async ([address, method, values]) => (await import(address))[method](...values),
    [`./${name}`, called, args] as const,
  );
  return result as ReturnType<(typeof StoragePage)[Name]>;
}

test('a run is running in every tab until its tab is closed, and then interrupted', async ({
  context,
  appUrl,
}) => {
  const trainer = await openBlank(context, appUrl, { name, code });
  const reader = await openBlank(context, appUrl, { name, code });
  const id = await call(trainer, 'beginRun');
  expect(await call(reader, 'statusOf', id)).toBe('running');
  await trainer.close();
  await expect.poll(() => call(reader, 'statusOf', id)).toBe('interrupted');
});

test('a checkpoint survives a reload to the bit', async ({ context, appUrl }) => {
  const page = await openBlank(context, appUrl, { name, code });
  const id = await call(page, 'beginRun');
  await page.reload();
  expect(await call(page, 'differences', id)).toEqual([-1, -1, -1]);
});

test('a full disk is a sentence, and the checkpoint before it can still be read', async ({
  context,
  appUrl,
}) => {
  const page = await openBlank(context, appUrl, { name, code });
  const devtools = await context.newCDPSession(page);
  const { origin } = new URL(appUrl);
  // Room for the run and its first checkpoint of 330 kB, and not for two more.
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 700_000 });
  const id = await call(page, 'beginRun');
  const full = await call(page, 'saveLater', id);
  expect(full).toMatchObject({ code: 'storage/full', seconds: 0 });
  expect(full.message).toContain('delete runs');
  await devtools.send('Storage.overrideQuotaForOrigin', { origin });
  expect(await call(page, 'saveLater', id)).toMatchObject({ code: null, seconds: 9 });
});
