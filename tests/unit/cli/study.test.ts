import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { studyCommand } from '../../../src/cli/study-command';
import { Random } from '../../../src/random';
import { packBundle, readBundle } from '../../../src/studies/bundle/study-bundle';
import { parseResults } from '../../../src/studies/parse-results';
import { writeSetText } from '../../../src/studies/study-sets';
import { SMALL_STUDY, timeless } from '../runtime/small-study';
import { onLibrarySet } from '../runtime/study-set-examples';
import { lab } from './run-lab';

let folder = '';
let file = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lab-study-'));
  file = path.join(folder, 'small.json');
  await writeFile(file, JSON.stringify(SMALL_STUDY));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const study = (...args: string[]) => lab('study', ...args);

/** Starts it and kills it without a warning. */
async function killedAfter(milliseconds: number, args: string[]): Promise<void> {
  const child = spawn(process.execPath, ['scripts/lab.mjs', 'study', ...args], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([sleep(milliseconds), ended]);
  child.kill('SIGKILL');
  await ended;
}

async function resultsIn(out: string) {
  return parseResults(JSON.parse(await readFile(path.join(out, 'results.json'), 'utf8')));
}

describe('lab study', () => {
  it('leaves results, figures, findings and a bundle in its folder', async () => {
    const out = path.join(folder, 'whole');
    const { code, stdout, stderr } = await study(file, '--out', out, '--workers', '2');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/\| Claim \| Verdict \|/);
    expect(stdout).toMatch(/uniform\/severe\/1: not reached/);
    expect(stderr).toMatch(/4 cells on 2 SFT runs/);
    const results = await resultsIn(out);
    expect(results.cells).toHaveLength(3);
    const figures = await readdir(path.join(out, 'figures'));
    expect(figures).toEqual(expect.arrayContaining(['decomposition.svg', 'findings.csv']));
    const bundle = readBundle(await readFile(path.join(out, 'bundle.zip')));
    expect(bundle.results).toEqual(results);
    expect(bundle.base).not.toBeNull();
    expect([...bundle.finalWeights.keys()]).toEqual(['uniform/stable/1', 'tiny/half/1']);
    expect([...bundle.branchWeights.keys()]).toEqual(['uniform/stable/1', 'tiny/half/1']);
    expect(bundle.figures.size).toBe(figures.length / 2);
    expect(bundle.fits).not.toBeNull();

    // A bundle without fits, or of an older theory, gets the same ones anew.
    const bare = path.join(out, 'bare.zip');
    await writeFile(bare, packBundle({ ...bundle, figures: new Map(), fits: null }));
    const refitted = await lab('refit', bare);
    expect(refitted.code, refitted.stderr).toBe(0);
    const { figures: drawn, fits, results: kept } = readBundle(await readFile(bare));
    expect([drawn, fits, kept]).toEqual([bundle.figures, bundle.fits, results]);
  });

  it('goes on after being killed, to the same results', async () => {
    const out = path.join(folder, 'killed');
    const args = [file, '--out', out, '--workers', '2'];
    const random = Random.from(3, 'kills');
    for (let kill = 0; kill < 3; kill++) await killedAfter(1500 + random.integer(3000), args);
    const { code, stderr } = await study(...args);
    expect(code, stderr).toBe(0);
    const [killed, whole] = [await resultsIn(out), await resultsIn(path.join(folder, 'whole'))];
    expect(timeless(killed)).toEqual(timeless(whole));
  });

  it('refuses a folder that holds another study, and says how they differ', async () => {
    const other = path.join(folder, 'other.json');
    await writeFile(other, JSON.stringify({ ...SMALL_STUDY, paradigms: [] }));
    await expect(studyCommand([other, '--out', path.join(folder, 'whole')])).rejects.toThrow(
      /holds another study \(Paradigms: none instead of sft\)/,
    );
  });

  it('reports what is there so far, and takes further seeds', async () => {
    const out = path.join(folder, 'whole');
    const { code, stdout } = await study(file, '--out', out, '--seeds', '1,2', '--report');
    expect(code).toBe(0);
    expect(stdout).toMatch(/3 cells with a result, 1 without/);
    expect((await resultsIn(out)).config.seeds).toEqual([1, 2]);
  });

  it('trains on a set of a library whose rows lie beside the study, as in an unpacked bundle', async () => {
    const { study: config, libraryOf } = onLibrarySet({
      ...SMALL_STUDY,
      sets: SMALL_STUDY.sets.slice(1),
      paradigms: [],
    });
    const place = path.join(folder, 'on-a-library-set');
    await mkdir(path.join(place, 'sets'), { recursive: true });
    const file = path.join(place, 'study.json');
    await writeFile(file, JSON.stringify(config));
    const out = path.join(place, 'out');
    await expect(studyCommand([file, '--out', out])).rejects.toThrow(
      /trains on "mine", a set of a browser's library.*sets\/mine\.jsonl.*unpack it/,
    );
    const text = writeSetText(config, await libraryOf().readTable('set-1'));
    const rows = path.join(place, 'sets', 'mine.jsonl');
    await writeFile(rows, text.replace(/.*\n/, ''));
    await expect(studyCommand([file, '--out', out])).rejects.toThrow(/not those that the study/);
    await writeFile(rows, text);
    const { code, stderr } = await study(file, '--out', out, '--workers', '1');
    expect(code, stderr).toBe(0);
    const bundle = readBundle(await readFile(path.join(out, 'bundle.zip')));
    expect(bundle.results.cells.map(({ id }) => id)).toEqual(['mine/half/1']);
    expect([...bundle.sets.values()].map((rows) => writeSetText(config, rows))).toEqual([text]);
  });

  it('prints a study to be edited', async () => {
    const { code, stdout } = await study(file, '--print');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(SMALL_STUDY);
  });

  it('takes any setting by its path, and those of all cells by their short names', async () => {
    const args = [
      '--rl-steps',
      '3',
      '--set',
      'run.rl.learningRate=1e-3',
      '--set',
      'sets.0.sftSteps=20',
    ];
    const { code, stdout, stderr } = await study(file, '--print', ...args);
    expect(code, stderr).toBe(0);
    const printed = JSON.parse(stdout) as typeof SMALL_STUDY;
    expect(printed.run.rl).toEqual({ ...SMALL_STUDY.run.rl, steps: 3, learningRate: 1e-3 });
    expect(printed.sets[0]!.sftSteps).toBe(20);
  });

  it('asks before a thousand cells, with the time they would take', async () => {
    const many = path.join(folder, 'many.json');
    const seeds = Array.from({ length: 300 }, (_, i) => i);
    await writeFile(many, JSON.stringify({ ...SMALL_STUDY, seeds }));
    const out = path.join(folder, 'many');
    await expect(studyCommand([many, '--out', out])).rejects.toThrow(
      /1,200 cells and would take about .* Add --yes/,
    );
    expect(await readdir(folder)).not.toContain('many');
  });

  it.each([
    [['tiny', '--out', 'x'], /no study "tiny"; choose one of: scale-difficulty, map, talk, micro/],
    [['micro'], /needs --out DIR/],
    [['--out', 'x'], /takes one preset or one \.json file; 0 were given/],
    [['missing.json', '--out', 'x'], /no file "missing.json"/],
    [['micro', '--out', 'x', '--workers', '0'], /--workers is "0"/],
    [['micro', '--out', 'x', '--rl-steps', '-'], /--rl-steps is "-"; it must be an integer from 0/],
    [['micro', '--out', 'x', '--set', 'run.rl.steps=-1'], /run\.rl\.steps is “-1”/],
    [['micro', '--out', 'x', '--set', 'hard'], /--set is "hard"; it must be a path/],
    [['micro', '--out', 'x', '--seeds', 'a'], /--seeds is "a"/],
  ])('refuses %j with a sentence', async (args, message) => {
    await expect(studyCommand(args)).rejects.toThrow(message);
  });
});
