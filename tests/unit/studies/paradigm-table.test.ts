import { describe, expect, it } from 'vitest';
import {
  acrossSeeds,
  computeToReach,
  paradigmRow,
  paradigmRows,
  paradigmText,
} from '../../../src/studies/paradigm-table';
import type { CellResult } from '../../../src/studies/study-results';
import type { TrackPoint } from '../../../src/training/run-state';
import { exampleStudy } from '../figures/study-example';

const STUDY = exampleStudy({ seeds: 2, sets: ['uniform', 'hard'] });

function track(
  ...points: readonly (readonly [compute: number, performance: number])[]
): TrackPoint[] {
  return points.map(([compute, performance], step) => ({
    stage: 'rl',
    step,
    compute,
    performance,
    samples: 1000,
    levels: null,
  }));
}

describe('the compute to reach a performance', () => {
  it('lies on the line between two measurements', () => {
    expect(computeToReach(track([0, 40], [10, 60], [20, 80]), 70)).toBe(15);
    expect(computeToReach(track([0, 40], [10, 60]), 60)).toBe(10);
  });

  it('is that of the first measurement where it begins above, and none where it stays below', () => {
    expect(computeToReach(track([0, 40], [10, 60]), 30)).toBe(0);
    expect(computeToReach(track([0, 40], [10, 60]), 61)).toBeNull();
  });
});

describe('a row of the table', () => {
  it('shows a diverged run with what it had reached, and why it ended', () => {
    const told = { because: 'told', text: '' } as const;
    const diverged: CellResult = {
      ...STUDY.cells[0]!,
      status: 'diverged',
      failure: { because: 'told', text: 'rl step 7: The loss is NaN.' },
      track: track([0, 40], [10, 62], [20, 11]),
      instabilities: [{ kind: 'gradient-spike', stage: 'rl', step: 6, steps: 1, reason: told }],
    };
    expect(paradigmRow(diverged)).toMatchObject({
      final: 11,
      best: 62,
      ceiling: null,
      noCeilingBecause: 'The run diverged.',
      computeTo90: null,
      compute: 20,
      instabilities: ['gradient-spike at RL step 6', 'diverged: rl step 7: The loss is NaN.'],
    });
  });
});

describe('the table of a study', () => {
  it('has the branches of the set that its paradigms learn from, then these, seed by seed', () => {
    const rows = paradigmRows({ ...STUDY, cells: STUDY.cells.toReversed() });
    expect(rows.map(({ paradigm, branch, seed }) => [paradigm, branch, seed])).toEqual([
      ...['early', 'stable', 'mild', 'late'].flatMap((branch) => [
        ['sft-then-rl', branch, 0],
        ['sft-then-rl', branch, 1],
      ]),
      ['dapo', undefined, 0],
      ['dapo', undefined, 1],
      ['luffy', undefined, 0],
      ['luffy', undefined, 1],
    ]);
    const text = paradigmText(rows);
    expect(text).toMatch(/^sft-then-rl \(mild\) {2,}0 {2,}\d/m);
    expect(text).toMatch(/^luffy: \d+\.\d ±\d+\.\d over 2 seeds$/m);
  });

  it('has no row where no paradigms are compared', () => {
    expect(paradigmRows(exampleStudy({ paradigms: [] }))).toEqual([]);
  });
});

describe('several seeds', () => {
  it('have a mean and a standard deviation', () => {
    expect(acrossSeeds([1, 3])).toEqual({ mean: 2, deviation: Math.SQRT2 });
    expect(acrossSeeds([5])).toEqual({ mean: 5, deviation: null });
  });
});
