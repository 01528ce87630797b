import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import { lastOf } from '../../../src/theory/ceilings/fit';
import {
  levelCeilingSteps,
  type LevelCeilings,
  type LevelSettings,
} from '../../../src/theory/levels/level-ceiling';
import { levelColumns, type LevelCurve } from '../../../src/theory/levels/series';
import { curveOfLevels, staircase } from './staircases';

const SETTINGS: LevelSettings = { seed: 0, draws: 200, confidence: 0.9, openAbove: 5 };

function fit(curves: readonly LevelCurve[], given: Partial<LevelSettings> = {}): LevelCeilings {
  return lastOf(levelCeilingSteps(curves, { ...SETTINGS, ...given }));
}

const REACHED = { start: 0.4, ceiling: 1, from: 0, width: 0.05 };
const NEVER = { start: 0.1, ceiling: 0.1, from: 0, width: 0.1 };
const LATE = { start: 0.1, ceiling: 1, from: 0.65, width: 0.05 };

function curveOf(levels: (typeof REACHED)[], seed = 0, evaluations = 40): LevelCurve {
  return curveOfLevels(Random.from(seed, 'levels'), levels, evaluations);
}

function firstHalf({ pSft, points }: LevelCurve): LevelCurve {
  return { pSft, points: points.slice(0, points.length / 2) };
}

describe('ceilings by level', () => {
  it('finds a ceiling where every level has reached its own', () => {
    const { aPost, levels } = fit([curveOf([REACHED, REACHED, REACHED])]);
    expect(aPost.value).toBeGreaterThan(99);
    expect(aPost.high - aPost.low).toBeLessThan(2);
    expect(levels.map(({ state }) => state)).toEqual(['reached', 'reached', 'reached']);
  });

  it('leaves open how far a level goes that has not begun', () => {
    const { aPost, known, open, levels } = fit([curveOf([REACHED, REACHED, NEVER])]);
    expect(levels[2]!.state).toBe('not-begun');
    expect(aPost.low).toBeGreaterThan(68);
    expect(aPost.value).toBeLessThan(73);
    expect(aPost.high).toBeGreaterThan(95);
    expect(known.high - known.low).toBeLessThan(3);
    expect(open.map(({ level }) => level)).toEqual(['3']);
  });

  it('does not refute itself by a level that takes off after half of the evaluations', () => {
    const whole = curveOf([REACHED, REACHED, LATE]);
    const half = fit([firstHalf(whole)], { forecastAt: [28] });
    const later = whole.points[27]!.performance;
    expect(later).toBeGreaterThan(75);
    expect(half.aPost.high).toBeGreaterThan(later);
    expect(half.forecasts[0]!.high).toBeGreaterThan(later);
    expect(half.levels[2]!.state).toBe('not-begun');
  });

  it('tells a level that still rises from one that bends', () => {
    const rises = { start: 0.3, ceiling: 1, from: 0.8, width: 0.3 };
    const bends = { start: 0.1, ceiling: 0.9, from: 0, width: 0.25 };
    const { levels } = fit([curveOf([rises, bends])], { chance: [0.05, 0.05] });
    expect(levels.map(({ state }) => state)).toEqual(['rising', 'bending']);
  });

  it('keeps the true ceiling of staircases in its intervals', () => {
    const stairs = Array.from({ length: 40 }, (_, seed) => staircase(seed));
    const held = stairs.filter(({ curve, truth }) => {
      const { aPost } = fit([curve]);
      return truth >= aPost.low && truth <= aPost.high;
    });
    expect(held.length).toBeGreaterThanOrEqual(34);
  });

  // Their levels take off oftener than the prior expects: 26 of these 40 ends are held, 75 of the first 100 with more draws.
  it('forecasts most ends of staircases from their first halves, and refutes no ceiling', () => {
    const stairs = Array.from({ length: 40 }, (_, seed) => staircase(seed));
    const halves = stairs.map(({ curve }) => ({
      end: curve.points.at(-1)!.performance,
      ...fit([firstHalf(curve)], { forecastAt: [40] }),
    }));
    const held = halves.filter(({ end, forecasts: [at] }) => end >= at!.low && end <= at!.high);
    expect(held.length).toBeGreaterThanOrEqual(24);
    expect(halves.filter(({ end, aPost }) => end > aPost.high + 1)).toEqual([]);
  });

  it('is narrower with more seeds and the same with the same seed', () => {
    const slow = { start: 0.2, ceiling: 0.8, from: 0, width: 0.3 };
    const seeds = [0, 1, 2, 3].map((seed) => curveOf([REACHED, slow], seed));
    const [one, four] = [fit(seeds.slice(0, 1)), fit(seeds)];
    expect(four.aPost.high - four.aPost.low).toBeLessThan(one.aPost.high - one.aPost.low);
    expect(fit(seeds)).toEqual(four);
  });

  it('takes a chance level from the task, and what was measured where that is less', () => {
    const never = { ...NEVER, start: 0.3, ceiling: 0.3 };
    const curve = curveOf([REACHED, never]);
    const states = (taskChance?: number[]) =>
      fit([curve], { taskChance }).levels.map(({ state }) => state);
    // Guessed to be a fifth at most, a level at 30% has not come far.
    expect(states()[1]).toBe('not-begun');
    expect(states([0.01, 0.01])[1]).not.toBe('not-begun');
    expect(states([0.01, 0.6])[1]).toBe('not-begun');
  });

  it('takes neighbours of a long curve together, and counts their answers', () => {
    const slow = { start: 0.2, ceiling: 0.8, from: 0, width: 0.15 };
    const [long, short] = [600, 150].map((evaluations) =>
      levelColumns(curveOf([REACHED, slow], 0, evaluations)),
    );
    expect(long!.levels[1]!.x).toHaveLength(150);
    expect(long!.levels[1]!.samples[0]).toBe(600);
    expect(long!.levels[1]!.answers).toBe(short!.levels[1]!.answers);
    const { aPost } = fit([curveOf([REACHED, slow], 0, 600)]);
    expect(Math.abs(aPost.value - 90)).toBeLessThan(1);
  });
});

