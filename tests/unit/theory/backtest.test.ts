import { describe, expect, it } from 'vitest';
import { failureSentence } from '../../../src/sentences';
import {
  backtestSteps,
  fitCeilingOfSeeds,
  isForecastHeld,
  isRefuted,
  lastOf,
  type BacktestCurve,
} from '../../../src/theory';
import { forecastFitSteps } from '../../../src/theory/forecast';
import { staircase } from './staircases';

function curveOf(seed: number): BacktestCurve {
  const { curve } = staircase(seed);
  const last = curve.points.at(-1)!;
  const end = { value: last.performance, standardError: 1, compute: last.compute };
  return { id: `cell ${seed}`, set: seed % 2 ? 'odd' : 'even', curve, end };
}

function withoutLevels({ curve, ...rest }: BacktestCurve): BacktestCurve {
  const points = curve.points.map(({ levels, ...point }) => point);
  return { ...rest, curve: { pSft: curve.pSft, points } };
}

describe('one fit for ceiling and forecast', () => {
  it('gives the ceiling that is fitted alone, with levels and without', () => {
    for (const { curve, end } of [curveOf(3), withoutLevels(curveOf(3))]) {
      const both = lastOf(forecastFitSteps([curve], { seed: 5, forecastAt: [1.5 * end.compute] }));
      expect(both.ceiling).toEqual(fitCeilingOfSeeds([curve], { seed: 5 }));
      expect(both.forecasts).toHaveLength(1);
      expect(both.forecasts[0]!.low).toBeLessThan(both.forecasts[0]!.high);
    }
  });

  it('draws P_sft as the equation alone does', () => {
    const { pSftLow, pSftHigh } = fitCeilingOfSeeds([curveOf(1).curve], { seed: 0 });
    const alone = fitCeilingOfSeeds([withoutLevels(curveOf(1)).curve], { seed: 0 });
    expect([pSftLow, pSftHigh]).toEqual([alone.pSftLow, alone.pSftHigh]);
  });
});

describe('a backtest', () => {
  it('has a row for each curve and share, fitted on the first evaluations alone', () => {
    const curves = [0, 1].map(curveOf);
    const later = curves.map(({ curve, ...rest }) => ({
      ...rest,
      curve: { ...curve, points: curve.points.slice(0, 20) },
    }));
    const { rows, gaps } = lastOf(backtestSteps(curves, { at: [0.5], seed: 0 }));
    expect(gaps).toEqual([]);
    expect(rows.map(({ id, set, at }) => [id, set, at])).toEqual([
      ['cell 0', 'even', 0.5],
      ['cell 1', 'odd', 0.5],
    ]);
    const whole = lastOf(backtestSteps(later, { at: [0.999], seed: 0 }));
    expect(whole.rows.map(({ aPost }) => aPost)).toEqual(rows.map(({ aPost }) => aPost));
  });

  it('refutes a ceiling from above alone, and a forecast on either side', () => {
    const [row] = lastOf(backtestSteps([curveOf(0)], { at: [0.5], seed: 0 })).rows;
    const ended = (value: number) => ({ ...row!, end: { value, standardError: null } });
    expect(isRefuted(ended(row!.aPost.high + 1.1))).toBe(true);
    expect(isRefuted(ended(row!.aPost.high + 0.9))).toBe(false);
    expect(isRefuted(ended(row!.aPost.low - 20))).toBe(false);
    expect(isForecastHeld(ended(row!.forecast.low - 0.1))).toBe(false);
    expect(isForecastHeld(ended(row!.forecast.high + 0.1))).toBe(false);
  });

  it('names the share that cannot be, and the curve that has too little left', () => {
    const run = (at: number) => lastOf(backtestSteps([curveOf(0)], { at: [at], seed: 0 }));
    // Before the first fit, wherever it stands.
    const steps = backtestSteps([curveOf(0)], { at: [0.5, 2], seed: 0 });
    expect(() => steps.next()).toThrow('2');
    expect(() => run(0)).toThrow('0');
    expect(() => run(1)).toThrow('1');
    const [gap] = run(0.05).gaps;
    expect(failureSentence(gap!.reason)).toContain('2 of 40');
  });
});
