/** Sampling in plain TensorFlow.js: a cache of keys and values, and logits read back for every token. */
import * as tf from '@tensorflow/tfjs';
import type { SampleRequest, SampleResult } from '../engine';
import { drawToken, streamsOf } from '../sampling';
import { HIDDEN, type Cache, type TfModel, type Weights } from './model';

/** The logits of each row's next token, and what the pass leaves for the next. */
type Pass = {
  readonly logits: tf.Tensor2D;
  readonly cache: Cache;
};

function disposeCache(cache: Cache): void {
  for (const { keys, values } of cache) {
    keys.dispose();
    values.dispose();
  }
}

/** Draws tokens for a checked request. Rows that have ended go on, unheard, until the last has. */
export async function sample(
  model: TfModel,
  weights: Weights,
  request: SampleRequest,
): Promise<SampleResult> {
  const { rows, promptLength, maxNewTokens, padToken, stopToken } = request;
  const lengths = request.promptLengths ?? new Int32Array(rows).fill(promptLength);
  const result: SampleResult = {
    tokens: new Int32Array(rows * maxNewTokens).fill(padToken),
    logProbs: new Float32Array(rows * maxNewTokens),
    lengths: new Int32Array(rows),
  };
  const ended = new Uint8Array(rows);
  const drawn = new Int32Array(rows);
  let pass = tf.tidy(() => readPrompts(model, weights, request, lengths));
  for (let step = 0; ; step++) {
    const logits = (await pass.logits.data()) as Float32Array;
    pass.logits.dispose();
    drawStep(logits, { request, lengths, step, ended, drawn }, result);
    drawn.forEach((token, row) => {
      if (token === stopToken) ended[row] = 1;
    });
    if (step + 1 === maxNewTokens || ended.every(Boolean)) break;
    const { cache } = pass;
    pass = tf.tidy(() => decode(model, weights, { request, lengths, step, drawn, cache }));
    disposeCache(cache);
  }
  disposeCache(pass.cache);
  return result;
}

interface StepState {
  readonly request: SampleRequest;
  readonly lengths: Int32Array;
  readonly step: number;
  /** The newest token of every row. */
  readonly drawn: Int32Array;
}

function drawStep(
  logits: Float32Array,
  { request, lengths, step, ended, drawn }: StepState & { readonly ended: Uint8Array },
  { tokens, logProbs, lengths: written }: SampleResult,
): void {
  const { rows, maxNewTokens, temperature } = request;
  const streams = streamsOf(request);
  const vocabSize = logits.length / rows;
  for (let row = 0; row < rows; row++) {
    if (ended[row]) continue;
    const { token, logProb } = drawToken(logits.subarray(row * vocabSize, (row + 1) * vocabSize), {
      temperature,
      stream: streams[row]!,
      position: lengths[row]! + step,
    });
    drawn[row] = token;
    tokens[row * maxNewTokens + step] = token;
    logProbs[row * maxNewTokens + step] = logProb;
    written[row]! += 1;
  }
}

function readPrompts(
  model: TfModel,
  weights: Weights,
  { rows, promptLength, prompts }: SampleRequest,
  lengths: Int32Array,
): Pass {
  const places = Int32Array.from({ length: rows * promptLength }, (_, i) => i % promptLength);
  const { output, cache } = model.layers(weights, {
    rows,
    length: promptLength,
    ids: tf.tensor1d(prompts, 'int32'),
    places: tf.tensor1d(places, 'int32'),
    mask: model.causalMask(promptLength),
    cache: null,
  });
  const last = Int32Array.from(lengths, (n, row) => row * promptLength + n - 1);
  const ends = output.gather(tf.tensor1d(last, 'int32'));
  return { logits: model.logits(weights, ends), cache };
}

/** Shorter prompts leave padding in the cache, which no token drawn later may see. */
function paddingMask({ request: { rows, promptLength }, lengths, step }: StepState): tf.Tensor4D {
  const length = promptLength + step + 1;
  const mask = Float32Array.from({ length: rows * length }, (_, i) => {
    const place = i % length;
    const row = Math.floor(i / length);
    return place >= lengths[row]! && place < promptLength ? HIDDEN : 0;
  });
  return tf.tensor4d(mask, [rows, 1, 1, length]);
}

function decode(
  model: TfModel,
  weights: Weights,
  state: StepState & { readonly cache: Cache },
): Pass {
  const { request, lengths, step, drawn, cache } = state;
  const { output, cache: grown } = model.layers(weights, {
    rows: request.rows,
    length: 1,
    ids: tf.tensor1d(drawn, 'int32'),
    places: tf.tensor1d(
      lengths.map((n) => n + step),
      'int32',
    ),
    mask: paddingMask(state),
    cache,
  });
  return { logits: model.logits(weights, output), cache: grown };
}
