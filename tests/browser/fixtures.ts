/**
 * What every browser test starts from: the built app on a port of its own, and a page that must not
 * complain. Build first: `npm run test:browser` does.
 */
import { test as base, expect, type Page } from '@playwright/test';
import { host } from './hosts';

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
  const { hostname } = new URL(appUrl);
  page.on('request', (request) => {
    const url = new URL(request.url());
    const isOwn = url.hostname === hostname || /^(data|blob):/.test(url.protocol);
    if (!isOwn) problems.push(`request to another host: ${url.href}`);
  });
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  appUrl: [
    async ({}, use) => {
      const { url, close } = await host();
      await use(url);
      await close();
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
