/** Installs what a check needs, where this is Debian and the user is root. */
import { readFileSync } from 'node:fs';
import { runProgram } from './process.mjs';

/** Whether this is Debian itself: elsewhere a package of the same name may be an empty one. */
function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

export function canInstall() {
  return isDebian() && process.getuid?.() === 0;
}

/** @param {readonly string[]} packages */
export async function installOnDebian(packages) {
  const options = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
  process.stdout.write(`Installing ${packages.join(' and ')} with apt-get…\n`);
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const { code } = await runProgram('apt-get', ['-q', ...args], options);
    if (code !== 0) throw new Error(`apt-get ${args.join(' ')} failed with exit code ${code}.`);
  }
}
