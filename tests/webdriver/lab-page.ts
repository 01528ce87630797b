/** The lab in a browser that WebDriver drives, and what Node gives for the same work. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import { findFirefox, findWebKit } from '../../scripts/lib/other-browsers.mjs';
import { host } from '../browser/hosts';
import type { Browser } from './driver/client';
import { startFirefox } from './driver/firefox';
import { startWebKit } from './driver/webkit';

/** The browser of this project: which one the test runner says. */
export const NAME = inject('browser');

export interface StartOptions {
  /** Of Firefox, beside those of every test. */
  readonly preferences?: Readonly<Record<string, unknown>>;
  /** LANG of WebKit. */
  readonly language?: string;
}

/** Starts the browser of this project. */
export function startBrowser({ preferences, language }: StartOptions = {}) {
  return NAME === 'firefox'
    ? startFirefox(findFirefox()!, preferences)
    : startWebKit(findWebKit()!, language);
}

/** The built app on a port of its own. */
export async function serveLab() {
  const { url, close } = await host();
  return { url, stop: () => void close() };
}

/** Runs in the page: keeps what is saved as a file, in place of handing it to the browser. */
function catchFiles(): void {
  const page = window as unknown as { saved?: Record<string, Blob> };
  if (page.saved) return;
  const saved = (page.saved = {} as Record<string, Blob>);
  const blobs = new Map<string, Blob>();
  const addressOf = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (object) => {
    const address = addressOf(object);
    if (object instanceof Blob) blobs.set(address, object);
    return address;
  };
  HTMLAnchorElement.prototype.click = function () {
    saved[this.download] = blobs.get(this.href)!;
  };
}

/** Does what saves a file, and gives its name and content. */
export async function savedBy(
  browser: Browser,
  act: () => Promise<void>,
): Promise<{ readonly name: string; readonly content: Buffer }> {
  await browser.evaluate(catchFiles);
  await act();
  const file = await browser.until('a saved file', () =>
    browser.evaluate(async () => {
      const { saved } = window as unknown as { saved: Record<string, Blob> };
      const [name] = Object.keys(saved);
      if (name === undefined) return null;
      const bytes = new Uint8Array(await saved[name]!.arrayBuffer());
      delete saved[name];
      return { name, text: Array.from(bytes, (byte) => String.fromCharCode(byte)).join('') };
    }),
  );
  return { name: file.name, content: Buffer.from(file.text, 'latin1') };
}

/** Waits for a run's status. */
export async function status(browser: Browser, wanted: string, patience = 20_000): Promise<void> {
  await browser.attribute('.run-page', 'data-status', (value) => value === wanted, patience);
}

/** The numbers of a finished run by their names; empty where a number is not known. */
export function metrics(browser: Browser): Promise<Record<string, string>> {
  return browser.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll<HTMLElement>('[data-metric]')].map(({ dataset }) => [
        dataset['metric']!,
        dataset['value']!,
      ]),
    ),
  );
}

/** What Node gave, which may take as long as the browser's own work. */
async function fromNode(browser: Browser, ...place: string[]): Promise<string> {
  const folder = inject('fromNode');
  const look = async (): Promise<string | null> => {
    if (existsSync(path.join(folder, 'failed'))) {
      throw new Error(await readFile(path.join(folder, 'failed'), 'utf8'));
    }
    const top = path.join(folder, place[0]!);
    return existsSync(top) ? readFile(path.join(folder, ...place), 'utf8') : null;
  };
  return browser.until(`${place.join('/')} from Node`, look, 240_000);
}

/** The numbers of a run in Node, of those that the page shows. */
export async function numbersOfNode(
  browser: Browser,
  run: string,
  shown: readonly string[],
): Promise<Record<string, number | null>> {
  const result = JSON.parse(await fromNode(browser, `${run}.json`)) as Record<string, number>;
  return Object.fromEntries(shown.map((name) => [name, result[name] ?? null]));
}

/** A file of the figures of the study. */
export function figureOfNode(browser: Browser, file: string): Promise<string> {
  return fromNode(browser, 'study', 'figures', file);
}
