/** The built app in a subfolder of a static host that sends a strict content security policy. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';
import { expect, test } from './fixtures';

/** As strict as WebAssembly and Svelte's style attributes allow. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "manifest-src 'self'",
].join('; ');

test.use({
  appUrl: [
    async ({}, use) => {
      const files = sirv(process.cwd(), {
        dev: true,
        setHeaders: (response) => response.setHeader('Content-Security-Policy', POLICY),
      });
      const server = createServer((request, response) => files(request, response));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      await use(`http://localhost:${(server.address() as AddressInfo).port}/dist/`);
      server.close();
      server.closeAllConnections();
    },
    { scope: 'worker' },
  ],
});

test('a run starts and trains, and no other host is asked for anything', async ({ page }) => {
  await page.goto('#/run?preset=micro&autostart=1');
  await expect(page.locator('[data-status]')).toHaveAttribute('data-status', 'running');
  await expect(page.getByText(/SFT step [1-9]/).first()).toBeVisible({ timeout: 60_000 });
});