describe('counts that cannot be', () => {
  const curve = curveOf([REACHED, NEVER]);
  const changed = (change: (j: number) => object): LevelCurve => ({
    ...curve,
    points: curve.points.map((point, j) => ({ ...point, ...change(j) })),
  });

  it('are named: more right answers than answers', () => {
    const levels = [
      { level: 0, successes: 151, samples: 150, problems: 150 },
      { level: 1, successes: 10, samples: 150, problems: 150 },
    ];
    expect(() => fit([changed((j) => (j === 3 ? { levels } : {}))])).toThrow(
      'At RL compute 4, level 1 has 151 right answers of 150',
    );
  });

  it('are named: levels that change between evaluations', () => {
    const levels = [{ level: 0, successes: 15, samples: 150, problems: 150 }];
    expect(() => fit([changed((j) => (j === 5 ? { levels } : {}))])).toThrow(
      'At RL compute 6, the evaluation has the levels 1 where 1, 2 was expected',
    );
  });

  it('are named: seeds with other levels, too few evaluations, a chance level above all', () => {
    const other = curveOf([REACHED, NEVER, NEVER]);
    expect(() => fit([curve, other])).toThrow('Curve 2 has the levels 1, 2, 3, the first one 1, 2');
    const short = { ...curve, points: curve.points.slice(0, 3) };
    expect(() => fit([short])).toThrow('3');
    expect(() => fit([curve], { chance: [0.1, 0.6] })).toThrow(
      'above everything measured at level 2',
    );
    expect(() => fit([curve], { chance: [0.1, 1] })).toThrow('must be a share from 0');
    expect(() => fit([curve], { chance: [0.1] })).toThrow('1 chance level for 2 levels');
  });
});
