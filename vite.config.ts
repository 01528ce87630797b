import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { buildWasm, KERNEL_SOURCES } from './scripts/build-wasm.mjs';

/** A path of the repository. */
function here(file: string): string {
  return path.join(import.meta.dirname, file);
}

/** Compiles the engine's kernels before they are imported, and again when one changes. */
function wasmKernels(): Plugin {
  return {
    name: 'wasm-kernels',
    // A production build runs its plugins once more for each worker; the second call finds all done.
    buildStart: buildWasm,
    configureServer({ watcher, ws, config }) {
      watcher.add(KERNEL_SOURCES);
      watcher.on('change', (file) => {
        if (path.dirname(file) !== KERNEL_SOURCES) return;
        buildWasm().then(
          () => ws.send({ type: 'full-reload' }),
          (error: unknown) => config.logger.error(String(error)),
        );
      });
    },
  };
}

/**
 * Loading the pure core does nothing by itself: who imports one part of a folder from its index gets
 * none of the others.
 */
const TREESHAKE = {
  moduleSideEffects: [
    {
      test: /\/src\/(tasks|trajectories|model|training|theory|studies|figures)\//,
      sideEffects: false,
    },
  ],
};

/** Bundles of finished studies in public/studies: the page asks for none that is not there. */
function shippedStudies(): string[] {
  const folder = here('public/studies');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.zip')) : [];
}

/**
 * The entry of the workers holds nothing that other files of theirs import: WebKit evaluates a worker's
 * entry once more when it is imported, and two copies of comlink do not know each other's marks.
 */
const WORKER_CHUNKS = { groups: [{ name: 'serve', test: /\/runtime\/workers\/serve\.ts$/ }] };

export default defineConfig({
  plugins: [svelte(), wasmKernels()],
  // Relative addresses: the built app runs from any folder of any static host.
  base: './',
  resolve: {
    // Of each the build keeps what is used; the packages' own entries are kept whole.
    alias: [
      { find: /^ml-matrix$/, replacement: here('node_modules/ml-matrix/src/index.js') },
      { find: /^@tensorflow\/tfjs$/, replacement: here('src/engine/tfjs/tfjs-browser.ts') },
    ],
  },
  define: { SHIPPED_STUDIES: JSON.stringify(shippedStudies()) },
  worker: {
    format: 'es',
    rolldownOptions: { treeshake: TREESHAKE, output: { codeSplitting: WORKER_CHUNKS } },
  },
  build: {
    target: 'es2022',
    // No data: addresses and no inline script: the page runs under a strict content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // TensorFlow.js is large; it is loaded only where it is used.
    chunkSizeWarningLimit: 2500,
    rolldownOptions: { checks: { pluginTimings: false }, treeshake: TREESHAKE },
  },
});
