/** The database: its object stores, and how one version becomes the next. */
import {
  openDB,
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  type StoreNames,
} from 'idb';
import { LabError, isLabError } from '../errors';
import { storageErrorFrom } from './storage-error';

/** Values are `unknown`: what is read back is outside data until a schema has passed it. */
export interface LabSchema extends DBSchema {
  /** By run id. */
  runs: { key: string; value: unknown };
  /** Chunks of a run's log, by run id and the index of the chunk's first event. */
  events: { key: [string, number]; value: unknown };
  /** By run id and slot. */
  checkpoints: { key: [string, string]; value: unknown };
  /** What is known about trajectory sets, by set id; small, so that a list reads nothing else. */
  sets: { key: string; value: unknown };
  /** Chunks of a set's trajectories, by set id and the place of the chunk's first row. */
  setChunks: { key: [string, number]; value: unknown };
  /** Numbers measured on a set's trajectories, by set id and measure id. */
  setMeasures: { key: [string, string]; value: unknown };
  /** What is known about studies, by study id. */
  studies: { key: string; value: unknown };
  /** Results, branch points, checkpoints and weights: by study id, kind, job and SFT step. */
  studyWork: { key: [string, string, string, number]; value: unknown };
}

/** Stores of runs, of sets and of studies: writing one does not wait for the others. */
export const RUN_STORES = ['runs', 'events', 'checkpoints'] as const;
export const SET_STORES = ['sets', 'setChunks', 'setMeasures'] as const;

export const STUDY_STORES = ['studies', 'studyWork'] as const;

export type LabDatabase = IDBPDatabase<LabSchema>;
export type LabTransaction<
  Mode extends IDBTransactionMode,
  Names extends readonly StoreNames<LabSchema>[],
> = IDBPTransaction<LabSchema, Names, Mode>;

type Upgrade = IDBPTransaction<LabSchema, StoreNames<LabSchema>[], 'versionchange'>;

/** Takes the database from one version to the next. Awaits nothing but the transaction. */
export type Migration = (database: LabDatabase, upgrade: Upgrade) => void | Promise<void>;

/** Migration n makes version n + 1. A released one is never changed; the next is appended. */
export const MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.createObjectStore('runs', { keyPath: 'id' });
    database.createObjectStore('events', { keyPath: ['runId', 'first'] });
    database.createObjectStore('checkpoints', { keyPath: ['runId', 'slot'] });
  },
  (database) => {
    database.createObjectStore('sets', { keyPath: 'id' });
    database.createObjectStore('setChunks', { keyPath: ['setId', 'first'] });
    database.createObjectStore('setMeasures', { keyPath: ['setId', 'id'] });
  },
  (database) => {
    database.createObjectStore('studies', { keyPath: 'id' });
    database.createObjectStore('studyWork', { keyPath: ['studyId', 'kind', 'job', 'step'] });
  },
];

interface OpenOptions {
  readonly name: string;
  readonly migrations?: readonly Migration[];
  /** The connection is gone: another tab upgrades the database, or the browser closed it. */
  readonly onClosed: () => void;
}

function refused(cause: unknown): LabError {
  return new LabError('storage/refused', {}, { cause });
}

/** Opens the database and brings it up to date; throws an error of `storage` where that is refused. */
export async function openDatabase({
  name,
  migrations = MIGRATIONS,
  onClosed,
}: OpenOptions): Promise<LabDatabase> {
  // Some browsers lack it in private windows, whatever the types say.
  if (!(globalThis.indexedDB as IDBFactory | undefined)) throw refused('no indexedDB');
  return new Promise((resolve, reject) => {
    const opening = Promise.resolve().then(() =>
      openDB<LabSchema>(name, migrations.length, {
        upgrade(database, oldVersion, _newVersion, upgrade) {
          migrate(database, upgrade, migrations.slice(oldVersion)).catch((error: unknown) => {
            reject(storageErrorFrom(error));
            upgrade.done.catch(() => undefined);
            upgrade.abort();
          });
        },
        blocked() {
          reject(new LabError('storage/blocked'));
        },
        blocking(_currentVersion, _blockedVersion, event) {
          // Make way for the newer version; this page reads on after a reload.
          (event.target as IDBDatabase).close();
          onClosed();
        },
        terminated: onClosed,
      }),
    );
    opening.then(resolve, (error: unknown) => reject(openingError(error)));
  });
}

async function migrate(
  database: LabDatabase,
  upgrade: Upgrade,
  migrations: readonly Migration[],
): Promise<void> {
  for (const migration of migrations) await migration(database, upgrade);
}

/** Browsers name their refusals differently; what is not a refusal has a name of its own. */
function openingError(error: unknown): LabError {
  const known = storageErrorFrom(error);
  return isLabError(known, 'storage/failed') ? refused(error) : known;
}
