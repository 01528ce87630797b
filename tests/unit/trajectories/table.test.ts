import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import { parametersDigest, TableDigest } from '../../../src/trajectories/digest';
import { paddedSet, solvedProblems } from '../../../src/trajectories/padded';
import { StatisticsTally } from '../../../src/trajectories/statistics';
import { statisticsOf } from './statistics-of';
import {
  bytesOf,
  chunksOf,
  joinTables,
  selectTableRows,
  TableBuilder,
  tokensOf,
  type TrajectoryRow,
  type TrajectoryTable,
} from '../../../src/trajectories/table';
import {
  generateTables,
  makeTrainingSet,
  makeTrajectorySet,
} from '../../../src/trajectories/generate';
import { arithmetic, EXACT, generated, grid, recipe, tableOf } from './set-examples';

const tokens = fc.array(fc.integer({ min: 0, max: 511 }), { maxLength: 12 });
const row = fc.record({
  prompt: tokens,
  completion: tokens,
  level: fc.integer({ min: 0, max: 254 }),
  answer: fc.string(),
  extras: fc.dictionary(fc.constantFrom('source', 'id', '__proto__x'), fc.jsonValue()),
}) as fc.Arbitrary<TrajectoryRow>;

function built(rows: readonly TrajectoryRow[]): TrajectoryTable {
  const builder = new TableBuilder();
  for (const one of rows) builder.add(one);
  return builder.table();
}

function rowsOf(table: TrajectoryTable): TrajectoryRow[] {
  return Array.from({ length: table.rows }, (_, r) => ({
    prompt: [...tokensOf(table.prompts, r)],
    completion: [...tokensOf(table.completions, r)],
    level: table.levels[r]!,
    answer: table.answers[r]!,
    extras: Object.fromEntries(
      Object.entries(table.extras)
        .map(([name, values]) => [name, values[r]] as const)
        .filter(([, value]) => value !== undefined),
    ),
  }));
}

function digestOf(...tables: TrajectoryTable[]): string {
  const digest = new TableDigest();
  for (const table of tables) digest.add(table);
  return digest.value();
}

describe('a table of trajectories', () => {
  it('gives back the rows that were put in, however it is cut, joined and selected', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        (rows, size) => {
          const table = built(rows);
          expect(rowsOf(table)).toEqual(rows);
          const chunks = [...chunksOf(table, size)];
          expect(chunks.every((chunk) => chunk.rows <= size && chunk.rows > 0)).toBe(true);
          expect(rowsOf(joinTables(chunks))).toEqual(rows);
          const order = Random.from(size).permutation(rows.length);
          expect(rowsOf(selectTableRows(table, order))).toEqual([...order].map((r) => rows[r]));
        },
      ),
    );
  });

  it('has a digest that follows the content and not the cut', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (rows) => {
        const table = built(rows);
        expect(digestOf(...chunksOf(table, 2))).toBe(digestOf(table));
        const changed = rows.map((one, i) => (i === 0 ? { ...one, level: one.level + 1 } : one));
        expect(digestOf(built(changed))).not.toBe(digestOf(table));
      }),
    );
  });

  it('tells apart tokens that moved between prompt, completion and rows', () => {
    const one = { level: 0, answer: '' };
    const digests = [
      built([{ ...one, prompt: [1, 2], completion: [3] }]),
      built([{ ...one, prompt: [1], completion: [2, 3] }]),
      built([{ ...one, prompt: [1, 2, 3], completion: [] }]),
    ].map((table) => digestOf(table));
    expect(new Set(digests).size).toBe(3);
  });

  it('identifies parameters to the bit', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    const changed = values.slice();
    changed[500] = -changed[500]!;
    expect(parametersDigest(values)).toMatch(/^[0-9a-f]{16}$/);
    expect(parametersDigest(values.slice())).toBe(parametersDigest(values));
    expect(parametersDigest(changed)).not.toBe(parametersDigest(values));
    expect(parametersDigest(Float32Array.of(0))).not.toBe(parametersDigest(Float32Array.of(-0)));
  });

  it('takes about as many bytes as it says', () => {
    const table = generated(arithmetic, recipe(2000));
    const held = [table.prompts, table.completions].reduce(
      (sum, { ids, offsets }) => sum + ids.buffer.byteLength + offsets.buffer.byteLength,
      0,
    );
    expect(bytesOf(table)).toBeGreaterThan(held);
    expect(bytesOf(table) / held).toBeLessThan(1.1);
  });
});

