/** `npm run drills [-- --minutes N --seed S --only A,B]`: the chaos drills; see docs/reliability.md. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWasm } from './build-wasm.mjs';
import { installIfNeeded, runMain } from './lib/install.mjs';
import { ROOT, runInstalled } from './lib/process.mjs';

const OUT = path.join(ROOT, 'build/drills');

/** The drills, which run in Node as the terminal's program does. */
async function buildDrills() {
  const { build } = await import('vite');
  const { svelte } = await import('@sveltejs/vite-plugin-svelte');
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    plugins: [svelte()],
    build: {
      ssr: true,
      target: 'node20',
      outDir: OUT,
      emptyOutDir: true,
      sourcemap: true,
      rolldownOptions: {
        input: { main: 'drills/main.ts', 'fuzz-thread': 'drills/fuzz/thread.ts' },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
}

const isReady = await runMain(async () => {
  await installIfNeeded();
  await buildWasm();
  await buildDrills();
  // The short form drills no page.
  if (process.argv.includes('--short')) return;
  const { code } = await runInstalled('vite/bin/vite.js', ['build', '--logLevel', 'warn']);
  if (code !== 0) process.exit(code);
});

if (isReady) {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(path.join(OUT, 'main.js')).href);
}
