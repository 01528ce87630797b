/** Rows are computed up to their last token that counts, and nothing changes by it. */
import { describe, expect, it } from 'vitest';
import { createWasmEngine } from '../../src/engine/wasm/engine';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { Arena } from '../../src/engine/wasm/arena';
import { packRows } from '../../src/engine/wasm/packed-rows';
import { Random } from '../../src/random';
import {
  completionColumn,
  nllBatch,
  selectRows,
  type Sequences,
} from '../../src/training/data/token-batches';
import { caseParameters } from './engine-cases';

const CONFIG = { vocabSize: 14, contextLength: 40, layers: 2, dModel: 32, heads: 4 };

/** Completions of 1 to 24 tokens. */
function sequencesOf(random: Random, rows: number): Sequences {
  const [promptLength, completionLength] = [9, 24];
  const ids = (count: number) => Int32Array.from({ length: count }, () => random.integer(14));
  return {
    promptLength,
    completionLength,
    prompts: ids(rows * promptLength),
    completions: ids(rows * completionLength),
    completionLengths: Int32Array.from({ length: rows }, () => 1 + random.integer(24)),
  };
}

async function engine() {
  const made = await createWasmEngine(CONFIG, await loadWasmModule());
  await made.loadParameters(caseParameters(CONFIG, 8));
  return made;
}

describe('packed rows', () => {
  it('hold each row’s tokens and hardly more', () => {
    const random = Random.from(3, 'packed');
    const arena = new Arena(new WebAssembly.Memory({ initial: 16 }));
    const batch = nllBatch(sequencesOf(random, 100));
    const lengths = batch.lengths!.map((length, row) => (row % 10 === 0 ? 0 : length));
    const { N, ids, places, starts } = packRows(arena, batch, lengths, 32);
    const read = arena.integers(ids, N);
    const positions = arena.integers(places, N);
    lengths.forEach((length, row) => {
      for (let t = 0; t < length; t++) {
        expect(read[starts[row]! + t]).toBe(batch.tokens[row * batch.length + t]);
        expect(positions[starts[row]! + t]).toBe(t);
      }
    });
    const used = lengths.reduce((sum, length) => sum + length, 0);
    expect(N).toBeGreaterThanOrEqual(used);
    expect(N).toBeLessThan(1.06 * used);
    expect(used).toBeLessThan(0.7 * batch.rows * batch.length);
  });

  it.each([1, 2, 3, 9])('are as many as the batch has, of %i', (rows) => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 16 }));
    const batch = nllBatch(sequencesOf(Random.from(rows, 'few'), rows));
    const { blocks, N } = packRows(arena, batch, batch.lengths!, 32);
    expect(blocks.reduce((sum, { B }) => sum + B, 0)).toBe(rows);
    expect(N).toBe(blocks.reduce((sum, { B, T }) => sum + B * T, 0));
  });

  it('have the scores of rows that are computed to the longest', async () => {
    const wasm = await engine();
    const sequences = sequencesOf(Random.from(4, 'packed'), 30);
    const { lengths: _, ...whole } = nllBatch(sequences, 0.8);
    const [packed, unpacked] = [
      await wasm.score(nllBatch(sequences, 0.8)),
      await wasm.score(whole),
    ];
    for (const column of ['logProbs', 'entropies'] as const) {
      const own = (values: Float32Array) => completionColumn(sequences, values);
      expect(own(packed[column])).toEqual(own(unpacked[column]));
    }
  });

  it('have the gradient that each row has alone, added up', async () => {
    const wasm = await engine();
    const rows = 40;
    const sequences = sequencesOf(Random.from(5, 'packed'), rows);
    const batch = nllBatch(sequences);
    const { gradient, metrics } = await wasm.gradient(batch);
    const sum = new Float64Array(gradient.length);
    for (let row = 0; row < rows; row++) {
      const alone = nllBatch(selectRows(sequences, [row]));
      // A mean over the tokens of all rows, and one over its own.
      const share = sequences.completionLengths[row]! / metrics.tokens;
      const own = await wasm.gradient(alone);
      own.gradient.forEach((x, i) => (sum[i]! += share * x));
    }
    const most = gradient.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
    const apart = gradient.reduce((far, x, i) => Math.max(far, Math.abs(x - sum[i]!)), 0);
    expect(apart).toBeLessThan(1e-6 * Math.max(1, most));
    expect(metrics.tokens).toBe(sequences.completionLengths.reduce((a, b) => a + b, 0));
  });

  it('do not see what is behind their end', async () => {
    const wasm = await engine();
    const batch = nllBatch(sequencesOf(Random.from(6, 'packed'), 20));
    const { gradient } = await wasm.gradient(batch);
    const tokens = batch.tokens.map((id, cell) => {
      const t = cell % batch.length;
      return t < batch.lengths![Math.floor(cell / batch.length)]! ? id : 13 - id;
    });
    expect((await wasm.gradient({ ...batch, tokens })).gradient).toEqual(gradient);
  });

  it('may be of no token at all', async () => {
    const wasm = await engine();
    const batch = nllBatch(sequencesOf(Random.from(7, 'packed'), 3));
    const { gradient, metrics } = await wasm.gradient({
      ...batch,
      kinds: batch.kinds.map(() => 0),
    });
    expect(metrics).toMatchObject({ tokens: 0, gradNorm: 0, loss: 0 });
    expect(gradient.every((x) => x === 0)).toBe(true);
  });
});
