/** Serves the lab beside this file to this machine: bundled into the archive, with any Node from 16 on. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { announce, openBrowser, parsePort } from '../lib/command-line.mjs';
import { serveFolder } from '../lib/serve.mjs';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), 'app');

async function main() {
  const at = process.argv.indexOf('--port');
  const wanted = parsePort(at === -1 ? undefined : (process.argv[at + 1] ?? ''));
  if (!existsSync(path.join(FOLDER, 'index.html'))) {
    throw new Error(`${FOLDER} is missing: unpack the whole archive, then start again.`);
  }
  const { port, url } = await serveFolder({ port: wanted, folder: FOLDER });
  announce({ wanted, port, url });
  if (!process.argv.includes('--no-browser')) openBrowser(url);
}

main().catch((/** @type {unknown} */ error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
