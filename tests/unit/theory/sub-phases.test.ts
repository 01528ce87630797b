import { describe, expect, it } from 'vitest';
import {
  advanceSubPhase,
  DEFAULT_SUB_PHASE_SETTINGS as DEFAULTS,
  subPhases,
  type LossPoint,
  type SubPhase,
  type SubPhaseSettings,
  type SubPhaseState,
} from '../../../src/theory';

function series(losses: readonly number[]): LossPoint[] {
  return losses.map((loss, i) => ({ step: 10 * i, compute: 1000 * i, loss }));
}

function labels(losses: readonly number[], settings = DEFAULTS): SubPhase[] {
  return subPhases(series(losses), settings).labels.map(({ phase }) => phase);
}

function online(losses: readonly number[], settings: SubPhaseSettings = DEFAULTS): SubPhase[] {
  let state: SubPhaseState | null = null;
  return series(losses).map((point) => {
    state = advanceSubPhase(state, point, settings);
    return state.phase;
  });
}

/** Falls to a minimum of 1 and rises past 10% above it. */
const FULL = [2, 1.5, 1.2, 1.05, 1.01, 1, 1.01, 1.04, 1.08, 1.15, 1.3];

describe('sub-phases after the fact', () => {
  it('are adaptation, stable, mild and severe around the minimum', () => {
    expect(labels(FULL)).toEqual([
      ...Array<string>(4).fill('adaptation'),
      ...Array<string>(3).fill('stable'),
      'mild',
      'mild',
      'severe',
      'severe',
    ]);
  });

  it('change at boundaries with a step and a compute', () => {
    const { boundaries, spans, minimum } = subPhases(series(FULL));
    expect(minimum).toEqual({ step: 50, compute: 5000, loss: 1 });
    expect(boundaries.map(({ from, to, at }) => [from, to, at.step, at.compute])).toEqual([
      ['adaptation', 'stable', 40, 4000],
      ['stable', 'mild', 70, 7000],
      ['mild', 'severe', 90, 9000],
    ]);
    expect(spans.map(({ from, to }) => [from.step, to.step])).toEqual([
      [0, 30],
      [40, 60],
      [70, 80],
      [90, 100],
    ]);
  });

  it('include their thresholds: exactly 2% and 10% above are stable and mild', () => {
    expect(labels([1.5, 1.25, 1.275, 1.375, 1.376])).toEqual([
      'adaptation',
      'stable',
      'stable',
      'mild',
      'severe',
    ]);
  });

  it('follow their settings', () => {
    const wide = { ...DEFAULTS, stableWithin: 0.06, severeFrom: 0.2 };
    expect(labels(FULL, wide)).toEqual([
      ...Array<string>(3).fill('adaptation'),
      ...Array<string>(5).fill('stable'),
      'mild',
      'mild',
      'severe',
    ]);
  });

  it('can be smoothed against a lucky evaluation', () => {
    const lucky = [2, 1.5, 1.2, 0.9, 1.1, 1.05, 1, 1, 1, 1, 1];
    expect(subPhases(series(lucky)).minimum.step).toBe(30);
    const smooth = subPhases(series(lucky), { ...DEFAULTS, smoothing: 3 });
    expect(smooth.minimum.step).toBeGreaterThan(60);
    expect(smooth.labels.at(-1)!.phase).toBe('stable');
  });

  it('do not depend on the order of the evaluations', () => {
    const forward = subPhases(series(FULL));
    expect(subPhases(series(FULL).reverse())).toEqual(forward);
  });

  it('of a single evaluation are stable', () => {
    expect(labels([1.3])).toEqual(['stable']);
  });
});

describe('sub-phases online', () => {
  it('are stable once the minimum has improved by less than 2% over four evaluations', () => {
    const losses = [2, 1.5, 1.2, 1.1, 1.05, 1.04, 1.035, 1.034, 1.034];
    // After index 7 the minimum four evaluations ago was 1.1; after index 8 it was 1.05: 1.5%.
    expect(online(losses)).toEqual([...Array<string>(8).fill('adaptation'), 'stable']);
  });

  it('turn mild and severe with the rise over the running minimum, without waiting', () => {
    expect(online([2, 1, 1.01, 1.03, 1.09, 1.11]).slice(3)).toEqual(['mild', 'mild', 'severe']);
  });

  it('do not go back to adaptation for one more small improvement', () => {
    const losses = [1, 1, 1, 1, 1, 1, 0.97];
    expect(online(losses).slice(4)).toEqual(['stable', 'stable', 'stable']);
  });

  it('wait longer with more patience and see less noise with smoothing', () => {
    const losses = [2, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1];
    const first = (settings: SubPhaseSettings): number =>
      online(losses, settings).indexOf('stable');
    expect(first({ ...DEFAULTS, patience: 2 })).toBe(3);
    expect(first({ ...DEFAULTS, patience: 5 })).toBe(6);
    const spike = [2, 1, 1, 1.2, 1, 1];
    expect(online(spike)[3]).toBe('severe');
    expect(online(spike, { ...DEFAULTS, smoothing: 3 })[3]).not.toBe('severe');
  });

  it('keep a state of plain JSON, so that a resumed run goes on the same', () => {
    const points = series(FULL);
    let straight: SubPhaseState | null = null;
    let resumed: SubPhaseState | null = null;
    for (const point of points) {
      straight = advanceSubPhase(straight, point, DEFAULTS);
      const stored = JSON.parse(JSON.stringify(resumed)) as SubPhaseState | null;
      resumed = advanceSubPhase(stored, point, DEFAULTS);
    }
    expect(resumed).toEqual(straight);
  });
});

describe('what has no sub-phase', () => {
  it.each([0, -1, NaN, Infinity])('is a loss of %s', (loss) => {
    expect(() => subPhases(series([2, loss]))).toThrow(/step 10 .*must be above 0/);
    expect(() => online([2, loss])).toThrow(/step 10 .*must be above 0/);
  });

  it('is an empty series or a setting without sense', () => {
    expect(() => subPhases([])).toThrow(/no evaluation/);
    const settings = { ...DEFAULTS, severeFrom: 0.01 };
    expect(() => subPhases(series([1]), settings)).toThrow(/severe above stable/);
    expect(() => online([1], { ...DEFAULTS, patience: 0 })).toThrow(/Patience is 0/);
    expect(() => online([1], { ...DEFAULTS, smoothing: 1.5 })).toThrow(/smoothing 1.5/);
  });
});
