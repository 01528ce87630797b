/** `npm run -s lab -- …`: the lab in a terminal. Prints nothing of its own on stdout. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWasm } from './build-wasm.mjs';
import { installIfNeeded, runMain } from './lib/install.mjs';
import { modifiedAt, ROOT } from './lib/process.mjs';

const BUNDLE = path.join(ROOT, 'build/cli/main.js');
const SOURCES = [path.join(ROOT, 'src'), path.join(ROOT, 'scripts')];

/**
 * When a file below the folder, or the set of its files, changed last.
 * @param {string} folder
 */
async function changedAt(folder) {
  const entries = await readdir(folder, { recursive: true });
  const files = [folder, ...entries.map((entry) => path.join(folder, entry))];
  return Math.max(...(await Promise.all(files.map(modifiedAt))));
}

async function isUpToDate() {
  const built = await modifiedAt(BUNDLE);
  const changes = await Promise.all(SOURCES.map(changedAt));
  return changes.every((changed) => built > changed);
}

const isReady = await runMain(async () => {
  await installIfNeeded();
  await buildWasm();
  if (await isUpToDate()) return;
  const { buildCli } = await import('./lib/build-cli.mjs');
  await buildCli();
});

if (isReady) {
  process.setSourceMapsEnabled(true);
  // The program reads process.argv and sets the exit code itself.
  await import(pathToFileURL(BUNDLE).href);
}
