import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
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
      test: /\/src\/(tasks|trajectories|model|training|theory|studies|figures|lesson)\//,
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

/** The package's version, and a digest of all that is built: the same sources are the same version. */
function buildId(): string {
  const digest = createHash('sha256');
  const folders = ['src', 'workers', 'public'].map(here);
  const below = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  const single = ['index.html', 'package-lock.json', 'vite.config.ts'].map(here);
  for (const file of [...single, ...below.sort()]) {
    digest.update(path.relative(here(''), file)).update(readFileSync(file));
  }
  const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string };
  return `${version}-${digest.digest('hex').slice(0, 8)}`;
}

/**
 * The service worker with the list of what it keeps: every file of the build but itself and the
 * pictures that only an app store's page shows.
 */
function serviceWorker() {
  return VitePWA({
    strategies: 'injectManifest',
    srcDir: 'src/offline',
    filename: 'service-worker.ts',
    // The page registers it itself, once it has loaded; the manifest lies in public/.
    injectRegister: false,
    manifest: false,
    integration: {
      configureCustomSWViteBuild: (config) => {
        config.logLevel = 'warn';
      },
    },
    injectManifest: {
      // A classic script: not every browser that has service workers takes a module for one.
      rollupFormat: 'iife',
      globPatterns: ['**/*'],
      globIgnores: ['service-worker.js', 'screenshots/**'],
      maximumFileSizeToCacheInBytes: 20e6,
      // Their names hold a hash of their content.
      dontCacheBustURLsMatching: /^assets\//,
      manifestTransforms: [
        (entries) => ({
          // In order: what is largest, the studies, comes last.
          manifest: entries
            .toSorted((a, b) => (a.url < b.url ? -1 : 1))
            .map((entry) => ({ ...entry, bytes: entry.size })),
          warnings: [],
        }),
      ],
    },
  });
}

export default defineConfig({
  plugins: [svelte(), wasmKernels(), serviceWorker()],
  // Relative addresses: the built app runs from any folder of any static host.
  base: './',
  resolve: {
    // Of each the build keeps what is used; the packages' own entries are kept whole.
    alias: [
      { find: /^ml-matrix$/, replacement: here('node_modules/ml-matrix/src/index.js') },
      { find: /^@tensorflow\/tfjs$/, replacement: here('src/engine/tfjs/tfjs-browser.ts') },
    ],
  },
  define: {
    SHIPPED_STUDIES: JSON.stringify(shippedStudies()),
    BUILD_ID: JSON.stringify(buildId()),
  },
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
