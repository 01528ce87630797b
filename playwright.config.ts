import { defineConfig } from '@playwright/test';
import { browserFlags, requireBrowser } from './scripts/lib/browser.mjs';

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: 'test-results',
  forbidOnly: !!process.env.CI,
  // Tests train models: more at once than two cores have would only wait for one another.
  workers: 2,
  timeout: 300_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: 'build/reports/browser.json' }]],
  use: {
    // Of no device in particular: the browser’s own size and language.
    viewport: { width: 1280, height: 800 },
    trace: 'retain-on-failure',
    // Tests that are about it allow it: elsewhere a reload is to ask the host, whose answers tests change.
    serviceWorkers: 'block',
    launchOptions: { executablePath: await requireBrowser(), args: browserFlags() },
  },
});
