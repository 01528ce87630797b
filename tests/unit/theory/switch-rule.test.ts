import { adviceSentence } from '../../../src/words/en/reasons/run-reasons';
import { describe, expect, it } from 'vitest';
import {
  advanceSubPhase,
  DEFAULT_SUB_PHASE_SETTINGS as DEFAULTS,
  replayPolicy,
  switchAdvice,
  switchRegret,
  type LossPoint,
  type SubPhaseState,
  type SwitchAdvice,
  type SwitchPolicy,
} from '../../../src/theory';

function series(losses: readonly number[]): LossPoint[] {
  return losses.map((loss, i) => ({ step: 10 * i, compute: 1000 * i, loss }));
}

function adviceAfter(losses: readonly number[]): SwitchAdvice {
  const state = series(losses).reduce<SubPhaseState | null>(
    (before, point) => advanceSubPhase(before, point, DEFAULTS),
    null,
  );
  return switchAdvice(state!, DEFAULTS);
}

const RISING = [2, 1.2, 1.02, 1, 1, 1, 1.01, 1.01, 1.05, 1.08, 1.2];

describe('the advice', () => {
  it.each([
    ['waits for enough evaluations', [2, 1.5], 'wait', /^2 evaluations are too few/],
    ['waits while loss falls', [3, 2, 1.6, 1.4, 1.25], 'wait', /improved by 140% over the last 4/],
    [
      'switches when loss has settled',
      RISING.slice(0, 8),
      'switch',
      /within 2% of its minimum for 6 evaluations: switch now/,
    ],
    ['switches just past the minimum', RISING.slice(0, 10), 'switch', /8% above its minimum, mild/],
    ['says when it is late', RISING, 'late', /more than 10% above its minimum \(now 20%\)/],
  ] as const)('%s', (_, losses, action, reason) => {
    const advice = adviceAfter(losses);
    expect(advice.action).toBe(action);
    expect(adviceSentence(advice.reason)).toMatch(reason);
  });
});

describe('the automatic policy', () => {
  const step = (phase: SwitchPolicy['phase'], losses = RISING): number =>
    replayPolicy(series(losses), { phase }, DEFAULTS).at.step;

  it('switches at the first evaluation in the wanted sub-phase', () => {
    // At step 60 the minimum is exactly 2% below that of four evaluations before.
    expect(step('stable')).toBe(70);
    expect(step('mild')).toBe(80);
    expect(step('severe')).toBe(100);
  });

  it('takes a later sub-phase where the wanted one was skipped', () => {
    expect(step('mild', [2, 1, 1.5, 1.6])).toBe(20);
  });

  it('says so where SFT ended first', () => {
    const outcome = replayPolicy(series([3, 2, 1.5]), { phase: 'stable' }, DEFAULTS);
    expect(outcome).toMatchObject({ triggered: false, at: { step: 20 } });
    expect(outcome.advice.action).toBe('wait');
    expect(() => replayPolicy([], { phase: 'mild' }, DEFAULTS)).toThrow(/no evaluation/);
  });
});

describe('the regret', () => {
  const branches = [
    { step: 100, aPost: { value: 60, low: 59, high: 61 } },
    { step: 200, aPost: { value: 70, low: 67, high: 74 } },
    { step: 400, aPost: { value: 66, low: 63, high: 69 } },
  ];

  it('is what the nearest branch point lacks of the best ceiling', () => {
    const result = switchRegret(branches, 130)!;
    expect(result.chosen.step).toBe(100);
    expect(result.best.step).toBe(200);
    expect(result.regret.value).toBe(10);
    // Down: √(3² + 1²); up: √(4² + 1²).
    expect(result.regret.low).toBeCloseTo(10 - Math.sqrt(10), 10);
    expect(result.regret.high).toBeCloseTo(10 + Math.sqrt(17), 10);
  });

  it('is zero at the best branch point, and unknown without any', () => {
    expect(switchRegret(branches, 220)!.regret).toEqual({ value: 0, low: 0, high: 0 });
    expect(switchRegret([], 100)).toBeNull();
  });
});
