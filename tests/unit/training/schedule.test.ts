import { describe, expect, it } from 'vitest';
import { optimizerAt } from '../../../src/training/configuration/optimizer';
import { presetNamed } from '../../../src/training/configuration/presets';
import { parseRunConfig } from '../../../src/training/configuration/run-config';
import {
  cosineBetween,
  epochBatch,
  isDue,
  logSpacedSteps,
  nestedBatch,
  rateShare,
  warmupRate,
} from '../../../src/training/configuration/schedule';

describe('the learning rate', () => {
  it('rises linearly and then stays', () => {
    expect([1, 10, 20, 21, 500].map((step) => warmupRate(1e-3, 20, step))).toEqual([
      5e-5, 5e-4, 1e-3, 1e-3, 1e-3,
    ]);
    expect(warmupRate(1e-3, 0, 1)).toBe(1e-3);
  });
});

describe('a schedule of the learning rate', () => {
  it.each([
    ['constant', [1, 1, 1, 1, 1]],
    ['linear', [1, 0.775, 0.55, 0.1, 0.1]],
    ['cosine', [1, 0.1 + 0.9 * 0.5 * (1 + Math.SQRT1_2), 0.55, 0.1, 0.1]],
  ] as const)('that is %s goes from all to a tenth', (schedule, shares) => {
    const found = [0, 0.25, 0.5, 1, 1.2].map((progress) => rateShare(schedule, 0.1, progress));
    found.forEach((share, i) => expect(share).toBeCloseTo(shares[i]!, 12));
  });

  it('falls under the warm-up, and is constant in configurations of before', () => {
    const { config } = presetNamed('grid');
    const rateAt = (step: number): number =>
      optimizerAt(config.rl, step, (step - 1) / 100).learningRate;
    expect(rateAt(1)).toBeCloseTo(config.rl.learningRate / config.rl.warmupSteps, 12);
    expect(rateAt(101)).toBeCloseTo(0.1 * config.rl.learningRate, 12);
    const { sft, rl, ...rest } = presetNamed('micro').config;
    const without = <T extends object>(settings: T): object =>
      Object.fromEntries(
        Object.entries(settings).filter(([key]) => key !== 'schedule' && key !== 'rateAtEnd'),
      );
    const old = { ...rest, sft: without(sft), rl: without(rl) };
    expect(parseRunConfig(old)).toEqual(presetNamed('micro').config);
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

describe('a nested curriculum', () => {
  // Two trajectories of each of levels 0, 1 and 3; none of level 2.
  const set = { levels: [3, 0, 1, 0, 3, 1], seed: 2, steps: 9 };
  const levelsOf = (step: number): Set<number> =>
    new Set([...nestedBatch(set, step, 12)].map((row) => set.levels[row]!));

  it('adds a level that has trajectories in each part, and ends with all', () => {
    expect(levelsOf(1)).toEqual(new Set([0]));
    expect(levelsOf(3)).toEqual(new Set([0]));
    expect(levelsOf(4)).toEqual(new Set([0, 1]));
    expect(levelsOf(7)).toEqual(new Set([0, 1, 3]));
    expect(levelsOf(9)).toEqual(new Set([0, 1, 3]));
  });

  it('reads the trajectories of a part equally often', () => {
    const counts = new Map<number, number>();
    for (const row of nestedBatch(set, 4, 12)) counts.set(row, (counts.get(row) ?? 0) + 1);
    expect([...counts.values()]).toEqual([3, 3, 3, 3]);
  });
});

describe('half a cosine wave', () => {
  it('goes from one value to the other, steepest in the middle', () => {
    expect(cosineBetween(0.95, 0.05, 0)).toBeCloseTo(0.95, 12);
    expect(cosineBetween(0.95, 0.05, 1 / 3)).toBeCloseTo(0.05 + 0.75 * 0.9, 12);
    expect(cosineBetween(0.95, 0.05, 0.5)).toBeCloseTo(0.5, 12);
    expect(cosineBetween(0.95, 0.05, 1)).toBeCloseTo(0.05, 12);
    expect(cosineBetween(0.95, 0.05, 2)).toBeCloseTo(0.05, 12);
  });
});
