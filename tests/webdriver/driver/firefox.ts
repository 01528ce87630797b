/**
 * Firefox by Marionette, the protocol in it to which Mozilla's geckodriver turns WebDriver's commands,
 * one for one. Debian has no geckodriver, and npm's downloads it from elsewhere when it is installed.
 * Playwright 1.65 speaks BiDi to a Firefox, but begins with a command that 153 does not know.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Browser, type Command, type Send } from './client';
import { softwareVulkan } from '../../vulkan.setup';

const PREFERENCES = {
  // Any free port; Firefox writes it to a file of its profile.
  'marionette.port': 0,
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'extensions.getAddons.cache.enabled': false,
  'services.settings.server': 'data:,',
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

/** Marionette's names, where they are not "WebDriver:" and the command's. */
const NAMES: Partial<Record<Command, string>> = { DeleteSession: 'Marionette:Quit' };

/** @param preferences beside those that every test has */
export async function startFirefox(
  program: string,
  preferences: Readonly<Record<string, unknown>> = {},
): Promise<{ browser: Browser; stop: () => Promise<void> }> {
  const profile = await mkdtemp(path.join(tmpdir(), 'lab-firefox-'));
  const lines = Object.entries({ ...PREFERENCES, ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  await writeFile(path.join(profile, 'user.js'), lines.join('\n'));
  const child = spawn(
    program,
    ['--marionette', '--headless', '--no-remote', '--new-instance', '--profile', profile],
    { stdio: 'ignore', env: { ...process.env, ...softwareVulkan() } },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const browser = new Browser(await marionette(await portIn(profile)));
    await browser.open({});
    return { browser, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Firefox takes some seconds to start, and many on a machine that is busy. */
async function portIn(profile: string): Promise<number> {
  const file = path.join(profile, 'MarionetteActivePort');
  const waiting = new Browser(() => Promise.reject(new Error('Not started.')));
  const look = (): Promise<string | null> => readFile(file, 'utf8').catch(() => null);
  return Number(await waiting.until('Firefox to listen', look, 60_000));
}

type Message = readonly [
  1,
  number,
  { readonly error: string; readonly message: string } | null,
  unknown,
];

async function marionette(port: number): Promise<Send> {
  const socket = await connected(port);
  const waiting = new Map<number, (message: Message) => void>();
  readMessages(socket, (message) => {
    // The first one tells the protocol's version and answers nothing.
    if (Array.isArray(message))
      waiting.get((message as unknown as Message)[1])?.(message as unknown as Message);
  });
  let last = 0;
  return (command, parameters = {}) => {
    const id = ++last;
    const text = JSON.stringify([0, id, NAMES[command] ?? `WebDriver:${command}`, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise((resolve, reject) => {
      socket.once('close', () => reject(new Error(`Firefox closed the connection (${command}).`)));
      waiting.set(id, ([, , error, result]) => {
        waiting.delete(id);
        if (error) reject(new Error(`${command}: ${error.error}: ${error.message}`));
        else resolve(valueIn(result));
      });
    });
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setMaxListeners(0);
    socket.once('error', reject);
  });
}

/** Messages are JSON after their length in bytes and a colon. */
function readMessages(socket: Socket, listener: (message: unknown) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const colon = rest.indexOf(':');
      const end = colon + 1 + Number(rest.toString('latin1', 0, Math.max(colon, 0)));
      if (colon < 0 || rest.length < end) return;
      listener(JSON.parse(rest.toString('utf8', colon + 1, end)));
      rest = rest.subarray(end);
    }
  });
}

/** Most results are an object of one value, some the value itself. */
function valueIn(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'value' in result ? result.value : result;
}
