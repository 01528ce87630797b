/** What lies in the object stores of sets, and the checks that it passes on the way out. */
import * as v from 'valibot';
import { countOrZero, floats, type DataOf } from '../schema/pieces';
import { storedAs } from '../schema/stored';
import { createTask, levelCount } from '../tasks';
import { measureSummary, type DifficultyMeasure } from '../trajectories/difficulty';
import { setRecord } from '../runtime/stores/sets';
import {
  joinTables,
  trajectoryTable,
  type TokenColumn,
  type TrajectoryTable,
} from '../trajectories/table';
import type { TableDamage } from '../words/en/storage-errors';
import { recordChecks } from './record-checks';

const storedSet = v.object({
  ...setRecord.entries,
  /** When it was taken out of the list; null while it is in it. Milliseconds since 1970. */
  deletedAt: v.nullable(v.number()),
});

/** A record of `sets`. */
export interface StoredSet extends DataOf<typeof storedSet> {}

const storedChunk = v.object({
  setId: v.string(),
  /** Place of its first row in the set. */
  first: countOrZero,
  table: trajectoryTable,
});

/** A record of `setChunks`. */
export type StoredSetChunk = Readonly<v.InferOutput<typeof storedChunk>>;

const storedMeasure = v.object({ ...measureSummary.entries, setId: v.string(), values: floats });

/** A record of `setMeasures`. */
export interface StoredMeasure extends DataOf<typeof storedMeasure> {}

const SET = storedAs('set', storedSet);
const CHUNK = storedAs('set-chunk', storedChunk);
const MEASURE = storedAs('set-measure', storedMeasure);

const { damaged, check } = recordChecks('Delete the set.');

/** Reads a record of `sets`; throws `storage/damaged`. */
export function parseSet(value: unknown, id: string): StoredSet {
  const what = `Trajectory set ${id}`;
  const set = check(SET, value, what);
  if (set.id !== id) throw damaged(what, { because: 'owner', kind: 'set', id: set.id });
  return set;
}

/** Reads chunks that follow one another from row `first` on; throws `storage/damaged` where one is missing. */
export function parseChunks(
  values: readonly unknown[],
  set: StoredSet,
  first: number,
): TrajectoryTable {
  const what = `Trajectory set "${set.name}"`;
  const vocabulary = createTask(set.task).tokenizer.vocabulary.length;
  let next = first;
  const tables = values.map((value) => {
    const chunk = check(CHUNK, value, what);
    const damage = tableDamage(chunk.table, { vocabulary, levels: levelCount(set.task) });
    if (damage !== null) throw damaged(what, { because: 'chunk', row: chunk.first, damage });
    if (chunk.first !== next) throw damaged(what, { because: 'rows-missing', from: next });
    next += chunk.table.rows;
    return chunk.table;
  });
  return joinTables(tables);
}

/** Throws unless all rows of the set are there. */
export function checkComplete({ rows }: TrajectoryTable, { name, statistics }: StoredSet): void {
  if (rows === statistics.size) return;
  throw damaged(`Trajectory set "${name}"`, {
    because: 'incomplete',
    kind: 'trajectories',
    there: rows,
    of: statistics.size,
  });
}

/** Reads a record of `setMeasures`. */
export function parseMeasure(value: unknown, { name, statistics }: StoredSet): DifficultyMeasure {
  const what = `A measure of trajectory set "${name}"`;
  const { setId: _setId, ...measure } = check(MEASURE, value, what);
  if (measure.values.length === statistics.size) return measure;
  throw damaged(what, {
    because: 'measure-size',
    numbers: measure.values.length,
    trajectories: statistics.size,
  });
}

function tableDamage(
  table: TrajectoryTable,
  { vocabulary, levels }: { vocabulary: number; levels: number },
): TableDamage | null {
  const { rows } = table;
  const columns: [string, { length: number }][] = [
    ['levels', table.levels],
    ['answers', table.answers],
    ...Object.entries(table.extras),
  ];
  for (const [name, column] of columns) {
    if (column.length !== rows) {
      return { because: 'entries', column: name, entries: column.length, rows };
    }
  }
  const badLevel = table.levels.find((level) => level >= levels);
  if (badLevel !== undefined) return { because: 'level', level: badLevel, levels };
  return (
    tokensDamage(table.prompts, rows, vocabulary) ??
    tokensDamage(table.completions, rows, vocabulary)
  );
}

function tokensDamage(
  { ids, offsets }: TokenColumn,
  rows: number,
  vocabulary: number,
): TableDamage | null {
  const isAscending = offsets.every((offset, i) => i === 0 || offset >= offsets[i - 1]!);
  if (offsets.length !== rows + 1 || offsets[0] !== 0 || !isAscending) {
    return { because: 'offsets', tokens: ids.length, rows };
  }
  if (offsets[rows] !== ids.length) {
    return { because: 'tokens', tokens: ids.length, end: offsets[rows]! };
  }
  const bad = ids.find((id) => id >= vocabulary);
  return bad === undefined ? null : { because: 'token', token: bad, vocabulary };
}
