/** Verdicts on curves that the ceiling equation does not describe. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  fitCeiling,
  fitCeilingOfSeeds,
  isIdentified,
  type CeilingFit,
  type CurveObservation,
} from '../../../src/theory';
import { findFailed } from '../../../src/theory/ceilings/failed';
import { verdictSentence } from '../../../src/words/en/reasons/ceiling-reasons';
import { simulateCurve } from './simulated-curves';

const SETTINGS = { seed: 1, draws: 60 };

/** Evaluations at compute 1, 2, …. */
function curve(performances: readonly number[], nProblems?: number): CurveObservation[] {
  return performances.map((performance, i) => ({
    compute: i + 1,
    performance,
    ...(nProblems === undefined ? {} : { nProblems }),
  }));
}

function fit(performances: readonly number[], pSft: number, nProblems?: number): CeilingFit {
  return fitCeiling(curve(performances, nProblems), {
    ...SETTINGS,
    pSft: { value: pSft, standardError: null },
  });
}

/** RL that stays at its start for long, and rises over its last evaluations. */
function takeOff(i: number) {
  const random = Random.from(5, 'take-off', i);
  const evaluations = 12 + random.integer(20);
  const steps = 1 + random.integer(5);
  const start = 2 + 50 * random.uniform();
  const gain = 4 + 18 * random.uniform();
  const std = 0.2 + 0.6 * random.uniform();
  const performances = Array.from({ length: evaluations }, (_, at) => {
    const step = Math.max(0, at - evaluations + steps + 1);
    return Math.max(0, start + std * random.normal() + gain * (step / steps) * (step / steps));
  });
  return { start, std, performances };
}

describe('a rise at the end', () => {
  it('is not an outlier: of 40 late take-offs none is identified below what was measured last', () => {
    const verdicts = Array.from({ length: 40 }, (_, i) => {
      const { start, std, performances } = takeOff(i);
      const found = fit(performances, start);
      const last = performances.at(-1)!;
      expect(isIdentified(found) && found.aPost < last - 2 * std).toBe(false);
      return found.verdict;
    });
    const rises = verdicts.filter(
      (verdict) => verdict.is === 'not-identified' && verdict.because.because === 'late-rise',
    );
    expect(rises.length).toBeGreaterThan(35);
  });

  it.each([
    [[3.1, 2.7, 3.4, 2.9, 3.2, 3.0, 3.5, 3.1, 3.3, 3.9, 5.2, 8.4], 8.4],
    [[3.1, 2.7, 3.4, 2.9, 3.2, 3.0, 3.5, 3.1, 2.9, 3.1, 8.8, 12.1], 12.1],
  ])('has no ceiling below it: %j', (performances, last) => {
    const found = fit(performances, 3, 1200);
    expect(found.verdict).toMatchObject({
      is: 'not-identified',
      because: { because: 'late-rise' },
    });
    expect(verdictSentence(found.verdict)).toMatch(/rises at the end: .* Run more RL steps\.$/);
    expect(found.aPost).toBeGreaterThanOrEqual(last);
    expect(found.aPostLow).toBeGreaterThan(last - 2);
    expect(found.aPostHigh).toBe(100);
  });

  it('is none where the curve has come to the top', () => {
    const saturated = fit([60, 62, 61, 70, 88, 99, 99.9, 100, 100, 100, 100, 100], 60);
    expect(saturated.verdict).not.toMatchObject({ because: { because: 'late-rise' } });
  });
});

describe('a ceiling', () => {
  const { pSft, points } = simulateCurve(
    Random.from(1, 'floor'),
    { pSft: 60, aPost: 75, mid: 0.1, b: 2 },
    { std: 0.5, rho: 0.3 },
    { evaluations: 20 },
  );

  it('is not below what was measured besides at the end', () => {
    const plain = fitCeiling(points, { ...SETTINGS, pSft });
    expect(plain.aPost).toBeLessThan(76.5);
    const end = { value: 77, standardError: 0.4 };
    const floored = fitCeiling(points, { ...SETTINGS, pSft, end });
    expect(floored.aPost).toBe(77);
    expect(floored.aPostHigh).toBeGreaterThan(77.3);
    const lower = fitCeiling(points, { ...SETTINGS, pSft, end: { value: 70, standardError: 0.4 } });
    expect(lower.aPost).toBe(plain.aPost);
  });

  it('is not below the mean of the last evaluations', () => {
    for (let i = 0; i < 20; i++) {
      const truth = { pSft: 40, aPost: 60, mid: 0.05, b: 2.5 };
      const own = simulateCurve(
        Random.from(i, 'late'),
        truth,
        { std: 1, rho: 0.5 },
        { evaluations: 20 },
      );
      const late = own.points.slice(-5).reduce((sum, { performance }) => sum + performance / 5, 0);
      expect(fitCeilingOfSeeds([own], SETTINGS).aPost).toBeGreaterThanOrEqual(late - 1e-9);
    }
  });
});

describe('no signal', () => {
  it.each([
    ['a reward that never starts', [0, 0, 1.1, 0, 0, 0, 0, 1.1, 0, 0, 0], 0, 90],
    ['a reward of zeros alone', [0, 0, 0, 0, 0, 0, 0, 0], 0, undefined],
    ['a gain within noise', [51, 48.5, 50.2, 52, 49, 50.6, 51.3, 49.5, 50.9, 51.8], 50, 400],
  ])('is what the verdict on %s says', (_, performances, pSft, nProblems) => {
    const found = fit(performances, pSft, nProblems);
    expect(found.verdict).toMatchObject({ is: 'no-signal', evaluations: performances.length });
    expect(verdictSentence(found.verdict)).toMatch(/^RL had no signal: over \d+ evaluations/);
  });

  it('is not said of a curve that jumps at once and stays', () => {
    const jumped = fit([60.2, 59.6, 60.4, 59.9, 60.1, 60.3, 59.7, 60, 60.2, 59.8], 50, 4000);
    expect(jumped.verdict.is).toBe('identified');
  });
});

describe('an evaluation that failed', () => {
  const sound = [
    46, 51, 55.5, 59, 61.8, 63.4, 64.9, 65.8, 66.7, 67.1, 67.9, 68.3, 68.8, 69.3, 69.5,
  ];
  const withFailure = (at: number): number[] => sound.map((value, i) => (i === at ? 0 : value));

  it.each([0, 7, 14])('is named with compute and value, and not fitted: %i', (at) => {
    const found = fit(withFailure(at), 41);
    expect(found.failed).toMatchObject([{ curve: 0, compute: at + 1, performance: 0 }]);
    const rest = curve(sound).filter((_, i) => i !== at);
    const without = fitCeiling(rest, { ...SETTINGS, pSft: { value: 41, standardError: null } });
    expect(found.aPost).toBe(without.aPost);
    expect(found.aPostHigh - found.aPostLow).toBe(without.aPostHigh - without.aPostLow);
  });

  it('is neither noise nor a collapse nor one of many', () => {
    expect(fit(sound, 41).failed).toEqual([]);
    const noise = { start: 41, noise: 2 };
    expect(findFailed([50, 45, 51, 52, 50, 51, 53, 52], noise)).toEqual([]);
    expect(findFailed([50, 51, 52, 53, 54, 10, 11, 12], noise)).toEqual([]);
    expect(findFailed([50, 0, 51, 0, 50, 0, 53, 0], noise)).toEqual([]);
    expect(findFailed([50, 51, 52, 0, 54, 53, 54, 53], noise)).toEqual([{ at: 3, expected: 53 }]);
  });
});
