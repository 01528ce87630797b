/**
 * The sum over K of a product by the device's matrix units, through WebGPU's subgroup matrices (an
 * experimental extension of Dawn and Chromium, gpuweb/gpuweb#4195).
 *
 * Tiles are staged as everywhere, [k][row] and [k][column], so that A is read column by column. Each
 * subgroup keeps its squares of C in matrices of 32-bit floats; at the end they go through workgroup
 * memory into the registers that the epilogues expect.
 */
import { type Extension, repeat } from '../kernel';
import { type Context, eachRow, type MatrixBlocks } from './gemm-context';
import { stage } from './gemm-loops';

export const MATRIX_EXTENSIONS: readonly Extension[] = [
  'subgroups',
  'chromium_experimental_subgroup_matrix',
];

/** The parameter that the loop needs of the entry point. */
export const SUBGROUP = '@builtin(subgroup_id) subgroup: u32,';

export function matrixLoop(c: Context, blocks: MatrixBlocks): string {
  const { side, rows, columns, perRow } = blocks;
  const scalar = c.o.variant.half ? 'f16' : 'f32';
  const matrix = (kind: string, type: string): string =>
    `subgroup_matrix_${kind}<${type}, ${side}, ${side}>`;
  const squares = (code: (i: number, j: number) => string): string =>
    repeat(rows, (i) => repeat(columns, (j) => code(i, j), ' '));
  const left = (i: number): string =>
    `let left${i} = subgroupMatrixLoad<${matrix('left', scalar)}, col_major>(&tileA, k * ${c.tileM}u + top + ${i * side}u, ${c.tileM}u);`;
  const right = (j: number): string =>
    `let right${j} = subgroupMatrixLoad<${matrix('right', scalar)}, row_major>(&tileB, k * ${c.tileN}u + start + ${j * side}u, ${c.tileN}u);`;
  return `// The subgroup's squares, from row top and column start of the tile on.
  let first = subgroup * ${rows * columns}u;
  let top = first / ${perRow}u * ${side}u;
  let start = first % ${perRow}u * ${side}u;
  ${squares((i, j) => `var sum${i}_${j}: ${matrix('result', 'f32')};`)}
  for (var k0 = kBegin; k0 < kEnd; k0 += ${c.tileK}u) {
    ${stage(c)}
    workgroupBarrier();
    for (var k = 0u; k < ${c.tileK}u; k += ${side}u) {
      ${repeat(rows, left)}
      ${repeat(columns, right)}
      ${squares((i, j) => `sum${i}_${j} = subgroupMatrixMultiplyAccumulate(left${i}, right${j}, sum${i}_${j});`)}
    }
    ${c.o.norm === 'forward' ? sumOfSquares(c) : ''}
    workgroupBarrier();
  }
  ${squares((i, j) => `subgroupMatrixStore<row_major>(&tileC, (top + ${i * side}u) * ${c.tileN}u + start + ${j * side}u, sum${i}_${j}, ${c.tileN}u);`)}
  workgroupBarrier();
  ${eachRow(c, (i) => repeat(c.vectorsN, (j) => fetch(c, i, j)))}`;
}

/** The thread's rows of A, which no thread has in registers here. */
function sumOfSquares(c: Context): string {
  const row = (m: number): string => `k * ${c.tileM}u + 4 * (ty + ${m * c.threadsY}u)`;
  const vector = repeat(4, (r) => `f32(tileA[at + ${r}])`, ', ');
  return `for (var k = 0u; k < ${c.tileK}u; k++) {
      ${repeat(c.vectorsM, (m) => `{ let at = ${row(m)}; let a = vec4f(${vector}); squares${m} += a * a; }`)}
    }`;
}

/** Vector j of the thread's row i of C. */
function fetch(c: Context, i: number, j: number): string {
  const row = `(4 * (ty + ${(i >> 2) * c.threadsY}u) + ${i & 3}u)`;
  const vector = repeat(4, (k) => `tileC[at + ${k}]`, ', ');
  return `{ let at = ${row} * ${c.tileN}u + 4 * (tx + ${j * c.threadsX}u); c${i}_${j} = vec4f(${vector}); }`;
}
