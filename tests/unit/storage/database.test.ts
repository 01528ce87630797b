import 'fake-indexeddb/auto';
import { describe, expect, it, vi } from 'vitest';
import { MIGRATIONS, openDatabase, type Migration } from '../../../src/storage/database';
import { CONFIG, freshName, freshStore, sftLog } from './run-examples';

const onClosed = (): void => {};

/** A next version that renames a status and adds an index. */
const NEXT: Migration = async (_database, upgrade) => {
  const runs = upgrade.objectStore('runs');
  for (const run of (await runs.getAll()) as Record<string, unknown>[]) {
    await runs.put({ ...run, failure: 'migrated' });
  }
};

describe('the database', () => {
  it('begins empty at the newest version', async () => {
    const database = await openDatabase({ name: freshName(), onClosed });
    expect(database.version).toBe(MIGRATIONS.length);
    expect([...database.objectStoreNames]).toEqual([
      'checkpoints',
      'events',
      'runs',
      'setChunks',
      'setMeasures',
      'sets',
      'studies',
      'studyWork',
    ]);
    database.close();
  });

  it('keeps what an older version stored, and takes it forward', async () => {
    const name = freshName();
    const store = freshStore({ name });
    const { id } = await store.createRun(CONFIG);
    await store.appendEvents(id, sftLog(0, 3));
    await store.close();
    const newer = await openDatabase({ name, migrations: [...MIGRATIONS, NEXT], onClosed });
    expect(newer.version).toBe(MIGRATIONS.length + 1);
    expect(await newer.get('runs', id)).toMatchObject({ id, failure: 'migrated', eventCount: 3 });
    expect(await newer.count('events')).toBe(1);
    newer.close();
  });

  it.each([1, 2])('takes version %i to the newest, with its runs', async (version) => {
    const name = freshName();
    const old = await openDatabase({ name, migrations: MIGRATIONS.slice(0, version), onClosed });
    await old.put('runs', { id: 'kept' });
    old.close();
    const newer = await openDatabase({ name, onClosed });
    expect(newer.version).toBe(MIGRATIONS.length);
    expect(await newer.get('runs', 'kept')).toEqual({ id: 'kept' });
    expect([...newer.objectStoreNames]).toEqual(expect.arrayContaining(['studies', 'studyWork']));
    newer.close();
  });

  it('stays at the old version when a migration fails', async () => {
    const name = freshName();
    const store = freshStore({ name });
    const { id } = await store.createRun(CONFIG);
    await store.close();
    const failing: Migration = async (database, upgrade) => {
      await NEXT(database, upgrade);
      throw new Error('this record makes no sense');
    };
    const opening = openDatabase({ name, migrations: [...MIGRATIONS, failing], onClosed });
    await expect(opening).rejects.toThrow(/this record makes no sense/);
    expect((await store.readRun(id)).record.failure).toBeNull();
  });

  it('makes way for a newer version in another tab, which then says what to do', async () => {
    const name = freshName();
    const store = freshStore({ name });
    await store.createRun(CONFIG);
    const newer = await openDatabase({ name, migrations: [...MIGRATIONS, NEXT], onClosed });
    await expect(store.listRuns()).rejects.toMatchObject({ code: 'storage/newer' });
    await expect(store.listRuns()).rejects.toThrow(/reload this page/);
    newer.close();
  });

  it('says which tab to close when an older version holds it', async () => {
    const name = freshName();
    // A tab of another program does not listen, and stays.
    const held = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => MIGRATIONS[0]!(request.result as never, null as never);
      request.onsuccess = () => resolve(request.result);
    });
    const opening = openDatabase({ name, migrations: [...MIGRATIONS, NEXT], onClosed });
    await expect(opening).rejects.toThrow(/close that tab/);
    held.close();
    await vi.waitFor(async () => {
      const versions = (await indexedDB.databases()).find((info) => info.name === name);
      expect(versions?.version).toBe(MIGRATIONS.length + 1);
    });
  });
});
