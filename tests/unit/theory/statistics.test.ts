import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  binomialError,
  centralInterval,
  chiSquare,
  mean,
  median,
  pearson,
  quantile,
  ranks,
  rateEstimate,
  spearman,
  standardDeviation,
  studentReach,
} from '../../../src/theory/statistics';

describe('statistics', () => {
  it('agree with values worked by hand', () => {
    expect(mean([1, 2, 6])).toBe(3);
    // (4 + 1 + 9) / 2 = 7.
    expect(standardDeviation([1, 2, 6])).toBeCloseTo(Math.sqrt(7), 12);
    expect(standardDeviation([5])).toBe(0);
    expect(median([9, 1, 4])).toBe(4);
    expect(median([9, 1, 4, 2])).toBe(3);
    expect(quantile([10, 20, 30], 0.25)).toBe(15);
    expect(centralInterval([5, 1, 3, 2, 4], 0.5)).toEqual({ low: 2, high: 4 });
    expect(binomialError(50, 100)).toBe(5);
    expect(binomialError(100, 100)).toBeCloseTo(1.4, 12);
  });

  it('correlate by value and by rank', () => {
    // x − 2.5 = −1.5 −.5 .5 1.5, y − 3 = −2 −1 1 2: Σxy = 7, Σxx = 5, Σyy = 10.
    expect(pearson([1, 2, 3, 4], [1, 2, 4, 5])).toBeCloseTo(7 / Math.sqrt(50), 12);
    expect(spearman([1, 2, 3, 4], [1, 10, 100, 1000])).toBeCloseTo(1, 12);
    expect(ranks([30, 10, 30, 20])).toEqual([3.5, 1, 3.5, 2]);
    expect(pearson([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(() => pearson([1, 2], [1])).toThrow(/2 and 1 values/);
  });

  it('draw χ² with the right mean and variance', () => {
    const random = Random.from(1, 'chi-square');
    const draws = Array.from({ length: 20_000 }, () => chiSquare(random, 4));
    // Mean k, standard deviation √(2k).
    expect(Math.abs(mean(draws) - 4)).toBeLessThan(0.1);
    expect(Math.abs(standardDeviation(draws) - Math.sqrt(8))).toBeLessThan(0.15);
  });

  it.each([
    // Published quantiles of Student's t at 95% (90% either way) and 97.5%.
    [1, 0.9, 6.314],
    [2, 0.9, 2.92],
    [3, 0.9, 2.353],
    [4, 0.95, 2.776],
    [9, 0.95, 2.262],
    [30, 0.9, 1.697],
    [0, 0.9, 1.645],
  ])('know Student’s t with %i degrees: %d within ±%d', (degrees, confidence, reach) => {
    expect(studentReach(degrees, confidence)).toBeCloseTo(reach, 2);
  });

  it('refuse what has no value', () => {
    expect(() => mean([])).toThrow(/no values/);
    expect(() => quantile([], 0.5)).toThrow(/no values/);
  });
});

describe('a success rate', () => {
  it('has the interval of Wilson, worked by hand', () => {
    // 50 of 100 at z = 1.645: centre 0.5, reach 1.645 · √(0.0025 + 1.645² / 40000) / (1 + 1.645² / 100).
    const { value, low, high } = rateEstimate(50, 100);
    expect(value).toBe(50);
    expect(low).toBeCloseTo(41.88, 2);
    expect(high).toBeCloseTo(58.12, 2);
  });

  it('is half as uncertain with four times as many samples', () => {
    const width = (right: number, samples: number): number => {
      const { low, high } = rateEstimate(right, samples);
      return high - low;
    };
    expect(width(500, 1000) / width(2000, 4000)).toBeCloseTo(2, 2);
  });

  it('stays between 0 and 100 where none or all are right', () => {
    expect(rateEstimate(0, 5).low).toBe(0);
    expect(rateEstimate(0, 5).high).toBeGreaterThan(20);
    expect(rateEstimate(5, 5).high).toBe(100);
  });
});
