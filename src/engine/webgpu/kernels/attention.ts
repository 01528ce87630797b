/**
 * Causal attention. qkv is [tokens, 3·D] as the projection writes it: queries, keys, values, heads
 * side by side; `attended` is [tokens, D] and `logSums` [rows, heads, length].
 *
 * A workgroup has one head of one row, a thread one token of it: at most 256 of them, the longest
 * context. Keys and values pass through workgroup memory 16 tokens at a time, so that every thread
 * reads each from storage only once per workgroup; the softmax is made on line. The backward pass
 * is one kernel of two sweeps: threads as queries for dQ, then as keys for dK and dV. Every output
 * has one writer, so there are no atomics and a step repeats to the bit.
 */
import type { ModelConfig } from '../../../model/config';
import { entry, type Grid, type Kernel, makeKernel, read, repeat, write } from '../kernel';
import { type Shape, STEP } from '../step-uniform';

/** Tokens per stage: 16 of 64 channels, twice, are 8 KiB. */
const TILE = 16;

interface Sizes {
  /** Vectors of four per head and per token. */
  readonly H4: number;
  readonly D4: number;
  readonly heads: number;
  readonly threads: number;
  /** 1/√(head width). */
  readonly scale: number;
}

function sizes({ dModel, heads, contextLength }: ModelConfig): Sizes {
  const width = dModel / heads;
  return {
    H4: width / 4,
    D4: dModel / 4,
    heads,
    threads: Math.ceil(contextLength / 32) * 32,
    scale: 1 / Math.sqrt(width),
  };
}

export function attentionGrid({ heads }: ModelConfig, { rows }: Shape): Grid {
  return [heads, rows, 1];
}

/** Start of every attention kernel: where this workgroup's head lies, in vectors of four. */
function prologue({ H4, D4, heads, threads }: Sizes): string {
  return `${entry(threads)}
  let length = step.length;
  let live = thread < length;
  let token = min(thread, length - 1u);
  let first = group.y * length;
  let channels = group.x * ${H4}u;
  let qkvAt = first * ${3 * D4}u + channels;
  let outAt = first * ${D4}u + channels;
  let sumAt = (group.y * ${heads}u + group.x) * length;`;
}

/** Σ over the head's vectors of dot(x, y). */
function dots({ H4 }: Sizes, x: (c: number) => string, y: (c: number) => string): string {
  return repeat(H4, (c) => `dot(${x(c)}, ${y(c)})`, ' + ');
}

/** Stages two vectors per token of the tile; `load` assigns tile0[t] and tile1[t]. */
function stage({ H4, threads }: Sizes, load: string): string {
  return `for (var t = thread; t < ${TILE * H4}u; t += ${threads}u) {
      let j = tile + t / ${H4}u;
      let c = t % ${H4}u;
      if (j < length) { ${load} }
    }
    workgroupBarrier();`;
}

const tiles = ({ H4 }: Sizes): string => `var<workgroup> tile0: array<vec4f, ${TILE * H4}>;
var<workgroup> tile1: array<vec4f, ${TILE * H4}>;`;

/**
 * The thread as a query, over the keys j ≤ its token, tile by tile. `body` finds key and value of j in
 * tile0 and tile1 from `at` on.
 */
function eachKey(s: Sizes, body: string): string {
  const { H4, D4 } = s;
  return `for (var tile = 0u; tile < length; tile += ${TILE}u) {
    ${stage(s, `let at = qkvAt + j * ${3 * D4}u + c; tile0[t] = qkv[at + ${D4}u]; tile1[t] = qkv[at + ${2 * D4}u];`)}
    if (live && thread >= tile) {
      let count = min(${TILE}u, thread + 1u - tile);
      for (var j = 0u; j < count; j++) {
        let at = j * ${H4}u;
        ${body}
      }
    }
    workgroupBarrier();
  }`;
}

