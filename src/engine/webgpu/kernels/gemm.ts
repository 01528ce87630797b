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
 *
 * RMSNorm costs no dispatch: the gain is folded into the load of B and 1/rms into the epilogue
 * (`norm: 'forward'`, which also stores 1/rms), or both into the load of A (`norm: 'stored'`). The
 * norm's backward pass is an epilogue too, for which one workgroup holds whole rows of C.
 *
 * With `splits` > 1 the sum over K is cut in pieces along the grid's z axis; piece s goes to
 * `partialStride` floats after piece s − 1 and `reduce.ts` adds them: no float atomics, so a step
 * repeats to the bit.
 */
import { RMS_NORM_EPSILON } from '../../../model/config';
import { type Grid, type Kernel, makeKernel, read, repeat, uniform, write } from '../kernel';
import { type Shape, STEP_STRUCT } from '../step-uniform';
import { GELU_FUNCTION } from './gelu';

/** Which of the generated codes is the fastest depends on the adapter: `tuning.ts` measures it. */
export interface GemmVariant {
  /** Rows and columns of C per workgroup of 64 threads: 4×4 or 8×8 values per thread. */
  readonly tile: 32 | 64;
  /** Whether tiles of A and B are staged in workgroup memory. */
  readonly shared: boolean;
}

/** What happens to C before it is stored. */
export type Epilogue =
  | 'none'
  /** Adds `residual`. */
  | 'residual'
  /** Stores gelu(C) to `c` and gelu'(C) to `slopes`, which the backward pass multiplies by. */
  | 'gelu'
  /** Multiplies by `slopes`. */
  | 'slopes'
  /**
   * C is the gradient of a norm's output: stores that of its input, and each workgroup's share of
   * the gain's gradient to `gainPartials` [workgroups, N].
   */
  | 'norm-backward'
  /** The same plus `residual`. */
  | 'norm-backward-residual';

export interface GemmOptions {
  readonly label: string;
  readonly form: 'nn' | 'nt' | 'tn';
  /** M, for form tn only. */
  readonly rows?: number;
  /** N, a multiple of 4. */
  readonly columns: number;
  /** K, a multiple of 4, for forms nn and nt only. */
  readonly inner?: number;
  readonly norm?: 'forward' | 'stored';
  readonly epilogue?: Epilogue;
  /** Pieces of the sum over K, for form tn only. */
  readonly splits?: number;
  readonly partialStride?: number;
  readonly variant: GemmVariant;
  /** Bytes of workgroup memory that the device allows. */
  readonly workgroupBytes: number;
}

/** Rows of C per workgroup of the norm's backward pass: rows of `gainPartials` = tokens / 16. */
export const NORM_BACKWARD_ROWS = 16;

interface Tiling {
  /** Rows and columns of C per workgroup, steps of K per stage. */
  readonly tileM: number;
  readonly tileN: number;
  readonly tileK: number;
  /** Threads along columns and rows. */
  readonly threadsX: number;
  readonly threadsY: number;
  /** Vectors of four rows and of four columns per thread. */
  readonly vectorsM: number;
  readonly vectorsN: number;
}

function isNormBackward(o: GemmOptions): boolean {
  return o.epilogue === 'norm-backward' || o.epilogue === 'norm-backward-residual';
}

function tiling(o: GemmOptions): Tiling {
  if (isNormBackward(o)) {
    const tileN = o.columns;
    const bytes = (tileK: number): number => tileK * (NORM_BACKWARD_ROWS + tileN) * 4;
    return {
      tileM: NORM_BACKWARD_ROWS,
      tileN,
      tileK: bytes(16) <= o.workgroupBytes ? 16 : 8,
      threadsX: tileN / 4,
      threadsY: NORM_BACKWARD_ROWS / 4,
      vectorsM: 1,
      vectorsN: 1,
    };
  }
  const vectors = o.variant.tile / 32;
  return {
    tileM: o.variant.tile,
    tileN: o.variant.tile,
    // 8 KiB for the two tiles either way, and a load for every thread.
    tileK: o.variant.tile === 32 ? 32 : 16,
    threadsX: 8,
    threadsY: 8,
    vectorsM: vectors,
    vectorsN: vectors,
  };
}

/** Everything that the pieces of code below need to know. */
interface Context extends Tiling {
  readonly o: GemmOptions;
  readonly threads: number;
  /** Vectors of four in a row of C, of the tiles, and of K. */
  readonly N4: number;
  readonly tileM4: number;
  readonly tileN4: number;
  readonly K4: number;
  readonly M4: number;
}

