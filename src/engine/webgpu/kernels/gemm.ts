/**
 * Matrix products C[M, N] = A[M, K] · B[K, N], one generator for all of the model's.
 *
 * Forms, by how the operands lie in memory:
 *   nn  A[M, K], B[K, N]   activations times weights (forward)
 *   nt  A[M, K], B[N, K]   gradients times transposed weights (backward)
 *   tn  A[K, M], B[K, N]   transposed activations times gradients (weight gradients)
 * M is the number of tokens in nn and nt, K is in tn; the other sizes are baked into the code.
 *
 * A workgroup makes a tile of C, each thread 4×4 or 8×8 of its values in registers. The `shared`
 * variant stages tiles of A and B in workgroup memory, both as [k][vector of 4 rows or columns], so
 * that the inner loop is the same for every form; operands that lie the other way are transposed
 * while they are loaded. The other variant reads operands straight from storage: on a software
 * adapter, where workgroup memory is ordinary memory and a barrier is costly, it is 2–3 times faster.
 * Staged tiles may be of 16-bit floats (`half`): half the traffic of workgroup memory, products and
 * sums of 32 bits all the same. Gradients are too small for 16 bits, so they are multiplied by the
 * step's `gradientScale`, a power of two, when they are staged, and C is divided by it. Staged tiles
 * may be multiplied by the device's matrix units (`matrix`); see `gemm-matrix.ts`.
 *
 * RMSNorm costs no dispatch: the gain is folded into the load of B and 1/rms into the epilogue
 * (`norm: 'forward'`, which also stores 1/rms), or both into the load of A (`norm: 'stored'`). The
 * norm's backward pass is an epilogue too, for which one workgroup holds whole rows of C.
 *
 * With `splits` > 1 the sum over K is cut in pieces along the grid's z axis; piece s goes to
 * `partialStride` floats after piece s − 1 and `reduce.ts` adds them: no float atomics, so a step
 * repeats to the bit.
 */
import { entry, type Grid, type Kernel, makeKernel, read, repeat, write } from '../kernel';
import { type Shape, STEP } from '../step-uniform';
import { GELU_FUNCTION } from './gelu';
import {
  type Context,
  eachRow,
  type GemmOptions,
  isNormBackward,
  isPlain,
  matrixBlocks,
  tiling,
} from './gemm-context';
import { epilogue } from './gemm-epilogue';
import { directLoop, sharedLoop } from './gemm-loops';
import { MATRIX_EXTENSIONS, matrixLoop, SUBGROUP } from './gemm-matrix';

/** The kernel of a product; its grid for a batch is {@link gemmGrid}. */
export function gemm(o: GemmOptions): Kernel {
  const t = tiling(o);
  const c: Context = {
    ...t,
    o,
    threads: t.threadsX * t.threadsY,
    matrix: matrixBlocks(o, t),
    N4: o.columns / 4,
    tileM4: t.tileM / 4,
    tileN4: t.tileN / 4,
    K4: (o.inner ?? 0) / 4,
    M4: (o.rows ?? 0) / 4,
  };
  const body = `${GELU_FUNCTION}
${workgroupMemory(c)}
${entry(c.threads, c.matrix ? SUBGROUP : '')}
  let tx = thread % ${c.threadsX}u;
  let ty = thread / ${c.threadsX}u;
  let firstRow4 = group.y * ${c.tileM4}u;
  let firstColumn4 = group.x * ${c.tileN4}u;
  ${innerRange(c)}
  ${eachRow(c, (i) => repeat(c.vectorsN, (j) => `var c${i}_${j} = vec4f(0);`, ' '))}
  ${o.norm === 'forward' ? repeat(c.vectorsM, (m) => `var squares${m} = vec4f(0);`, ' ') : ''}
  ${loop(c)}
  ${unscale(c)}
  ${epilogue(c)}
}`;
  return makeKernel(o.label, bindings(o), body, [
    ...(o.variant.half ? (['f16'] as const) : []),
    ...(c.matrix ? MATRIX_EXTENSIONS : []),
  ]);
}

