/**
 * Sampling as one kernel: the whole model, many positions per dispatch.
 *
 * A workgroup owns up to 4 rows and takes them through positions `begin` … `end` − 1, prompt tokens
 * and drawn ones alike, without leaving the kernel: 16 positions a dispatch instead of some 80
 * dispatches a position. Activations of the current position are in workgroup memory, keys and values
 * in a cache in storage that only the row's own workgroup touches. More rows per workgroup share each
 * weight that is read; fewer leave more workgroups for a large GPU and need less memory.
 *
 * Cache: [layer, row, context, 2·D], keys then values. Weights are read from the flat parameters.
 */
import type { ModelConfig } from '../../../model/config';
import { RMS_NORM_EPSILON } from '../../../model/config';
import { type LayerTensor, layerTensorName, tensorName } from '../../../model/layout';
import { type DeviceLayout, deviceSlot } from '../device-layout';
import { entry, type Grid, type Kernel, makeKernel, read, repeat, write } from '../kernel';
import { advanceRow, CHOICE_FUNCTIONS, DRAW_LANES, GUMBEL_FUNCTIONS, ROLLOUT, ROW } from './draw';
import { GELU_VALUE_FUNCTION } from './gelu';

export interface RolloutSizes {
  /** Rows per workgroup. */
  readonly rows: number;
  readonly threads: number;
}

/** Vectors of four per row in the scratch space: hidden values, scores or logits in turn. */
function scratchVectors({ dModel, heads, contextLength, vocabSize }: ModelConfig): number {
  return Math.max(dModel, heads * Math.ceil(contextLength / 4), Math.ceil(vocabSize / 4));
}

function workgroupBytes(config: ModelConfig, rows: number): number {
  const { dModel, heads } = config;
  const activations = 16 * rows * (3 * (dModel / 4) + scratchVectors(config));
  const choices = 20 * rows * DRAW_LANES;
  const small = 4 * rows * (heads + 6) + 16;
  return activations + choices + small;
}

/**
 * How the kernel divides its work; null if one row's activations exceed the workgroup memory.
 * @param narrow few rows and threads: a core that plays a workgroup's threads one after the other pays
 * for each at every barrier, and cores are few but so are rows
 */
export function rolloutSizes(
  config: ModelConfig,
  limit: number,
  narrow: boolean,
): RolloutSizes | null {
  const rows = (narrow ? [2, 1] : [4, 2, 1]).find((r) => workgroupBytes(config, r) <= limit);
  if (rows === undefined) return null;
  if (narrow) return { rows, threads: rows * DRAW_LANES };
  return { rows, threads: Math.min(256, Math.max(64, Math.ceil(config.dModel / 64) * 64)) };
}

export function rolloutGrid({ rows }: RolloutSizes, count: number): Grid {
  return [Math.ceil(count / rows), 1, 1];
}

/** Everything that the pieces of code below need to know. */
interface Context extends RolloutSizes {
  readonly config: ModelConfig;
  readonly layout: DeviceLayout;
  readonly D4: number;
  readonly V4: number;
  /** Vectors per head, and of four positions per row of scores. */
  readonly H4: number;
  readonly T4: number;
  readonly scratch: number;
}

export function rollout(config: ModelConfig, layout: DeviceLayout, sizes: RolloutSizes): Kernel {
  const { dModel, heads, contextLength, vocabSize } = config;
  const c: Context = {
    ...sizes,
    config,
    layout,
    D4: dModel / 4,
    V4: Math.ceil(vocabSize / 4),
    H4: dModel / heads / 4,
    T4: Math.ceil(contextLength / 4),
    scratch: scratchVectors(config),
  };
  const list = [
    ROLLOUT,
    read('parameters'),
    write('rowStates', ROW),
    write('sequence', 'u32'),
    write('logProbs', 'f32'),
    write('cache'),
  ];
  return makeKernel('rollout', list, `${declarations(c)}\n${mainCode(c)}`);
}

function declarations(c: Context): string {
  return `${GUMBEL_FUNCTIONS}
${CHOICE_FUNCTIONS}
${GELU_VALUE_FUNCTION}
var<workgroup> x: array<vec4f, ${c.rows * c.D4}>;
var<workgroup> queries: array<vec4f, ${c.rows * c.D4}>;
var<workgroup> attended: array<vec4f, ${c.rows * c.D4}>;
var<workgroup> scratch: array<vec4f, ${c.rows * c.scratch}>;
var<workgroup> totals: array<f32, ${c.rows * c.config.heads}>;
var<workgroup> states: array<Row, ${c.rows}>;
var<workgroup> ids: array<u32, ${c.rows}>;
var<workgroup> choices: array<Choice, ${c.rows * DRAW_LANES}>;
var<workgroup> live: u32;`;
}