export function attentionForward(config: ModelConfig): Kernel {
  const s = sizes(config);
  const { H4, D4 } = s;
  const body = `${tiles(s)}
${prologue(s)}
  let queryAt = qkvAt + token * ${3 * D4}u;
  ${repeat(H4, (c) => `let q${c} = qkv[queryAt + ${c}u] * ${s.scale}; var o${c} = vec4f(0);`)}
  var top = -1e30;
  var total = 0.0;
  ${eachKey(
    s,
    `let score = ${dots(
      s,
      (c) => `q${c}`,
      (c) => `tile0[at + ${c}u]`,
    )};
        let newTop = max(top, score);
        let shrink = exp(top - newTop);
        let p = exp(score - newTop);
        total = total * shrink + p;
        top = newTop;
        ${repeat(H4, (c) => `o${c} = o${c} * shrink + p * tile1[at + ${c}u];`)}`,
  )}
  if (live) {
    let at = outAt + token * ${D4}u;
    ${repeat(H4, (c) => `attended[at + ${c}u] = o${c} / total;`)}
    logSums[sumAt + token] = top + log(total);
  }
}`;
  const list = [STEP, read('qkv'), write('attended'), write('logSums', 'f32')];
  return makeKernel('attention forward', list, body);
}

/** dQkv[tokens, 3·D] from dAttended[tokens, D]. */
export function attentionBackward(config: ModelConfig): Kernel {
  const s = sizes(config);
  const body = `${tiles(s)}
var<workgroup> sums: array<f32, ${s.threads}>;
var<workgroup> deltas: array<f32, ${s.threads}>;
${prologue(s)}
  ${querySweep(s)}
  ${keySweep(s)}
}`;
  const list = [
    STEP,
    read('qkv'),
    read('attended'),
    read('logSums', 'f32'),
    read('dAttended'),
    write('dQkv'),
  ];
  return makeKernel('attention backward', list, body);
}

/** p = e^(score − logSum); dScore = p · (dOut·V − dOut·Out); dQ = Σ dScore · K / √width. */
function querySweep(s: Sizes): string {
  const { H4, D4 } = s;
  return `let queryAt = qkvAt + token * ${3 * D4}u;
  let rowAt = outAt + token * ${D4}u;
  ${repeat(H4, (c) => `var x${c} = qkv[queryAt + ${c}u] * ${s.scale}; var y${c} = dAttended[rowAt + ${c}u]; var d${c} = vec4f(0);`)}
  let logSum = logSums[sumAt + token];
  let delta = ${dots(
    s,
    (c) => `y${c}`,
    (c) => `attended[rowAt + ${c}u]`,
  )};
  sums[thread] = logSum;
  deltas[thread] = delta;
  ${eachKey(
    s,
    `let p = exp(${dots(
      s,
      (c) => `x${c}`,
      (c) => `tile0[at + ${c}u]`,
    )} - logSum);
        let dScore = p * (${dots(
          s,
          (c) => `y${c}`,
          (c) => `tile1[at + ${c}u]`,
        )} - delta);
        ${repeat(H4, (c) => `d${c} += dScore * tile0[at + ${c}u];`)}`,
  )}
  if (live) {
    ${repeat(H4, (c) => `dQkv[queryAt + ${c}u] = d${c} * ${s.scale};`)}
  }`;
}

/** Thread as key j, over the queries i ≥ j: dK = Σ dScore · Q / √width and dV = Σ p · dOut. */
function keySweep(s: Sizes): string {
  const { H4, D4 } = s;
  return `${repeat(H4, (c) => `x${c} = qkv[queryAt + ${D4 + c}u] * ${s.scale}; y${c} = qkv[queryAt + ${2 * D4 + c}u]; d${c} = vec4f(0); var v${c} = vec4f(0);`)}
  for (var tile = 0u; tile < length; tile += ${TILE}u) {
    ${stage(s, `tile0[t] = qkv[qkvAt + j * ${3 * D4}u + c]; tile1[t] = dAttended[outAt + j * ${D4}u + c];`)}
    if (live) {
      let begin = select(0u, thread - tile, thread > tile);
      let end = min(${TILE}u, length - tile);
      for (var i = begin; i < end; i++) {
        let at = i * ${H4}u;
        let p = exp(${dots(
          s,
          (c) => `x${c}`,
          (c) => `tile0[at + ${c}u]`,
        )} - sums[tile + i]);
        let dScore = p * (${dots(
          s,
          (c) => `y${c}`,
          (c) => `tile1[at + ${c}u]`,
        )} - deltas[tile + i]);
        ${repeat(H4, (c) => `d${c} += dScore * tile0[at + ${c}u]; v${c} += p * tile1[at + ${c}u];`)}
      }
    }
    workgroupBarrier();
  }
  if (live) {
    ${repeat(H4, (c) => `dQkv[queryAt + ${D4 + c}u] = d${c} * ${s.scale}; dQkv[queryAt + ${2 * D4 + c}u] = v${c};`)}
  }`;
}
