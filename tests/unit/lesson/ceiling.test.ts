import { beforeAll, describe, expect, it } from 'vitest';
import { LESSON_CONFIG, type LiveContext } from '../../../src/lesson/context';
import {
  firstHalf,
  GRIP,
  handAt,
  meanMiss,
  onLevels,
  steepnessAt,
  type MeasuredCurve,
} from '../../../src/lesson/hand-curve';
import {
  ceiling,
  CEILING_DEFAULTS,
  CEILING_STEPS,
  HAND_LIMITS,
  type CeilingNews,
} from '../../../src/lesson/parts/ceiling';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { levelChance } from '../../../src/tasks';
import { atLeastOf, fitCeilingOfSeeds, isIdentified } from '../../../src/theory';
import { fitSentence, forecastBecause } from '../../../src/words/en/ceiling-chapter';

describe('a curve drawn by hand', () => {
  const hand = { aPost: 90, cMid: 40, b: 2 };

  it('begins at P_sft, has half its gain at C_mid and comes near its ceiling', () => {
    expect(handAt(hand, 50, 0)).toBe(50);
    expect(handAt(hand, 50, 0.4)).toBeCloseTo(70, 9);
    expect(handAt(hand, 50, 400)).toBeCloseTo(90, 3);
  });

  it('has the steepness of the place to which it was dragged', () => {
    for (const b of [0.5, 1, 2.5]) {
      const at = handAt({ ...hand, b }, 50, (GRIP * 40) / 100);
      expect(steepnessAt((at - 50) / 40)).toBeCloseTo(b, 6);
    }
    const [low, high] = HAND_LIMITS.b;
    for (const share of [-1, 0.5, NaN, Infinity]) expect(steepnessAt(share)).toBe(low);
    for (const share of [1, 2]) expect(steepnessAt(share)).toBe(high);
  });
});

describe('a measured curve', () => {
  let curve: MeasuredCurve;

  beforeAll(async () => {
    const { engine } = await nodeEngine(LESSON_CONFIG.model, { name: 'wasm', backend: null });
    const context: LiveContext = { engine, base: await nodeBase(LESSON_CONFIG) };
    const news: CeilingNews[] = [];
    for await (const one of ceiling(context, { seed: 0 })) news.push(one);
    const [start, last] = [news[0]!, news.at(-1)!];
    if (start.type !== 'branch' || last.type !== 'end') throw new Error('no beginning or no end');
    const points = news.flatMap((one) => (one.type === 'measured' ? [one.point] : []));
    curve = { pSft: start.pSft, points, end: last.end, compute: last.compute };
    expect(news.at(-2)).toMatchObject({ type: 'measured', step: CEILING_STEPS - 2 });
  });

  const fitOf = ({ pSft, points }: MeasuredCurve, levels: number) =>
    fitCeilingOfSeeds([{ pSft, points }], {
      seed: 0,
      levels: { taskChance: levelChance(LESSON_CONFIG.task)!.slice(0, levels) },
    });

  it('is known from below alone where its last level counts, and identified where it does not', () => {
    const all = fitOf(onLevels(curve, 4), 4);
    expect(atLeastOf(all)!.atLeast).toBeCloseTo(78.05, 2);
    expect(fitSentence({ ceiling: all, forecasts: [] }, false)).toContain(
      'at least 78.0; level 4 has not begun',
    );
    const three = fitOf(onLevels(curve, 3), 3);
    expect(isIdentified(three)).toBe(true);
    expect(three.aPost).toBeGreaterThan(99);
  });

  it('is on all of its levels what was measured, and higher without the hardest', () => {
    const all = onLevels(curve, 4);
    all.points.forEach(({ performance }, i) =>
      expect(performance).toBeCloseTo(curve.points[i]!.performance, 9),
    );
    expect(all.pSft.value).toBeCloseTo(curve.pSft.value, 9);
    expect(onLevels(curve, 3).end.value).toBeGreaterThan(curve.end.value + 15);
  });

  it('is missed less by a curve that lies on its points than by the one that the hand begins with', () => {
    const half = { ...curve, points: firstHalf(curve) };
    expect(half.points).toHaveLength(16);
    const { value } = curve.pSft;
    const near = meanMiss({ aPost: 80, cMid: 28, b: 2.2 }, value, half);
    expect(near).toBeLessThan(1.5);
    expect(meanMiss(CEILING_DEFAULTS, value, half)).toBeGreaterThan(near);
  });
});

describe('a miss', () => {
  it('is luck where it is small, and otherwise has a direction', () => {
    expect(forecastBecause(0.5, 0.9)).toContain('0.9 points that luck explains');
    expect(forecastBecause(-3, 0.9)).toContain('went on where yours bent');
    expect(forecastBecause(3, 0.9)).toContain('bent sooner');
  });
});
