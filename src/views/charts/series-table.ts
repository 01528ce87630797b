/** Measurements in columns that grow at their end: what a chart draws, a table lists, a CSV holds. */
import type { Position } from '../../training/events';

/** Most rows that are given to a chart: more would only overlap on the screen. */
const SHOWN_ROWS = 3000;

export type Cell = number | null;

export class SeriesTable<K extends string = string> {
  readonly keys: readonly K[];
  readonly #positions: Position[] = [];
  readonly #columns: ReadonlyMap<K, Cell[]>;
  readonly #sparse: ReadonlySet<K>;

  /** `sparse` columns have few values; a row with one of them is never thinned out. */
  constructor(keys: readonly K[], { sparse = [] }: { sparse?: readonly K[] } = {}) {
    this.keys = keys;
    this.#columns = new Map(keys.map((key) => [key, []]));
    this.#sparse = new Set(sparse);
  }

  get length(): number {
    return this.#positions.length;
  }

  column(key: K): readonly Cell[] {
    return this.#columns.get(key)!;
  }

  positionAt(row: number): Position {
    return this.#positions[row]!;
  }

  /** The newest value of a column that is not empty, looking back from `row`. */
  lastValue(key: K, row = this.length - 1): Cell {
    return this.column(key)[this.#lastRow(key, row)] ?? null;
  }

  #lastRow(key: K, from: number): number {
    const column = this.column(key);
    let row = from;
    while (row >= 0 && column[row] === null) row--;
    return row;
  }

  /** Adds values at a position; those at the newest row's compute join that row. */
  add({ stage, step, compute }: Position, values: Partial<Record<K, Cell>>): void {
    const isNew = this.length === 0 || this.#positions.at(-1)!.compute !== compute;
    if (isNew) this.#positions.push({ stage, step, compute });
    for (const [key, column] of this.#columns) {
      const value = values[key];
      if (isNew) column.push(value ?? null);
      else if (value !== undefined) column[column.length - 1] = value;
    }
  }

  clear(): void {
    this.#positions.length = 0;
    for (const column of this.#columns.values()) column.length = 0;
  }

  /** Row whose compute is nearest to `compute`; −1 where there is none. */
  nearestRow(compute: number): number {
    let [low, high] = [0, this.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#positions[middle]!.compute < compute) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return this.length - 1 < 0 ? -1 : 0;
    const before = compute - this.#positions[low - 1]!.compute;
    return before < this.#positions[low]!.compute - compute ? low - 1 : low;
  }

  #shownRows(): number[] {
    const stride = Math.ceil(this.length / SHOWN_ROWS);
    const rows: number[] = [];
    const sparse = [...this.#sparse].map((key) => this.column(key));
    for (let row = 0; row < this.length; row++) {
      const kept = row % stride === 0 || row === this.length - 1;
      if (kept || sparse.some((column) => column[row] !== null)) rows.push(row);
    }
    return rows;
  }

  /** Compute and the columns, in the order of `keys`, thinned to what a screen can show. */
  shown(keys: readonly K[]): { compute: number[]; columns: Cell[][] } {
    const rows = this.#shownRows();
    return {
      compute: rows.map((row) => this.#positions[row]!.compute),
      columns: keys.map((key) => rows.map((row) => this.column(key)[row] ?? null)),
    };
  }

  /**
   * All rows as comma-separated values with a header; an empty cell is a missing value. `axis` names
   * the horizontal axis where it is not a run's compute, step by step.
   */
  toCsv(axis?: string): string {
    const head = axis === undefined ? ['stage', 'step', 'compute_flops'] : [axis];
    const lines = [[...head, ...this.keys].join(',')];
    this.#positions.forEach(({ stage, step, compute }, row) => {
      const place = axis === undefined ? [stage, step, compute] : [compute];
      const cells = this.keys.map((key) => this.column(key)[row] ?? '');
      lines.push([...place, ...cells].join(','));
    });
    return `${lines.join('\n')}\n`;
  }
}
