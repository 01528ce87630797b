import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilingSentence, verdictSentence } from '../../../src/words/en/reasons/ceiling-reasons';
import { Random } from '../../../src/random';
import {
  ceilingCurve,
  fitCeiling,
  fitCeilingOfSeeds,
  fitCeilingOrReason,
  isIdentified,
  type CurveObservation,
  type RlCurve,
} from '../../../src/theory';
import { simulateCurve, type CurveTruth } from './simulated-curves';

const TRUTH: CurveTruth = { pSft: 50, aPost: 70, mid: 0.2, b: 1.5 };
const QUIET = { std: 0.3, rho: 0.3 };
const SETTINGS = { seed: 1, draws: 40 };

function curveNamed(name: string, truth = TRUTH, noise = QUIET, evaluations = 20): RlCurve {
  return simulateCurve(Random.from(1, name), truth, noise, { evaluations });
}

/** Truths whose ceiling stays clear of 0 and 100 when it is shifted. */
const truths = fc.record({
  pSft: fc.double({ min: 30, max: 50, noNaN: true }),
  aPost: fc.double({ min: 55, max: 75, noNaN: true }),
  mid: fc.double({ min: 0.08, max: 0.4, noNaN: true }),
  b: fc.double({ min: 1, max: 2, noNaN: true }),
});

const curves = fc
  .tuple(truths, fc.nat(1000), fc.integer({ min: 8, max: 30 }))
  .map(([truth, seed, evaluations]) =>
    simulateCurve(Random.from(seed, 'property'), truth, QUIET, { evaluations }),
  );

function mapPoints(
  curve: RlCurve,
  change: (point: CurveObservation) => CurveObservation,
): CurveObservation[] {
  return curve.points.map(change);
}

describe('the ceiling equation', () => {
  it('starts at P_sft, is half way at C_mid and approaches A_post', () => {
    const parameters = { pSft: 50, aPost: 70, cMid: 4, b: 2 };
    expect(ceilingCurve(parameters, 0)).toBe(50);
    expect(ceilingCurve(parameters, 4)).toBe(60);
    // 1 / (1 + (4/8)²) = 0.8 of 20 points.
    expect(ceilingCurve(parameters, 8)).toBeCloseTo(66, 10);
    expect(ceilingCurve(parameters, 1e6)).toBeCloseTo(70, 6);
  });
});

