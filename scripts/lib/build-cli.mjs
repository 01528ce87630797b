/** Bundles the terminal's program for Node. Imported only after installation. */
import { build } from 'vite';
import { ROOT } from './process.mjs';

/**
 * Writes main.js. Dependencies stay in node_modules; chunks load when they are needed. Throws with the
 * first compile error.
 * @param {{ outDir?: string, sourcemap?: boolean }} [options]
 */
export async function buildCli({ outDir = 'build/cli', sourcemap = true } = {}) {
  await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'silent',
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      // Chunks have their content in their names: a run in progress still finds its own.
      emptyOutDir: false,
      sourcemap,
      rolldownOptions: {
        // Threads begin at entries of their own.
        input: {
          main: 'src/cli/main.ts',
          'study-worker': 'src/cli/study-worker.ts',
          'helper-thread': 'src/cli/helper-thread.ts',
          'queue-thread': 'src/cli/queue/queue-thread.ts',
          'queue-server': 'src/cli/queue/queue-server.ts',
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
}
