import { describe, expect, it } from 'vitest';
import { groupAdvantages } from '../../../src/training/advantage';

describe('group-relative advantages', () => {
  it('are the rewards in units of the group’s unbiased standard deviation, as in verl', () => {
    // Rewards 1, 0, 0, 0: mean 1/4, squares 3/4 over 3, std 1/2. (1 − 1/4)/(1/2) and (0 − 1/4)/(1/2).
    const { advantages, rewardStd } = groupAdvantages(Float32Array.of(1, 0, 0, 0), 4);
    expect(advantages[0]).toBeCloseTo(3 / 2, 5);
    expect(advantages[3]).toBeCloseTo(-1 / 2, 5);
    expect(rewardStd).toBeCloseTo(1 / 2, 6);
  });

  it('have what is added to the standard deviation as asked, as TRL’s 1e-4', () => {
    const rewards = Float32Array.of(1, 0, 0, 0);
    const { advantages } = groupAdvantages(rewards, 4, { deviationFloor: 1e-4 });
    expect(advantages[0]).toBeCloseTo(0.75 / 0.5001, 6);
    const none = groupAdvantages(Float32Array.of(1, 1), 2, { deviationFloor: 0 });
    expect([...none.advantages]).toEqual([0, 0]);
  });

  it('are in units of the population’s, where that is asked', () => {
    // Rewards 1, 0, 0, 0: mean 1/4, variance 3/16, std √3/4. (1 − 1/4)/(√3/4) = √3; (0 − 1/4)/(√3/4) = −1/√3.
    const { advantages, uniform, rewardStd } = groupAdvantages(Float32Array.of(1, 0, 0, 0), 4, {
      deviation: 'population',
    });
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
    expect(rewardStd).toBeCloseTo(Math.SQRT1_2 / 3, 6);
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