describe('a fitted ceiling', () => {
  it('is that of a curve almost without noise', () => {
    const curve = curveNamed('clean', TRUTH, { std: 0.02, rho: 0 }, 40);
    const fit = fitCeilingOfSeeds([curve], SETTINGS);
    expect(fit.aPost).toBeCloseTo(70, 0);
    expect(fit.cMid).toBeCloseTo(0.2, 1);
    expect(fit.b).toBeCloseTo(1.5, 0);
    expect(fit.plRl).toBeCloseTo(fit.aPost - fit.pSft, 10);
    expect(fit.verdict).toEqual({ is: 'identified' });
  });

  it('repeats exactly with its seed and hardly moves with another', () => {
    const curve = curveNamed('repeat');
    const first = fitCeilingOfSeeds([curve], SETTINGS);
    expect(fitCeilingOfSeeds([curve], SETTINGS)).toEqual(first);
    const other = fitCeilingOfSeeds([curve], { ...SETTINGS, seed: 2 });
    expect(other.aPost).toBe(first.aPost);
    expect(other.aPostLow).not.toBe(first.aPostLow);
  });

  it('does not depend on the order of the points', () => {
    fc.assert(
      fc.property(curves, fc.nat(), (curve, seed) => {
        const order = [...Random.from(seed).permutation(curve.points.length)];
        const shuffled = order.map((i) => curve.points[i]!);
        const options = { ...SETTINGS, pSft: curve.pSft };
        expect(fitCeiling(shuffled, options)).toEqual(fitCeiling(curve.points, options));
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it('keeps its height when compute is scaled: only C_mid scales', () => {
    fc.assert(
      fc.property(curves, fc.double({ min: 1e-6, max: 1e18, noNaN: true }), (curve, factor) => {
        const options = { ...SETTINGS, pSft: curve.pSft };
        const scaled = mapPoints(curve, (point) => ({ ...point, compute: point.compute * factor }));
        const [plain, other] = [fitCeiling(curve.points, options), fitCeiling(scaled, options)];
        expect(other.aPost).toBeCloseTo(plain.aPost, 6);
        expect(other.aPostLow).toBeCloseTo(plain.aPostLow, 4);
        expect(other.aPostHigh).toBeCloseTo(plain.aPostHigh, 4);
        expect(other.b).toBeCloseTo(plain.b, 6);
        expect(other.cMid / factor / plain.cMid).toBeCloseTo(1, 6);
      }),
      { numRuns: 10, seed: 2 },
    );
  });

  it('moves with a constant added to performance and P_sft', () => {
    fc.assert(
      fc.property(curves, fc.double({ min: -15, max: 15, noNaN: true }), (curve, shift) => {
        const shifted = mapPoints(curve, (point) => ({
          ...point,
          performance: point.performance + shift,
        }));
        const pSft = { ...curve.pSft, value: curve.pSft.value + shift };
        const plain = fitCeiling(curve.points, { ...SETTINGS, pSft: curve.pSft });
        const other = fitCeiling(shifted, { ...SETTINGS, pSft });
        expect(other.aPost - plain.aPost).toBeCloseTo(shift, 1);
        expect(other.plRl).toBeCloseTo(plain.plRl, 1);
      }),
      { numRuns: 10, seed: 3 },
    );
  });

  it('is not moved by failed evaluations', () => {
    const curve = curveNamed('outliers', TRUTH, QUIET, 30);
    const spoilt = curve.points.map((point, i) =>
      i === 8 || i === 20 ? { ...point, performance: point.performance - 25 } : point,
    );
    const options = { ...SETTINGS, pSft: curve.pSft };
    const difference = fitCeiling(spoilt, options).aPost - fitCeiling(curve.points, options).aPost;
    expect(Math.abs(difference)).toBeLessThan(0.5);
  });

  it('of a curve that falls lies below P_sft', () => {
    const fit = fitCeilingOfSeeds([curveNamed('falling', { ...TRUTH, aPost: 45 })], SETTINGS);
    expect(fit.aPost).toBeCloseTo(45, 0);
    expect(fit.plRl).toBeLessThan(-3);
  });

  it('stays plausible where the curve still rises, and is then not identified', () => {
    const rising = curveNamed('rising', { ...TRUTH, aPost: 95, mid: 2.5 }, { std: 0.5, rho: 0.3 });
    const top = Math.max(...rising.points.map((point) => point.performance));
    const fit = fitCeilingOfSeeds([rising], SETTINGS);
    expect(fit.aPost).toBeLessThan(top + 20);
    expect(isIdentified(fit)).toBe(false);
    expect(verdictSentence(fit.verdict)).toMatch(/Run more RL steps/);
  });

  it('takes a curve of four points', () => {
    const fit = fitCeilingOfSeeds([curveNamed('four', TRUTH, QUIET, 4)], SETTINGS);
    expect(fit.aPostLow).toBeLessThan(fit.aPostHigh);
  });

  it('takes evaluations that are spaced as unevenly as can be', () => {
    const { pSft, points } = curveNamed('uneven', TRUTH, QUIET, 401);
    const last = { compute: 1e6, performance: 70 };
    expect(fitCeiling([...points, last], { ...SETTINGS, pSft }).aPost).toBeCloseTo(70, -0.5);
  });

  it('of thousands of evaluations agrees with that of a few, and is more certain', () => {
    const [dense, sparse] = [5000, 50].map((evaluations) =>
      fitCeilingOfSeeds([curveNamed('dense', TRUTH, { std: 0.5, rho: 0 }, evaluations)], SETTINGS),
    );
    expect(dense!.aPost).toBeCloseTo(70, 0);
    expect(Math.abs(dense!.aPost - sparse!.aPost)).toBeLessThan(1);
    const width = (fit: typeof dense): number => fit!.aPostHigh - fit!.aPostLow;
    expect(width(dense)).toBeLessThan(width(sparse) / 2);
  });
});

describe('the interval', () => {
  it('is wider where evaluations are noisier, and where their noise is correlated', () => {
    const width = (noise: { std: number; rho: number }): number =>
      Array.from({ length: 8 }, (_, i) => {
        const curve = curveNamed(`width ${i}`, TRUTH, noise, 40);
        const { aPostLow, aPostHigh } = fitCeilingOfSeeds([curve], { seed: 1, draws: 50 });
        return aPostHigh - aPostLow;
      }).reduce((sum, value) => sum + value / 8, 0);
    const plain = width({ std: 0.5, rho: 0 });
    expect(width({ std: 1.5, rho: 0 })).toBeGreaterThan(1.5 * plain);
    expect(width({ std: 0.5, rho: 0.8 })).toBeGreaterThan(1.2 * plain);
  });

  it('knows of binomial noise that a few lucky points do not show', () => {
    const exact = [0.25, 0.5, 0.75, 1].map((compute) => ({
      compute,
      performance: ceilingCurve({ pSft: 50, aPost: 70, cMid: 0.2, b: 1.5 }, compute),
    }));
    const width = (nProblems: number): number => {
      const points = exact.map((point) => ({ ...point, nProblems }));
      const pSft = { value: 50, standardError: 0.5 };
      const { aPostLow, aPostHigh } = fitCeiling(points, { seed: 1, pSft });
      return aPostHigh - aPostLow;
    };
    // 100 problems: 4.6 points of noise each; 10,000 problems: 0.46.
    expect(width(100)).toBeGreaterThan(2 * width(10_000));
  });

  it('of P_sft comes from its standard error', () => {
    const { points } = curveNamed('start');
    const pSft = { value: 50, standardError: 2 };
    const fit = fitCeiling(points, { seed: 1, pSft });
    // ±1.645 standard errors, from 200 draws.
    expect(fit.pSftLow).toBeGreaterThan(50 - 4.2);
    expect(fit.pSftLow).toBeLessThan(50 - 2.4);
    expect(fit.plRlHigh - fit.plRlLow).toBeGreaterThan(fit.aPostHigh - fit.aPostLow);
  });
});

describe('several seeds of one cell', () => {
  const seeds = (spread: number): RlCurve[] =>
    [-1, 0, 1].map((side) =>
      curveNamed(`seed ${side}`, {
        ...TRUTH,
        pSft: TRUTH.pSft + 0.5 * spread * side,
        aPost: TRUTH.aPost + spread * side,
      }),
    );

  it('share one ceiling, whose interval holds their differences', () => {
    const [alike, unlike] = [
      fitCeilingOfSeeds(seeds(0.2), SETTINGS),
      fitCeilingOfSeeds(seeds(4), SETTINGS),
    ];
    expect(alike.seeds).toBe(3);
    expect(unlike.aPost).toBeCloseTo(70, -0.5);
    const width = (fit: typeof alike): number => fit.aPostHigh - fit.aPostLow;
    expect(width(unlike)).toBeGreaterThan(1.5 * width(alike));
    expect(unlike.pSftHigh - unlike.pSftLow).toBeGreaterThan(alike.pSftHigh - alike.pSftLow);
  });

  it('may even be one evaluation each, but not none', () => {
    const single = [0.25, 0.5, 0.75, 1].map((compute) => ({
      pSft: { value: 50, standardError: 0.5 },
      points: [{ compute, performance: 50 + 20 / (1 + (0.2 / compute) ** 1.5) }],
    }));
    const fit = fitCeilingOfSeeds(single, SETTINGS);
    expect(fit.aPostLow).toBeLessThan(70);
    expect(fit.aPostHigh).toBeGreaterThan(70);
    const empty = { ...single[0]!, points: [] };
    expect(() => fitCeilingOfSeeds([...single, empty], SETTINGS)).toThrow(/Curve 5 of 5 has no/);
  });

  it('may be too short alone', () => {
    const short = seeds(0.2).map((curve, seed) => ({
      ...curve,
      points: curve.points.filter((_, i) => i % 7 === seed),
    }));
    expect(() => fitCeilingOfSeeds([short[0]!], SETTINGS)).toThrow(/has 3 evaluations/);
    expect(fitCeilingOfSeeds(short, SETTINGS).aPost).toBeCloseTo(70, -0.5);
  });
});

describe('a late collapse of RL', () => {
  const healthy = curveNamed('collapse', TRUTH, { std: 0.5, rho: 0.3 }, 30);
  const collapsing = mapPoints(healthy, (point) => ({
    ...point,
    performance: point.performance - Math.max(0, 80 * (point.compute - 0.8)),
  }));

  it('is cut and reported, and leaves the ceiling as it was', () => {
    const options = { ...SETTINGS, pSft: healthy.pSft };
    const fit = fitCeiling(collapsing, options);
    expect(fit.collapsed).toBe(true);
    const [report] = fit.collapses;
    expect(report!.compute).toBeGreaterThan(0.7);
    expect(report!.compute).toBeLessThan(0.9);
    expect(report!.dropped).toBeGreaterThan(2);
    expect(report!.best - report!.after).toBeGreaterThan(4);
    expect(Math.abs(fit.aPost - fitCeiling(healthy.points, options).aPost)).toBeLessThan(1);
  });

  it('is not a dip that recovers', () => {
    const dip = mapPoints(healthy, (point) => ({
      ...point,
      performance: point.performance - (Math.abs(point.compute - 0.6) < 0.05 ? 10 : 0),
    }));
    expect(fitCeiling(dip, { ...SETTINGS, pSft: healthy.pSft }).collapsed).toBe(false);
  });

  it('that leaves too few evaluations is said to be the reason', () => {
    const points = [60, 65, 66, 20, 21].map((performance, i) => ({
      compute: i + 1,
      performance,
    }));
    const options = { ...SETTINGS, pSft: { value: 50, standardError: 1 } };
    expect(() => fitCeiling(points, options)).toThrow(/collapse/);
  });
});

describe('what cannot be fitted', () => {
  const pSft = { value: 50, standardError: 1 };
  const good = [1, 2, 3, 4, 5].map((compute) => ({ compute, performance: 50 + compute }));

  it.each([
    ['too few points', good.slice(0, 3), /has 3 evaluations .* at least 4/],
    [
      'one compute over and over',
      good.map((p) => ({ ...p, compute: 1 })),
      /has 1 evaluation after/,
    ],
    ['a constant', good.map((p) => ({ ...p, performance: 60 })), /is 60 at every evaluation/],
    ['negative compute', [...good, { compute: -1, performance: 50 }], /has compute -1/],
    ['infinite compute', [...good, { compute: Infinity, performance: 50 }], /compute Infinity/],
    ['too high a performance', [...good, { compute: 9, performance: 101 }], /performance 101/],
    ['no number', [...good, { compute: 9, performance: NaN }], /performance NaN/],
    ['no problems', [...good, { compute: 9, performance: 55, nProblems: 0 }], /rests on 0/],
  ])('is named: %s', (_, points, message) => {
    const { ceiling, reason } = fitCeilingOrReason(points, { ...SETTINGS, pSft });
    expect(ceiling).toBeNull();
    expect(ceilingSentence(reason!)).toMatch(message);
  });

  it('is a wrong P_sft or setting', () => {
    const fit = (change: object) => () => fitCeiling(good, { ...SETTINGS, pSft, ...change });
    expect(fit({ pSft: { value: 120, standardError: 1 } })).toThrow(/P_sft is 120/);
    expect(fit({ pSft: { value: 50, standardError: -1 } })).toThrow(
      /standard error of P_sft is -1/,
    );
    expect(fit({ draws: 5 })).toThrow(/5 bootstrap draws/);
    expect(fit({ confidence: 90 })).toThrow(/Confidence is 90/);
    expect(() => fitCeilingOfSeeds([], SETTINGS)).toThrow(/No curve/);
  });
});
