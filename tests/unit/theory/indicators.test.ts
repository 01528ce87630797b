import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  compareIndicators,
  correlate,
  MIN_VALIDATION_LOSS,
  rankSets,
  SFT_PERFORMANCE,
  type IndicatorPoint,
} from '../../../src/theory';
import { cell, UNBENT } from './cells';

const SETTINGS = { seed: 1, draws: 400 };

function points(pairs: readonly (readonly [number, number])[], reach = 0): IndicatorPoint[] {
  return pairs.map(([x, value], i) => ({
    label: `set ${i}`,
    x,
    y: { value, low: value - reach, high: value + reach },
    group: null,
  }));
}

describe('a correlation', () => {
  it('agrees with a value worked by hand', () => {
    // x − .4 = −.1 0 .1 .2 −.2, y − 60 = 8 1 −4 −10 5: Σxy = −4.2, Σxx = .1, Σyy = 206.
    const { pearson, spearman } = correlate(
      points([
        [0.3, 68],
        [0.4, 61],
        [0.5, 56],
        [0.6, 50],
        [0.2, 65],
      ]),
      SETTINGS,
    );
    expect(pearson!.value).toBeCloseTo(-4.2 / Math.sqrt(0.1 * 206), 10);
    // Ranks 2 3 4 5 1 against 5 3 2 1 4: 1 − 6·Σd²/(5·24), Σd² = 9 + 0 + 4 + 16 + 9.
    expect(spearman!.value).toBeCloseTo(1 - (6 * 38) / 120, 10);
  });

  it('has an interval that widens with the uncertainty of the ceilings', () => {
    const pairs = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((x, i) => [x, 80 - 20 * x + (i % 2)] as const);
    const width = (reach: number): number => {
      const { low, high } = correlate(points(pairs, reach), SETTINGS).pearson!;
      return high - low;
    };
    expect(width(0)).toBeLessThan(0.2);
    expect(width(10)).toBeGreaterThan(2 * width(0));
  });

  it('has intervals that cover the truth about as often as they say', () => {
    let covered = 0;
    const rho = -0.7;
    for (let trial = 0; trial < 100; trial++) {
      const random = Random.from(trial, 'correlation-coverage');
      const pairs = Array.from({ length: 15 }, () => {
        const x = random.normal();
        return [x, rho * x + Math.sqrt(1 - rho * rho) * random.normal()] as const;
      });
      const { low, high } = correlate(points(pairs), { seed: trial, draws: 200 }).pearson!;
      if (low <= rho && rho <= high) covered += 1;
    }
    expect(covered).toBeGreaterThan(78);
  });

  it('is unknown for two points or where nothing varies', () => {
    expect(
      correlate(
        points([
          [1, 2],
          [2, 3],
        ]),
        SETTINGS,
      ).pearson,
    ).toBeNull();
    expect(
      correlate(
        points([
          [1, 2],
          [1, 3],
          [1, 4],
        ]),
        SETTINGS,
      ).pearson,
    ).toBeNull();
    expect(correlate([], SETTINGS)).toMatchObject({ pearson: null, spearman: null });
  });

  it('is unknown for many seeds of one or two sets', () => {
    const pairs = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((x) => [x, 80 - 20 * x] as const);
    const inSets = (sets: number): IndicatorPoint[] =>
      points(pairs).map((point, i) => ({ ...point, group: `set ${i % sets}` }));
    expect(correlate(inSets(1), SETTINGS).pearson).toBeNull();
    expect(correlate(inSets(2), SETTINGS).pearson).toBeNull();
    expect(correlate(inSets(3), SETTINGS).pearson!.value).toBeCloseTo(-1, 10);
  });

  it('knows that points of one group tell less than as many groups', () => {
    const random = Random.from(1, 'groups');
    const clustered = Array.from({ length: 6 }, (_, set) => {
      const [x, y] = [random.normal(), random.normal()];
      return points(Array.from({ length: 5 }, () => [x, y + 0.01 * random.normal()] as const)).map(
        (point) => ({ ...point, group: `set ${set}` }),
      );
    }).flat();
    const width = (all: IndicatorPoint[]): number => {
      const { low, high } = correlate(all, SETTINGS).pearson!;
      return high - low;
    };
    const apart = clustered.map((point) => ({ ...point, group: null }));
    expect(width(clustered)).toBeGreaterThan(1.3 * width(apart));
  });
});

