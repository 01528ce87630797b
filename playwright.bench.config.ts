import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

/** The benchmark of the page: like a browser test, but nothing that runs beside it. */
export default defineConfig(tests, {
  testDir: 'tests/bench',
  testMatch: '*.bench.ts',
  reporter: 'list',
  // Recording a trace takes pictures of the page, on the thread that is timed.
  use: { trace: 'off' },
});