/** The kernel of a product; its grid for a batch is {@link gemmGrid}. */
export function gemm(o: GemmOptions): Kernel {
  const t = tiling(o);
  const c: Context = {
    ...t,
    o,
    threads: t.threadsX * t.threadsY,
    N4: o.columns / 4,
    tileM4: t.tileM / 4,
    tileN4: t.tileN / 4,
    K4: (o.inner ?? 0) / 4,
    M4: (o.rows ?? 0) / 4,
  };
  const body = `${STEP_STRUCT}
${GELU_FUNCTION}
${workgroupMemory(c)}
@compute @workgroup_size(${c.threads})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let tx = thread % ${c.threadsX}u;
  let ty = thread / ${c.threadsX}u;
  let firstRow4 = group.y * ${c.tileM4}u;
  let firstColumn4 = group.x * ${c.tileN4}u;
  ${innerRange(c)}
  ${eachRow(c, (i) => repeat(c.vectorsN, (j) => `var c${i}_${j} = vec4f(0);`, ' '))}
  ${o.norm === 'forward' ? repeat(c.vectorsM, (m) => `var squares${m} = vec4f(0);`, ' ') : ''}
  ${o.variant.shared ? sharedLoop(c) : directLoop(c)}
  ${epilogue(c)}
}`;
  return makeKernel(o.label, bindings(o), body);
}

/** Workgroups of the kernel for a batch. */
export function gemmGrid(o: GemmOptions, { tokens }: Shape): Grid {
  const { tileM, tileN } = tiling(o);
  return [Math.ceil(o.columns / tileN), Math.ceil((o.rows ?? tokens) / tileM), o.splits ?? 1];
}

