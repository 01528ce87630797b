/**
 * Trajectory sets in IndexedDB. A set is stored in one transaction, so a making or an import that is
 * cancelled, or that finds the disk full, leaves nothing. Its record lies apart from its
 * trajectories, which lie in chunks: a list reads records alone, and a table of 100,000 rows the
 * chunk that is looked at.
 */
import { v4 as uuid } from 'uuid';
import { LabError } from '../errors';
import { stamped } from '../schema/upgrades';
import type { DifficultyMeasure } from '../trajectories/difficulty';
import type { MeasureSummary } from '../trajectories/difficulty';
import type { DamagedSet, SetDraft, SetRecord, SetStore } from '../runtime/stores/sets';
import {
  chunksOf,
  selectTableRows,
  type TokenColumn,
  type TrajectoryTable,
} from '../trajectories/table';
import { DatabaseConnection, type StoreOptions } from './connection';
import { ownBuffer } from './own-buffers';
import { SET_STORES, type LabTransaction } from './database';
import { storageUsage } from './quota';
import {
  checkComplete,
  parseChunks,
  parseMeasure,
  parseSet,
  type StoredMeasure,
  type StoredSet,
  type StoredSetChunk,
} from './set-records';
import { readAll } from './read-all';

type Reading = LabTransaction<'readonly', typeof SET_STORES>;
type Writing = LabTransaction<'readwrite', typeof SET_STORES>;

/** Everything of one set in `setChunks` or `setMeasures`: arrays sort after numbers and strings. */
function keysOf(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
}

async function storedSet(tx: Reading | Writing, id: string): Promise<StoredSet> {
  const value = await tx.objectStore('sets').get(id);
  if (value !== undefined) return parseSet(value, id);
  throw new LabError('storage/missing', { what: 'trajectory set', id });
}

function shown({ deletedAt: _deletedAt, ...record }: StoredSet): SetRecord {
  return record;
}

function checkName(name: string): string {
  if (name.trim() !== '') return name.trim();
  throw new LabError('storage/no-name');
}

/** Chunks of the size in which sets are stored and read, with buffers of their own. */
function* storedChunks(setId: string, tables: readonly TrajectoryTable[]) {
  const ownTokens = ({ ids, offsets }: TokenColumn): TokenColumn => ({
    ids: ownBuffer(ids),
    offsets: ownBuffer(offsets),
  });
  let first = 0;
  for (const whole of tables) {
    for (const table of chunksOf(whole)) {
      const chunk: StoredSetChunk = {
        setId,
        first,
        table: {
          ...table,
          prompts: ownTokens(table.prompts),
          completions: ownTokens(table.completions),
          levels: ownBuffer(table.levels),
        },
      };
      first += table.rows;
      yield chunk;
    }
  }
}

function summaryOf({ values: _values, ...summary }: DifficultyMeasure): MeasureSummary {
  return summary;
}

/** Throws unless there is a number for each trajectory. */
function checkMeasure({ values }: DifficultyMeasure, { name, statistics }: SetDraft): void {
  if (values.length === statistics.size) return;
  throw new LabError('storage/short-measure', {
    set: name,
    has: values.length,
    size: statistics.size,
  });
}

export class IndexedDbSetStore implements SetStore {
  readonly #connection: DatabaseConnection;
  readonly #now: () => number;

  constructor(options: StoreOptions = {}) {
    this.#connection = new DatabaseConnection(options.name);
    this.#now = options.now ?? Date.now;
  }

