/** Finds, or on Debian installs, the Chrome or Chromium that the tests drive. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { canInstall, installOnDebian } from './debian.mjs';

/** A host name of this machine that browsers do not take for a secure one, as `localhost` is. */
export const ROOM_HOST = 'lab.test';

const NAMES = [
  'google-chrome',
  'google-chrome-stable',
  'chromium',
  'chromium-browser',
  'microsoft-edge',
];

/** @returns {string[]} */
function usualPlaces() {
  const { env, platform } = process;
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (platform === 'win32') {
    const roots = [env.LOCALAPPDATA, env.ProgramFiles, env['ProgramFiles(x86)']];
    const programs = [
      'Google/Chrome/Application/chrome.exe',
      'Microsoft/Edge/Application/msedge.exe',
    ];
    return roots
      .filter((root) => root !== undefined)
      .flatMap((root) => programs.map((program) => path.join(root, program)));
  }
  const folders = [...(env.PATH ?? '').split(':'), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

/** Playwright's own Chromium, if it has been downloaded. */
async function playwrightsOwn() {
  const { chromium } = await import('@playwright/test');
  return chromium.executablePath();
}

/** The path of a Chrome or Chromium; null where there is none. */
export async function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROME_PATH is "${named}", and there is no such file. Correct or unset it.`);
  }
  const places = [...usualPlaces(), await playwrightsOwn()];
  return places.find((place) => existsSync(place)) ?? null;
}

/** As findBrowser; installs one on Debian as root, and otherwise throws with what to install. */
export async function requireBrowser() {
  const found = await findBrowser();
  if (found !== null) return found;
  if (canInstall()) {
    await installOnDebian(['chromium']);
    const installed = await findBrowser();
    if (installed !== null) return installed;
  }
  throw new Error(
    'No Chrome or Chromium was found. Install Google Chrome (https://www.google.com/chrome) or Chromium (Debian: `apt-get install chromium` as root), or set CHROME_PATH to one.',
  );
}

function hasGpu() {
  // Only Linux runs on machines without one, and there a driver shows itself as a device file.
  return process.platform !== 'linux' || existsSync('/dev/dri') || existsSync('/dev/nvidia0');
}

/** Command-line flags: WebGPU on the GPU, or on the software adapter where there is none. */
export function browserFlags() {
  return [
    '--enable-unsafe-webgpu',
    ...(process.platform === 'linux' ? ['--enable-features=Vulkan'] : []),
    ...(hasGpu() ? [] : ['--use-webgpu-adapter=swiftshader']),
    // Chromium’s sandbox does not start for root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    `--host-resolver-rules=MAP ${ROOM_HOST} 127.0.0.1`,
  ];
}
