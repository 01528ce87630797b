import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFit } from '../../../src/cli/fit-command';
import { foreignText } from './foreign-study';

type Row = Readonly<Record<string, string | number | boolean | null>>;
interface StudyJson {
  readonly runs: readonly Row[];
  readonly peaks: readonly Row[];
  readonly findings: readonly Row[];
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-fit-study-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fit(content: string, ...options: string[]) {
  const path = join(folder, 'theirs.csv');
  await writeFile(path, content);
  let [stdout, stderr] = ['', ''];
  const fitted = await runFit([path, ...options], {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
  });
  return { fitted, stdout, stderr };
}

describe('a whole study of others, in the terminal', () => {
  let out = '';
  let study: StudyJson;
  beforeAll(async () => {
    out = join(folder, 'figures-of-theirs');
    const { stdout } = await fit(foreignText(), '--json', '--out', out);
    study = JSON.parse(stdout) as StudyJson;
  }, 180_000);

  it('gives runs, the peak of each set and what it says on the claims', async () => {
    const { runs, peaks, findings } = study;
    expect(runs).toHaveLength(13);
    expect(runs[0]).toMatchObject({ run: 'tiny/adaptation', seeds: 3, verdict: 'identified' });
    expect(runs.at(-1)).toMatchObject({ run: 'rl' });
    expect(peaks.map(({ set }) => set)).toEqual(['tiny', 'easy', 'hard', 'large']);
    expect(Object.keys(peaks[0]!)).toEqual(['set', 'branch', 'a_post', 'low', 'high', 'verdict']);
    for (const [i, truth] of [64, 70, 80, 88].entries()) {
      expect(peaks[i]).toMatchObject({ branch: 'stable', verdict: 'identified' });
      expect(Math.abs(Number(peaks[i]!.a_post) - truth)).toBeLessThan(1);
      expect(Number(peaks[i]!.low)).toBeLessThan(Number(peaks[i]!.a_post));
      expect(Number(peaks[i]!.high)).toBeGreaterThan(Number(peaks[i]!.a_post));
    }
    const verdicts = Object.fromEntries(findings.map(({ claim, verdict }) => [claim, verdict]));
    expect(verdicts).toEqual({
      sequential: 'supported',
      'switch-point': 'supported',
      scale: 'supported',
      difficulty: 'supported',
      indicator: 'supported',
    });
  });

  it('draws it by the figures of the lab, those of which it has data', async () => {
    const names = (await readdir(join(out, 'figures'))).filter((name) => name.endsWith('.svg'));
    expect(names.map((name) => name.replace('.svg', ''))).toEqual([
      'backtest',
      'ceiling-map',
      'decomposition',
      'findings',
      'indicator',
      'paradigms',
      'performance',
      'predictors',
    ]);
    const textsOf = async (name: string): Promise<string[]> => {
      const svg = await readFile(join(out, 'figures', `${name}.svg`), 'utf8');
      return [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text!);
    };
    // Names of two words stand in two lines, whole.
    const shown = await textsOf('decomposition');
    expect(shown.filter((text) => text === 'overfitting')).toHaveLength(4);
    expect(shown.filter((text) => text.includes('…'))).toEqual([]);
    // Each curve is told from the others: pure RL stands beside those of all sets.
    const curves = (await textsOf('paradigms')).filter((text) => text.startsWith('SFT, then RL ('));
    expect(new Set(curves).size).toBeGreaterThanOrEqual(12);
    const map = await readFile(join(out, 'figures', 'ceiling-map.csv'), 'utf8');
    expect(map).toMatch(/^hard,5000,3,stable,(79|80)\./m);
    const decomposition = await readFile(join(out, 'figures', 'decomposition.csv'), 'utf8');
    expect(decomposition).toMatch(/^easy,severe overfitting,3,2000000000000000000,severe,,52/m);
    expect(await readFile(join(out, 'findings.md'), 'utf8')).toMatch(/39 cells with a result/);
  });

  it('keeps the array of today for a file without columns of a study', async () => {
    const rows = foreignText({ seeds: 1, sets: ['hard'] })
      .split('\n')
      .slice(1, 22);
    const plain = rows.map((row) => row.split(',').slice(8, 10).join(','));
    const { stdout } = await fit(`compute,performance\n${plain.join('\n')}\n`, '--json');
    const runs = JSON.parse(stdout) as Row[];
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ run: 'theirs', verdict: 'identified', at_least: null });
    await expect(fit(`compute,performance\n${plain.join('\n')}\n`, '--out', 'x')).rejects.toThrow(
      /--out writes the figures of a study, and the file has none of its columns/,
    );
  });

  it('orders branch points that are named by their steps, the base first', async () => {
    const text = foreignText({ seeds: 1, sets: ['easy', 'large'] })
      .replaceAll(',adaptation,', ',0,')
      .replaceAll(',stable,', ',1200,')
      .replaceAll(',severe overfitting,', ',400,');
    const steps = join(folder, 'steps');
    const { stdout } = await fit(text, '--out', steps);
    expect(stdout).toMatch(/\| large \| 1200 \| 8\d\.\d \|/);
    expect(stdout).toMatch(/\| More trajectories of the same difficulty raise .* \| undecided \|/);
    const table = await readFile(join(steps, 'figures', 'decomposition.csv'), 'utf8');
    const rows = table.split('\n').map((row) => row.split(',').slice(0, 3).join(','));
    expect(rows.slice(1, 4)).toEqual(['easy,0,0', 'easy,400,400', 'easy,1200,1200']);
  });

