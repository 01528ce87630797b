/**
 * What every browser test starts from: the built app on a port of its own, and a page that must not
 * complain. Build first: `npm run test:browser` does.
 */
import { test as base, expect, type Page } from '@playwright/test';
import { serveApp } from '../../scripts/lib/serve.mjs';

interface TestFixtures {
  /**
   * What went wrong on the page: errors on its console, uncaught errors, requests to other hosts.
   * It must be empty at the end; a test that provokes an error empties it.
   */
  problems: string[];
}

interface WorkerFixtures {
  /** Address of the app, with a slash at the end. */
  appUrl: string;
}

function watch(page: Page, appUrl: string, problems: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const url = request.url();
    const isOwn = url.startsWith(appUrl) || /^(data|blob):/.test(url);
    if (!isOwn) problems.push(`request to another host: ${url}`);
  });
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  appUrl: [
    async ({}, use) => {
      const { server, url } = await serveApp({ port: 0 });
      await use(url);
      server.close();
      server.closeAllConnections();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ appUrl }, use) => use(appUrl),
  problems: async ({}, use) => use([]),
  page: async ({ page, appUrl, problems }, use) => {
    watch(page, appUrl, problems);
    await use(page);
    expect(problems).toEqual([]);
  },
});

export { expect };