function loop(c: Context): string {
  if (c.matrix) return matrixLoop(c, c.matrix);
  return c.o.variant.shared ? sharedLoop(c) : directLoop(c);
}

/** Takes the scale of 16-bit gradients out of C; exact, since it is a power of two. */
function unscale(c: Context): string {
  if (!c.o.variant.half || c.o.form === 'nn') return '';
  const all = eachRow(c, (i) => repeat(c.vectorsN, (j) => `c${i}_${j} *= unscale;`, ' '));
  return `let unscale = 1 / step.gradientScale;
  ${all}`;
}

/** Workgroups of the kernel for a batch. */
export function gemmGrid(o: GemmOptions, { tokens }: Shape): Grid {
  const { tileM, tileN } = tiling(o);
  return [Math.ceil(o.columns / tileN), Math.ceil((o.rows ?? tokens) / tileM), o.splits ?? 1];
}

function bindings(o: GemmOptions): Kernel['bindings'] {
  const list = [STEP, read('a'), read('b')];
  if (o.norm === 'forward') list.push(read('gain', 'f32'), write('scales', 'f32'));
  if (o.norm === 'stored') list.push(read('gain'), read('scales', 'f32'));
  if (o.epilogue === 'residual' || o.epilogue === 'norm-backward-residual') {
    list.push(read('residual'));
  }
  if (o.epilogue === 'gelu') list.push(write('slopes'));
  if (o.epilogue === 'slopes') list.push(read('slopes'));
  if (isNormBackward(o)) {
    list.push(read('x'), read('gain'), read('scales', 'f32'), write('gainPartials'));
  }
  list.push(write('c'));
  return list;
}

/** Tiles as [k][vector], with `putA` and `putB` to fill them; the sums of the norm's backward pass. */
function workgroupMemory(c: Context): string {
  const { o } = c;
  const lines: string[] = [];
  const sums = isNormBackward(o) ? 2 * c.threads : 0;
  // The norm's backward pass keeps its sums over columns and rows where the tile of B was, or apart.
  const together = o.variant.shared && isPlain(c);
  if (o.variant.shared) {
    const vectorsB = c.tileK * c.tileN4;
    lines.push(
      tile(c, 'A', c.tileK * c.tileM4),
      tile(c, 'B', together ? Math.max(sums, vectorsB) : vectorsB),
    );
  }
  if (sums > 0 && !together) lines.push(`var<workgroup> sums: array<vec4f, ${sums}>;`);
  if (c.matrix) lines.push(`var<workgroup> tileC: array<f32, ${c.tileM * c.tileN}>;`);
  return lines.join('\n');
}

/** One tile and the function that writes a vector of it. Matrix units read tiles of scalars only. */
function tile(c: Context, name: 'A' | 'B', vectors: number): string {
  const bits = c.o.variant.half ? 'h' : 'f';
  const put = `fn put${name}(at: u32, value: vec4f)`;
  if (!c.matrix) {
    return `var<workgroup> tile${name}: array<vec4${bits}, ${vectors}>;
${put} { tile${name}[at] = vec4${bits}(value); }`;
  }
  const scalar = c.o.variant.half ? 'f16' : 'f32';
  return `var<workgroup> tile${name}: array<${scalar}, ${4 * vectors}>;
${put} { ${repeat(4, (i) => `tile${name}[4 * at + ${i}] = ${scalar}(value[${i}]);`, ' ')} }`;
}

function innerRange({ o, tileK }: Context): string {
  if (o.form !== 'tn') {
    return `let rows = step.tokens;
  let kBegin = 0u;
  let kEnd = ${o.inner}u;`;
  }
  const piece = (o.splits ?? 1) * tileK;
  return `let rows = ${o.rows}u;
  let span = (step.tokens + ${piece - 1}u) / ${piece}u * ${tileK}u;
  let kBegin = group.z * span;
  let kEnd = min(kBegin + span, step.tokens);`;
}
