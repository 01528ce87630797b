/** Files and child processes of the repository. Uses Node's own modules only: it runs before anything is installed. */
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The built app. */
export const DIST = path.join(ROOT, 'dist');

/**
 * Milliseconds since 1970 at which a file was changed last; 0 where there is none.
 * @param {string} file
 */
export async function modifiedAt(file) {
  return stat(file).then(
    (info) => info.mtimeMs,
    () => 0,
  );
}

/**
 * Runs a program in the repository and waits for its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{
 *   env?: Record<string, string>,
 *   stdout?: 'inherit' | 'stderr' | 'pipe',
 *   shell?: boolean,
 * }} [options] `stderr` sends its output to this process's stderr; `pipe` collects it.
 * @returns {Promise<{ code: number, stdout: string }>} code 127 where there is no such program
 */
export function runProgram(command, args, { env = {}, stdout = 'inherit', shell = false } = {}) {
  const output = stdout === 'stderr' ? process.stderr : stdout;
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, 'inherit'],
    shell,
  });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('error', (error) => {
      if ('code' in error && error.code === 'ENOENT') resolve({ code: 127, stdout: '' });
      else reject(error);
    });
    child.on('close', (code, signal) => {
      resolve({ code: code ?? (signal ? 1 : 0), stdout: text });
    });
  });
}

/**
 * Runs the npm that started this script, or else the one on the PATH. It prints to stderr.
 * @param {readonly string[]} args
 */
export function runNpm(args) {
  const own = process.env.npm_execpath;
  if (own?.endsWith('.js')) {
    return runProgram(process.execPath, [own, ...args], { stdout: 'stderr' });
  }
  const isWindows = process.platform === 'win32';
  return runProgram(isWindows ? 'npm.cmd' : 'npm', args, { stdout: 'stderr', shell: isWindows });
}

/**
 * Runs a command that a dependency installs, without npm or a shell in between.
 * @param {string} file path below node_modules
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, stdout?: 'inherit' | 'stderr' | 'pipe' }} [options]
 */
export function runInstalled(file, args, options) {
  return runProgram(process.execPath, [path.join(ROOT, 'node_modules', file), ...args], options);
}
