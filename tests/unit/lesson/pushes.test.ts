import { describe, expect, it } from 'vitest';
import { LESSON_CONFIG } from '../../../src/lesson/context';
import { netPushes, tokenPushes, withRewards } from '../../../src/lesson/pushes';
import type { Experience } from '../../../src/training/methods/experience';

const { rl } = LESSON_CONFIG;

/** Four attempts of two, three, three and two tokens, in slots of three. */
const EXPERIENCE: Experience = {
  sequences: {
    promptLength: 2,
    completionLength: 3,
    prompts: Int32Array.of(1, 2, 1, 2, 1, 2, 1, 2),
    completions: Int32Array.of(3, 4, 0, 3, 5, 6, 3, 5, 7, 8, 4, 0),
    completionLengths: Int32Array.of(2, 3, 3, 2),
  },
  expertLengths: new Int32Array(4),
  rewards: new Float32Array(4),
  advantages: new Float32Array(4),
  oldLogProbs: Float32Array.of(-1, -2, 0, -1, -0.5, -3, -1, -0.5, -0.1, -4, -2, 0),
  entropies: new Float32Array(12),
  referenceLogProbs: null,
};
const TOKENS = [
  ['a', 'b'],
  ['a', 'c', 'd'],
  ['a', 'c', 'e'],
  ['f', 'b'],
];

function pushesOf(rewards: readonly number[]): number[][] {
  return tokenPushes(withRewards(EXPERIENCE, rewards, rl), rl);
}

describe('the push on a token', () => {
  it('goes up with a reward above the mean of the group and down with one below', () => {
    const pushes = pushesOf([1, 0, 0, 0]);
    expect(pushes.map((own) => own.length)).toEqual([2, 3, 3, 2]);
    expect(pushes[0]!.every((push) => push > 0)).toBe(true);
    expect(
      pushes
        .slice(1)
        .flat()
        .every((push) => push < 0),
    ).toBe(true);
  });

  it('is the advantage over the tokens of the group, worked by hand', () => {
    // Rewards 1, 0, 0, 0: mean 1/4, standard deviation 1/2; ten tokens in all.
    const [up, down] = [3 / 2, -1 / 2];
    const pushes = pushesOf([1, 0, 0, 0]);
    for (const push of pushes[0]!) expect(push).toBeCloseTo(up / 10, 4);
    for (const push of pushes[3]!) expect(push).toBeCloseTo(down / 10, 4);
  });

  it('is none where all rewards are equal', () => {
    for (const rewards of [
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ]) {
      expect(
        pushesOf(rewards)
          .flat()
          .every((push) => push === 0),
      ).toBe(true);
    }
  });

  it('turns around where every reward is turned around', () => {
    const [given, turned] = [pushesOf([1, 1, 0, 0]).flat(), pushesOf([0, 0, 1, 1]).flat()];
    given.forEach((push, i) => expect(push).toBeCloseTo(-turned[i]!, 6));
  });
});

describe('the net push on a token', () => {
  it('adds up over attempts that began alike, and acts where they part', () => {
    // The first three begin with "a": their pushes on it cancel, as two of four are rewarded.
    const pushes = pushesOf([1, 1, 0, 0]);
    const net = netPushes(TOKENS, pushes);
    expect(net[0]![0]).toBeCloseTo(pushes[0]![0]! + pushes[1]![0]! + pushes[2]![0]!, 6);
    expect(net[0]![0]).toBe(net[1]![0]);
    expect(net[1]![1]).toBeCloseTo(0, 6);
    expect(net[1]![2]).toBeGreaterThan(0);
    expect(net[2]![2]).toBeLessThan(0);
    // The same token after another beginning is another probability.
    expect(net[3]![1]).toBe(pushes[3]![1]);
  });
});
