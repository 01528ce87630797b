import { defineConfig } from 'vitest/config';

/** Measurements in browsers that WebDriver drives; nothing runs beside them. */
export default defineConfig({
  test: { include: ['tests/bench/firefox.bench.ts'], provide: { browser: 'firefox' } },
});