describe('a generated set', () => {
  it.each([
    ['arithmetic', arithmetic, recipe(5000)],
    ['the grid', grid, recipe(700, { levels: 'balanced', expert: EXACT })],
  ])('of %s is, row for row, the one that a run with the same seed trains on', (_, task, from) => {
    const random = Random.from(7, 'trajectories', from.name);
    const expected = makeTrajectorySet(task, from, { part: 'train', random });
    expect(paddedSet(task, generated(task, from, 7), from.name)).toEqual(expected);
  });

  it('of a nest is the beginning of the larger ones of its mix, and none of another nest', () => {
    const nested = (size: number, nest: string) =>
      makeTrainingSet(arithmetic, recipe(size, { name: `${nest}-${size}`, nest }), 3);
    const [small, large, other] = [nested(40, 'a'), nested(400, 'a'), nested(40, 'b')];
    const rows = ({ prompts, completions }: typeof small, count: number) => [
      prompts.slice(0, count * small.promptLength),
      completions.slice(0, count * small.completionLength),
    ];
    expect(rows(large, 40)).toEqual(rows(small, 40));
    expect(rows(other, 40)).not.toEqual(rows(small, 40));
  });

  it('comes in chunks, with news of how far it is', () => {
    const events = [...generateTables(arithmetic, recipe(9000), 0)];
    const chunks = events.flatMap((event) => (event.type === 'chunk' ? [event.table.rows] : []));
    expect(chunks).toEqual([4096, 4096, 808]);
    const progress = events.filter((event) => event.type === 'progress');
    expect(progress.length).toBeGreaterThan(30);
    expect(progress.every(({ done, total }) => done < total && total === 9000)).toBe(true);
  });

  it('refuses a size or a mix that cannot be made', () => {
    expect(() => [...generateTables(arithmetic, recipe(0), 0)]).toThrow(/size 0/);
    const levels = [1, 2];
    expect(() => [...generateTables(arithmetic, recipe(5, { levels }), 0)]).toThrow(/6 levels/);
  });

  it('fits no other task', () => {
    const table = generated(grid, recipe(6, { levels: 'balanced', expert: EXACT }));
    expect(() => paddedSet(arithmetic, table, 'grid')).toThrow();
  });

  it('gives a task of the user’s own its problems', () => {
    const table = tableOf([['8*3=', '*34#4$']]);
    expect(solvedProblems(arithmetic, table)).toEqual([
      { prompt: '8*3=', completion: '*34#4', answer: '4', level: 0 },
    ]);
  });
});

describe('the statistics of a set', () => {
  const table = tableOf([
    ['8*3=', '*34#4$'],
    ['8*3=', '*34#4$'],
    ['8*3=', '#4$'],
    ['4*3-4=', '*32-48#7$'],
    ['1+1=', '+12$'],
  ]);

  it('count levels, lengths, duplicates and what the verifier says', () => {
    expect(statisticsOf(arithmetic, table)).toMatchObject({
      size: 5,
      perLevel: [4, 1, 0, 0, 0, 0],
      promptTokens: { shortest: 4, longest: 6, mean: 22 / 5, counts: [0, 0, 0, 0, 4, 0, 1] },
      completionTokens: { shortest: 3, longest: 9, mean: 28 / 5 },
      duplicatePrompts: 2,
      duplicateTrajectories: 1,
      correct: 3,
      malformed: 1,
    });
  });

  it('are the same gathered by the chunk', () => {
    const tally = new StatisticsTally(arithmetic);
    for (const chunk of chunksOf(table, 2)) tally.add(chunk);
    expect(tally.statistics()).toEqual(statisticsOf(arithmetic, table));
  });

  it('find no prompt of a set to learn from among those that runs are measured on', () => {
    const learned = generated(arithmetic, recipe(1000));
    expect(statisticsOf(arithmetic, learned)).toMatchObject({ inValidation: 0, inBenchmark: 0 });
    const all = tableOf(
      Array.from({ length: 1000 }, (_, i) => {
        const prompt = `${i % 10}+${((i / 10) % 10) | 0}-${(i / 100) | 0}=`;
        return [prompt, '#0$'] as const;
      }),
    );
    const { inValidation, inBenchmark } = statisticsOf(arithmetic, all);
    expect(inValidation / 1000).toBeCloseTo(0.15, 1);
    expect(inBenchmark / 1000).toBeCloseTo(0.15, 1);
  });
});
