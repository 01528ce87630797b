/** Installs the dependencies if they are missing or out of date. Uses Node's own modules only. */
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT, runNpm } from './process.mjs';

/** The oldest Node that Vite runs on. */
const OLDEST_NODE = [20, 19];

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Error(
    `This is Node ${process.versions.node}; the lab needs ${OLDEST_NODE.join('.')} or newer. Install it from https://nodejs.org.`,
  );
}

/**
 * The packages that a lock file lists, by folder.
 * @param {string} file
 * @returns {Promise<Record<string, { version?: string, optional?: boolean }>>}
 */
async function lockedPackages(file) {
  /** @type {{ packages: Record<string, { version?: string, optional?: boolean }> }} */
  const lock = JSON.parse(await readFile(path.join(ROOT, file), 'utf8'));
  return lock.packages;
}

/** Whether every package is installed in the version that the lock file names. */
async function isInstalled() {
  const wanted = await lockedPackages('package-lock.json');
  // npm writes this file last, so it is missing after an installation that was cut short.
  const installed = await lockedPackages('node_modules/.package-lock.json').catch(() => null);
  if (installed === null) return false;
  return Object.entries(wanted)
    .filter(([folder, { optional }]) => folder !== '' && !optional)
    .every(([folder, { version }]) => installed[folder]?.version === version);
}

/**
 * `npm ci` empties node_modules, and through a link it would empty a folder that others use.
 * Throws if node_modules is a link.
 */
async function checkOwnFolder() {
  const folder = path.join(ROOT, 'node_modules');
  const info = await lstat(folder).catch(() => null);
  if (!info?.isSymbolicLink()) return;
  throw new Error(
    `${folder} is a link to a folder that lacks packages of package-lock.json. Run npm ci where it points to, or remove the link.`,
  );
}

/** Runs `npm ci` where needed; its output goes to stderr. */
export async function installIfNeeded() {
  checkNode();
  if (await isInstalled()) return;
  await checkOwnFolder();
  process.stderr.write('Installing dependencies (npm ci)…\n');
  // The level is given because `npm run -s` would silence this npm's errors too.
  const { code } = await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=warn']);
  if (code !== 0) {
    throw new Error(
      `npm ci failed with exit code ${code}; see its message above. It needs a connection to the npm registry.`,
    );
  }
}

/**
 * Runs a script; its error becomes a message on stderr and exit code 1.
 * @param {() => Promise<void>} main
 * @returns {Promise<boolean>} whether it succeeded
 */
export async function runMain(main) {
  try {
    await main();
    return true;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return false;
  }
}
