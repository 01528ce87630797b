/**
 * Trajectories in columns, as the library keeps them: token ids end to end without padding, so that
 * 100,000 trajectories are a few typed arrays of some megabytes. A set is one table, or several in
 * turn where it is read or written by the chunk.
 */
import * as v from 'valibot';
import { countOrZero, type DataOf } from '../schema/pieces';

const tokenColumn = v.object({
  ids: v.instance(Uint16Array),
  /** Row r is ids[offsets[r]] … ids[offsets[r + 1] − 1]; [rows + 1], the first is 0. */
  offsets: v.instance(Uint32Array),
});

/** Token ids of all rows end to end. */
export interface TokenColumn extends DataOf<typeof tokenColumn> {}

/** A value that JSON can hold; undefined where a row lacks the column. */
export type ExtraValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly ExtraValue[]
  | { readonly [key: string]: ExtraValue };

/** Columns of a file hold whatever JSON can: they are checked where they are read from one. */
const extraValues = v.custom<readonly ExtraValue[]>(Array.isArray, 'Expected a list');

export const trajectoryTable = v.object({
  rows: countOrZero,
  /** Without padding. */
  prompts: tokenColumn,
  /** Each ends with the task's end token, and has no other. */
  completions: tokenColumn,
  /** From 0. */
  levels: v.instance(Uint8Array),
  answers: v.pipe(v.array(v.string()), v.readonly()),
  /** Columns that came with a file and mean nothing to the lab, [rows] each. */
  extras: v.pipe(v.record(v.string(), extraValues), v.readonly()),
});

// `DataOf` would follow the values of extras without end.
export interface TrajectoryTable extends Readonly<v.InferOutput<typeof trajectoryTable>> {}

/** One trajectory on its way into a table. */
export interface TrajectoryRow {
  readonly prompt: ArrayLike<number>;
  readonly completion: ArrayLike<number>;
  readonly level: number;
  readonly answer: string;
  readonly extras?: Readonly<Record<string, ExtraValue>>;
}

/** Rows in a chunk: about half a megabyte, some milliseconds of work. */
export const CHUNK_ROWS = 4096;

/** The token ids of a row; a view, not a copy. */
export function tokensOf({ ids, offsets }: TokenColumn, row: number): Uint16Array {
  return ids.subarray(offsets[row], offsets[row + 1]);
}

/** A text by which equal sequences of tokens are found. */
export function keyOfTokens(ids: Iterable<number>): string {
  return String.fromCharCode(...ids);
}

/** {@link keyOfTokens} of a row. */
export function keyOf(column: TokenColumn, row: number): string {
  return keyOfTokens(tokensOf(column, row));
}

class TokenColumnBuilder {
  #ids = new Uint16Array(1024);
  #used = 0;
  readonly #offsets: number[] = [0];

