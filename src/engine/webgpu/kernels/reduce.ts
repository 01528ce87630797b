/**
 * Sums of partial results in a fixed order: the gradient from its pieces, its norm, the metrics.
 */
import { entry, type Kernel, makeKernel, read, rowKernel, type Struct, write } from '../kernel';
import { BLOCK } from '../device-layout';
import { STEP } from '../step-uniform';
import { METRIC_SUMS } from './head';

/**
 * Where the pieces of a block of 64 parameters lie, in vectors of four: `count` pieces, `stride`
 * apart. For the norms' gains `count` is 0: there are as many pieces as the batch has tiles of
 * `gainRows` tokens. Only `vectors` of the block's 16 are real. Bit 31 of `vectors`: weight decay.
 */
export const GRADIENT_BLOCK: Struct = {
  name: 'Block',
  members: 'first: u32, stride: u32, count: u32, vectors: u32',
};
export const DECAY_BIT = 0x80000000;

const SLICES = 4;
const VECTORS = BLOCK / 4;

/**
 * gradient[P] and squares[P / 64], the sum of squares of each block. A workgroup per block: 16
 * vectors times 4 slices of the pieces. Pieces are few for matrices and many for gains.
 */
export function reduceGradient(blocks: number, gainRows: number): Kernel {
  return rowKernel(
    'gradient',
    [
      STEP,
      read('blocks', GRADIENT_BLOCK),
      read('partials'),
      write('gradient'),
      write('squares', 'f32'),
    ],
    {
      threads: SLICES * VECTORS,
      before: `var<workgroup> sums: array<vec4f, ${SLICES * VECTORS}>;
var<workgroup> ownSquares: array<f32, ${VECTORS}>;
`,
      body: `  let block = blocks[min(item, ${blocks - 1}u)];
  let vector = thread % ${VECTORS}u;
  let slice = thread / ${VECTORS}u;
  let gainPieces = (step.tokens + ${gainRows - 1}u) / ${gainRows}u;
  let count = select(block.count, gainPieces, block.count == 0u);
  var sum = vec4f(0);
  if (vector < (block.vectors & 0xffu)) {
    for (var k = slice; k < count; k += ${SLICES}u) {
      sum += partials[block.first + k * block.stride + vector];
    }
  }
  sums[thread] = sum;
  workgroupBarrier();
  if (slice == 0u) {
    for (var s = 1u; s < ${SLICES}u; s++) { sum += sums[s * ${VECTORS}u + vector]; }
    if (item < ${blocks}u) { gradient[item * ${VECTORS}u + vector] = sum; }
    ownSquares[vector] = dot(sum, sum);
  }
  workgroupBarrier();
  if (thread == 0u && item < ${blocks}u) {
    var total = 0.0;
    for (var v = 0u; v < ${VECTORS}u; v++) { total += ownSquares[v]; }
    squares[item] = total;
  }`,
    },
  );
}

const FINISH_THREADS = 256;

/** Floats of `results`: the metric sums, the gradient's norm, the clip factor (0: no update). */
export const RESULT_FLOATS = METRIC_SUMS.length + 2;

/**
 * results = metric sums over the batch, gradient norm, clip factor. One workgroup: it adds up one
 * number per 64 parameters and 8 per 8 tokens, which takes it microseconds even for millions.
 * The factor is 0 where loss or norm are not finite: the optimizer then changes nothing. That is
 * tested on the bits, since WGSL lets a compiler assume that NaN does not exist.
 */
export function finishStep(blocks: number, headTokens: number): Kernel {
  const metrics = METRIC_SUMS.length;
  const lanes = FINISH_THREADS / metrics;
  return makeKernel(
    'step results',
    [STEP, read('squares', 'f32'), read('metricPartials', 'f32'), write('results', 'f32')],
    `var<workgroup> sums: array<f32, ${FINISH_THREADS}>;
fn isFinite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }
${entry(FINISH_THREADS)}
  let metric = thread % ${metrics}u;
  let groups = (step.tokens + ${headTokens - 1}u) / ${headTokens}u;
  var sum = 0.0;
  for (var g = thread / ${metrics}u; g < groups; g += ${lanes}u) {
    sum += metricPartials[g * ${metrics}u + metric];
  }
  sums[thread] = sum;
  workgroupBarrier();
  var loss = 0.0;
  if (thread < ${metrics}u) {
    for (var l = 1u; l < ${lanes}u; l++) { sum += sums[l * ${metrics}u + metric]; }
    results[metric] = sum;
    loss = sum;
  }
  workgroupBarrier();
  sum = 0.0;
  for (var b = thread; b < ${blocks}u; b += ${FINISH_THREADS}u) { sum += squares[b]; }
  sums[thread] = sum;
  workgroupBarrier();
  if (thread == 0u) {
    sum = 0.0;
    for (var t = 0u; t < ${FINISH_THREADS}u; t++) { sum += sums[t]; }
    let norm = sqrt(sum);
    var clip = 1.0;
    if (norm > step.maxGradNorm) { clip = step.maxGradNorm / norm; }
    if (!isFinite(sum) || !isFinite(loss)) { clip = 0.0; }
    results[${metrics}] = norm;
    results[${metrics + 1}] = clip;
  }
}`,
  );
}
