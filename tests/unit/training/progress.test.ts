import { describe, expect, it } from 'vitest';
import { presetNamed } from '../../../src/training/configuration/presets';
import { isRlOver, isSpent, rlProgress, sftProgress } from '../../../src/training/progress';

const { config } = presetNamed('micro');
const plan = {
  sft: { ...config.sft, steps: 100 },
  rl: { ...config.rl, steps: 50 },
  computeBudget: null,
};
const budgeted = { ...plan, computeBudget: 1000 };

describe('a run without a budget', () => {
  it('is as far as its steps', () => {
    const spent = { step: 25, sftCompute: 400, rlCompute: 0 };
    expect(sftProgress(plan, spent)).toBe(0.25);
    expect(rlProgress(plan, spent)).toBe(0.5);
    expect(isSpent(plan, { ...spent, rlCompute: 1e30 })).toBe(false);
    expect(isRlOver(plan, { ...spent, step: 50 })).toBe(true);
  });

  it('is over where RL has no steps', () => {
    const none = { ...plan, rl: { ...plan.rl, steps: 0 } };
    expect(rlProgress(none, { step: 0, sftCompute: 1, rlCompute: 0 })).toBe(1);
    expect(isRlOver(none, { step: 0, sftCompute: 1, rlCompute: 0 })).toBe(true);
  });
});

describe('a run with a budget', () => {
  it('is as far as its compute, where that ends it before its steps', () => {
    expect(sftProgress(budgeted, { step: 25, sftCompute: 400, rlCompute: 0 })).toBe(0.4);
    expect(sftProgress(budgeted, { step: 60, sftCompute: 400, rlCompute: 0 })).toBe(0.6);
    // RL has what SFT left.
    expect(rlProgress(budgeted, { step: 5, sftCompute: 400, rlCompute: 150 })).toBe(0.25);
    expect(rlProgress(budgeted, { step: 20, sftCompute: 400, rlCompute: 150 })).toBe(0.4);
    expect(isRlOver(budgeted, { step: 5, sftCompute: 400, rlCompute: 600 })).toBe(true);
    expect(rlProgress(budgeted, { step: 0, sftCompute: 1000, rlCompute: 0 })).toBe(1);
  });
});