function mainCode(c: Context): string {
  const { contextLength, layers } = c.config;
  return `${entry(c.threads)}
  let firstRow = group.x * ${c.rows}u;
  if (thread < ${c.rows}u) {
    let row = firstRow + thread;
    // Rows beyond the last run along with the last one's numbers, and end at once.
    let known = min(row, rollout.rows - 1u);
    states[thread] = rowStates[known];
    if (row != known) { states[thread].ended = 1u; }
    ids[thread] = sequence[known * ${contextLength}u + rollout.begin];
  }
  workgroupBarrier();
  for (var position = rollout.begin; position < rollout.end; position++) {
    if (thread == 0u) {
      live = 0u;
      for (var s = 0u; s < ${c.rows}u; s++) { live += 1u - states[s].ended; }
    }
    if (workgroupUniformLoad(&live) == 0u) { break; }
    ${embedRows(c)}
    ${repeat(layers, (l) => layerCode(c, l))}
    ${logitsCode(c)}
    ${drawCode(c)}
  }
  if (thread < ${c.rows}u && firstRow + thread < rollout.rows) {
    rowStates[firstRow + thread] = states[thread];
  }
}`;
}

/** First vector of a tensor in the parameters. */
function vectorOf({ layout }: Context, name: string): string {
  return `${deviceSlot(layout, name).offset / 4}u`;
}

function embedRows(c: Context): string {
  return `for (var t = thread; t < ${c.rows * c.D4}u; t += ${c.threads}u) {
      let channel = t % ${c.D4}u;
      x[t] = parameters[${vectorOf(c, tensorName('tokens'))} + ids[t / ${c.D4}u] * ${c.D4}u + channel]
        + parameters[${vectorOf(c, tensorName('positions'))} + position * ${c.D4}u + channel];
    }
    workgroupBarrier();`;
}

interface ProductOptions {
  /** Workgroup array of the input, `stride` vectors per row. */
  readonly input: string;
  readonly stride: number;
  /** Vectors of K and of N. */
  readonly inner: number;
  readonly columns: number;
  readonly weight: string;
  /** Gain of the RMSNorm on the input. */
  readonly gain?: string;
  /** Code that stores `value` of row `s`, column vector `column`. */
  readonly store: string;
}

/**
 * A product of the rows with a weight matrix, the norm folded in. A thread makes four columns of
 * one, two or all rows: as many as leave every thread something to do.
 */
function product(c: Context, o: ProductOptions): string {
  const enough = [4, 2, 1].filter((r) => c.rows % r === 0);
  const each = enough.find((r) => (o.columns * c.rows) / r >= c.threads) ?? 1;
  const norm = o.gain !== undefined;
  const term = (r: number): string =>
    `let x${r} = ${o.input}[(first + ${r}u) * ${o.stride}u + k]${norm ? ' * gain' : ''};
        sum${r} += x${r}.x * w0 + x${r}.y * w1 + x${r}.z * w2 + x${r}.w * w3;`;
  const square = (r: number): string =>
    `let raw${r} = ${o.input}[(first + ${r}u) * ${o.stride}u + k]; square${r} += dot(raw${r}, raw${r});`;
  return `for (var t = thread; t < ${(o.columns * c.rows) / each}u; t += ${c.threads}u) {
      let column = t % ${o.columns}u;
      let first = t / ${o.columns}u * ${each}u;
      ${repeat(each, (r) => `var sum${r} = vec4f(0);${norm ? ` var square${r} = 0.0;` : ''}`)}
      for (var k = 0u; k < ${o.inner}u; k++) {
        let at = ${o.weight} + k * ${4 * o.columns}u + column;
        ${repeat(4, (i) => `let w${i} = parameters[at + ${i * o.columns}u];`)}
        ${norm ? `let gain = parameters[${o.gain} + k];` : ''}
        ${norm ? repeat(each, square) : ''}
        ${repeat(each, term)}
      }
      ${repeat(
        each,
        (r) => `{
        let s = first + ${r}u;
        let value = sum${r}${norm ? ` * inverseSqrt(square${r} / ${4 * o.inner}.0 + ${RMS_NORM_EPSILON})` : ''};
        ${o.store}
      }`,
      )}
    }`;
}

function layerCode(c: Context, l: number): string {
  const { D4 } = c;
  const tensor = (which: LayerTensor): string => vectorOf(c, layerTensorName(l, which));
  const scale = 1 / Math.sqrt(4 * c.H4);
  const cacheRow = `let cacheAt = ((${l}u * rollout.rows + min(firstRow + s, rollout.rows - 1u)) * ${c.config.contextLength}u`;
  return `// Layer ${l}.
    ${product(c, {
      input: 'x',
      stride: D4,
      inner: D4,
      columns: 3 * D4,
      weight: tensor('qkv'),
      gain: tensor('norm1'),
      store: `if (column < ${D4}u) {
          queries[s * ${D4}u + column] = value * ${scale};
        } else if (firstRow + s < rollout.rows) {
          ${cacheRow} + position) * ${2 * D4}u;
          cache[cacheAt + column - ${D4}u] = value;
        }`,
    })}
    storageBarrier();
    workgroupBarrier();
    ${attentionCode(c, cacheRow)}
    ${product(c, {
      input: 'attended',
      stride: D4,
      inner: D4,
      columns: D4,
      weight: tensor('attentionOut'),
      store: `x[s * ${D4}u + column] += value;`,
    })}
    workgroupBarrier();
    ${product(c, {
      input: 'x',
      stride: D4,
      inner: D4,
      columns: 4 * D4,
      weight: tensor('up'),
      gain: tensor('norm2'),
      store: `scratch[s * ${c.scratch}u + column] = geluValue(value);`,
    })}
    workgroupBarrier();
    ${product(c, {
      input: 'scratch',
      stride: c.scratch,
      inner: 4 * D4,
      columns: D4,
      weight: tensor('down'),
      store: `x[s * ${D4}u + column] += value;`,
    })}
    workgroupBarrier();`;
}

