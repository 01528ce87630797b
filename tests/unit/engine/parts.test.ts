import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../src/engine/parts';
import { Random } from '../../../src/random';
import { nllBatch } from '../../../src/training/data/token-batches';

/** Completions of 1 to 20 tokens behind a prompt of one, which names the row. */
function batchOf(rows: number) {
  const random = Random.from(rows, 'parts');
  return nllBatch({
    promptLength: 1,
    completionLength: 20,
    prompts: Int32Array.from({ length: rows }, (_, row) => row),
    completions: new Int32Array(20 * rows).fill(3),
    completionLengths: Int32Array.from({ length: rows }, () => 1 + random.integer(20)),
  });
}

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

describe('the parts of a batch', () => {
  it.each([
    [1, 1],
    [15, 1],
    [16, 2],
    [31, 3],
    [32, 4],
    [200, 4],
  ])('of %i rows are %i, and each row is in one', (rows, count) => {
    const batch = batchOf(rows);
    const parts = partsOf(batch);
    expect(parts).toHaveLength(count);
    const named = parts.flatMap(({ tokens, length, rows: own }) =>
      Array.from({ length: own }, (_, row) => tokens[row * length]!),
    );
    expect(named.sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
    expect(sum(parts.flatMap(({ weights }) => [...weights]))).toBeCloseTo(sum(batch.weights), 5);
  });

  it('have about as many positions each, of rows of like length', () => {
    const batch = batchOf(200);
    const parts = partsOf(batch).map(({ lengths }) => [...lengths!]);
    const fair = sum(batch.lengths!) / 4;
    for (const lengths of parts) expect(Math.abs(sum(lengths) / fair - 1)).toBeLessThan(0.05);
    parts.slice(1).forEach((lengths, i) => {
      expect(Math.max(...lengths)).toBeLessThanOrEqual(Math.min(...parts[i]!));
    });
  });

  it('depend on nothing but the batch', () => {
    expect(partsOf(batchOf(40))).toEqual(partsOf(batchOf(40)));
  });
});
