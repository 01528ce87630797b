/** What scripts that serve the lab have in common. Uses Node's own modules only. */
import { spawn } from 'node:child_process';

/** Where the lab is served unless another port is named: a browser keeps runs by address. */
export const DEFAULT_PORT = 4180;

/**
 * A port from the command line.
 * @param {string | undefined} text
 */
export function parsePort(text) {
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new Error(`--port is "${text}"; it must be an integer from 0 to 65535.`);
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
export function openBrowser(url) {
  const [command, ...args] = openCommand() ?? [];
  if (command === undefined) return;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  // The address is on the screen already; a missing opener costs the user one click.
  child.on('error', () => undefined);
  child.unref();
}

/**
 * Says where the lab is, and what another port than the wanted one means.
 * @param {{ wanted: number, port: number, url: string }} place
 */
export function announce({ wanted, port, url }) {
  process.stdout.write(`Plasticity Lab is at ${url}\nStop it with Ctrl+C.\n`);
  if (wanted === 0 || port === wanted) return;
  process.stdout.write(
    `Port ${wanted} was taken. A browser keeps runs for each address: those made at port ${wanted} are listed only there.\n`,
  );
}
