/** A connection to the database that opens when it is needed, and transactions that do all or nothing. */
import type { StoreNames } from 'idb';
import { openDatabase, type LabDatabase, type LabSchema, type LabTransaction } from './database';
import { storageErrorFrom } from './storage-error';

/** What a store needs of its surroundings; the defaults are the browser's. */
export interface StoreOptions {
  /** The database's name. */
  readonly name?: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

type Names = readonly StoreNames<LabSchema>[];

export class DatabaseConnection {
  readonly #name: string;
  #database: Promise<LabDatabase> | null = null;

  constructor(name = 'plasticity-lab') {
    this.#name = name;
  }

  async read<const Stores extends Names, T>(
    stores: Stores,
    action: (tx: LabTransaction<'readonly', Stores>) => Promise<T>,
  ): Promise<T> {
    const database = await this.#open();
    return finish(database.transaction(stores, 'readonly'), action);
  }

  async write<const Stores extends Names, T>(
    stores: Stores,
    action: (tx: LabTransaction<'readwrite', Stores>) => Promise<T>,
  ): Promise<T> {
    const database = await this.#open();
    return finish(database.transaction(stores, 'readwrite'), action);
  }

  /** Closes the database; the next call opens it again. */
  async close(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    (await database?.catch(() => null))?.close();
  }

  #open(): Promise<LabDatabase> {
    const forget = (): void => {
      this.#database = null;
    };
    this.#database ??= openDatabase({ name: this.#name, onClosed: forget }).catch((error) => {
      forget();
      throw error;
    });
    return this.#database;
  }
}

/** Carries a transaction to its end; where anything fails, nothing of it remains. */
async function finish<Tx extends { readonly done: Promise<void>; abort(): void }, T>(
  tx: Tx,
  action: (tx: Tx) => Promise<T>,
): Promise<T> {
  try {
    const [result] = await Promise.all([action(tx), tx.done]);
    return result;
  } catch (error) {
    try {
      tx.abort();
    } catch {
      // It has ended already.
    }
    throw storageErrorFrom(error);
  }
}
