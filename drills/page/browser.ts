/** A browser with a profile of its own, in a group of processes that can be killed or stopped as a whole. */
import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { browserFlags, requireBrowser } from '../../scripts/lib/browser.mjs';

export interface Chrome {
  readonly context: BrowserContext;
  /** What its pages complained of, since the browser was started. */
  readonly problems: string[];
  open(address: string): Promise<Page>;
  /** Ends all of its processes at once, as a crash or a lost battery does. */
  kill(): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Largest resident memory of one of its processes so far, in bytes. */
  memory(): Promise<number>;
}

/** Browsers that have not ended: they are in groups of their own, and would outlive this process. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) signalGroup(child, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** Milliseconds that anything on a page may take. */
export const PATIENCE = 45_000;

/** Starts the browser on a profile, which a killed one may have left; `more` are flags of its own. */
export async function startChrome(profile: string, more: readonly string[] = []): Promise<Chrome> {
  const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const flags = [...browserFlags(), ...own, '--no-default-browser-check', ...more];
  // What a killed browser leaves would keep the next one from its profile.
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) {
    await rm(`${profile}/${name}`, { force: true });
  }
  const child = spawn(await requireBrowser(), [...flags, 'about:blank'], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  alive.add(child);
  let isOver = false;
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      isOver = true;
      alive.delete(child);
      resolve();
    });
  });
  const browser = await chromium.connectOverCDP(await addressOf(child));
  const context = browser.contexts()[0]!;
  context.setDefaultTimeout(PATIENCE);
  const problems: string[] = [];
  return {
    context,
    problems,
    open: (address) => openPage(context, problems, address),
    async kill() {
      if (!isOver) signalGroup(child, 'SIGKILL');
      await closed;
      await disconnected(browser);
    },
    signal: (name) => signalGroup(child, name),
    memory: () => memoryOf(child),
  };
}

async function openPage(
  context: BrowserContext,
  problems: string[],
  address: string,
): Promise<Page> {
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  await page.goto(address);
  return page;
}

function signalGroup({ pid }: ChildProcess, name: NodeJS.Signals): void {
  process.kill(-pid!, name);
}

/** The address that the browser prints for those who drive it. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stderr!.on('data', (piece: Buffer) => {
      text += piece.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(`The browser did not start: ${text.slice(-200)}`)));
  });
}

async function disconnected(browser: Browser): Promise<void> {
  await browser.close().catch(() => undefined);
}

/** By what the system says of every process of the group. */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  let most = 0;
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    if (group !== pid) continue;
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    most = Math.max(most, 1024 * Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0));
  }
  return most;
}
