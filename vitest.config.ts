import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // State classes of the page are compiled as the app compiles them.
  plugins: [svelte()],
  test: {
    environment: 'node',
    include: ['tests/unit/**/*.test.ts', 'tests/numerics/**/*.test.ts'],
    setupFiles: ['src/words/en/speak.ts'],
    globalSetup: ['tests/build-wasm.setup.ts', 'tests/vulkan.setup.ts'],
    // Numeric tests run whole training steps; one took 39 s on two cores shared with other work.
    testTimeout: 240_000,
    maxWorkers: 2,
  },
});