describe('indicators', () => {
  const random = Random.from(2, 'indicators');
  const cells = [0, 1, 2].flatMap((seed) =>
    [0.3, 0.35, 0.4, 0.45, 0.5].flatMap((loss, i) =>
      ['stable', 'mild'].map((phase, branch) =>
        cell({
          seed,
          phase: phase as 'stable' | 'mild',
          step: 100 + branch,
          loss,
          set: { name: `set ${i}`, size: 1000, difficulty: 5 },
          // The second branch point is the higher one.
          aPost: 90 - 60 * loss + branch + 0.3 * random.normal(),
          pSft: 60 + 2 * random.normal(),
          candidates: { entropy: 1 + 0.05 * i + 0.2 * random.normal() },
        }),
      ),
    ),
  );

  it('are compared by how well they go with the highest ceiling', () => {
    const compared = compareIndicators(cells, SETTINGS);
    expect(compared.map((each) => each.name).sort()).toEqual(
      [MIN_VALIDATION_LOSS, SFT_PERFORMANCE, 'entropy'].sort(),
    );
    const [best] = compared;
    expect(best!.name).toBe(MIN_VALIDATION_LOSS);
    expect(best!.correlation.pearson!.value).toBeLessThan(-0.95);
    expect(best!.correlation.pearson!.high).toBeLessThan(-0.9);
    expect(best!.correlation.points).toHaveLength(15);
  });

  it('use the highest ceiling of each set and seed, an open one with all that it may be', () => {
    const ofFirst = cells.filter((c) => c.seed === 0 && c.set!.name === 'set 0');
    const top = Math.max(...ofFirst.map((c) => c.ceiling!.aPost));
    const pointOf = (given: typeof cells) =>
      compareIndicators(given, SETTINGS)[0]!.correlation.points[0]!.y;
    const known = pointOf(cells);
    expect(Math.abs(known.value - top)).toBeLessThan(0.5);
    const open = cells.map((c) => ({
      ...c,
      ceiling: { ...c.ceiling!, aPostHigh: 100, verdict: UNBENT },
    }));
    expect(pointOf(open).high).toBeGreaterThan(known.high + 5);
    const none = cells.map((c) => ({ ...c, ceiling: null }));
    expect(compareIndicators(none, SETTINGS)[0]!.correlation.points).toEqual([]);
  });
});

describe('trajectory sets', () => {
  it('are ranked by their minimum validation loss, with how sure the first place is', () => {
    const ranked = rankSets(
      [
        { set: 'easy', minValidationLosses: [0.5, 0.51, 0.49] },
        { set: 'hard', minValidationLosses: [0.4, 0.42, 0.41] },
        { set: 'hardest', minValidationLosses: [0.41, 0.4, 0.415] },
      ],
      SETTINGS,
    );
    expect(ranked.map(({ set, rank }) => [set, rank])).toEqual([
      ['hardest', 1],
      ['hard', 2],
      ['easy', 3],
    ]);
    const [first, second, third] = ranked;
    expect(first!.firstShare + second!.firstShare + third!.firstShare).toBeCloseTo(1, 10);
    expect(second!.firstShare).toBeGreaterThan(0.2);
    expect(third!.firstShare).toBe(0);
    expect(first!.loss.low).toBeLessThan(first!.loss.value);
  });

  it('need a loss above 0', () => {
    const rank = (losses: number[]) => () =>
      rankSets([{ set: 'a', minValidationLosses: losses }], SETTINGS);
    expect(rank([])).toThrow(/Set "a"/);
    expect(rank([0.4, -1])).toThrow(/0.4, -1/);
  });
});
