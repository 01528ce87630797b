/**
 * Sampling one position at a time, for models whose activations do not fit `rollout.ts`: these
 * three kernels around the GEMMs of the training step, with one token per row. Every row is at the
 * position that its `Row` says, so the same dispatches are replayed for each position.
 */
import type { ModelConfig } from '../../../model/config';
import {
  entry,
  type Grid,
  type Kernel,
  makeKernel,
  read,
  repeat,
  rowKernel,
  rowOfGroups,
  write,
} from '../kernel';
import { type Shape, STEP } from '../step-uniform';
import { advanceRow, CHOICE_FUNCTIONS, DRAW_LANES, GUMBEL_FUNCTIONS, ROLLOUT, ROW } from './draw';

const THREADS = 64;

/** x[rows, D] = wte[token at the row's position] + wpe[position]; a thread per vector of four. */
export function decodeEmbed({ dModel, contextLength }: ModelConfig): Kernel {
  const D4 = dModel / 4;
  return rowKernel(
    'decode embedding',
    [STEP, read('rowStates', ROW), read('sequence', 'u32'), read('wte'), read('wpe'), write('x')],
    {
      threads: THREADS,
      body: `  let i = item * ${THREADS}u + thread;
  let row = i / ${D4}u;
  let channel = i % ${D4}u;
  if (row < step.rows) {
    let position = rowStates[row].position;
    let id = sequence[row * ${contextLength}u + position];
    x[i] = wte[id * ${D4}u + channel] + wpe[position * ${D4}u + channel];
  }`,
    },
  );
}

export function decodeEmbedGrid({ dModel }: ModelConfig, { rows }: Shape): Grid {
  return rowOfGroups(Math.ceil((rows * dModel) / 4 / THREADS));
}

/**
 * attended[rows, D] from qkv[rows, 3·D] and one layer's cache [row, context, 2·D], to which the
 * row's key and value are added first. A workgroup has one head of one row: lanes take every 64th
 * position for the scores, then channels times as many lanes as fit for the values.
 */
export function decodeAttention({ dModel, heads, contextLength }: ModelConfig): Kernel {
  const D4 = dModel / 4;
  const H4 = D4 / heads;
  const scale = 1 / Math.sqrt(4 * H4);
  return makeKernel(
    'decode attention',
    [STEP, read('rowStates', ROW), read('qkv'), write('cache'), write('attended')],
    `var<workgroup> scores: array<f32, ${contextLength}>;
var<workgroup> reduced: array<f32, ${THREADS}>;
var<workgroup> sums: array<vec4f, ${THREADS}>;
${entry(THREADS)}
  let row = group.y;
  let channels = group.x * ${H4}u;
  let position = min(rowStates[row].position, ${contextLength - 1}u);
  let qkvAt = row * ${3 * D4}u + channels;
  let cacheAt = row * ${contextLength * 2 * D4}u + channels;
  if (thread < ${H4}u) {
    let at = cacheAt + position * ${2 * D4}u + thread;
    cache[at] = qkv[qkvAt + ${D4}u + thread];
    cache[at + ${D4}u] = qkv[qkvAt + ${2 * D4}u + thread];
  }
  storageBarrier();
  workgroupBarrier();
  ${repeat(H4, (c) => `let q${c} = qkv[qkvAt + ${c}u] * ${scale};`)}
  ${softmaxCode(H4, D4)}
  ${meanOfValues(H4, D4)}
}`,
  );
}

/** Leaves e^(score − largest) in `scores` and each lane's share of their sum in `reduced`. */
function softmaxCode(H4: number, D4: number): string {
  return `var top = -1e30;
  for (var j = thread; j <= position; j += ${THREADS}u) {
    let at = cacheAt + j * ${2 * D4}u;
    let score = ${repeat(H4, (c) => `dot(q${c}, cache[at + ${c}u])`, ' + ')};
    scores[j] = score;
    top = max(top, score);
  }
  reduced[thread] = top;
  workgroupBarrier();
  for (var t = 0u; t < ${THREADS}u; t++) { top = max(top, reduced[t]); }
  workgroupBarrier();
  var total = 0.0;
  for (var j = thread; j <= position; j += ${THREADS}u) {
    let p = exp(scores[j] - top);
    scores[j] = p;
    total += p;
  }
  reduced[thread] = total;
  workgroupBarrier();`;
}

/** The lanes' shares of Σ p · value, then their sum. */
function meanOfValues(H4: number, D4: number): string {
  const lanes = Math.floor(THREADS / H4);
  return `let channel = thread % ${H4}u;
  let lane = thread / ${H4}u;
  var sum = vec4f(0);
  if (lane < ${lanes}u) {
    for (var j = lane; j <= position; j += ${lanes}u) {
      sum += scores[j] * cache[cacheAt + j * ${2 * D4}u + ${D4}u + channel];
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    total = 0.0;
    for (var t = 0u; t < ${THREADS}u; t++) { total += reduced[t]; }
    for (var l = 1u; l < ${lanes}u; l++) { sum += sums[l * ${H4}u + channel]; }
    attended[row * ${D4}u + channels + channel] = sum / total;
  }`;
}

export function decodeAttentionGrid({ heads }: ModelConfig, { rows }: Shape): Grid {
  return [heads, rows, 1];
}

const DRAW_ROWS = 8;

/** Draws a token from logits[rows, stride] where a row is past its prompt, and moves every row on. */
export function decodeDraw({ vocabSize, contextLength }: ModelConfig): Kernel {
  const V4 = Math.ceil(vocabSize / 4);
  return rowKernel(
    'decode draw',
    [
      ROLLOUT,
      read('logits'),
      write('rowStates', ROW),
      write('sequence', 'u32'),
      write('logProbs', 'f32'),
    ],
    {
      threads: DRAW_ROWS * DRAW_LANES,
      before: `${GUMBEL_FUNCTIONS}
${CHOICE_FUNCTIONS}
var<workgroup> choices: array<Choice, ${DRAW_ROWS * DRAW_LANES}>;
`,
      body: `  let row = item * ${DRAW_ROWS}u + thread / ${DRAW_LANES}u;
  let lane = thread % ${DRAW_LANES}u;
  let known = min(row, rollout.rows - 1u);
  var state = rowStates[known];
  let position = state.position;
  let hash = placeHash(state.stream, position + 1u);
  var choice = noChoice();
  if (state.ended == 0u && position + 1u >= state.promptLength) {
    for (var v = lane; v < ${vocabSize}u; v += ${DRAW_LANES}u) {
      var noise = 0.0;
      if (rollout.greedy == 0u) { noise = gumbel(hash, v); }
      choice = consider(choice, logits[known * ${V4}u + v / 4u][v % 4u] * rollout.scale, noise, v);
    }
  }
  choices[thread] = choice;
  workgroupBarrier();
  if (lane == 0u && row < rollout.rows) {
    for (var l = 1u; l < ${DRAW_LANES}u; l++) { choice = better(choice, choices[thread + l]); }
    ${advanceRow(contextLength)}
    rowStates[row] = state;
  }`,
    },
  );
}

export function decodeDrawGrid({ rows }: Shape): Grid {
  return rowOfGroups(Math.ceil(rows / DRAW_ROWS));
}
