/** Counts of each step, such as verl's perf/total_num_tokens, as the compute up to it. */
import type { Names } from './columns';
import type { Table } from './table';
import { isWandering, numberIn, numbersOf } from './values';

const COUNT = /tokens|samples|episodes|rollouts|flops?$/i;
const RATE = /per_?(sec|second)|\/s$|tflop|throughput|speed/i;

/** The table with its compute summed up, where that counts single steps; a note says so. */
export function summedUp(given: Table, names: Names): { table: Table; note: readonly string[] } {
  const column = names.compute;
  const numbers = numbersOf(given, column) ?? [];
  const isCount = column !== 'compute' && COUNT.test(column) && !RATE.test(column);
  if (!isCount || !isWandering(numbers)) return { table: given, note: [] };
  const sums = new Map<string, number>();
  const rows = given.rows.map(({ line, cells }) => {
    const key = JSON.stringify([cells.get(names.run), cells.get(names.seed)]);
    const count = numberIn(cells.get(column) ?? '');
    const sum = (sums.get(key) ?? 0) + (Number.isFinite(count) ? count : 0);
    sums.set(key, sum);
    return { line, cells: new Map([...cells, [column, String(sum)]]) };
  });
  const note = `Column "${column}" counts single steps, since it does not rise: it was summed up over the rows.`;
  return { table: { ...given, rows }, note: [note] };
}
