import { describe, expect, it } from 'vitest';
import { LossKind } from '../../../src/engine/token-table';
import {
  nllBatch,
  completionColumn,
  selectRows,
  tokenWeights,
  type Sequences,
} from '../../../src/training/data/token-batches';

/** Two prompts of two tokens; completions of two and three tokens in slots of three. 9 is padding. */
const sequences: Sequences = {
  promptLength: 2,
  completionLength: 3,
  prompts: Int32Array.of(1, 2, 3, 4),
  completions: Int32Array.of(5, 6, 9, 7, 8, 6),
  completionLengths: Int32Array.of(2, 3),
};

describe('the table of SFT', () => {
  const batch = nllBatch(sequences);

  it('predicts each token from those before it', () => {
    expect(batch.length).toBe(4);
    expect([...batch.tokens]).toEqual([1, 2, 5, 6, 3, 4, 7, 8]);
    expect([...batch.targets]).toEqual([2, 5, 6, 9, 4, 7, 8, 6]);
  });

  it('weighs the completion tokens alike, the end token included, and leaves prompt and padding out', () => {
    const { none, nll } = LossKind;
    expect([...batch.kinds]).toEqual([none, nll, nll, none, none, nll, nll, nll]);
    expect([...batch.weights].map((w) => Math.round(w * 1000))).toEqual([
      0, 200, 200, 0, 0, 200, 200, 200,
    ]);
  });
});

describe('token weights', () => {
  // Rows of 1 and 3 tokens in slots of 4.
  const lengths = [1, 3];
  it.each([
    ['token', [1 / 4, 1 / 4]],
    ['sequence', [1 / 2, 1 / 6]],
    ['constant', [1 / 8, 1 / 8]],
  ] as const)('of the %s mean', (aggregation, expected) => {
    const weights = tokenWeights(lengths, aggregation, 4);
    expected.forEach((weight, row) => expect(weights[row]).toBeCloseTo(weight, 6));
  });
});

describe('rows', () => {
  it('can be picked, repeated and reordered', () => {
    const picked = selectRows(sequences, [1, 0, 1]);
    expect([...picked.prompts]).toEqual([3, 4, 1, 2, 3, 4]);
    expect([...picked.completionLengths]).toEqual([3, 2, 3]);
    expect([...picked.completions.slice(0, 3)]).toEqual([7, 8, 6]);
  });

  it('take an engine’s values back to their completion tokens', () => {
    const values = Float32Array.of(10, 11, 12, 13, 14, 15, 16, 17);
    expect([...completionColumn(sequences, values)]).toEqual([11, 12, 0, 15, 16, 17]);
  });
});
