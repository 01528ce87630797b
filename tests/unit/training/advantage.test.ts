import { describe, expect, it } from 'vitest';
import { groupAdvantages } from '../../../src/training/advantage';

describe('group-relative advantages', () => {
  it('are the rewards in units of the group’s population standard deviation', () => {
    // Rewards 1, 0, 0, 0: mean 1/4, variance 3/16, std √3/4. (1 − 1/4)/(√3/4) = √3; (0 − 1/4)/(√3/4) = −1/√3.
    const { advantages, uniform, rewardStd } = groupAdvantages(Float32Array.of(1, 0, 0, 0), 4);
    expect(advantages[0]).toBeCloseTo(Math.sqrt(3), 4);
    expect(advantages[3]).toBeCloseTo(-1 / Math.sqrt(3), 4);
    expect(uniform).toEqual([false]);
    expect(rewardStd).toBeCloseTo(Math.sqrt(3) / 4, 6);
  });

  it('are zero in groups that agree, which are marked', () => {
    const { advantages, uniform, rewardStd } = groupAdvantages(
      Float32Array.of(1, 1, 0, 0, 1, 0),
      2,
    );
    expect([...advantages.slice(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(uniform).toEqual([true, true, false]);
    expect(rewardStd).toBeCloseTo(0.5 / 3, 6);
  });

  it.each([
    [1, 4],
    [3, 4],
  ])('refuse groups of %i for %i rewards', (groupSize, count) => {
    expect(() => groupAdvantages(new Float32Array(count), groupSize)).toThrow(
      /at least 2 rollouts/,
    );
  });
});
