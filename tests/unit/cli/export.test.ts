import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportCommand } from '../../../src/cli/export-command';
import { runFit } from '../../../src/cli/fit-command';
import { foreignText } from './foreign-study';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-export-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

const MODEL = ['--model', 'Qwen/Qwen2.5-0.5B'];

describe('`lab export`', () => {
  it('writes a folder whole, of the seeds that were named', async () => {
    const out = join(folder, 'new', 'export');
    await exportCommand(['micro', '--for', 'trl', ...MODEL, '--out', out, '--seeds', '3']);
    expect(await readdir(join(folder, 'new'))).toEqual(['export']);
    expect(await readdir(join(out, 'config', 'sft'))).toEqual(
      ['easy', 'hard', 'tiny', 'uniform'].map((set) => `${set}-3.yaml`),
    );
    expect(await readFile(join(out, 'README.md'), 'utf8')).toContain('with TRL 1.9.0');
  });

  it('writes over nothing', async () => {
    const out = join(folder, 'full');
    await mkdir(out);
    await writeFile(join(out, 'mine.txt'), 'mine');
    const said = exportCommand(['micro', '--for', 'verl', ...MODEL, '--out', out]);
    await expect(said).rejects.toThrow(`The folder "${out}" is not empty: it has 1 entry`);
    expect(await readdir(out)).toEqual(['mine.txt']);
    const file = join(out, 'mine.txt');
    await expect(
      exportCommand(['micro', '--for', 'verl', ...MODEL, '--out', file]),
    ).rejects.toThrow('is no folder');
  });

  it.each([
    [['--for', 'axolotl', ...MODEL], 'no export for the trainer "axolotl"; choose trl or verl'],
    [['--for', 'trl', '--model', ''], 'The model is ""'],
    [['--for', 'trl'], 'export needs --model: a model, such as'],
    [MODEL, 'export needs --for: trl or verl'],
  ])('refuses %j and leaves nothing behind', async (options, message) => {
    const out = join(folder, 'refused');
    await expect(exportCommand(['micro', ...options, '--out', out])).rejects.toThrow(message);
    expect((await readdir(folder)).filter((name) => name.startsWith('refused'))).toEqual([]);
  });
});

describe('`lab fit DIR`', () => {
  const fit = async (path: string) => {
    let [stdout, stderr] = ['', ''];
    await runFit([path, '--json'], {
      stdout: (text) => (stdout += text),
      stderr: (text) => (stderr += text),
    });
    return { json: JSON.parse(stdout) as { run: string }[] | { runs: { run: string }[] }, stderr };
  };
  const curve = (run: string): string =>
    [0, 1, 2, 4, 8, 16, 32, 64]
      .map((compute) => `${run},${compute},${30 + 40 / (1 + (8 / Math.max(compute, 0.01)) ** 2)}`)
      .join('\n');

  it('takes the curves of all files in a folder, and tells runs of one name apart', async () => {
    const path = join(folder, 'logs');
    await mkdir(path);
    const header = 'run,compute,performance';
    await writeFile(join(path, 'a.csv'), `${header}\n${curve('one')}\n${curve('two')}\n`);
    await writeFile(join(path, 'b.csv'), `${header}\n${curve('two')}\n`);
    await writeFile(join(path, 'picture.png'), 'no curves');
    const { json } = await fit(path);
    const runs = (json as { run: string }[]).map(({ run }) => run);
    expect(runs).toEqual(['one', 'a.csv/two', 'b.csv/two']);
  });

  it('takes curves.csv alone where there is one', async () => {
    const path = join(folder, 'gathered');
    await mkdir(path);
    await writeFile(join(path, 'curves.csv'), foreignText({ seeds: 1, sets: ['tiny'] }));
    await writeFile(join(path, 'plan.json'), '{"no": "curves"}');
    const { json } = await fit(path);
    expect((json as { runs: unknown[] }).runs).toHaveLength(3);
  });

  it('says what a folder without logs lacks', async () => {
    const path = join(folder, 'empty');
    await mkdir(path);
    await expect(fit(path)).rejects.toThrow('has neither curves.csv nor a log');
  });
});
