/** `npm run pack`: builds the lab into one archive that serves itself, for a USB stick. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { installIfNeeded, runMain } from './lib/install.mjs';
import { ROOT } from './lib/process.mjs';

const FOLDER = path.join(ROOT, 'build');
const ARCHIVE = path.join(FOLDER, 'plasticity-lab.zip');

await runMain(async () => {
  await installIfNeeded();
  const { build } = await import('vite');
  const { writeArchive } = await import('./lib/archive.mjs');
  await build({ root: ROOT, logLevel: 'warn' });
  await mkdir(FOLDER, { recursive: true });
  const bytes = await writeArchive(ARCHIVE);
  process.stdout.write(`${path.relative(ROOT, ARCHIVE)}: ${(bytes / 1e6).toFixed(1)} MB\n`);
});