  add(ids: ArrayLike<number>): void {
    if (this.#used + ids.length > this.#ids.length) {
      const larger = new Uint16Array(2 * (this.#used + ids.length));
      larger.set(this.#ids);
      this.#ids = larger;
    }
    this.#ids.set(ids, this.#used);
    this.#used += ids.length;
    this.#offsets.push(this.#used);
  }

  column(): TokenColumn {
    return { ids: this.#ids.slice(0, this.#used), offsets: Uint32Array.from(this.#offsets) };
  }
}

/** Gathers rows into a table. */
export class TableBuilder {
  readonly #prompts = new TokenColumnBuilder();
  readonly #completions = new TokenColumnBuilder();
  readonly #levels: number[] = [];
  readonly #answers: string[] = [];
  readonly #extras = new Map<string, ExtraValue[]>();

  get rows(): number {
    return this.#levels.length;
  }

  add({ prompt, completion, level, answer, extras }: TrajectoryRow): void {
    this.#prompts.add(prompt);
    this.#completions.add(completion);
    for (const [name, value] of Object.entries(extras ?? {})) {
      let column = this.#extras.get(name);
      if (!column) this.#extras.set(name, (column = []));
      // Earlier rows may lack the column.
      column.length = this.rows;
      column.push(value);
    }
    this.#levels.push(level);
    this.#answers.push(answer);
  }

  table(): TrajectoryTable {
    const columns = [...this.#extras].map(([name, values]) => [name, padded(values, this.rows)]);
    return {
      rows: this.rows,
      prompts: this.#prompts.column(),
      completions: this.#completions.column(),
      levels: Uint8Array.from(this.#levels),
      answers: this.#answers,
      extras: Object.fromEntries(columns) as TrajectoryTable['extras'],
    };
  }
}

/** Holes would be lost on the way through a database. */
function padded(values: readonly ExtraValue[], rows: number): ExtraValue[] {
  return Array.from({ length: rows }, (_, row) => values[row]);
}

function selectTokens(column: TokenColumn, rows: ArrayLike<number>): TokenColumn {
  const offsets = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) {
    offsets[i + 1] = offsets[i]! + tokensOf(column, rows[i]!).length;
  }
  const ids = new Uint16Array(offsets[rows.length]!);
  for (let i = 0; i < rows.length; i++) ids.set(tokensOf(column, rows[i]!), offsets[i]);
  return { ids, offsets };
}

/** The given rows in the given order, with buffers of their own. */
export function selectTableRows(table: TrajectoryTable, rows: ArrayLike<number>): TrajectoryTable {
  const pick = <T>(values: readonly T[]): T[] => Array.from(rows, (row) => values[row] as T);
  return {
    rows: rows.length,
    prompts: selectTokens(table.prompts, rows),
    completions: selectTokens(table.completions, rows),
    levels: Uint8Array.from(rows, (row) => table.levels[row]!),
    answers: pick(table.answers),
    extras: mapColumns(table.extras, pick),
  };
}

function mapColumns(
  extras: TrajectoryTable['extras'],
  change: (values: readonly ExtraValue[]) => readonly ExtraValue[],
): TrajectoryTable['extras'] {
  return Object.fromEntries(Object.entries(extras).map(([name, values]) => [name, change(values)]));
}

function joinTokens(columns: readonly TokenColumn[]): TokenColumn {
  const rows = columns.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  const ids = new Uint16Array(columns.reduce((sum, column) => sum + column.ids.length, 0));
  const offsets = new Uint32Array(rows + 1);
  let row = 0;
  let used = 0;
  for (const column of columns) {
    ids.set(column.ids, used);
    for (let r = 1; r < column.offsets.length; r++) offsets[++row] = used + column.offsets[r]!;
    used += column.ids.length;
  }
  return { ids, offsets };
}

/** The rows of all tables, one after another. */
export function joinTables(tables: readonly TrajectoryTable[]): TrajectoryTable {
  const names = new Set(tables.flatMap(({ extras }) => Object.keys(extras)));
  const levels = new Uint8Array(tables.reduce((sum, { rows }) => sum + rows, 0));
  let row = 0;
  for (const table of tables) {
    levels.set(table.levels, row);
    row += table.rows;
  }
  const column = (name: string): ExtraValue[] =>
    tables.flatMap(({ extras, rows }) => extras[name] ?? Array<undefined>(rows).fill(undefined));
  return {
    rows: levels.length,
    prompts: joinTokens(tables.map(({ prompts }) => prompts)),
    completions: joinTokens(tables.map(({ completions }) => completions)),
    levels,
    answers: tables.flatMap(({ answers }) => answers),
    extras: Object.fromEntries([...names].map((name) => [name, column(name)])),
  };
}

/** The table cut into chunks of at most `rows` rows; one that is small enough is given as it is. */
export function* chunksOf(table: TrajectoryTable, rows = CHUNK_ROWS): Generator<TrajectoryTable> {
  if (table.rows > 0 && table.rows <= rows) {
    yield table;
    return;
  }
  for (let first = 0; first < table.rows; first += rows) {
    const length = Math.min(rows, table.rows - first);
    yield selectTableRows(
      table,
      Array.from({ length }, (_, i) => first + i),
    );
  }
}

/** Bytes that a table's rows take, about, however they are cut: texts count two per character. */
export function bytesOf(table: TrajectoryTable): number {
  const tokens = [table.prompts, table.completions].reduce(
    (sum, { ids }) => sum + ids.byteLength + Uint32Array.BYTES_PER_ELEMENT * table.rows,
    0,
  );
  const answers = table.answers.reduce((sum, answer) => sum + 2 * answer.length, 0);
  const extras = Object.values(table.extras).reduce(
    (sum, values) => sum + 2 * (JSON.stringify(values)?.length ?? 0),
    0,
  );
  return tokens + table.levels.byteLength + answers + extras;
}
