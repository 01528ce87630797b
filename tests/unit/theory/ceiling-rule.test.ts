import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  ceilingIsKnown,
  DEFAULT_CEILING_RULE,
  fitCeiling,
  isIdentified,
  type RlCurve,
} from '../../../src/theory';
import { curveOfLevels } from './staircases';

const REACHED = { start: 0.4, ceiling: 1, from: 0, width: 0.05 };
const NEVER = { start: 0.1, ceiling: 0.1, from: 0, width: 0.1 };

function curveOf(levels: (typeof REACHED)[]): RlCurve {
  return curveOfLevels(Random.from(0, 'ceiling-rule'), levels, 30);
}

function isKnown({ pSft, points }: RlCurve, evaluations: number): boolean {
  return ceilingIsKnown(points.slice(0, evaluations), { pSft, seed: 0 }, DEFAULT_CEILING_RULE);
}

describe('the rule by which RL may end early', () => {
  it('ends it where every level has reached its ceiling', () => {
    expect(isKnown(curveOf([REACHED, REACHED]), 30)).toBe(true);
  });

  it('never ends it while a level has not begun', () => {
    const curve = curveOf([REACHED, NEVER]);
    const lengths = [0, 3, 8, 9, 10, 12, 20, 30];
    expect(lengths.filter((length) => isKnown(curve, length))).toEqual([]);
  });

  it('takes a least number of evaluations, and the verdict that the page shows, twice in a row', () => {
    const { pSft, points } = curveOf([REACHED, REACHED]);
    const identified = (length: number): boolean =>
      isIdentified(fitCeiling(points.slice(0, length), { pSft, seed: 0 }));
    const { leastEvaluations } = DEFAULT_CEILING_RULE;
    expect(identified(leastEvaluations - 1)).toBe(true);
    for (const length of [0, 1, 2, 5, 6, 7, 8, 9, 10, 12, 30]) {
      const expected = length > leastEvaluations && identified(length) && identified(length - 1);
      expect([length, isKnown({ pSft, points }, length)]).toEqual([length, expected]);
    }
  });
});
