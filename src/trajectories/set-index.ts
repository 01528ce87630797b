/**
 * A set laid open to be looked at: which trajectories pass a search and filters, how they are spread
 * over levels, lengths and difficulties, and each of them as text with the verifier's word on it.
 */
import type { Task } from '../tasks';
import { judgeRow } from './judge';
import { tokensOf, type ExtraValue, type TrajectoryTable } from './table';

/** What a set is spread over. */
export type Dimension = 'level' | 'length' | 'difficulty';

/** First and last bin of a part of a histogram, both included. */
export type BinRange = readonly [first: number, last: number];

export const VERDICTS = ['right', 'wrong', 'no answer'] as const;
export type RowVerdict = (typeof VERDICTS)[number];

export interface SetFilter {
  /** Text that prompt or completion must hold; empty for all. */
  readonly search: string;
  /** null for all. */
  readonly verdict: RowVerdict | null;
  readonly ranges: Readonly<Record<Dimension, BinRange | null>>;
  readonly order: SetOrder;
}

export interface SetOrder {
  readonly by: 'row' | Dimension;
  readonly isDescending: boolean;
}

export const NO_FILTER: SetFilter = {
  search: '',
  verdict: null,
  ranges: { level: null, length: null, difficulty: null },
  order: { by: 'row', isDescending: false },
};

/** How bins cut a dimension: bin b holds from + b · width up to the next. */
interface Bins {
  readonly count: number;
  readonly from: number;
  readonly width: number;
  /** Whether a bin holds whole numbers. */
  readonly isWhole: boolean;
}

export interface Histogram extends Bins {
  readonly dimension: Dimension;
  /** Trajectories of the set in each bin. */
  readonly all: readonly number[];
  /** Those that pass the search and all filters but this dimension's own. */
  readonly kept: readonly number[];
}

export interface SetQueryResult {
  /** Trajectories that pass everything. */
  readonly count: number;
  readonly histograms: readonly Histogram[];
}

/** A trajectory as text. */
export interface TrajectoryView {
  /** Its place in the set, from 0. */
  readonly row: number;
  readonly level: number;
  readonly prompt: string;
  /** Without the end token. */
  readonly completion: string;
  /** The right answer, and the one that the completion gives; null where it gives none. */
  readonly answer: string;
  readonly given: string | null;
  readonly verdict: RowVerdict;
  /** Tokens of the completion, the end token included. */
  readonly length: number;
  /** null where it is not measured. */
  readonly difficulty: number | null;
  readonly extras: Readonly<Record<string, ExtraValue>>;
}

interface Column {
  readonly bins: Bins;
  readonly values: ArrayLike<number>;
  readonly binOf: Uint8Array;
  readonly all: readonly number[];
}

const MOST_LENGTH_BINS = 40;
const DIFFICULTY_BINS = 20;

export class SetIndex {
  readonly #task: Task;
  readonly #table: TrajectoryTable;
  readonly #difficulty: Float32Array | null;
  readonly #verdicts: Uint8Array;
  readonly #columns = new Map<Dimension, Column>();
  #rows: Uint32Array;

