import { describe, expect, it } from 'vitest';
import { fitCeilingOfSeeds, readCurveFile, type RunCeiling } from '../../../src/theory';
import {
  collapseSentences,
  shapeOf,
  termsOf,
  verdictOf,
} from '../../../src/views/ceilings/ceiling-words';
import { CurveRun } from '../../../src/views/ceilings/curve-run.svelte';
import { exampleCurves } from '../../../src/views/ceilings/example-curves';
import {
  choicesOfFit,
  fitNumberProblem,
  fitSettingsOf,
  STANDARD_FIT,
} from '../../../src/views/ceilings/fit-choices';
import { nextSorting, sortRuns } from '../../../src/views/ceilings/results/sorting';
import {
  choicesOfColumns,
  columnProblem,
  mappingOf,
  pSftProblem,
  readingOf,
} from '../../../src/views/ceilings/sources/column-choices';

const example = exampleCurves();
const file = await readCurveFile(example.text, { singleRun: 'example' });

function runNamed(name: string): CurveRun {
  const { curves } = file.runs.find(({ run }) => run === name)!;
  const overview = {
    run: name,
    problems: [],
    curves: curves.map(({ pSft, points }) => ({
      pSft,
      compute: Float64Array.from(points, (point) => point.compute),
      performance: Float64Array.from(points, (point) => point.performance),
      evaluations: points.length,
    })),
  };
  const run = new CurveRun({ key: name, index: 0, unit: 'FLOPs', overview, truth: null });
  const ceiling = fitCeilingOfSeeds(curves, { ...STANDARD_FIT, draws: 60 });
  run.finish(run.begin(), { run: name, ceiling, problems: null });
  return run;
}

function unfitted(name: string): CurveRun {
  const overview = { run: name, curves: [], problems: ['Row 2 is bad.'] };
  return new CurveRun({ key: name, index: 0, unit: 'compute', overview, truth: null });
}

const [bent, rising, collapsed, seeds] = [
  'bends early',
  'still rising',
  'collapses',
  'three seeds',
].map(runNamed) as [CurveRun, CurveRun, CurveRun, CurveRun];

describe('the example', () => {
  it('shows an identified ceiling, one that is not, a collapse, and seeds fitted together', () => {
    expect(verdictOf(bent)).toBe('identified');
    expect(verdictOf(rising)).toBe('not identified');
    expect(collapsed.ceiling?.collapsed).toBe(true);
    expect(seeds.ceiling?.seeds).toBe(3);
  });

  it('is the same each time, and its fits find the ceilings that it was made with', () => {
    expect(exampleCurves().text).toBe(example.text);
    for (const run of [bent, collapsed, seeds]) {
      expect(Math.abs(run.ceiling!.aPost - example.truths.get(run.name)!)).toBeLessThan(3);
    }
  });
});

describe('a ceiling in words', () => {
  it('is a number with its interval where it is identified', () => {
    const [, , aPost] = termsOf(bent.ceiling!);
    expect(aPost.text).toMatch(/^7\d\.\d$/);
    expect(aPost.note).toMatch(/^7\d\.\d to 7\d\.\d$/);
    expect(shapeOf(bent)[0]!.text).toMatch(/PFLOPs, 1\d% of the range$/);
  });

  it('is never a bare number where it is not', () => {
    const [pSft, plRl, aPost] = termsOf(rising.ceiling!);
    expect(pSft.text).toMatch(/^38\.\d$/);
    expect([plRl.text, aPost.text]).toEqual(['not identified', 'not identified']);
    expect(shapeOf(rising).map(({ name }) => name)).not.toContain('C_mid');
  });

  it('says where RL collapsed, and of which seed', () => {
    expect(collapseSentences(collapsed)[0]).toMatch(
      /^RL collapsed after compute 2\.\d+ EFLOPs, from 6\d\.\d to 4\d\.\d; the last \d evaluations/,
    );
    expect(collapseSentences(bent)).toEqual([]);
  });
});

