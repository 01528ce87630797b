import { describe, expect, it } from 'vitest';
import type { SwitchNews } from '../../../../src/lesson/parts/switch';
import { SwitchPicture } from '../../../../src/views/learn/chapters/switch-picture.svelte';
import { turnBecause } from '../../../../src/words/en/switch-chapter';

const measured = (given: Partial<SwitchNews>): SwitchNews => ({
  type: 'measured',
  branch: null,
  step: 0,
  compute: 0,
  score: 50,
  standardError: 2,
  isLast: false,
  ...given,
});

describe('what is predicted of three switches', () => {
  it('is told where RL in time left SFT: its SFT step and its score there', () => {
    const picture = new SwitchPicture();
    expect(picture.inTime).toBeNull();
    for (const step of [0, 30, 60, 180]) picture.hear(measured({ step, compute: step * 5e7 }));
    expect(picture.inTime).toBeNull();
    picture.hear(measured({ branch: 'early', compute: 30 * 5e7, score: 52 }));
    picture.hear(measured({ branch: 'in-time', compute: 60 * 5e7, score: 57.5 }));
    picture.hear(measured({ branch: 'in-time', step: 4, compute: 70 * 5e7, score: 64 }));
    expect(picture.inTime).toEqual({ step: 60, before: 30, after: 180, score: 57.5 });
  });

  it('stands where its SFT step will, before anything is trained and after', () => {
    const picture = new SwitchPicture();
    const before = picture.stepCompute;
    for (const step of [0, 180]) picture.hear(measured({ step, compute: step * 6e7 }));
    expect(picture.stepCompute).toBeCloseTo(6e7, -1);
    expect(before / picture.stepCompute).toBeGreaterThan(0.9);
  });

  it('is explained where the step was missed', () => {
    const lowest = { step: 60, before: 50, after: 75 };
    expect(turnBecause(60, lowest)).toBeNull();
    expect(turnBecause(75, lowest)).toContain('risen again');
    expect(turnBecause(40, lowest)).toContain('still above its lowest');
    // Between two evaluations nothing is known of the loss.
    expect(turnBecause(70, lowest)).toContain('may be as good');
  });
});
