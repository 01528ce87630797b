/** The sum over K of a product: staged in workgroup memory, or read straight from storage. */
import { repeat } from '../kernel';
import { type Context, eachRow } from './gemm-context';

/** Staging in workgroup memory; both tiles are [k][vector]. */
export function sharedLoop(c: Context): string {
  return `for (var k0 = kBegin; k0 < kEnd; k0 += ${c.tileK}u) {
    ${stage(c)}
    workgroupBarrier();
    for (var k = 0u; k < ${c.tileK}u; k++) {
      ${repeat(c.vectorsM, (m) => `let a${m} = vec4f(tileA[k * ${c.tileM4}u + ty + ${m * c.threadsY}u]);`)}
      ${repeat(c.vectorsN, (j) => `let b${j} = vec4f(tileB[k * ${c.tileN4}u + tx + ${j * c.threadsX}u]);`)}
      ${eachRow(c, (i) => repeat(c.vectorsN, (j) => `c${i}_${j} += a${i >> 2}[${i & 3}] * b${j};`, ' '))}
      ${c.o.norm === 'forward' ? repeat(c.vectorsM, (m) => `squares${m} += a${m} * a${m};`) : ''}
    }
    workgroupBarrier();
  }`;
}

/** Loads the tiles of A and B from `k0` on; zero beyond the operands' edges. */
export function stage(c: Context): string {
  return `${c.o.form === 'tn' ? stageRows(c, 'a') : stageTransposed(c, 'a')}
    ${c.o.form === 'nt' ? stageTransposed(c, 'b') : stageRows(c, 'b')}`;
}

/** The factor of a gradient that is staged in 16 bits: A of form nt, B of form tn. */
function gradientFactor({ o }: Context, operand: 'a' | 'b'): string {
  const isGradient = (o.form === 'nt' && operand === 'a') || (o.form === 'tn' && operand === 'b');
  return o.variant.half && isGradient ? ' * step.gradientScale' : '';
}

/** Loads a tile of an operand that lies as [K, vectors]. */
function stageRows(c: Context, operand: 'a' | 'b'): string {
  const [put, width, vectors, first] =
    operand === 'a'
      ? ['putA', c.tileM4, c.M4, 'firstRow4']
      : ['putB', c.tileN4, c.N4, 'firstColumn4'];
  return `for (var t = thread; t < ${c.tileK * width}u; t += ${c.threads}u) {
      let k = k0 + t / ${width}u;
      let vector = ${first} + t % ${width}u;
      var value = vec4f(0);
      if (k < kEnd && vector < ${vectors}u) {
        value = ${operand}[k * ${vectors}u + vector]${rowFactor(c, operand)};
      }
      ${put}(t, value${gradientFactor(c, operand)});
    }`;
}

/** The norm's factor on a vector of row k of an operand that lies as [K, vectors]. */
function rowFactor({ o }: Context, operand: 'a' | 'b'): string {
  if (operand === 'b') return o.norm === 'forward' ? ' * gain[k]' : '';
  return o.norm === 'stored' ? ' * scales[k] * gain[vector]' : '';
}

/** Loads a tile of an operand that lies as [rows, K]: blocks of 4×4, transposed in registers. */
function stageTransposed(c: Context, operand: 'a' | 'b'): string {
  const [put, width, limit, first] =
    operand === 'a'
      ? ['putA', c.tileM4, 'rows', 'firstRow4']
      : ['putB', c.tileN4, `${c.o.columns}u`, 'firstColumn4'];
  const factor = gradientFactor(c, operand);
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
      ${repeat(4, (k) => `${put}(place + ${k * width}u, vec4f(r0[${k}], r1[${k}], r2[${k}], r3[${k}])${factor});`)}
    }`;
}

/** No staging: each thread reads what it needs. Rows beyond the last are clamped, not stored. */
export function directLoop(c: Context): string {
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
