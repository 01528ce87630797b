/**
 * The random numbers of sampling, the same in every engine: a token is drawn as
 * argmax_v (logit_v / temperature + Gumbel_v), and the Gumbel noise is a pure function of
 * (seed, row, position, token). So a rollout does not depend on how rows are batched or which
 * finished first, and two engines with the same parameters draw the same tokens.
 */
import { exp, log } from '../elementary';
import type { SampleRequest, SampleResult } from './engine';

/** PCG's output permutation as a hash of 32 bits (Jarzynski and Olano, JCGT 2020). */
function pcgHash(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) >>> 0, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}

/** The random stream of one row. */
export function streamOf(seed: number, row: number): number {
  return (pcgHash(seed >>> 0) + row) >>> 0;
}

/** The random stream of each row of a request. */
export function streamsOf({ rows, seed, firstRow = 0, streams }: SampleRequest): Uint32Array {
  return streams ?? Uint32Array.from({ length: rows }, (_, row) => streamOf(seed, firstRow + row));
}

/**
 * A request that is sampled once for each seed, in one call that reads the prompts once: row
 * s × rows + r draws what row r draws with the s-th seed.
 */
export function repeated(
  request: Omit<SampleRequest, 'seed' | 'streams'>,
  seeds: readonly number[],
): SampleRequest {
  const { rows, prompts, promptLengths, firstRow = 0 } = request;
  const each = (values: Int32Array): Int32Array => {
    const all = new Int32Array(seeds.length * values.length);
    seeds.forEach((_, s) => all.set(values, s * values.length));
    return all;
  };
  return {
    ...request,
    rows: seeds.length * rows,
    prompts: each(prompts),
    ...(promptLengths && { promptLengths: each(promptLengths) }),
    seed: seeds[0]!,
    streams: Uint32Array.from({ length: seeds.length * rows }, (_, i) =>
      streamOf(seeds[Math.floor(i / rows)]!, firstRow + (i % rows)),
    ),
  };
}

/**
 * The hash of one place in a rollout, to which each candidate token adds its own.
 * @param position index in the sequence of the token being drawn (prompt included)
 */
function placeHash(stream: number, position: number): number {
  return pcgHash(pcgHash(stream) + position);
}

/**
 * Uniform in (0, 1) for one candidate token of a place.
 * It has 23 bits: with 24 the largest value rounds to 1 in 32-bit floats and its Gumbel is infinite.
 */
function sampleUniform(place: number, token: number): number {
  const hash = pcgHash(place + token);
  return ((hash >>> 9) + 0.5) / 0x800000;
}

export interface DrawOptions {
  readonly temperature: number;
  /** Of the row, from {@link streamOf}. */
  readonly stream: number;
  /** Index in the sequence of the token being drawn. */
  readonly position: number;
}

/**
 * Draws a token from one row of logits. With Gumbel noise −log(−log u) the largest of z + noise is the
 * smallest of −log(u) / e^z, which takes one logarithm a candidate.
 * @returns its id and its log-probability at the temperature (at 1 where the draw is greedy)
 */
export function drawToken(
  logits: Float32Array,
  { temperature, stream, position }: DrawOptions,
): { token: number; logProb: number } {
  const scale = temperature > 0 ? 1 / temperature : 1;
  let token = 0;
  for (let v = 1; v < logits.length; v++) if (logits[v]! > logits[token]!) token = v;
  const top = logits[token]! * scale;
  const place = placeHash(stream, position);
  let total = 0;
  let least = Infinity;
  for (let v = 0; v < logits.length; v++) {
    const share = exp(logits[v]! * scale - top);
    total += share;
    if (!(temperature > 0)) continue;
    const wait = -log(sampleUniform(place, v)) / share;
    if (wait < least) {
      least = wait;
      token = v;
    }
  }
  return { token, logProb: logits[token]! * scale - top - log(total) };
}

/** The prompts of a request without repeats. */
interface DistinctPrompts {
  /** The first row of each. */
  readonly firstRows: Int32Array;
  /** Which of them each row has. */
  readonly promptOf: Int32Array;
}

/** Attempts of a group, and samples of a problem, have their prompt in common: it needs to be read once. */
export function distinctPrompts({
  rows,
  prompts,
  promptLength,
  promptLengths,
}: Pick<SampleRequest, 'rows' | 'prompts' | 'promptLength' | 'promptLengths'>): DistinctPrompts {
  const known = new Map<string, number>();
  const firstRows: number[] = [];
  const promptOf = Int32Array.from({ length: rows }, (_, row) => {
    const start = row * promptLength;
    const key = prompts.subarray(start, start + (promptLengths?.[row] ?? promptLength)).join();
    const index = known.get(key) ?? firstRows.push(row) - 1;
    known.set(key, index);
    return index;
  });
  return { firstRows: Int32Array.from(firstRows), promptOf };
}

/** A result in which nothing has been drawn. */
export function emptyResult({ rows, maxNewTokens, padToken }: SampleRequest): SampleResult {
  return {
    tokens: new Int32Array(rows * maxNewTokens).fill(padToken),
    logProbs: new Float32Array(rows * maxNewTokens),
    lengths: new Int32Array(rows),
  };
}