  it('says what a study of one cell lacks, and fits it all the same', async () => {
    const text = foreignText({ seeds: 1, sets: ['hard'] });
    const rows = text.split('\n').filter((row) => !/adaptation|severe/.test(row));
    const { stdout, stderr } = await fit(rows.join('\n'), '--json');
    expect(stderr).toMatch(/has 1 cell, hard\/stable; peaks and findings compare at least 2\. Add/);
    const { runs, peaks, findings } = JSON.parse(stdout) as StudyJson;
    expect(runs).toHaveLength(1);
    expect(peaks).toMatchObject([{ set: 'hard', branch: 'stable', verdict: 'identified' }]);
    expect(findings.every(({ verdict }) => verdict === 'undecided')).toBe(true);
  });

  it('names what contradicts itself, and leaves that run out', async () => {
    const [header, ...rows] = foreignText({ seeds: 1, sets: ['easy', 'hard'] })
      .trim()
      .split('\n');
    const named = rows.map((row, i) => `run${Math.floor(i / 21)},${row}`);
    named[3] = named[3]!.replace(',5000,', ',4000,');
    const { stdout, stderr } = await fit([`run,${header}`, ...named].join('\n'), '--json');
    expect(stderr).toMatch(
      /Run "run0", seed 0, column "set_size" has "5000" in row 2 and "4000" in row 5; a curve has one\. Give each its own run or seed\./,
    );
    const { runs, findings } = JSON.parse(stdout) as StudyJson;
    expect(runs.filter(({ verdict }) => verdict === 'identified')).toHaveLength(5);
    expect(findings).toHaveLength(5);
  });

  it('refuses values that cannot be, with value, limit and row', async () => {
    const text = foreignText({ seeds: 1, sets: ['easy', 'hard'] });
    const wrong = text.replace('easy,5000,easy', 'easy,0,spicy').replace(',0.47,', ',-1,');
    const { stderr } = await fit(wrong, '--json');
    expect(stderr).toMatch(/Row 2, column "set_size" is "0"; it must be a number of trajectories/);
    expect(stderr).toMatch(/Row 2, column "difficulty" is "spicy"; .* easy, uniform or hard/);
    expect(stderr).toMatch(/Row 2, column "min_val_loss" is "-1"; it must be a number above 0/);
  });
});

/** Rows of a benchmark of three levels, of which the last never begins. */
function levelRows({ evaluations = 12, samples = 400 } = {}): string[] {
  return Array.from({ length: evaluations + 1 }, (_, i) =>
    [0.9, 0.5, 0].map((rate, level) => {
      const rise = level === 2 ? 0 : (0.95 - rate) * (1 - 1 / (1 + i));
      return `${i * 1e15},${level + 1},${Math.round((rate + rise) * samples)},${samples}`;
    }),
  ).flat();
}

describe('a benchmark of levels', () => {
  const HEADER = 'compute,level,successes,samples\n';

  it('makes a ceiling by level that names what has not begun', async () => {
    const { stdout } = await fit(HEADER + levelRows().join('\n'), '--json');
    const { runs, peaks } = JSON.parse(stdout) as StudyJson;
    expect(runs[0]).toMatchObject({ run: 'theirs', verdict: 'at-least' });
    expect(runs[0]!.reason).toMatch(/level 3 has not begun/);
    expect(peaks).toEqual([]);
  });

  it('takes performance and samples for counts, and gets the same ceiling', async () => {
    const rows = levelRows().map((row) => {
      const [compute, level, successes, samples] = row.split(',');
      return [compute, level, (100 * Number(successes)) / Number(samples), samples].join(',');
    });
    const shares = await fit(`compute,level,performance,n_problems\n${rows.join('\n')}`, '--json');
    const counts = await fit(HEADER + levelRows().join('\n'), '--json');
    expect(JSON.parse(shares.stdout)).toEqual(JSON.parse(counts.stdout));
  });

  it.each([
    [
      'levels that change',
      levelRows().filter((_, i) => i !== 16),
      /column "level": the evaluation at compute 5000000000000000 \(row 17\) has the levels 1, 3, that of row 2 has 1, 2, 3\. .* add the missing rows/,
    ],
    [
      'successes above samples',
      levelRows().with(7, '2e15,2,401,400'),
      /Row 9, column "successes" is 401 of 400 samples; it must be from 0 to the number of samples\. Correct the counts\./,
    ],
  ])('refuses %s', async (_, rows, message) => {
    const { fitted, stderr } = await fit(HEADER + rows.join('\n'));
    expect(fitted).toBe(0);
    expect(stderr).toMatch(message);
  });

  it('refuses levels without a number of samples', async () => {
    const rows = levelRows().map((row) => row.split(',').slice(0, 3).join(','));
    const { stderr } = await fit(`compute,level,performance\n${rows.join('\n')}`);
    expect(stderr).toMatch(/column "level" is "1", and the row has no number of samples/);
  });

  it('takes a chance level, and refuses one above all that was measured', async () => {
    const text = HEADER + levelRows().join('\n');
    const { fitted, stderr } = await fit(text, '--chance', '0.25');
    expect(fitted).toBe(0);
    expect(stderr).toMatch(/The chance level is 0\.25, above everything measured at level 3/);
    await expect(fit(text, '--chance', '25')).rejects.toThrow(/--chance is "25"; it must be/);
    const begun = levelRows().filter((row) => row.split(',')[1] !== '3');
    expect((await fit(HEADER + begun.join('\n'), '--chance', '0.2')).fitted).toBe(1);
  });
});
