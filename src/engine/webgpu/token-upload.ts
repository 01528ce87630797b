/** The token table as the GPU reads it: one row of 36 bytes per token, so one upload per batch. */
import type { SequenceBatch, TokenBatch } from '../token-table';
import type { Struct } from './kernel';

/** A row. Kinds are those of `LossKind`. */
export const TOKEN: Struct = {
  name: 'Token',
  members: `id: u32, wanted: u32, kind: u32, weight: f32,
  advantage: f32, oldLogProb: f32, referenceLogProb: f32, entropyWeight: f32, klWeight: f32,`,
};

const WORDS = 9;
export const TOKEN_BYTES = 4 * WORDS;

/** Packs batches into one reused array. */
export class TokenUpload {
  #integers = new Uint32Array(0);
  #floats = new Float32Array(0);

  #reserve(tokens: number): void {
    if (this.#integers.length >= tokens * WORDS) return;
    this.#integers = new Uint32Array(tokens * WORDS);
    this.#floats = new Float32Array(this.#integers.buffer);
  }

  /** Rows for learning; valid until the next call. */
  pack(batch: TokenBatch): Uint32Array<ArrayBuffer> {
    const { tokens, targets, kinds, weights, entropyWeights, klWeights } = batch;
    const { advantages, oldLogProbs, referenceLogProbs } = batch;
    this.#reserve(tokens.length);
    const integers = this.#integers;
    const floats = this.#floats;
    for (let i = 0, at = 0; i < tokens.length; i++, at += WORDS) {
      integers[at] = tokens[i]!;
      integers[at + 1] = targets[i]!;
      integers[at + 2] = kinds[i]!;
      floats[at + 3] = weights[i]!;
      floats[at + 4] = advantages[i]!;
      floats[at + 5] = oldLogProbs[i]!;
      floats[at + 6] = referenceLogProbs[i]!;
      floats[at + 7] = entropyWeights[i]!;
      floats[at + 8] = klWeights[i]!;
    }
    return integers.subarray(0, tokens.length * WORDS);
  }

  /** Ids and targets of rows `from` to `to` of a batch, for scoring; valid until the next call. */
  packIds(
    { tokens, targets, length }: SequenceBatch,
    from: number,
    to: number,
  ): Uint32Array<ArrayBuffer> {
    const count = (to - from) * length;
    this.#reserve(count);
    const integers = this.#integers;
    for (let i = 0, at = 0; i < count; i++, at += WORDS) {
      integers[at] = tokens[from * length + i]!;
      integers[at + 1] = targets[from * length + i]!;
      integers[at + 2] = 0;
    }
    return integers.subarray(0, count * WORDS);
  }
}
