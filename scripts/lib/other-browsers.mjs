/** Finds, or on Debian installs, Firefox and WebKit, which the tests drive by WebDriver. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { canInstall, installOnDebian } from './debian.mjs';

/** @typedef {'firefox' | 'webkit'} OtherBrowser */
/** @typedef {{ driver: string, browser: string, xvfb: string | null }} WebKitPrograms */

const FOLDERS = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/bin', '/usr/local/bin'];

/** The first of some programs in the folders where programs lie. */
function program(/** @type {readonly string[]} */ ...names) {
  const places = names.flatMap((name) => FOLDERS.map((folder) => path.join(folder, name)));
  return places.find((place) => existsSync(place)) ?? null;
}

/** @returns {string | null} */
export function findFirefox() {
  const named = process.env.FIREFOX_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`FIREFOX_PATH is "${named}", and there is no such file. Correct or unset it.`);
  }
  const elsewhere = [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ];
  return program('firefox-esr', 'firefox') ?? elsewhere.find((file) => existsSync(file)) ?? null;
}

/** The small browser of WebKitGTK: in a folder named after its version, in one of the architecture. */
function findMiniBrowser() {
  const roots = ['/usr/libexec', '/usr/lib64', '/usr/lib'].filter((root) => existsSync(root));
  const inside = (/** @type {string} */ folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(folder, entry.name));
  const versions = [...roots, ...roots.flatMap(inside).filter((f) => f.endsWith('-linux-gnu'))]
    .flatMap(inside)
    .filter((folder) => path.basename(folder).startsWith('webkit2gtk-'));
  return versions.map((f) => path.join(f, 'MiniBrowser')).find((file) => existsSync(file)) ?? null;
}

/** @returns {WebKitPrograms | null} */
export function findWebKit() {
  const driver = program('WebKitWebDriver');
  const browser = findMiniBrowser();
  const xvfb = program('Xvfb');
  if (driver === null || browser === null || (xvfb === null && !process.env.DISPLAY)) return null;
  return { driver, browser, xvfb };
}

const OTHERS = {
  firefox: { title: 'Firefox', packages: ['firefox-esr'], find: findFirefox },
  webkit: { title: 'WebKit', packages: ['webkit2gtk-driver', 'xvfb'], find: findWebKit },
};

/** @type {readonly OtherBrowser[]} */
export const OTHER_BROWSERS = ['firefox', 'webkit'];

/**
 * Whether a browser is there, or could be installed; otherwise a sentence that says what is missing.
 * @param {OtherBrowser} name
 * @returns {Promise<null | string>}
 */
export async function missingBrowser(name) {
  const { title, packages, find } = OTHERS[name];
  if (find() === null && canInstall()) await installOnDebian(packages);
  if (find() !== null) return null;
  return `${title} was not found. On Debian it is installed by \`apt-get install ${packages.join(' ')}\` as root.`;
}
