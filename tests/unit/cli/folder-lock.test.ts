/** Terminals that take turns in a folder. */
import { fork } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inFolder } from '../../../src/cli/folder-lock';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lab-turns-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a folder', () => {
  it('is worked in by one at a time, by whatever path', async () => {
    const same = `${folder}-link`;
    await symlink(folder, same);
    const order: string[] = [];
    let end = (): void => undefined;
    let first: Promise<void> | undefined;
    await new Promise<void>((begun) => {
      const work = (): Promise<void> =>
        new Promise((resolve) => {
          end = resolve;
          begun();
        });
      first = inFolder(folder, { work, waits: () => order.push('the first waits') });
    });
    const waits = vi.fn(() => end());
    const second = inFolder(same, { work: async () => void order.push('second'), waits });
    await first;
    order.push('first');
    await second;
    expect(waits).toHaveBeenCalledTimes(1);
    expect(order).toEqual(['first', 'second']);
    await rm(same);
  });

  it('is free again when its terminal is killed', async () => {
    const ssr = 'src/cli/folder-lock.ts';
    const options = { ssr, outDir: folder, target: 'node20', emptyOutDir: false };
    const rolldownOptions = { output: { entryFileNames: 'lock.mjs' } };
    const common = { configFile: false, publicDir: false, logLevel: 'silent' } as const;
    await build({ ...common, build: { ...options, rolldownOptions } });
    const script = path.join(folder, 'script.mjs');
    await writeFile(
      script,
      `import { inFolder } from './lock.mjs';
       void inFolder(process.argv[2], {
         work: () => new Promise(() => { process.send('works'); setInterval(() => {}, 1000); }),
         waits: () => undefined,
       });`,
    );
    const child = fork(script, [folder]);
    await new Promise((resolve) => child.once('message', resolve));
    const waits = vi.fn(() => void child.kill('SIGKILL'));
    expect(await inFolder(folder, { work: async () => 'mine', waits })).toBe('mine');
    expect(waits).toHaveBeenCalledTimes(1);
  });

  it('is free after work that fails', async () => {
    const waits = vi.fn();
    const fails = () => Promise.reject(new Error('no'));
    await expect(inFolder(folder, { work: fails, waits })).rejects.toThrow('no');
    await inFolder(folder, { work: async () => undefined, waits });
    expect(waits).not.toHaveBeenCalled();
  });
});
