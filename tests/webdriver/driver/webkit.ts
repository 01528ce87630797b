/** WebKitGTK by its own WebDriver, with a display that nobody sees: its small browser has no other way. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Browser, type Command, type Send } from './client';

export interface WebKitPrograms {
  readonly driver: string;
  /** The browser that comes with WebKitGTK for trying it out. */
  readonly browser: string;
  /** Null where there is a display already. */
  readonly xvfb: string | null;
}

/** Method and path of each command, below the session's own. */
const ROUTES: Readonly<Record<Command, readonly [method: string, path: string]>> = {
  NewSession: ['POST', ''],
  DeleteSession: ['DELETE', ''],
  SetTimeouts: ['POST', '/timeouts'],
  SetWindowRect: ['POST', '/window/rect'],
  Navigate: ['POST', '/url'],
  Refresh: ['POST', '/refresh'],
  Back: ['POST', '/back'],
  NewWindow: ['POST', '/window/new'],
  SwitchToWindow: ['POST', '/window'],
  CloseWindow: ['DELETE', '/window'],
  GetWindowHandle: ['GET', '/window'],
  ExecuteAsyncScript: ['POST', '/execute/async'],
  ElementClick: ['POST', '/element/:id/click'],
  ElementSendKeys: ['POST', '/element/:id/value'],
  TakeScreenshot: ['GET', '/screenshot'],
};

/** @param language the LANG of the browser, which is its language too */
export async function startWebKit(
  { driver, browser: program, xvfb }: WebKitPrograms,
  language = 'en_US.UTF-8',
): Promise<{ browser: Browser; stop: () => Promise<void> }> {
  const display = xvfb === null ? null : await startXvfb(xvfb);
  const port = await freePort();
  const child = spawn(driver, [`--port=${port}`], {
    stdio: 'ignore',
    // A group of its own: a driver that is killed leaves its browser behind.
    detached: true,
    env: {
      ...process.env,
      ...(display && { DISPLAY: display.name }),
      LANG: language,
      LC_ALL: language,
      // Its sandbox does not start for root.
      ...(process.getuid?.() === 0 && { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' }),
    },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    await ended;
    await display?.stop();
  };
  const browser = new Browser(overHttp(`http://127.0.0.1:${port}/session`));
  try {
    await waitForDriver(browser, port);
    await browser.open({ 'webkitgtk:browserOptions': { binary: program, args: ['--automation'] } });
    return { browser, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startXvfb(program: string) {
  const args = [
    '-displayfd',
    '1',
    '-screen',
    '0',
    '1440x1000x24',
    '-nolisten',
    'tcp',
    '-terminate',
  ];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const number = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
    child.once('close', (code) => reject(new Error(`Xvfb ended with exit code ${code}.`)));
  });
  const stop = (): Promise<void> => {
    child.kill();
    return ended;
  };
  return { name: `:${number}`, stop };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function waitForDriver(browser: Browser, port: number): Promise<void> {
  await browser.until('WebKitWebDriver to listen', () =>
    fetch(`http://127.0.0.1:${port}/status`).then(
      () => true,
      () => null,
    ),
  );
}

function overHttp(root: string): Send {
  let session = '';
  return async (command, parameters) => {
    const [method, place] = ROUTES[command];
    const { id, ...body } = (parameters ?? {}) as { id?: string };
    const response = await fetch(`${root}${session}${place.replace(':id', id ?? '')}`, {
      method,
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) {
      const { error, message } = value as { error: string; message: string };
      throw new Error(`${command}: ${error}: ${message}`);
    }
    if (command === 'NewSession') session = `/${(value as { sessionId: string }).sessionId}`;
    return value;
  };
}
