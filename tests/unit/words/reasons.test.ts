import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { failureOf, LabError } from '../../../src/errors';
import { failure, spell, type Failure } from '../../../src/schema/pieces';
import type { MissingReason } from '../../../src/studies/missing-reasons';
import { missingReason } from '../../../src/studies/missing-reasons';
import {
  atLeastOf,
  ceilingFit,
  type CeilingReason,
  type CeilingVerdict,
} from '../../../src/theory';
import { endingReason, type EndingReason } from '../../../src/training/divergence';
import { failureSentence } from '../../../src/sentences';
import {
  ceilingSentence,
  ceilingWord,
  verdictSentence,
} from '../../../src/words/en/reasons/ceiling-reasons';
import { endingSentence, storageLossSentence } from '../../../src/words/en/reasons/run-reasons';
import { missingSentence } from '../../../src/words/en/reasons/study-reasons';

const LOST =
  'training has diverged. A lower learning rate usually helps. The last good parameters are kept.';
const nan = {
  because: 'diverged',
  stage: 'sft',
  step: 7,
  reason: { because: 'not-finite', loss: 'NaN', gradNorm: 'Infinity' },
} as const satisfies EndingReason;

describe('why a run or a job ended early', () => {
  it.each<[EndingReason, string]>([
    [nan, `At SFT step 7: The loss is NaN and the gradient norm Infinity: ${LOST}`],
    [
      { because: 'error', code: 'engine/batch-rows', facts: { rows: 0 } },
      'The batch has 0 rows; it needs at least 1.',
    ],
    [{ because: 'told', text: 'It is gone.' }, 'It is gone.'],
  ])('%o is a sentence', (reason, sentence) => {
    expect(endingSentence(reason)).toBe(sentence);
  });

  it('outlives JSON, also where it names what is not a number', () => {
    expect(spell(NaN)).toBe('NaN');
    const read = v.parse(endingReason, JSON.parse(JSON.stringify(nan)));
    expect(endingSentence(read)).toContain('The loss is NaN');
  });
});

describe('why a cell has no result', () => {
  const minimum = { step: 20, loss: 1.23456 };
  const last = { step: 60, rise: 0.09 };
  it.each<[MissingReason, string]>([
    [{ because: 'no-evaluation' }, 'SFT was evaluated at no step after the base.'],
    [
      { because: 'compute-too-small', first: 10, compute: 2e6, flops: 1e6 },
      'The first evaluation of SFT, at step 10, took 2.00e+6 FLOPs, more than 1.00e+6.',
    ],
    [
      { because: 'never-adapting', minimum, margin: 0.08 },
      'Validation loss was at no evaluation after the base and before the minimum of 1.2346 at step 20 more than 8.0% above it.',
    ],
    [
      { because: 'never-mild', minimum, last },
      'No evaluation after the minimum of 1.2346 at step 20 was mildly above it; at the last step, 60, validation loss was 9.0% above.',
    ],
    [
      { because: 'never-severe', minimum, last },
      'At the last step, 60, validation loss was 9.0% above the minimum of 1.2346 at step 20: overfitting was not severe.',
    ],
    [{ because: 'by-hand' }, 'Skipped by hand.'],
    [
      { because: 'no-sft-run', why: { because: 'sft-diverged', ending: nan } },
      `Its SFT run is missing. SFT diverged. At SFT step 7: The loss is NaN and the gradient norm Infinity: ${LOST}`,
    ],
  ])('%o is a sentence', (reason, sentence) => {
    expect(missingSentence(v.parse(missingReason, reason))).toBe(sentence);
  });
});

describe('why a ceiling is not known', () => {
  it.each<[CeilingReason, string]>([
    [
      { because: 'unbent', mid: 1.234, latest: 0.8 },
      'The curve has not bent yet: half of the gain lies at 1.23 times the RL compute spent, more than 0.8. Run more RL steps.',
    ],
    [
      { because: 'wide', confidence: 0.9, width: 12.34, widest: 10 },
      'The 90% interval of the ceiling is 12.3 points wide, more than 10. Run more RL steps, take more benchmark samples or add seeds.',
    ],
    [{ because: 'unfinished' }, 'The run has not finished.'],
    [{ because: 'diverged' }, 'The run diverged.'],
    [{ because: 'no-base' }, 'The score of the base was not kept.'],
    [
      { because: 'error', code: 'ceiling/no-curve', facts: {} },
      'No curve was given; a ceiling needs one.',
    ],
  ])('%o is a sentence', (reason, sentence) => {
    expect(ceilingSentence(reason)).toBe(sentence);
  });
});

