/** Token and position embeddings, and their gradients without atomics. */
import type { ModelConfig } from '../../../model/config';
import { type Grid, type Kernel, read, rowKernel, rowOfGroups, write } from '../kernel';
import { type Shape, STEP } from '../step-uniform';
import { TOKEN } from '../token-upload';

const THREADS = 64;

/** x[tokens, D] = wte[id] + wpe[position]; a thread per vector of four. */
export function embed({ dModel }: ModelConfig): Kernel {
  const D4 = dModel / 4;
  return rowKernel(
    'embedding',
    [STEP, read('table', TOKEN), read('wte'), read('wpe'), write('x')],
    {
      threads: THREADS,
      body: `  let i = item * ${THREADS}u + thread;
  let token = i / ${D4}u;
  let channel = i % ${D4}u;
  if (token < step.tokens) {
    x[i] = wte[table[token].id * ${D4}u + channel] + wpe[token % step.length * ${D4}u + channel];
  }`,
    },
  );
}

export function embedGrid({ dModel }: ModelConfig, { tokens }: Shape): Grid {
  return rowOfGroups(Math.ceil((tokens * dModel) / 4 / THREADS));
}

/** Slices of the batch in which an id is looked for: `wtePartials` is [slices, stride of wte]. */
export const EMBEDDING_SLICES = 8;

/**
 * wtePartials[slice, V, D] and dWpe[context, D] from dx[tokens, D].
 *
 * A workgroup has one id and one slice of the batch, or one position. Its threads are D/4 channels
 * times as many lanes as fit; lane l reads tokens l, l + lanes, … of the slice and adds up those
 * with that id. Scanning all ids costs less than sorting them, and the order of the sum is fixed.
 */
export function embedBackward(config: ModelConfig, partialStride: number): Kernel {
  const { dModel, vocabSize, contextLength } = config;
  const D4 = dModel / 4;
  const lanes = Math.floor(THREADS / D4);
  const words = vocabSize * EMBEDDING_SLICES;
  return rowKernel(
    'embedding backward',
    [STEP, read('table', TOKEN), read('dx'), write('wtePartials'), write('dWpe')],
    {
      threads: THREADS,
      before: `var<workgroup> sums: array<vec4f, ${THREADS}>;\n`,
      body: `  let channel = thread % ${D4}u;
  let lane = thread / ${D4}u;
  let word = item / ${EMBEDDING_SLICES}u;
  let slice = item % ${EMBEDDING_SLICES}u;
  let position = item - ${words}u;
  var sum = vec4f(0);
  if (lane < ${lanes}u) {
    if (item < ${words}u) {
      let span = (step.tokens + ${EMBEDDING_SLICES - 1}u) / ${EMBEDDING_SLICES}u;
      let end = min((slice + 1u) * span, step.tokens);
      for (var token = slice * span + lane; token < end; token += ${lanes}u) {
        if (table[token].id == word) { sum += dx[token * ${D4}u + channel]; }
      }
    } else if (position < step.length) {
      for (var row = lane; row < step.rows; row += ${lanes}u) {
        sum += dx[(row * step.length + position) * ${D4}u + channel];
      }
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var l = 1u; l < ${lanes}u; l++) { sum += sums[l * ${D4}u + channel]; }
    if (item < ${words}u) {
      wtePartials[slice * ${partialStride / 4}u + word * ${D4}u + channel] = sum;
    } else if (position < ${contextLength}u) {
      dWpe[position * ${D4}u + channel] = sum;
    }
  }`,
    },
  );
}

export function embedBackwardGrid({ vocabSize, contextLength }: ModelConfig): Grid {
  return rowOfGroups(vocabSize * EMBEDDING_SLICES + contextLength);
}
