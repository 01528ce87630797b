import { describe, expect, it } from 'vitest';
import type { MatrixUnits } from '../../../src/engine/webgpu/abilities';
import {
  type GemmOptions,
  type MatrixBlocks,
  matrixBlocks,
  type Tiling,
  tiling,
} from '../../../src/engine/webgpu/kernels/gemm-context';

interface Case {
  readonly tile: 32 | 64;
  /** Of C; its width where one workgroup holds whole rows. */
  readonly columns: number;
  readonly whole?: boolean;
  readonly units: MatrixUnits;
  readonly half?: true;
  readonly workgroupBytes?: number;
}

function divide(c: Case): { t: Tiling; blocks: MatrixBlocks | null } {
  const options: GemmOptions = {
    label: 'test',
    form: 'nt',
    columns: c.columns,
    inner: 64,
    epilogue: c.whole ? 'norm-backward' : 'none',
    variant: { tile: c.tile, shared: true, matrix: true, half: c.half },
    abilities: {
      workgroupBytes: c.workgroupBytes ?? 32768,
      half: true,
      matrixUnits: { f32: c.units, f16: c.units },
    },
  };
  const t = tiling(options);
  return { t, blocks: matrixBlocks(options, t) };
}

const apple = { side: 8, subgroupSize: 32 };
const nvidia = { side: 16, subgroupSize: 32 };
const llvmpipe = { side: 8, subgroupSize: 8 };

describe('matrix units', () => {
  it.each<Case>([
    ...([apple, nvidia, llvmpipe] as const).flatMap((units): Case[] => [
      { tile: 64, columns: 256, units, half: true },
      { tile: 64, columns: 64, whole: true, units, half: true },
    ]),
    { tile: 32, columns: 256, units: apple },
    { tile: 32, columns: 256, units: llvmpipe },
    { tile: 32, columns: 256, units: nvidia },
    { tile: 32, columns: 32, whole: true, units: apple },
    { tile: 32, columns: 128, whole: true, units: apple },
    { tile: 32, columns: 256, whole: true, units: apple, half: true },
    { tile: 32, columns: 256, whole: true, units: nvidia, workgroupBytes: 49152 },
  ])('make each square of the tile once: %j', (c) => {
    const { t, blocks } = divide(c);
    const { side, subgroupSize, perRow, rows, columns } = blocks!;
    const squares: string[] = [];
    for (let subgroup = 0; subgroup < (t.threadsX * t.threadsY) / subgroupSize; subgroup++) {
      const first = subgroup * rows * columns;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          squares.push(`${Math.floor(first / perRow) + i},${(first % perRow) + j}`);
        }
      }
    }
    const expected: string[] = [];
    for (let i = 0; i < t.tileM / side; i++) {
      for (let j = 0; j < t.tileN / side; j++) expected.push(`${i},${j}`);
    }
    expect(squares.toSorted()).toEqual(expected.toSorted());
  });

  it.each<[string, Case]>([
    ['subgroups are not part of a workgroup', { tile: 32, columns: 72, whole: true, units: apple }],
    [
      'a subgroup would have half a square',
      { tile: 32, columns: 64, units: { side: 16, subgroupSize: 8 } },
    ],
    [
      'squares do not divide the width',
      { tile: 32, columns: 36, whole: true, units: { side: 8, subgroupSize: 36 } },
    ],
    ['subgroups would share a row unevenly', { tile: 32, columns: 96, whole: true, units: apple }],
    ['memory is too small', { tile: 64, columns: 64, units: apple, workgroupBytes: 16384 }],
  ])('do without where %s', (_, c) => {
    expect(divide(c).blocks).toBeNull();
  });
});