  /** @param difficulty a measure of each trajectory; [rows] */
  constructor(task: Task, table: TrajectoryTable, difficulty: Float32Array | null) {
    this.#task = task;
    this.#table = table;
    this.#difficulty = difficulty;
    this.#verdicts = Uint8Array.from({ length: table.rows }, (_, row) => {
      const { correct, wellFormed } = judgeRow(task, table, row);
      return VERDICTS.indexOf(correct ? 'right' : wellFormed ? 'wrong' : 'no answer');
    });
    const lengths = Uint16Array.from(
      { length: table.rows },
      (_, row) => tokensOf(table.completions, row).length,
    );
    const levels = { count: task.levels.length, from: 0, width: 1, isWhole: true };
    this.#columns.set('level', columnOf(table.levels, levels));
    this.#columns.set('length', columnOf(lengths, wholeBins(lengths)));
    if (difficulty) this.#columns.set('difficulty', columnOf(difficulty, shareBins(difficulty)));
    this.#rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  }

  /** Finds what passes; `view` then shows it in the wanted order. */
  query(filter: SetFilter): SetQueryResult {
    const columns = [...this.#columns];
    const kept = new Map(
      columns.map(([name, { bins }]) => [name, Array<number>(bins.count).fill(0)]),
    );
    const passing: number[] = [];
    const found = this.#finder(filter.search);
    const verdict = filter.verdict === null ? -1 : VERDICTS.indexOf(filter.verdict);
    for (let row = 0; row < this.#table.rows; row++) {
      if ((verdict >= 0 && this.#verdicts[row] !== verdict) || !found(row)) continue;
      // A row counts in a dimension's histogram if no other dimension leaves it out.
      const outside = columns.filter(([name, { binOf }]) => {
        const range = filter.ranges[name];
        return range !== null && (binOf[row]! < range[0] || binOf[row]! > range[1]);
      });
      if (outside.length === 0) passing.push(row);
      for (const [name, { binOf }] of columns) {
        const isOnlyOne = outside.length === 1 && outside[0]![0] === name;
        if (outside.length === 0 || isOnlyOne) kept.get(name)![binOf[row]!]! += 1;
      }
    }
    this.#rows = this.#sorted(Uint32Array.from(passing), filter.order);
    return {
      count: passing.length,
      histograms: columns.map(([dimension, { bins, all }]) => ({
        dimension,
        ...bins,
        all,
        kept: kept.get(dimension)!,
      })),
    };
  }

  /** What stands at the places `from` … `to` − 1 of the last query. */
  view(from: number, to: number): TrajectoryView[] {
    return Array.from(this.#rows.subarray(from, to), (row) => this.#viewOf(row));
  }

  #viewOf(row: number): TrajectoryView {
    const { prompts, completions, levels, answers, extras } = this.#table;
    const { tokenizer } = this.#task;
    const completion = tokensOf(completions, row);
    const held = Object.entries(extras).map(([name, values]) => [name, values[row]] as const);
    return {
      row,
      level: levels[row]!,
      prompt: tokenizer.decode(tokensOf(prompts, row)),
      completion: tokenizer.decode(completion.subarray(0, -1)),
      answer: answers[row]!,
      given: judgeRow(this.#task, this.#table, row).answer,
      verdict: VERDICTS[this.#verdicts[row]!]!,
      length: completion.length,
      difficulty: this.#difficulty?.[row] ?? null,
      extras: Object.fromEntries(held.filter(([, value]) => value !== undefined)),
    };
  }

  #finder(search: string): (row: number) => boolean {
    if (search === '') return () => true;
    const { prompts, completions } = this.#table;
    const { tokenizer } = this.#task;
    const wanted = search.toLowerCase();
    return (row) =>
      [prompts, completions].some((column) =>
        tokenizer.decode(tokensOf(column, row)).toLowerCase().includes(wanted),
      );
  }

  #sorted(rows: Uint32Array, { by, isDescending }: SetOrder): Uint32Array {
    const values = by === 'row' ? null : this.#columns.get(by)?.values;
    const sign = isDescending ? -1 : 1;
    return rows.sort((a, b) => sign * (values ? values[a]! - values[b]! : a - b) || a - b);
  }
}

function columnOf(values: ArrayLike<number>, bins: Bins): Column {
  const { count, from, width } = bins;
  const all = Array<number>(count).fill(0);
  const binOf = Uint8Array.from(values, (value) => {
    // Divisions that end just below a border belong above it.
    const bin = Math.floor((value - from) / width + 1e-9);
    return Math.min(count - 1, Math.max(0, bin));
  });
  for (const bin of binOf) all[bin]! += 1;
  return { bins, values, binOf, all };
}

function limits(values: ArrayLike<number>): { least: number; most: number } {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) {
    least = Math.min(least, values[i]!);
    most = Math.max(most, values[i]!);
  }
  return values.length === 0 ? { least: 0, most: 0 } : { least, most };
}

function wholeBins(values: ArrayLike<number>): Bins {
  const { least, most } = limits(values);
  const width = Math.ceil((most - least + 1) / MOST_LENGTH_BINS);
  return { count: Math.ceil((most - least + 1) / width), from: least, width, isWhole: true };
}

/** From 0 to 1 for shares; a loss may be larger. */
function shareBins(values: ArrayLike<number>): Bins {
  const { most } = limits(values);
  const end = most <= 1 ? 1 : most;
  return { count: DIFFICULTY_BINS, from: 0, width: end / DIFFICULTY_BINS, isWhole: false };
}
