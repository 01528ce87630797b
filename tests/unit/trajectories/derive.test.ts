import { describe, expect, it } from 'vitest';
import { partOf } from '../../../src/tasks';
import { derive, type DeriveRule } from '../../../src/trajectories/derive';
import { isCorrect } from '../../../src/trajectories/judge';
import { statisticsOf } from './statistics-of';
import { joinTables, keyOf, tokensOf, type TrajectoryTable } from '../../../src/trajectories/table';
import { arithmetic, generated, recipe, tableOf } from './set-examples';
import { labErrorOf } from '../lab-errors';

const source = generated(arithmetic, recipe(1200));

function made(rule: DeriveRule, tables: readonly TrajectoryTable[] = [source]) {
  return derive(arithmetic, rule, { tables });
}

function band(name: 'easy' | 'uniform' | 'hard', size = 300): DeriveRule {
  return { kind: 'band', band: name, size, order: { by: 'level' }, seed: 1 };
}

function meanLevel({ levels }: TrajectoryTable): number {
  return levels.reduce((sum, level) => sum + level, 0) / levels.length;
}

function prompts(table: TrajectoryTable): string[] {
  return Array.from({ length: table.rows }, (_, row) => keyOf(table.prompts, row));
}

describe('a derived set', () => {
  it('is the same again when its rule, read back from JSON, is used again', () => {
    const rules: DeriveRule[] = [
      band('easy'),
      band('uniform'),
      { kind: 'subset', size: 100, seed: 2 },
      { kind: 'split', side: 'validation', share: 0.2, seed: 3 },
      { kind: 'dedupe', by: 'prompt' },
    ];
    for (const rule of rules) {
      expect(made(JSON.parse(JSON.stringify(rule)) as DeriveRule)).toEqual(made(rule));
    }
  });

  it('knows where each of its rows comes from', () => {
    const { table, from } = made({ kind: 'subset', size: 50, seed: 0 });
    from.forEach((place, row) => {
      expect(tokensOf(table.completions, row)).toEqual(tokensOf(source.completions, place));
    });
  });

  describe('by level', () => {
    it('is easy, uniform or hard at equal size', () => {
      const [easy, uniform, hard] = (['easy', 'uniform', 'hard'] as const).map(
        (name) => made(band(name)).table,
      );
      expect([easy!.rows, uniform!.rows, hard!.rows]).toEqual([300, 300, 300]);
      expect(Math.max(...easy!.levels)).toBeLessThanOrEqual(Math.min(...hard!.levels));
      expect(meanLevel(uniform!)).toBeCloseTo(meanLevel(source), 1);
    });

    it('of uniform takes each level as often as the source has it, to one row', () => {
      const whole = statisticsOf(arithmetic, source).perLevel;
      const part = statisticsOf(arithmetic, made(band('uniform')).table).perLevel;
      part.forEach((count, level) => {
        expect(Math.abs(count - whole[level]! / 4)).toBeLessThanOrEqual(1);
      });
    });

    it('breaks ties by its seed', () => {
      const other = derive(arithmetic, { ...band('easy', 20), seed: 9 } as DeriveRule, {
        tables: [source],
      });
      expect(prompts(other.table)).not.toEqual(prompts(made(band('easy', 20)).table));
    });
  });

  it('by measured difficulty takes the easiest and the hardest as they were measured', () => {
    const difficulty = Float32Array.from({ length: source.rows }, (_, row) => (row * 7) % 1200);
    const order = { by: 'measure', measure: 'loss' } as const;
    const ranks = (name: 'easy' | 'uniform' | 'hard') => {
      const rule: DeriveRule = { kind: 'band', band: name, size: 100, order, seed: 0 };
      const { from } = derive(arithmetic, rule, { tables: [source], difficulty });
      return [...from].map((row) => difficulty[row]!).sort((a, b) => a - b);
    };
    expect(ranks('easy')).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(ranks('hard')).toEqual(Array.from({ length: 100 }, (_, i) => 1100 + i));
    ranks('uniform').forEach((rank, i) => expect(Math.floor(rank / 12)).toBe(i));
    const rule: DeriveRule = { kind: 'band', band: 'easy', size: 9, order, seed: 0 };
    expect(() => made(rule)).toThrow(/has not been measured/);
  });

  it('of a random subset is nested: the smaller is the beginning of the larger', () => {
    const [small, large] = [100, 400].map((size) => made({ kind: 'subset', size, seed: 5 }).from);
    expect(large!.subarray(0, 100)).toEqual(small);
    expect(new Set(large).size).toBe(400);
  });

  it('of a split shares no prompt with the other side, and the sides make up the whole', () => {
    const side = (name: 'train' | 'validation') =>
      made({ kind: 'split', side: name, share: 0.25, seed: 4 });
    const [train, validation] = [side('train'), side('validation')];
    const held = new Set(prompts(validation.table));
    expect(prompts(train.table).some((prompt) => held.has(prompt))).toBe(false);
    expect([...train.from, ...validation.from].sort((a, b) => a - b)).toEqual(
      Array.from({ length: source.rows }, (_, row) => row),
    );
    const distinct = new Set(prompts(source)).size;
    expect(held.size).toBe(Math.round(distinct / 4));
  });

  const faulty = tableOf([
    ['8*3=', '*34#4$'],
    ['8*3=', '*34#4$'],
    ['8*3=', '#4$'],
    ['4*3-4=', '*32-48#7$'],
  ]);

  it.each([
    ['prompt', 2, 2],
    ['trajectory', 3, 1],
  ] as const)('without equal %ss keeps %i and counts %i', (by, kept, duplicates) => {
    const { report, from } = made({ kind: 'dedupe', by }, [faulty]);
    expect(report).toEqual({ read: 4, kept, removed: { duplicates } });
    expect(from[0]).toBe(0);
  });

  it('of what is correct leaves out what the verifier finds wrong', () => {
    const { table, report } = made({ kind: 'correct' }, [faulty]);
    expect(report).toEqual({ read: 4, kept: 3, removed: { wrong: 1 } });
    expect([0, 1, 2].every((row) => isCorrect(arithmetic, table, row))).toBe(true);
  });

  it('without measured parts counts what it removes, part by part', () => {
    const all = tableOf(
      Array.from({ length: 500 }, (_, i) => [
        `${i % 10}+${((i / 10) % 10) | 0}-${(i / 100) | 0}=`,
        '#0$',
      ]),
    );
    const partsOf = prompts(all).map((key) =>
      partOf(arithmetic.tokenizer.decode([...key].map((c) => c.charCodeAt(0)))),
    );
    const benchmark = partsOf.filter((part) => part === 'benchmark').length;
    const validation = partsOf.filter((part) => part === 'validation').length;
    expect(Math.min(benchmark, validation)).toBeGreaterThan(20);
    const both = made({ kind: 'without-parts', parts: ['benchmark', 'validation'] }, [all]);
    expect(both.report.removed).toEqual({ benchmark, validation });
    expect(statisticsOf(arithmetic, both.table)).toMatchObject({ inBenchmark: 0, inValidation: 0 });
    const one = made({ kind: 'without-parts', parts: ['benchmark'] }, [all]);
    expect(one.report.kept).toBe(500 - benchmark);
  });

  it('of several sets is all of them, one after another', () => {
    const { table, report } = made({ kind: 'merge' }, [faulty, source, faulty]);
    expect(table).toEqual(joinTables([faulty, source, faulty]));
    expect(report).toEqual({ read: 1208, kept: 1208, removed: {} });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['more than there is', () => made(band('hard', 1201)), /1201 trajectories.*has 1200/],
    ['none', () => made({ kind: 'subset', size: 0, seed: 0 }), /from 1 to 1200/],
    ['half a row', () => made({ kind: 'subset', size: 1.5, seed: 0 }), /whole number/],
    [
      'a split of everything',
      () => made({ kind: 'split', side: 'train', share: 1, seed: 0 }),
      /between 0 and 1/,
    ],
    ['a band of two sets', () => made(band('easy'), [faulty, faulty]), /2 sets.*takes one/],
    [
      'what leaves nothing',
      () => made({ kind: 'correct' }, [tableOf([['8*3=', '#5$']])]),
      /leaves none of 1/,
    ],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(labErrorOf('set'));
    expect(make).toThrow(message);
  });
});
