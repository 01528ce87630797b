import { describe, expect, it } from 'vitest';
import {
  acrossSeeds,
  computeToReach,
  paradigmRow,
  type ParadigmRun,
} from '../../../src/training/paradigm-table';
import type { TrackPoint } from '../../../src/training/run-state';

function track(
  ...points: readonly (readonly [compute: number, performance: number])[]
): TrackPoint[] {
  return points.map(([compute, performance], step) => ({
    stage: 'rl',
    step,
    compute,
    performance,
    samples: 1000,
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
    const run: ParadigmRun = {
      paradigm: 'srft',
      seed: 1,
      summary: null,
      diverged: 'rl step 7: The loss is NaN.',
      track: track([0, 40], [10, 62], [20, 11]),
      instabilities: [{ kind: 'gradient-spike', stage: 'rl', step: 6, reason: '' }],
    };
    expect(paradigmRow(run)).toMatchObject({
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

describe('several seeds', () => {
  it('have a mean and a standard deviation', () => {
    expect(acrossSeeds([1, 3])).toEqual({ mean: 2, deviation: Math.SQRT2 });
    expect(acrossSeeds([5])).toEqual({ mean: 5, deviation: null });
  });
});
