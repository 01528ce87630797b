import { describe, expect, it } from 'vitest';
import { epochBatch, isDue, logSpacedSteps, warmupRate } from '../../../src/training/schedule';

describe('the learning rate', () => {
  it('rises linearly and then stays', () => {
    expect([1, 10, 20, 21, 500].map((step) => warmupRate(1e-3, 20, step))).toEqual([
      5e-5, 5e-4, 1e-3, 1e-3, 1e-3,
    ]);
    expect(warmupRate(1e-3, 0, 1)).toBe(1e-3);
  });
});

describe('evaluations', () => {
  it('fall on step 0, then evenly in the logarithm up to the last step', () => {
    const steps = logSpacedSteps(600, 26);
    expect(steps.slice(0, 5)).toEqual([0, 4, 5, 6, 7]);
    expect(steps.at(-1)).toBe(600);
    expect(new Set(steps).size).toBe(steps.length);
  });

  it.each([1, 2, 3, 4, 60])('end with the last of %i steps', (last) => {
    expect(logSpacedSteps(last, 20).at(-1)).toBe(last);
  });

  it('are due every so many steps and at the end', () => {
    expect([0, 4, 5, 10, 12].map((step) => isDue(step, 5, 12))).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });
});

describe('batches of an epoch', () => {
  it('read every trajectory once before any twice, also where a batch spans two epochs', () => {
    const counts = new Uint32Array(10);
    for (let step = 1; step <= 5; step++) {
      for (const row of epochBatch({ size: 10, seed: 1 }, step, 4)) counts[row]! += 1;
    }
    expect([...counts]).toEqual(Array.from({ length: 10 }, () => 2));
  });

  it('depend on seed and step alone', () => {
    const batch = epochBatch({ size: 50, seed: 3 }, 7, 8);
    expect(epochBatch({ size: 50, seed: 3 }, 7, 8)).toEqual(batch);
    expect(epochBatch({ size: 50, seed: 4 }, 7, 8)).not.toEqual(batch);
  });

  it('may be larger than the set', () => {
    expect([...epochBatch({ size: 2, seed: 0 }, 1, 5)].filter((row) => row === 0)).not.toHaveLength(
      0,
    );
  });
});