/** Scores of four positions per thread; the softmax, a thread per head; then the values' mean. */
function attentionCode(c: Context, cacheRow: string): string {
  const { D4, H4, T4 } = c;
  const { heads } = c.config;
  const pairs = c.rows * heads;
  return `for (var t = thread; t < (position / 4u + 1u) * ${pairs}u; t += ${c.threads}u) {
      let j4 = t / ${pairs}u;
      let head = t % ${heads}u;
      let s = t % ${pairs}u / ${heads}u;
      ${cacheRow}) * ${2 * D4}u + head * ${H4}u;
      var score = vec4f(0);
      for (var c = 0u; c < ${H4}u; c++) {
        let query = queries[s * ${D4}u + head * ${H4}u + c];
        let at = cacheAt + j4 * ${8 * D4}u + c;
        score += vec4f(${repeat(4, (i) => `dot(query, cache[min(at + ${2 * i * D4}u, cacheAt + position * ${2 * D4}u + c)])`, ', ')});
      }
      let seen = vec4u(j4 * 4u) + vec4u(0, 1, 2, 3) <= vec4u(position);
      scratch[s * ${c.scratch}u + head * ${T4}u + j4] = select(vec4f(-1e30), score, seen);
    }
    workgroupBarrier();
    for (var t = thread; t < ${pairs}u; t += ${c.threads}u) {
      let at = t / ${heads}u * ${c.scratch}u + t % ${heads}u * ${T4}u;
      var top4 = vec4f(-1e30);
      for (var j = 0u; j <= position / 4u; j++) { top4 = max(top4, scratch[at + j]); }
      let top = max(max(top4.x, top4.y), max(top4.z, top4.w));
      var total = vec4f(0);
      for (var j = 0u; j <= position / 4u; j++) {
        let p = exp(scratch[at + j] - top);
        scratch[at + j] = p;
        total += p;
      }
      totals[t] = dot(total, vec4f(1));
    }
    workgroupBarrier();
    for (var t = thread; t < ${c.rows * D4}u; t += ${c.threads}u) {
      let s = t / ${D4}u;
      let channel = t % ${D4}u;
      let head = channel / ${H4}u;
      ${cacheRow}) * ${2 * D4}u + ${D4}u + channel;
      var sum = vec4f(0);
      for (var j = 0u; j <= position; j++) {
        sum += scratch[s * ${c.scratch}u + head * ${T4}u + j / 4u][j % 4u] * cache[cacheAt + j * ${2 * D4}u];
      }
      attended[t] = sum / totals[s * ${heads}u + head];
    }
    workgroupBarrier();`;
}

function logitsCode(c: Context): string {
  return `// The final norm and the logits at the temperature.
    ${product(c, {
      input: 'x',
      stride: c.D4,
      inner: c.D4,
      columns: c.V4,
      weight: vectorOf(c, tensorName('head')),
      gain: vectorOf(c, tensorName('finalNorm')),
      store: `scratch[s * ${c.scratch}u + column] = value * rollout.scale;`,
    })}
    workgroupBarrier();`;
}

function drawCode(c: Context): string {
  const { contextLength, vocabSize } = c.config;
  return `if (thread < ${c.rows * DRAW_LANES}u) {
      let s = thread / ${DRAW_LANES}u;
      var choice = noChoice();
      if (states[s].ended == 0u && position + 1u >= states[s].promptLength) {
        let hash = placeHash(states[s].stream, position + 1u);
        for (var v = thread % ${DRAW_LANES}u; v < ${vocabSize}u; v += ${DRAW_LANES}u) {
          var noise = 0.0;
          if (rollout.greedy == 0u) { noise = gumbel(hash, v); }
          choice = consider(choice, scratch[s * ${c.scratch}u + v / 4u][v % 4u], noise, v);
        }
      }
      choices[thread] = choice;
    }
    workgroupBarrier();
    if (thread < ${c.rows}u && states[thread].ended == 0u) {
      let row = firstRow + thread;
      var choice = choices[thread * ${DRAW_LANES}u];
      for (var l = 1u; l < ${DRAW_LANES}u; l++) {
        choice = better(choice, choices[thread * ${DRAW_LANES}u + l]);
      }
      var state = states[thread];
      ${advanceRow(contextLength)}
      states[thread] = state;
      if (position + 1u < ${contextLength}u) { ids[thread] = sequence[next]; }
    }
    workgroupBarrier();`;
}