  async createSet(
    draft: SetDraft,
    tables: readonly TrajectoryTable[],
    measures: readonly DifficultyMeasure[] = [],
  ): Promise<SetRecord> {
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    if (rows === 0 || rows !== draft.statistics.size) {
      throw new LabError('storage/set-size', { rows, counted: draft.statistics.size });
    }
    for (const measure of measures) checkMeasure(measure, draft);
    const stored: StoredSet = {
      ...draft,
      name: checkName(draft.name),
      id: uuid(),
      createdAt: this.#now(),
      measures: measures.map(summaryOf),
      deletedAt: null,
    };
    await this.#write(async (tx) => {
      await tx.objectStore('sets').add(stamped(stored));
      for (const chunk of storedChunks(stored.id, tables)) {
        await tx.objectStore('setChunks').add(stamped(chunk));
      }
      for (const measure of measures) await putMeasure(tx, stored.id, measure);
    });
    return shown(stored);
  }

  async listSets(): Promise<SetRecord[]> {
    const { sets } = await this.#read(readAllSets);
    return sets
      .filter(({ deletedAt }) => deletedAt === null)
      .map(shown)
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  async listDamaged(): Promise<DamagedSet[]> {
    return (await this.#read(readAllSets)).damaged;
  }

  async readRecord(id: string): Promise<SetRecord> {
    return shown(await this.#read((tx) => storedSet(tx, id)));
  }

  async readTable(id: string): Promise<TrajectoryTable> {
    return this.#read(async (tx) => {
      const set = await storedSet(tx, id);
      const table = parseChunks(await tx.objectStore('setChunks').getAll(keysOf(id)), set, 0);
      checkComplete(table, set);
      return table;
    });
  }

  async readRows(id: string, from: number, to: number): Promise<TrajectoryTable> {
    return this.#read(async (tx) => {
      const set = await storedSet(tx, id);
      const { size } = set.statistics;
      if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > size || from >= to) {
        throw new LabError('storage/rows', { from, to, set: set.name, size });
      }
      const chunks = tx.objectStore('setChunks');
      // The chunk that holds row `from` may begin before it.
      const before = IDBKeyRange.bound([id], [id, from]);
      const first = (await chunks.openKeyCursor(before, 'prev'))?.primaryKey[1] ?? 0;
      const values = await chunks.getAll(IDBKeyRange.bound([id, first], [id, to], false, true));
      const table = parseChunks(values, set, first);
      if (first + table.rows < to) {
        throw new LabError('storage/short-set', { set: set.name, from: first + table.rows });
      }
      const length = to - from;
      return selectTableRows(
        table,
        Array.from({ length }, (_, i) => from - first + i),
      );
    });
  }

  renameSet(id: string, name: string): Promise<SetRecord> {
    return this.#patch(id, () => ({ name: checkName(name) }));
  }

  async deleteSet(id: string): Promise<void> {
    const deletedAt = this.#now();
    await this.#write(async (tx) => {
      // By its key alone: a damaged set can be deleted too, and there is nothing to restore of it.
      if ((await tx.objectStore('sets').getKey(id)) === undefined) await storedSet(tx, id);
      const value = await tx.objectStore('sets').get(id);
      const set = readable(value, id);
      if (set) await tx.objectStore('sets').put(stamped({ ...set, deletedAt }));
      else await eraseSet(tx, id);
    });
  }

  restoreSet(id: string): Promise<SetRecord> {
    return this.#patch(id, () => ({ deletedAt: null }));
  }

  async purgeDeleted(before = Infinity): Promise<number> {
    return this.#write(async (tx) => {
      const { sets } = await readAllSets(tx);
      const deleted = sets.filter(({ deletedAt }) => deletedAt !== null && deletedAt < before);
      for (const { id } of deleted) await eraseSet(tx, id);
      return deleted.length;
    });
  }

  async saveMeasure(id: string, measure: DifficultyMeasure): Promise<SetRecord> {
    return this.#patch(id, async (set, tx) => {
      checkMeasure(measure, set);
      await putMeasure(tx, id, measure);
      const others = set.measures.filter((other) => other.id !== measure.id);
      return { measures: [...others, summaryOf(measure)] };
    });
  }

  async readMeasure(id: string, measureId: string): Promise<DifficultyMeasure> {
    return this.#read(async (tx) => {
      const set = await storedSet(tx, id);
      const value = await tx.objectStore('setMeasures').get([id, measureId]);
      if (value !== undefined) return parseMeasure(value, set);
      throw new LabError('storage/no-measure', { set: set.name, measure: measureId });
    });
  }

  usage(): Promise<{ used: number; quota: number } | null> {
    return storageUsage();
  }

  /** Closes the database; the next call opens it again. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  async #patch(
    id: string,
    change: (set: StoredSet, tx: Writing) => Partial<StoredSet> | Promise<Partial<StoredSet>>,
  ): Promise<SetRecord> {
    return this.#write(async (tx) => {
      const set = await storedSet(tx, id);
      const changed = { ...set, ...(await change(set, tx)) };
      await tx.objectStore('sets').put(stamped(changed));
      return shown(changed);
    });
  }

  #read<T>(action: (tx: Reading) => Promise<T>): Promise<T> {
    return this.#connection.read(SET_STORES, action);
  }

  #write<T>(action: (tx: Writing) => Promise<T>): Promise<T> {
    return this.#connection.write(SET_STORES, action);
  }
}

async function putMeasure(tx: Writing, setId: string, measure: DifficultyMeasure): Promise<void> {
  const stored: StoredMeasure = { ...measure, setId, values: ownBuffer(measure.values) };
  await tx.objectStore('setMeasures').put(stamped(stored));
}

async function eraseSet(tx: Writing, id: string): Promise<void> {
  await tx.objectStore('sets').delete(id);
  await tx.objectStore('setChunks').delete(keysOf(id));
  await tx.objectStore('setMeasures').delete(keysOf(id));
}

function readable(value: unknown, id: string): StoredSet | null {
  try {
    return parseSet(value, id);
  } catch {
    return null;
  }
}

async function readAllSets(
  tx: Reading | Writing,
): Promise<{ sets: StoredSet[]; damaged: DamagedSet[] }> {
  const { records, damaged } = await readAll(tx.objectStore('sets'), parseSet);
  return { sets: records, damaged };
}
