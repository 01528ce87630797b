import { describe, expect, it } from 'vitest';
import type { SwitchReason } from '../../../src/training/evaluation/measurements';
import { switchSentence } from '../../../src/words/en/reasons/run-reasons';

describe('why SFT ended', () => {
  it.each<[SwitchReason, number, string]>([
    [{ because: 'asked' }, 7, 'Switched by hand at step 7.'],
    [{ because: 'step' }, 20, 'Switched at step 20, as configured.'],
    [{ because: 'step' }, 0, 'RL begins with the base: there is no SFT.'],
    [
      { because: 'phase', phase: 'stable' },
      643,
      'Validation loss reached the stable sub-phase at step 643.',
    ],
    [
      { because: 'budget', flops: 6e10 },
      9,
      'SFT ended at step 9: the 6.00e+10 FLOPs of the run are used up.',
    ],
    [{ because: 'end', awaited: null }, 600, 'SFT ended at step 600.'],
    [
      { because: 'end', awaited: 'severe' },
      600,
      'SFT ended at step 600 before validation loss reached the severe sub-phase.',
    ],
    [{ because: 'told', text: 'Switched at step 3.' }, 3, 'Switched at step 3.'],
  ])('%o at step %i is a sentence', (reason, step, sentence) => {
    expect(switchSentence({ step, reason })).toBe(sentence);
  });
});
