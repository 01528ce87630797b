/**
 * Runs in IndexedDB. Each method is one transaction, so it does all of its work or none. Every write
 * opens all object stores of runs: the database runs such transactions one after the other, whichever tab
 * they come from, so there is one writer at a time.
 */
import { v4 as uuid } from 'uuid';
import { LabError } from '../errors';
import type {
  CheckpointSlot,
  DamagedRun,
  RunPatch,
  RunRecord,
  RunStore,
  StoredCheckpoint,
  TimedEvent,
} from '../runtime/stores/runs';
import { stamped } from '../schema/upgrades';
import type { RunConfig } from '../training/configuration/run-config';
import { DatabaseConnection, type StoreOptions } from './connection';
import { RUN_STORES, type LabTransaction } from './database';
import { ownCheckpoint } from './own-buffers';
import { storageUsage } from './quota';
import {
  joinChunks,
  parseCheckpoint,
  parseChunk,
  parseRun,
  type CheckpointRecord,
  type StoredChunk,
  type StoredRun,
} from './records';
import { liveRuns } from './run-lock';
import { readAll } from './read-all';

export interface RunStoreOptions extends StoreOptions {
  /** The ids of the runs that are being trained somewhere. */
  readonly liveRuns?: () => Promise<ReadonlySet<string>>;
}

type Reading = LabTransaction<'readonly', typeof RUN_STORES>;
type Writing = LabTransaction<'readwrite', typeof RUN_STORES>;

/** Everything of one run in `events` or `checkpoints`: arrays sort after numbers and strings. */
function keysOf(id: string, from?: number): IDBKeyRange {
  return IDBKeyRange.bound(from === undefined ? [id] : [id, from], [id, []]);
}

async function storedRun(tx: Reading | Writing, id: string): Promise<StoredRun> {
  const value = await tx.objectStore('runs').get(id);
  if (value !== undefined) return parseRun(value, id);
  throw new LabError('storage/missing', { what: 'run', id });
}

/** As others see the run: one that was live in a tab that is gone is interrupted. */
function shown({ eventCount, ...run }: StoredRun, live: ReadonlySet<string>): RunRecord {
  const wasLive = run.status === 'idle' || run.status === 'running' || run.status === 'paused';
  return wasLive && !live.has(run.id) ? { ...run, status: 'interrupted' } : run;
}

export class IndexedDbRunStore implements RunStore {
  readonly #connection: DatabaseConnection;
  readonly #liveRuns: () => Promise<ReadonlySet<string>>;
  readonly #now: () => number;

  constructor(options: RunStoreOptions = {}) {
    this.#connection = new DatabaseConnection(options.name);
    this.#liveRuns = options.liveRuns ?? liveRuns;
    this.#now = options.now ?? Date.now;
  }

  async createRun(config: RunConfig): Promise<RunRecord> {
    const now = this.#now();
    const record: RunRecord = {
      id: uuid(),
      config,
      status: 'idle',
      createdAt: now,
      updatedAt: now,
      engine: null,
      seconds: 0,
      summary: null,
      failure: null,
    };
    const stored: StoredRun = { ...record, eventCount: 0 };
    await this.#write((tx) => tx.objectStore('runs').add(stamped(stored)));
    return record;
  }

  async listRuns(): Promise<RunRecord[]> {
    const { live, value } = await this.#readWithLive(readAllRuns);
    return value.runs
      .map((run) => shown(run, live))
      .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  async listDamaged(): Promise<DamagedRun[]> {
    return (await this.#read(readAllRuns)).damaged;
  }

  async readRun(id: string): Promise<{ record: RunRecord; events: TimedEvent[] }> {
    const { live, value } = await this.#readWithLive(async (tx) => {
      const run = await storedRun(tx, id);
      const chunks = await tx.objectStore('events').getAll(keysOf(id));
      return {
        run,
        events: joinChunks(
          chunks.map((chunk) => parseChunk(chunk, id)),
          run,
        ),
      };
    });
    return { record: shown(value.run, live), events: value.events };
  }

