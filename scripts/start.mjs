/** `npm start`: installs what is missing, builds the app, serves it and opens the browser. */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { installIfNeeded, runMain } from './lib/install.mjs';
import { ROOT } from './lib/process.mjs';

const DEFAULT_PORT = 4180;

/** The port from the command line. */
function wantedPort() {
  const { values } = parseArgs({ options: { port: { type: 'string' } } });
  if (values.port === undefined) return DEFAULT_PORT;
  const port = Number(values.port);
  if (/^\d+$/.test(values.port) && port <= 65535) return port;
  throw new Error(`--port is "${values.port}"; it must be an integer from 0 to 65535.`);
}

/** The command that opens an address in the user's browser; null where no screen is known of. */
function openCommand() {
  if (process.env.CI) return null;
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '""'];
  const hasScreen = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return hasScreen ? ['xdg-open'] : null;
}

/** @param {string} url */
function openBrowser(url) {
  const [command, ...args] = openCommand() ?? [];
  if (command === undefined) return;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // The address is on the screen already; a missing opener costs the user one click.
  child.on('error', () => undefined);
  child.unref();
}

await runMain(async () => {
  const wanted = wantedPort();
  await installIfNeeded();
  const { build } = await import('vite');
  const { serveApp } = await import('./lib/serve.mjs');
  process.stdout.write('Building the lab…\n');
  await build({ root: ROOT, logLevel: 'warn' });
  const { port, url } = await serveApp({ port: wanted });
  process.stdout.write(`Plasticity Lab is at ${url}\nStop it with Ctrl+C.\n`);
  if (wanted !== 0 && port !== wanted) {
    process.stdout.write(
      `Port ${wanted} was taken. A browser keeps runs for each address: those made at port ${wanted} are listed only there.\n`,
    );
  }
  openBrowser(url);
});
