import { describe, expect, it } from 'vitest';
import { missingSentence } from '../../../src/words/en/reasons/study-reasons';
import { chooseBranch } from '../../../src/studies/branching';
import { DEFAULT_SUB_PHASE_SETTINGS, type SubPhase } from '../../../src/theory';

function losses(...values: number[]) {
  return values.map((loss, i) => ({ step: 10 * i, compute: 1e6 * i, loss }));
}

function stepOf(phase: SubPhase, series: ReturnType<typeof losses>): number | string {
  const branch = { name: 'here', at: 'phase', phase } as const;
  const chosen = chooseBranch(branch, series, DEFAULT_SUB_PHASE_SETTINGS);
  return chosen.found ? chosen.point.step : missingSentence(chosen.reason);
}

describe('a branch point by sub-phase', () => {
  const whole = losses(2, 1.5, 1.09, 1.04, 1, 1.01, 1.03, 1.06, 1.09, 1.3);

  it('is the last clearly before the minimum, the minimum, the first clearly after it, the last', () => {
    expect(stepOf('adaptation', whole)).toBe(20);
    expect(stepOf('stable', whole)).toBe(40);
    expect(stepOf('mild', whole)).toBe(70);
    expect(stepOf('severe', whole)).toBe(90);
  });

  it('is not reached where the sub-phase did not occur, and says why', () => {
    expect(stepOf('severe', losses(2, 1, 1.09))).toMatch(/9\.0% above.*not severe/);
    expect(stepOf('mild', losses(2, 1, 1.01))).toMatch(/1\.0% above/);
    expect(stepOf('mild', losses(2, 1, 1.5))).toMatch(/mildly/);
    // The base is not a branch of SFT.
    expect(stepOf('adaptation', losses(2, 1.01, 1))).toMatch(/8\.0%/);
  });

  it('never carries the name of another sub-phase', () => {
    const jump = losses(2, 1, 1.03, 1.4);
    expect(stepOf('mild', jump)).toBe(20);
    expect(stepOf('severe', jump)).toBe(30);
  });
});

describe('other branch points', () => {
  const series = losses(2, 1.5, 1, 1.2);
  const settings = DEFAULT_SUB_PHASE_SETTINGS;

  it('are the last evaluation up to a step or a compute, or the last of all', () => {
    expect(chooseBranch({ name: 'a', at: 'step', step: 25 }, series, settings)).toMatchObject({
      found: true,
      point: { step: 20 },
      phase: 'stable',
    });
    expect(
      chooseBranch({ name: 'a', at: 'compute', flops: 1.5e6 }, series, settings),
    ).toMatchObject({ found: true, point: { step: 10 }, phase: 'adaptation' });
    expect(chooseBranch({ name: 'a', at: 'end' }, series, settings)).toMatchObject({
      point: { step: 30 },
      phase: 'severe',
    });
  });

  it('are not reached before the first evaluation', () => {
    const chosen = chooseBranch({ name: 'a', at: 'step', step: 5 }, series, settings);
    const reason = { because: 'step-too-early', first: 10, step: 5 } as const;
    expect(chosen).toEqual({ found: false, reason });
    expect(missingSentence(reason)).toMatch(/step 10, after step 5/);
  });
});