describe('the verdict on a ceiling', () => {
  const first = { level: '6', state: 'not-begun', now: 20, add: 12.6 } as const;
  it.each<[CeilingVerdict, string | null]>([
    [{ is: 'identified' }, null],
    [
      { is: 'at-least', atLeast: 86.5, open: [first] },
      'At least 86.5; level 6 has not begun and could add up to 13 points.',
    ],
    [
      {
        is: 'at-least',
        atLeast: 70,
        open: [{ level: '4', state: 'rising', now: 96, add: 0.9 }, { ...first, level: '5' }, first],
      },
      'At least 70.0; levels 5 and 6 have not begun and could add up to 26 points; level 4 is still rising and could add up to 1 point.',
    ],
    [
      { is: 'at-least', atLeast: 88, open: [{ level: '4', state: 'resting', now: 52, add: 12 }] },
      'At least 88.0; level 4 rests at 52% and could add up to 12 points.',
    ],
    [{ is: 'not-identified', because: { because: 'diverged' } }, 'The run diverged.'],
    [
      { is: 'no-signal', moved: 0.4, noise: 1.9, evaluations: 12 },
      'RL had no signal: over 12 evaluations performance moved by 0.4 points, no more than the 1.9 that noise alone explains. Give RL problems that it sometimes solves, run more steps, or take more samples.',
    ],
  ])('%o is a sentence', (verdict, sentence) => {
    expect(verdictSentence(verdict)).toBe(sentence);
    expect(v.parse(ceilingFit.entries.verdict, verdict)).toEqual(verdict);
  });

  it('is a word beside numbers', () => {
    const open = { is: 'at-least', atLeast: 86.52, open: [first] } as const;
    expect(ceilingWord({ verdict: { is: 'identified' }, aPost: 70 })).toBe('70.0');
    expect(ceilingWord({ verdict: open, aPost: 70 })).toBe('≥ 86.5');
    expect(atLeastOf({ verdict: open })).toEqual({
      atLeast: 86.52,
      atMost: expect.closeTo(99.12, 9),
    });
  });
});

describe('an error as a reason that is kept', () => {
  const kept = (error: unknown): Failure =>
    v.parse(failure, JSON.parse(JSON.stringify(failureOf(error))));

  it('says what it said', () => {
    const error = new LabError('engine/batch-rows', { rows: 0 });
    expect(kept(error)).toEqual({ because: 'error', code: error.code, facts: { rows: 0 } });
    expect(failureSentence(kept(error))).toBe(error.message);
    expect(failureSentence(kept(new LabError('cancelled')))).toBe('Cancelled. Nothing was stored.');
    expect(failureSentence(kept(new RangeError('Too long.')))).toBe('Too long.');
    expect(failureSentence(kept('just so'))).toBe('just so');
  });

  it('is named where this version has no such sentence, or other facts', () => {
    const unknown = { because: 'error', code: 'engine/of-2031', facts: {} } as const;
    expect(failureSentence(unknown)).toMatch(/^engine\/of-2031 \{\}$/);
    const other = { because: 'error', code: 'ceiling/column', facts: {} } as const;
    expect(failureSentence({ ...other, code: 'curves/large' })).toMatch(/^curves\/large \{\}$/);
    expect(failureSentence({ ...other, code: 'toString' })).toMatch(/^toString \{\}$/);
  });

  it('of storage says what is kept of the run', () => {
    const why = { because: 'told', text: 'The disk is full.' } as const;
    const sentence = (kept: Parameters<typeof storageLossSentence>[0]['kept']) =>
      storageLossSentence({ why, kept });
    expect(sentence(null)).toBe('The disk is full. The run goes on, but it is not kept.');
    expect(sentence({ seconds: 33.6, isEnd: false })).toMatch(
      /goes on\. It is kept up to second 34; at each checkpoint the lab tries/,
    );
    expect(sentence({ seconds: 33.6, isEnd: true })).toMatch(/up to second 34 alone; .* save/);
  });
});
