import { describe, expect, it } from 'vitest';
import { SeriesTable } from '../../../src/views/charts/series-table';

function at(step: number) {
  return { stage: 'sft', step, compute: 10 * step } as const;
}

describe('a table of measurements', () => {
  it('joins values of the same compute in one row', () => {
    const table = new SeriesTable(['a', 'b']);
    table.add(at(1), { a: 1 });
    table.add(at(1), { b: 2 });
    table.add(at(2), { b: 3 });
    expect(table.length).toBe(2);
    expect(table.column('a')).toEqual([1, null]);
    expect(table.column('b')).toEqual([2, 3]);
    expect(table.lastValue('a')).toBe(1);
  });

  it.each([
    [-5, 0],
    [4, 0],
    [6, 1],
    [14, 1],
    [16, 2],
    [99, 2],
  ])('finds the row nearest to compute %d', (compute, row) => {
    const table = new SeriesTable(['a']);
    for (const step of [0, 1, 2]) table.add(at(step), { a: step });
    expect(table.nearestRow(compute)).toBe(row);
  });

  it('has no nearest row while it is empty', () => {
    expect(new SeriesTable(['a']).nearestRow(1)).toBe(-1);
  });

  it('is thinned for the screen, never losing a sparse value or the newest row', () => {
    const table = new SeriesTable(['dense', 'sparse'], { sparse: ['sparse'] });
    const rows = 10_001;
    for (let step = 0; step < rows; step++) table.add(at(step), { dense: step });
    table.add(at(rows), { dense: rows, sparse: 1 });
    for (let step = rows + 1; step < 2 * rows; step++) table.add(at(step), { dense: step });
    const { compute, columns } = table.shown(['dense', 'sparse']);
    expect(compute.length).toBeLessThan(3010);
    expect(compute.at(-1)).toBe(10 * (2 * rows - 1));
    expect(columns[1]!.filter((value) => value !== null)).toEqual([1]);
    expect(table.toCsv().trim().split('\n')).toHaveLength(2 * rows + 1);
  });

  it('writes every row as CSV, a missing value as an empty cell', () => {
    const table = new SeriesTable(['a', 'b']);
    table.add(at(1), { a: 0.5 });
    table.add({ stage: 'rl', step: 1, compute: 20 }, { b: 2 });
    expect(table.toCsv()).toBe('stage,step,compute_flops,a,b\nsft,1,10,0.5,\nrl,1,20,,2\n');
  });
});