  async updateRun(id: string, patch: RunPatch): Promise<RunRecord> {
    const updated = await this.#write((tx) => this.#patch(tx, id, patch));
    return shown(updated, await this.#liveRuns());
  }

  async appendEvents(id: string, events: readonly TimedEvent[]): Promise<void> {
    const seconds = events.at(-1)?.seconds;
    if (seconds === undefined) return;
    await this.#write(async (tx) => {
      const { eventCount: first } = await storedRun(tx, id);
      const chunk: StoredChunk = { runId: id, first, events };
      await tx.objectStore('events').add(stamped(chunk));
      await this.#patch(tx, id, { seconds, eventCount: first + events.length });
    });
  }

  async saveCheckpoint(
    id: string,
    slots: readonly CheckpointSlot[],
    stored: StoredCheckpoint,
  ): Promise<void> {
    const checkpoint = ownCheckpoint(stored.checkpoint);
    await this.#write(async (tx) => {
      await this.#patch(tx, id, {});
      for (const slot of slots) {
        const record: CheckpointRecord = { ...stored, runId: id, slot, checkpoint };
        await tx.objectStore('checkpoints').put(stamped(record));
      }
    });
  }

  async readCheckpoint(id: string, slot: CheckpointSlot): Promise<StoredCheckpoint | null> {
    return this.#read(async (tx) => {
      const run = await storedRun(tx, id);
      const value = await tx.objectStore('checkpoints').get([id, slot]);
      return value === undefined ? null : parseCheckpoint(value, run);
    });
  }

  async truncateEvents(id: string, eventCount: number): Promise<void> {
    await this.#write(async (tx) => {
      const run = await storedRun(tx, id);
      if (!Number.isInteger(eventCount) || eventCount < 0 || eventCount > run.eventCount) {
        throw new LabError('storage/short-log', {
          run: id,
          has: run.eventCount,
          asked: eventCount,
        });
      }
      const events = tx.objectStore('events');
      // The chunk that holds event `eventCount` may begin before it.
      const before = IDBKeyRange.bound([id], [id, eventCount], false, true);
      const last = await events.openCursor(before, 'prev');
      if (last) {
        const chunk = parseChunk(last.value, id);
        await last.update(
          stamped({ ...chunk, events: chunk.events.slice(0, eventCount - chunk.first) }),
        );
      }
      await events.delete(keysOf(id, eventCount));
      await this.#patch(tx, id, { eventCount });
    });
  }

  async deleteRun(id: string): Promise<void> {
    if ((await this.#liveRuns()).has(id)) {
      throw new LabError('storage/live');
    }
    await this.#write(async (tx) => {
      // By its key alone: a damaged run can be deleted too.
      if ((await tx.objectStore('runs').getKey(id)) === undefined) await storedRun(tx, id);
      await tx.objectStore('runs').delete(id);
      await tx.objectStore('events').delete(keysOf(id));
      await tx.objectStore('checkpoints').delete(keysOf(id));
    });
  }

  usage(): Promise<{ used: number; quota: number } | null> {
    return storageUsage();
  }

  /** Closes the database; the next call opens it again. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  async #patch(tx: Writing, id: string, patch: Partial<StoredRun>): Promise<StoredRun> {
    const run = { ...(await storedRun(tx, id)), ...patch, updatedAt: this.#now() };
    await tx.objectStore('runs').put(stamped(run));
    return run;
  }

  /**
   * Reads, together with the runs that were live just before or just after: one that started or
   * ended in between is not taken for interrupted.
   */
  async #readWithLive<T>(
    action: (tx: Reading) => Promise<T>,
  ): Promise<{ value: T; live: ReadonlySet<string> }> {
    const before = await this.#liveRuns();
    const value = await this.#read(action);
    return { value, live: new Set([...before, ...(await this.#liveRuns())]) };
  }

  #read<T>(action: (tx: Reading) => Promise<T>): Promise<T> {
    return this.#connection.read(RUN_STORES, action);
  }

  #write<T>(action: (tx: Writing) => Promise<T>): Promise<T> {
    return this.#connection.write(RUN_STORES, action);
  }
}

async function readAllRuns(tx: Reading): Promise<{ runs: StoredRun[]; damaged: DamagedRun[] }> {
  const { records, damaged } = await readAll(tx.objectStore('runs'), parseRun);
  return { runs: records, damaged };
}