describe('the table of runs', () => {
  const runs = [rising, bent, unfitted('bad'), seeds];
  const names = (sorted: readonly CurveRun[]): string[] => sorted.map(({ name }) => name);

  it('keeps the order of the files until a column is asked for', () => {
    expect(sortRuns(runs, { column: null, isDescending: false })).toBe(runs);
  });

  it('puts runs whose ceiling is not known last, both ways', () => {
    const up = sortRuns(runs, { column: 'a_post', isDescending: false });
    expect(names(up)).toEqual(['three seeds', 'bends early', 'still rising', 'bad']);
    const down = sortRuns(runs, { column: 'a_post', isDescending: true });
    expect(names(down)).toEqual(['bends early', 'three seeds', 'still rising', 'bad']);
  });

  it.each([
    ['run', ['bad', 'bends early', 'still rising', 'three seeds']],
    ['p_sft', ['still rising', 'bends early', 'three seeds', 'bad']],
    ['width', ['bends early', 'three seeds', 'still rising', 'bad']],
    ['verdict', ['bends early', 'three seeds', 'still rising', 'bad']],
  ] as const)('is sorted by %s', (column, order) => {
    expect(names(sortRuns(runs, { column, isDescending: false }))).toEqual(order);
  });

  it('turns up, down, and back to the order of the files', () => {
    const start = { column: null, isDescending: false };
    const up = nextSorting(start, 'b');
    const down = nextSorting(up, 'b');
    expect([up, down, nextSorting(down, 'b')]).toEqual([
      { column: 'b', isDescending: false },
      { column: 'b', isDescending: true },
      start,
    ]);
    expect(nextSorting(down, 'run')).toEqual({ column: 'run', isDescending: false });
  });
});

describe('a run on the page', () => {
  it('ignores what an older fit gives', () => {
    const run = runNamed('bends late');
    run.wait();
    const late: RunCeiling = { run: run.name, ceiling: null, problems: ['Too late.'] };
    const old = run.begin();
    run.wait();
    run.finish(old, late);
    expect(run.stage).toBe('waiting');
    expect(run.ceiling).not.toBeNull();
  });
});

describe('the settings', () => {
  it('are those of the terminal until they are changed', () => {
    const choices = choicesOfFit(STANDARD_FIT);
    expect(choices).toMatchObject({
      draws: '200',
      confidence: '90',
      widest: '10',
      latestMid: '80',
    });
    expect(fitSettingsOf(choices)).toEqual(STANDARD_FIT);
  });

  it.each([
    ['draws', '19', /The number of draws is “19”; it must be an integer from 20 to 5000/],
    ['draws', '2e2', /“2e2”/],
    ['confidence', '100', /from 50 to 99/],
    ['seed', '-1', /an integer from 0/],
  ] as const)('refuse %s of %s', (name, text, message) => {
    expect(fitNumberProblem(name, text)).toMatch(message);
    expect(fitSettingsOf({ ...choicesOfFit(STANDARD_FIT), [name]: text })).toBeNull();
  });
});

describe('the choice of columns', () => {
  const guess = { columns: { compute: 'flops' }, fractions: true };

  it('begins with the guess and says what is missing', () => {
    const choices = choicesOfColumns(guess);
    expect(columnProblem(choices)).toBe('Choose the column that holds the performance.');
    expect(columnProblem({ ...choices, performance: 'flops' })).toMatch(/“flops” is chosen twice/);
    const chosen = { ...choices, performance: 'acc' };
    expect(columnProblem(chosen)).toBeNull();
    const reading = readingOf(guess);
    expect(mappingOf(chosen, reading)).toEqual({
      columns: { compute: 'flops', performance: 'acc' },
      fractions: true,
      pSft: null,
      decimal: null,
    });
    const typed = { ...reading, start: 'number', pSft: '42,1' } as const;
    expect(pSftProblem(typed)).toMatch(/P_sft is “42,1”; it must be .* from 0 to 100/);
    expect(mappingOf(chosen, { ...typed, pSft: '42.1' }).pSft).toBe(42.1);
  });
});
