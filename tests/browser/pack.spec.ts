/** The archive for a USB stick, unpacked and started as on a machine that has Python and no Node. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { writeArchive } from '../../scripts/lib/archive.mjs';
import { expect, test } from './fixtures';

let folder = '';
let lab = '';

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lab-pack-'));
  const archive = path.join(folder, 'lab.zip');
  expect(await writeArchive(archive)).toBeLessThan(12e6);
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(archive)))) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  lab = path.join(folder, 'plasticity-lab');
});
test.afterAll(() => rm(folder, { recursive: true }));

/** The program itself: what stands on the PATH may be a script that needs other programs. */
async function pathOf(program: string): Promise<string> {
  const ask = promisify(execFile);
  if (program === 'node') return process.execPath;
  if (program === 'python3') {
    const code = 'import os, sys; print(os.path.realpath(sys.executable))';
    return (await ask('python3', ['-c', code])).stdout.trim();
  }
  return (await ask('sh', ['-c', `command -v ${program}`])).stdout.trim();
}

/** A folder for PATH with links to these of the machine's programs, and nothing else. */
async function pathWith(...programs: readonly string[]): Promise<string> {
  const bin = await mkdtemp(path.join(folder, 'bin-'));
  for (const program of programs) await symlink(await pathOf(program), path.join(bin, program));
  return bin;
}

/** Starts the script that a person double-clicks; the address that it tells. */
async function start(bin: string): Promise<{ child: ChildProcess; url: string }> {
  const script = path.join(lab, 'start.sh');
  await chmod(script, 0o755);
  const child = spawn(script, ['--port', '0', '--no-browser'], {
    env: { PATH: bin },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const found = /is at (http:\S+)/.exec(text);
      if (found) resolve(found[1]!);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', (code) => reject(new Error(`exit code ${code}: ${text}`)));
  });
  return { child, url };
}

for (const { program, run } of [
  { program: 'python3', run: 'preset=micro' },
  { program: 'node', run: 'preset=micro&set=tiny&sft-steps=60&rl-steps=30&problems=20' },
]) {
  test(`${program} alone serves it, and a run trains to its end`, async ({ page }) => {
    const { child, url } = await start(await pathWith(program, 'dirname'));
    try {
      const types = await Promise.all(
        ['', 'favicon.svg', 'base/micro.safetensors', 'manifest.webmanifest'].map(async (name) =>
          (await fetch(url + name)).headers.get('content-type'),
        ),
      );
      expect(types.map((type) => type?.split(';')[0])).toEqual([
        'text/html',
        'image/svg+xml',
        'application/octet-stream',
        'application/manifest+json',
      ]);
      expect((await fetch(`${url}nowhere`)).status).toBe(404);
      await page.goto(`${url}#/run?${run}&engine=wasm&autostart=1`);
      await expect(page.locator('.run-page')).toHaveAttribute('data-status', 'finished', {
        timeout: 240_000,
      });
    } finally {
      child.kill();
    }
  });
}

test('without either a sentence says what to install', async () => {
  await expect(start(await pathWith('dirname'))).rejects.toThrow(/Install one of them/);
});
