/**
 * `npm start`: installs what is missing, builds the app, serves it and opens the browser. With `--lan`
 * it serves every device of the network.
 */
import { parseArgs } from 'node:util';
import { announce, openBrowser, parsePort } from './lib/command-line.mjs';
import { installIfNeeded, runMain } from './lib/install.mjs';
import { announceRoom, readCertificate, roomNames } from './lib/lan.mjs';
import { DIST, ROOT } from './lib/process.mjs';

async function wishes() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      lan: { type: 'boolean', default: false },
      cert: { type: 'string' },
      key: { type: 'string' },
    },
  });
  const { lan, cert, key } = values;
  if (!lan && (cert ?? key) !== undefined) {
    throw new Error(
      '--cert and --key are for other devices: add --lan. This machine needs none, http://localhost is secure already.',
    );
  }
  return { port: parsePort(values.port), lan, certificate: await readCertificate({ cert, key }) };
}

await runMain(async () => {
  const { port: wanted, lan, certificate } = await wishes();
  await installIfNeeded();
  const { build } = await import('vite');
  const { serveFolder } = await import('./lib/serve.mjs');
  process.stdout.write('Building the lab…\n');
  await build({ root: ROOT, logLevel: 'warn' });
  const { port, url } = await serveFolder({
    port: wanted,
    folder: DIST,
    certificate,
    host: lan ? '0.0.0.0' : '127.0.0.1',
    names: lan ? roomNames() : [],
    // The room has been told the address.
    triesOthers: !lan,
  });
  announce({ wanted, port, url });
  if (lan) announceRoom({ port, isSecure: certificate !== null });
  openBrowser(url);
});
