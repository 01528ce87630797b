import { defineConfig } from 'vitest/config';
import { OTHER_BROWSERS } from './scripts/lib/other-browsers.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    browser: (typeof OTHER_BROWSERS)[number];
  }
}

/** The same tests in Firefox and WebKit, side by side; they use the built app. */
export default defineConfig({
  test: {
    globalSetup: ['tests/webdriver/node-numbers.setup.ts'],
    // One for each browser.
    maxWorkers: 2,
    projects: OTHER_BROWSERS.map((name) => ({
      test: {
        name,
        include: ['tests/webdriver/**/*.test.ts'],
        provide: { browser: name },
        testTimeout: 240_000,
        hookTimeout: 120_000,
        // Driven from outside, beside one another: once in five runs a busy machine kept one waiting.
        retry: 1,
      },
    })),
  },
});
