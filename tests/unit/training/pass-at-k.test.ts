import { describe, expect, it } from 'vitest';
import { passAtK, passProbability } from '../../../src/training/evaluation/pass-at-k';

describe('pass@k', () => {
  it('is the share of k-subsets with a right sample', () => {
    // Of 4 samples 1 is right: 3 of the 6 pairs hold it.
    expect(passProbability(4, 1, 2)).toBeCloseTo(3 / 6, 12);
    expect(passProbability(4, 1, 1)).toBeCloseTo(1 / 4, 12);
    expect(passProbability(4, 1, 4)).toBe(1);
    expect(passProbability(4, 0, 4)).toBe(0);
    expect(passProbability(4, 3, 2)).toBe(1);
    // Of 8 samples 2 are right: 1 − C(6, 4)/C(8, 4) = 1 − 15/70.
    expect(passProbability(8, 2, 4)).toBeCloseTo(55 / 70, 12);
  });

  it('is averaged within levels, then over them', () => {
    const results = passAtK([1, 0, 4], [0, 0, 1], { levels: 2, samples: 4 });
    expect(results.map(({ k }) => k)).toEqual([2, 4]);
    expect(results[0]!.perLevel[0]).toBeCloseTo(25, 10); // (50 + 0) / 2
    expect(results[0]!.perLevel[1]).toBe(100);
    expect(results[1]!.score).toBeCloseTo(75, 10); // (50 + 100) / 2
  });

  it('has nothing to say about one sample', () => {
    expect(passAtK([1], [0], { levels: 1, samples: 1 })).toEqual([]);
  });
});