function bindings(o: GemmOptions): Kernel['bindings'] {
  const list = [uniform('step', 'Step'), read('a'), read('b')];
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

function workgroupMemory(c: Context): string {
  const { o } = c;
  const lines: string[] = [];
  if (o.variant.shared) {
    lines.push(`var<workgroup> tileA: array<vec4f, ${c.tileK * c.tileM4}>;`);
  }
  // The norm's backward pass keeps its sums over columns and rows where the tile of B was.
  const sums = isNormBackward(o) ? 2 * c.threads : 0;
  const staged = o.variant.shared ? c.tileK * c.tileN4 : 0;
  if (sums + staged > 0) {
    lines.push(`var<workgroup> tileB: array<vec4f, ${Math.max(sums, staged)}>;`);
  }
  return lines.join('\n');
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

/** Code for each of the thread's rows of C, numbered through. */
function eachRow(c: Context, code: (row: number) => string): string {
  return repeat(4 * c.vectorsM, code);
}

/** Staging in workgroup memory; both tiles are [k][vector]. */
function sharedLoop(c: Context): string {
  return `for (var k0 = kBegin; k0 < kEnd; k0 += ${c.tileK}u) {
    ${c.o.form === 'tn' ? stageRows(c, 'a') : stageTransposed(c, 'a')}
    ${c.o.form === 'nt' ? stageTransposed(c, 'b') : stageRows(c, 'b')}
    workgroupBarrier();
    for (var k = 0u; k < ${c.tileK}u; k++) {
      ${repeat(c.vectorsM, (m) => `let a${m} = tileA[k * ${c.tileM4}u + ty + ${m * c.threadsY}u];`)}
      ${repeat(c.vectorsN, (j) => `let b${j} = tileB[k * ${c.tileN4}u + tx + ${j * c.threadsX}u];`)}
      ${eachRow(c, (i) => repeat(c.vectorsN, (j) => `c${i}_${j} += a${i >> 2}[${i & 3}] * b${j};`, ' '))}
      ${c.o.norm === 'forward' ? repeat(c.vectorsM, (m) => `squares${m} += a${m} * a${m};`) : ''}
    }
    workgroupBarrier();
  }`;
}

/** Loads a tile of an operand that lies as [K, vectors]. */
function stageRows(c: Context, operand: 'a' | 'b'): string {
  const [tile, width, vectors, first] =
    operand === 'a'
      ? ['tileA', c.tileM4, c.M4, 'firstRow4']
      : ['tileB', c.tileN4, c.N4, 'firstColumn4'];
  return `for (var t = thread; t < ${c.tileK * width}u; t += ${c.threads}u) {
      let k = k0 + t / ${width}u;
      let vector = ${first} + t % ${width}u;
      var value = vec4f(0);
      if (k < kEnd && vector < ${vectors}u) {
        value = ${operand}[k * ${vectors}u + vector]${rowFactor(c, operand)};
      }
      ${tile}[t] = value;
    }`;
}

/** The norm's factor on a vector of row k of an operand that lies as [K, vectors]. */
function rowFactor({ o }: Context, operand: 'a' | 'b'): string {
  if (operand === 'b') return o.norm === 'forward' ? ' * gain[k]' : '';
  return o.norm === 'stored' ? ' * scales[k] * gain[vector]' : '';
}

/** Loads a tile of an operand that lies as [rows, K]: blocks of 4×4, transposed in registers. */
function stageTransposed(c: Context, operand: 'a' | 'b'): string {
  const [tile, width, limit, first] =
    operand === 'a'
      ? ['tileA', c.tileM4, 'rows', 'firstRow4']
      : ['tileB', c.tileN4, `${c.o.columns}u`, 'firstColumn4'];
  const tileK4 = c.tileK / 4;
  return `for (var t = thread; t < ${tileK4 * width}u; t += ${c.threads}u) {
      let k4 = k0 / 4u + t % ${tileK4}u;
      let vector = t / ${tileK4}u;
      let line = (${first} + vector) * 4u;
      ${repeat(4, (r) => `var r${r} = vec4f(0);`, ' ')}
      if (k4 < ${c.K4}u) {
        ${repeat(4, (r) => `if (line + ${r}u < ${limit}) { r${r} = ${operand}[(line + ${r}u) * ${c.K4}u + k4]; }`)}
      }
      let place = t % ${tileK4}u * ${4 * width}u + vector;
      ${repeat(4, (k) => `${tile}[place + ${k * width}u] = vec4f(r0[${k}], r1[${k}], r2[${k}], r3[${k}]);`)}
    }`;
}

/** No staging: each thread reads what it needs. Rows beyond the last are clamped, not stored. */
function directLoop(c: Context): string {
  return c.o.form === 'tn' ? directTransposed(c) : directRows(c);
}

function directTransposed(c: Context): string {
  const { o } = c;
  const vectorA = (m: number): string => `min(firstRow4 + ty + ${m * c.threadsY}u, ${c.M4 - 1}u)`;
  const vectorB = (j: number): string =>
    `min(firstColumn4 + tx + ${j * c.threadsX}u, ${c.N4 - 1}u)`;
  const stored = o.norm === 'stored';
  return `${repeat(c.vectorsM, (m) => `let vectorA${m} = ${vectorA(m)};${stored ? ` let gain${m} = gain[vectorA${m}];` : ''}`)}
  ${repeat(c.vectorsN, (j) => `let vectorB${j} = ${vectorB(j)};`)}
  for (var k = kBegin; k < kEnd; k++) {
    ${repeat(c.vectorsM, (m) => `let a${m} = a[k * ${c.M4}u + vectorA${m}]${stored ? ` * scales[k] * gain${m}` : ''};`)}
    ${repeat(c.vectorsN, (j) => `let b${j} = b[k * ${c.N4}u + vectorB${j}];`)}
    ${eachRow(c, (i) => repeat(c.vectorsN, (j) => `c${i}_${j} += a${i >> 2}[${i & 3}] * b${j};`, ' '))}
  }`;
}

function directRows(c: Context): string {
  const { o } = c;
  const row = (i: number): string =>
    `min((firstRow4 + ty + ${(i >> 2) * c.threadsY}u) * 4u + ${i & 3}u, rows - 1u)`;
  const column = (j: number): string => `min(firstColumn4 + tx + ${j * c.threadsX}u, ${c.N4 - 1}u)`;
  const gains =
    o.norm === 'forward' ? repeat(4, (k) => `let gain${k} = gain[k4 * 4u + ${k}u];`, ' ') : '';
  const squares = (m: number): string =>
    `squares${m} += vec4f(${repeat(4, (r) => `dot(a${4 * m + r}, a${4 * m + r})`, ', ')});`;
  return `${eachRow(c, (i) => `let row${i} = ${row(i)} * ${c.K4}u;`)}
  ${repeat(c.vectorsN, (j) => `let column${j} = ${column(j)};`)}
  for (var k4 = 0u; k4 < ${c.K4}u; k4++) {
    ${eachRow(c, (i) => `let a${i} = a[row${i} + k4];`)}
    ${gains}
    ${repeat(c.vectorsN, (j) => (o.form === 'nn' ? directColumns(c, j) : directDots(c, j)))}
    ${o.norm === 'forward' ? repeat(c.vectorsM, squares) : ''}
  }`;
}

function directColumns(c: Context, j: number): string {
  const gain = (k: number): string => (c.o.norm === 'forward' ? ` * gain${k}` : '');
  const sum = (i: number): string => repeat(4, (k) => `a${i}[${k}] * b${j}_${k}`, ' + ');
  return `${repeat(4, (k) => `let b${j}_${k} = b[(k4 * 4u + ${k}u) * ${c.N4}u + column${j}]${gain(k)};`)}
    ${eachRow(c, (i) => `c${i}_${j} += ${sum(i)};`)}`;
}

function directDots(c: Context, j: number): string {
  const dots = (i: number): string => repeat(4, (k) => `dot(a${i}, b${j}_${k})`, ', ');
  return `${repeat(4, (k) => `let b${j}_${k} = b[(column${j} * 4u + ${k}u) * ${c.K4}u + k4];`)}
    ${eachRow(c, (i) => `c${i}_${j} += vec4f(${dots(i)});`)}`;
}

/** Runs `code` with row, column4 and index = row · N/4 + column4 of each vector of C in range. */
function eachVector(c: Context, code: (value: string, i: number) => string): string {
  return repeat(c.vectorsN, (j) => {
    const rows = eachRow(
      c,
      (i) => `{
      let row = (firstRow4 + ty + ${(i >> 2) * c.threadsY}u) * 4u + ${i & 3}u;
      if (row < rows) {
        let index = row * ${c.N4}u + column4;
        ${code(`c${i}_${j}`, i)}
      }
    }`,
    );
    return `{
    let column4 = firstColumn4 + tx + ${j * c.threadsX}u;
    if (column4 < ${c.N4}u) {
      ${rows}
    }
  }`;
  });
}

function epilogue(c: Context): string {
  const { o } = c;
  if (isNormBackward(o)) return normBackward(c);
  const partial = (o.splits ?? 1) > 1 ? `group.z * ${o.partialStride! / 4}u + ` : '';
  const store = eachVector(c, (value, i) => {
    const scaled = o.norm === 'forward' ? `${value} * scale${i >> 2}[${i & 3}]` : value;
    switch (o.epilogue ?? 'none') {
      case 'residual':
        return `c[index] = ${scaled} + residual[index];`;
      case 'slopes':
        return `c[index] = ${scaled} * slopes[index];`;
      case 'gelu':
        return `let h = gelu(${scaled}); c[index] = h.value; slopes[index] = h.slope;`;
      default:
        return `c[${partial}index] = ${scaled};`;
    }
  });
  return `${o.norm === 'forward' ? normScales(c) : ''}
  ${store}`;
}

/** 1/rms of the thread's rows; the first column of threads of the first tile stores them. */
function normScales(c: Context): string {
  const scale = (m: number): string =>
    `let scale${m} = inverseSqrt(squares${m} / ${c.o.inner}.0 + ${RMS_NORM_EPSILON});`;
  return `${repeat(c.vectorsM, scale)}
  if (group.x == 0u && tx == 0u) {
    ${eachRow(
      c,
      (i) => `{
      let row = (firstRow4 + ty + ${(i >> 2) * c.threadsY}u) * 4u + ${i & 3}u;
      if (row < rows) { scales[row] = scale${i >> 2}[${i & 3}]; }
    }`,
    )}
  }`;
}

/**
 * With x̂ = x · scale and dy in C: dx = scale · (g·dy − x̂ · mean(g·dy·x̂)), dGain = Σ dy·x̂.
 * One workgroup has whole rows: the mean over a row and the sum over its rows go through tileB.
 */
function normBackward(c: Context): string {
  const residual = c.o.epilogue === 'norm-backward-residual' ? 'residual[index] + ' : '';
  const load = (i: number): string => `var x${i} = vec4f(0);
  var s${i} = 0.0;
  {
    let row = (firstRow4 + ty) * 4u + ${i}u;
    if (row < rows) {
      s${i} = scales[row];
      x${i} = x[row * ${c.N4}u + tx] * s${i};
    }
  }`;
  return `${repeat(4, load)}
  let gain4 = gain[tx];
  tileB[thread] = ${repeat(4, (i) => `c${i}_0 * x${i}`, ' + ')};
  ${repeat(4, (i) => `c${i}_0 *= gain4;`, ' ')}
  tileB[${c.threads}u + thread] = vec4f(${repeat(4, (i) => `dot(c${i}_0, x${i})`, ', ')});
  workgroupBarrier();
  var mean = vec4f(0);
  for (var t = 0u; t < ${c.threadsX}u; t++) {
    mean += tileB[${c.threads}u + ty * ${c.threadsX}u + t];
  }
  mean /= ${c.o.columns}.0;
  ${eachVector(c, (value, i) => `c[index] = ${residual}s${i} * (${value} - x${i} * mean[${i}]);`)}
  if (ty == 0u) {
    var sum = vec4f(0);
    for (var t = 0u; t < ${c.threadsY}u; t++) { sum += tileB[t * ${c.threadsX}u + tx]; }
    gainPartials[group.y * ${c.N4}u + tx] = sum;
  }`;
}
