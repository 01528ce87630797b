import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import { runFit } from '../../../src/cli/fit-command';
import type { RlCurve } from '../../../src/theory';
import { simulateCurve } from './simulated-curves';

const TRUTH = { pSft: 50, aPost: 70, mid: 0.2, b: 1.5 };
const KEYS = ['run', 'p_sft', 'a_post', 'a_post_low', 'a_post_high', 'pl_rl', 'c_mid', 'b'];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-fit-'));
});
afterAll(() => rm(folder, { recursive: true }));

function curve(name: string, truth = TRUTH): RlCurve {
  const noise = { std: 0.4, rho: 0.3 };
  return simulateCurve(Random.from(3, name), truth, noise, { evaluations: 24, compute: 1e15 });
}

function rowsOf(run: string, { pSft, points }: RlCurve): string {
  const rows = [{ compute: 0, performance: pSft.value }, ...points];
  return rows.map(({ compute, performance }) => `${run},${compute},${performance}\n`).join('');
}

async function fit(content: string | Uint8Array, ...options: string[]) {
  const path = join(folder, 'curves.csv');
  await writeFile(path, content);
  let [stdout, stderr] = ['', ''];
  const fitted = await runFit([path, ...options], {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
  });
  return { fitted, stdout, stderr };
}

const HEADER = 'run,compute,performance\n';
const GOOD = HEADER + rowsOf('bent', curve('bent'));
const RISING = curve('rising', { ...TRUTH, aPost: 95, mid: 3 });

describe('lab fit', () => {
  it('prints the ceiling of each run as JSON', async () => {
    const { fitted, stdout, stderr } = await fit(GOOD + rowsOf('rising', RISING), '--json');
    const runs = JSON.parse(stdout) as Record<string, number | string | boolean | null>[];
    expect(fitted).toBe(2);
    expect(stderr).toBe('');
    expect(Object.keys(runs[0]!)).toEqual(expect.arrayContaining([...KEYS, 'identified']));
    expect(runs[0]).toMatchObject({ run: 'bent', identified: true, collapsed: false });
    expect(runs[0]!.reason).toBeNull();
    const { p_sft, pl_rl, a_post, a_post_low, a_post_high, c_mid } = runs[0]!;
    expect(Number(p_sft) + Number(pl_rl)).toBeCloseTo(Number(a_post), 3);
    expect(Math.abs(Number(a_post) - 70)).toBeLessThan(1.5);
    expect(Number(a_post_low)).toBeLessThan(Number(a_post));
    expect(Number(a_post_high)).toBeGreaterThan(Number(a_post));
    expect(Math.log2(Number(c_mid) / 2e14)).toBeCloseTo(0, 0);
    expect(runs[1]).toMatchObject({ run: 'rising', identified: false });
    expect(runs[1]!.reason).toMatch(/Run more RL steps/);
  });

  it('prints a table in which a ceiling that is not identified is not a number', async () => {
    const { stdout } = await fit(GOOD + rowsOf('rising', RISING));
    const [header, bent, rising, reason] = stdout.split('\n');
    expect(header).toMatch(/^run\s+P_sft\s+PL_rl\s+A_post\s+90% interval/);
    expect(bent).toMatch(/^bent\s+\d+\.\d\s+\d+\.\d\s+\d+\.\d\s+\d+\.\d to \d+\.\d/);
    expect(rising).toMatch(/^rising\s+\d+\.\d\s+\?\s+not identified\s/);
    expect(reason).toMatch(/^rising: /);
  });

  it('says where RL collapsed', async () => {
    const { pSft, points } = curve('collapse');
    const fallen = points.map((point, i) =>
      i < 19 ? point : { ...point, performance: point.performance - 25 },
    );
    const text = HEADER + rowsOf('fallen', { pSft, points: fallen });
    const { stdout } = await fit(text, '--json');
    const [run] = JSON.parse(stdout) as Record<string, unknown>[];
    expect(run).toMatchObject({ collapsed: true });
    expect(Math.abs(Number(run!.a_post) - 70)).toBeLessThan(3);
    expect((await fit(text)).stdout).toMatch(
      /RL collapsed after compute .* the last 5 evaluations/,
    );
  });

  it('repeats with its seed', async () => {
    const [first, again, other] = [
      await fit(GOOD, '--json', '--seed', '4'),
      await fit(GOOD, '--json', '--seed', '4'),
      await fit(GOOD, '--json', '--seed', '5'),
    ];
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  it('maps columns, also those with an equals sign in their name', async () => {
    const text = GOOD.replace('run,compute,performance', 'name,flops,acc=1');
    const columns = 'run=name,compute=flops,performance=acc=1';
    const { stdout } = await fit(text, '--columns', columns, '--json');
    expect(JSON.parse(stdout)).toEqual(JSON.parse((await fit(GOOD, '--json')).stdout));
  });

  it('fits the good runs, names the bad ones, and counts what it fitted', async () => {
    const { fitted, stdout, stderr } = await fit(`${GOOD}bad,0,50\nbad,1,lost\n`, '--json');
    expect(fitted).toBe(1);
    expect(stderr).toMatch(/Row 28, column "performance" is "lost"/);
    const runs = JSON.parse(stdout) as Record<string, unknown>[];
    expect(runs[1]).toMatchObject({ run: 'bad', a_post: null, identified: false });
    expect((await fit(`${HEADER}bad,0,50\nbad,1,lost\n`)).fitted).toBe(0);
  });

  it('shows the first problems of a run and counts the others', async () => {
    const bad = Array.from({ length: 12 }, (_, i) => `bad,${i},x\n`).join('');
    const { stderr } = await fit(GOOD + bad);
    expect(stderr.split('\n').filter((line) => line.startsWith('Row '))).toHaveLength(5);
    expect(stderr).toMatch(/and 7 more problems/);
  });

  it('refuses a file that cannot hold curves, by its name', async () => {
    await expect(fit('')).rejects.toThrow(/curves\.csv: The file is empty/);
    await expect(fit(Uint8Array.of(255, 0, 254))).rejects.toThrow(/curves\.csv: .*not UTF-8/);
    const large = new Uint8Array(50 * 2 ** 20).fill(65);
    await expect(fit(large)).rejects.toThrow(/has 50\.0 MB; the limit is 20/);
  });

  it('refuses a command line without sense', async () => {
    await expect(runFit([], { stdout: () => {}, stderr: () => {} })).rejects.toThrow(/one file/);
    const nowhere = runFit([join(folder, 'none.csv')], { stdout: () => {}, stderr: () => {} });
    await expect(nowhere).rejects.toThrow(/There is no file/);
    await expect(fit(GOOD, '--columns', 'speed=x')).rejects.toThrow(/--columns has "speed=x"/);
    await expect(fit(GOOD, '--columns', 'run')).rejects.toThrow(/--columns has "run"/);
    await expect(fit(GOOD, '--seed', 'x')).rejects.toThrow(/--seed is "x"/);
  });
});
