/** Installs the dependencies if they are missing or out of date. Uses Node's own modules only. */
import path from 'node:path';
import { modifiedAt, ROOT, runNpm } from './process.mjs';

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

/** Runs `npm ci` where needed; its output goes to stderr. */
export async function installIfNeeded() {
  checkNode();
  // npm writes this file last, so it is missing after an installation that was cut short.
  const installed = await modifiedAt(path.join(ROOT, 'node_modules/.package-lock.json'));
  if (installed >= (await modifiedAt(path.join(ROOT, 'package-lock.json')))) return;
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
 * Runs a script's main function; an error becomes one line on stderr and exit code 1.
 * @param {() => Promise<void>} main
 */
export function runMain(main) {
  main().catch((/** @type {unknown} */ error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
