/** Predictions: a line each, compared with what came, and with one another. */
import { describe, expect, it } from 'vitest';
import { failureSentence } from '../../../src/sentences';
import { missesOf, predictionLine, predictionSpreads, readPredictions } from '../../../src/theory';

const OF = 'run?preset=micro&seed=3';
const values = { switch_step: 400, p_sft: 70, a_post: 90 };

function lineBy(by: string, changes: object = {}): string {
  return predictionLine({ of: OF, by, values: { ...values, ...changes } });
}

it('is one line of JSON that reads back', () => {
  const line = lineBy('Ada\nLovelace');
  expect(line).not.toContain('\n');
  const { predictions, faults } = readPredictions(line, 'ada.json', OF);
  expect(faults).toEqual([]);
  expect(predictions).toMatchObject([{ of: OF, by: 'Ada\nLovelace', values }]);
});

it('says by how much it missed what is known, and nothing of what is not', () => {
  expect(missesOf({ values }, { p_sft: 73.1, a_post: null, switch_step: 643 })).toEqual([
    { name: 'switch_step', predicted: 400, truth: 643, miss: -243 },
    { name: 'p_sft', predicted: 70, truth: 73.1, miss: 70 - 73.1 },
  ]);
});

describe('the predictions of a class', () => {
  const sixty = Array.from({ length: 60 }, (_, i) => lineBy(`pupil ${i}`, { p_sft: 40 + i }));

  it('are spread', () => {
    const { predictions } = readPredictions(sixty.join('\r\n'), 'class.jsonl', OF);
    const spread = predictionSpreads(predictions).find(({ name }) => name === 'p_sft')!;
    expect(spread.values).toHaveLength(60);
    expect(spread).toMatchObject({ median: 69.5, mean: 69.5 });
    expect(spread.low).toBeCloseTo(54.75, 10);
    expect(spread.high).toBeCloseTo(84.25, 10);
  });

  it.each([
    ['is cut off', sixty[0]!.slice(0, 30), /class\.jsonl, line 31, is not JSON/],
    [
      'lacks a number',
      '{"format":"plasticity-prediction","version":1}',
      /line 31, is not a prediction/,
    ],
    ['holds no number', lineBy('Bo', { p_sft: null }), /values\.p_sft is null/],
    [
      'is of another run',
      predictionLine({ of: 'run?preset=grid', by: '', values }),
      /predicts run\?preset=grid and not run\?preset=micro&seed=3/,
    ],
  ])('go on without one that %s, which is named', (_, bad, says) => {
    const lines = [...sixty.slice(0, 30), bad, ...sixty.slice(30)];
    const { predictions, faults } = readPredictions(lines.join('\n'), 'class.jsonl', OF);
    expect(predictions).toHaveLength(60);
    expect(faults.map(failureSentence)).toEqual([expect.stringMatching(says)]);
  });

  it('in an empty file are none, with a sentence', () => {
    const { faults } = readPredictions('\n', 'empty.jsonl', OF);
    expect(faults.map(failureSentence)).toEqual([expect.stringContaining('no prediction')]);
  });
});
