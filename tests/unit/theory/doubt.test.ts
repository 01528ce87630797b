import { describe, expect, it } from 'vitest';
import { doubtSteps, lastOf, type Cell } from '../../../src/theory';
import { cell } from './cells';

const SEEDS = [0, 1, 2];

/** Switched in time and too early in three seeds, with some luck in each. */
function pairs(open: (seed: number) => Partial<Parameters<typeof cell>[0]>): Cell[] {
  return SEEDS.flatMap((seed) => [
    cell({ seed, aPost: 80 + seed, phase: 'stable', ...open(seed) }),
    cell({ seed, aPost: 72 - seed, phase: 'adaptation', step: 20, loss: 0.6 }),
  ]);
}

function movesOf(cells: readonly Cell[]): Map<string, number> {
  return new Map(lastOf(doubtSteps(cells)).map(({ run, moves }) => [run, moves]));
}

describe('what the doubt about a cell moves', () => {
  it('is nothing where every ceiling is identified', () => {
    expect(movesOf(pairs(() => ({})))).toEqual(new Map());
  });

  it('is in proportion to the width of what the ceiling may be', () => {
    const cells = pairs((seed) => ({ identified: seed === 2, reach: seed === 0 ? 3 : 6 }));
    const [wide, narrow] = [...movesOf(cells)];
    expect(wide![0]).toBe(cells[2]!.run);
    expect(narrow![0]).toBe(cells[0]!.run);
    // From the low end to the high one, but never below what was measured.
    const [up, down] = [wide![1], narrow![1]];
    expect(up / down).toBeGreaterThan(1.5);
    expect(up / down).toBeLessThan(2.2);
  });

  it('leaves out an open cell that no finding rests on', () => {
    const alone = { name: 'alone', size: 1000, difficulty: 5 };
    const lonely = cell({ seed: 0, aPost: 60, set: alone, identified: false, reach: 10 });
    const moves = movesOf([...pairs((seed) => ({ identified: seed > 0, reach: 4 })), lonely]);
    expect([...moves.keys()]).toEqual(['sft-then-rl uniform stable 100 0']);
  });

  it('is the same in whatever order the cells come', () => {
    const cells = pairs((seed) => ({ identified: false, reach: 3 + seed }));
    expect(movesOf(cells.toReversed())).toEqual(movesOf(cells));
  });
});
