import 'fake-indexeddb/auto';
import { IDBObjectStore } from 'fake-indexeddb';
import { openDB } from 'idb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureSentence } from '../../../src/sentences';
import { LabError } from '../../../src/errors';
import { IndexedDbSetStore } from '../../../src/storage';
import { MIGRATIONS, openDatabase } from '../../../src/storage/database';
import { digestOf } from '../../../src/trajectories/digest';
import type { DifficultyMeasure } from '../../../src/trajectories/difficulty';
import { statisticsOf } from '../trajectories/statistics-of';
import type { SetDraft } from '../../../src/runtime/stores/sets';
import {
  chunksOf,
  selectTableRows,
  TableBuilder,
  tokensOf,
  type TrajectoryTable,
} from '../../../src/trajectories/table';
import { ARITHMETIC, arithmetic, generated, recipe } from '../trajectories/set-examples';
import { CONFIG, damage, freshName, freshStore, recordCounts, sftLog } from './run-examples';

afterEach(() => vi.restoreAllMocks());

const table = generated(arithmetic, recipe(9000));

function draftOf(of: TrajectoryTable, change: Partial<SetDraft> = {}): SetDraft {
  return {
    name: 'uniform',
    task: ARITHMETIC,
    origin: { kind: 'generated', seed: 0, recipe: recipe(of.rows) },
    statistics: statisticsOf(arithmetic, of),
    digest: digestOf(of),
    extras: Object.keys(of.extras),
    ...change,
  };
}

const draft = draftOf(table);

function measureOf(rows: number, id = 'loss 0123'): DifficultyMeasure {
  const values = Float32Array.from({ length: rows }, (_, row) => row / rows);
  const policy = { name: 'base', digest: '0123456789abcdef' };
  return { id, settings: { kind: 'loss' }, policy, mean: 0.5, values };
}

function freshSets(name = freshName()): IndexedDbSetStore {
  let now = 0;
  return new IndexedDbSetStore({ name, now: () => (now += 1000) });
}

describe('the store of sets', () => {
  it('gives back a set as it was stored, whole and by rows', async () => {
    const store = freshSets();
    const record = await store.createSet(draft, [...chunksOf(table, 700)]);
    expect(record).toMatchObject({ ...draft, createdAt: 1000, measures: [] });
    expect(await store.readRecord(record.id)).toEqual(record);
    expect(await store.readTable(record.id)).toEqual(table);
    for (const [from, to] of [
      [0, 1],
      [4095, 4097],
      [4096, 4200],
      [5000, 9000],
      [8999, 9000],
    ] as const) {
      const rows = Array.from({ length: to - from }, (_, i) => from + i);
      expect(await store.readRows(record.id, from, to)).toEqual(selectTableRows(table, rows));
    }
    await expect(store.readRows(record.id, 8999, 9001)).rejects.toThrow(/rows 0 to 9000/);
  });

  it('keeps columns that came with a file, with their gaps and types', async () => {
    const builder = new TableBuilder();
    const row = { prompt: [8, 12, 3, 13], completion: [14, 4, 15], level: 0, answer: '4' };
    builder.add(row);
    builder.add({ ...row, extras: { id: 7, tags: ['a', { b: null }] } });
    const own = builder.table();
    const store = freshSets();
    const { id, extras } = await store.createSet(draftOf(own), [own]);
    expect(extras).toEqual(['id', 'tags']);
    expect(await store.readTable(id)).toEqual(own);
  });

  it('lists the newest first and reads no trajectory for it', async () => {
    const name = freshName();
    const store = freshSets(name);
    const small = selectTableRows(table, [0, 1, 2]);
    for (const set of ['a', 'b']) await store.createSet(draftOf(small, { name: set }), [small]);
    // Chunks that cannot be read do not matter to a list.
    const database = await openDB(name);
    await database.clear('setChunks');
    database.close();
    const read = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    expect((await store.listSets()).map((set) => set.name)).toEqual(['b', 'a']);
    const stores = read.mock.contexts.map((context) => (context as IDBObjectStore).name);
    expect(stores).toEqual(['sets']);
  });

  it('renames a set, and refuses to take its name away', async () => {
    const store = freshSets();
    const { id } = await store.createSet(draft, [table]);
    expect(await store.renameSet(id, ' medium ')).toMatchObject({ id, name: 'medium' });
    await expect(store.renameSet(id, ' ')).rejects.toThrow(/no name/);
    expect(await store.listSets()).toMatchObject([{ name: 'medium' }]);
  });

  it('takes a deleted set out of the list, restores it whole, and frees it when purged', async () => {
    const name = freshName();
    const store = freshSets(name);
    const kept = await store.createSet(draft, [table]);
    const { id } = await store.createSet(draft, [table], [measureOf(9000)]);
    await store.deleteSet(id);
    expect((await store.listSets()).map((set) => set.id)).toEqual([kept.id]);
    expect(await store.restoreSet(id)).toMatchObject({ id });
    expect(digestOf(await store.readTable(id))).toBe(draft.digest);
    await store.deleteSet(id);
    expect(await store.purgeDeleted()).toBe(1);
    await expect(store.restoreSet(id)).rejects.toMatchObject({ code: 'storage/missing' });
    expect(await recordCounts(name)).toMatchObject({ sets: 1, setChunks: 3, setMeasures: 0 });
    expect(digestOf(await store.readTable(kept.id))).toBe(draft.digest);
  });

  it('keeps measures beside a set, one for each id', async () => {
    const store = freshSets();
    const first = measureOf(9000);
    const { id, measures } = await store.createSet(draft, [table], [first]);
    expect(measures).toEqual([{ ...first, values: undefined }]);
    await store.saveMeasure(id, measureOf(9000, 'another'));
    const { measures: saved } = await store.saveMeasure(id, { ...first, mean: 0.25 });
    expect(saved.map((measure) => [measure.id, measure.mean])).toEqual([
      ['another', 0.5],
      [first.id, 0.25],
    ]);
    expect(saved.some((measure) => 'values' in measure)).toBe(false);
    expect(await store.readMeasure(id, first.id)).toEqual({ ...first, mean: 0.25 });
    await expect(store.readMeasure(id, 'none')).rejects.toMatchObject({
      code: 'storage/no-measure',
    });
    await expect(store.saveMeasure(id, measureOf(8999))).rejects.toThrow(/8,999 numbers.*9,000/);
  });

  it('stores no more of a buffer than the set has', async () => {
    const store = freshSets();
    const { prompts } = selectTableRows(table, [0, 1]);
    const large = new Uint16Array(10_000);
    large.set(prompts.ids);
    const view = { ...prompts, ids: large.subarray(0, prompts.ids.length) };
    const small = { ...selectTableRows(table, [0, 1]), prompts: view };
    const { id } = await store.createSet(draftOf(small), [small]);
    const read = await store.readTable(id);
    expect(read.prompts.ids.buffer.byteLength).toBe(prompts.ids.byteLength);
  });

  it('says so when a set does not exist or has no trajectories', async () => {
    const store = freshSets();
    const missing = { name: 'LabError', code: 'storage/missing' };
    for (const call of [
      store.readRecord('x'),
      store.readTable('x'),
      store.renameSet('x', 'y'),
      store.deleteSet('x'),
      store.saveMeasure('x', measureOf(1)),
    ]) {
      await expect(call).rejects.toMatchObject(missing);
    }
    await expect(store.createSet(draft, [])).rejects.toThrow(/0 trajectories/);
    const half = selectTableRows(table, [0]);
    await expect(store.createSet(draft, [half])).rejects.toThrow(/both must agree/);
  });
});

describe('full storage', () => {
  it('leaves nothing of a set of which some chunks were written', async () => {
    const name = freshName();
    const store = freshSets(name);
    const original = IDBObjectStore.prototype.add;
    let calls = 0;
    vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (
      this: IDBObjectStore,
      ...args: Parameters<typeof original>
    ) {
      calls += 1;
      if (calls <= 3) return original.apply(this, args);
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    });
    const failing = store.createSet(draft, [table]);
    await expect(failing).rejects.toBeInstanceOf(LabError);
    await expect(failing).rejects.toMatchObject({ code: 'storage/full' });
    await expect(failing).rejects.toThrow(/delete runs or trajectory sets/);
    expect(await recordCounts(name)).toMatchObject({ sets: 0, setChunks: 0 });
    vi.restoreAllMocks();
    expect(await store.createSet(draft, [table])).toMatchObject({ name: 'uniform' });
  });
});

describe('a damaged set', () => {
  it.each([
    ['without a creation time', { createdAt: 'today' }, /createdAt is "today"/],
    ['of an unknown task', { task: { kind: 'chess' } }, /task\.kind is "chess"/],
    ['derived by an unknown rule', { origin: { kind: 'dreamt' } }, /origin\.kind is "dreamt"/],
  ])('%s leaves the list readable, is named, and can be deleted', async (_, change, message) => {
    const name = freshName();
    const store = freshSets(name);
    const small = selectTableRows(table, [0]);
    const broken = await store.createSet(draftOf(small), [small]);
    await damage(name, 'sets', (record) => ({ ...record, ...change }));
    const sound = await store.createSet(draftOf(small), [small]);
    expect((await store.listSets()).map(({ id }) => id)).toEqual([sound.id]);
    expect(await store.listDamaged()).toMatchObject([{ id: broken.id }]);
    expect(failureSentence((await store.listDamaged())[0]!.problem)).toMatch(message);
    await store.deleteSet(broken.id);
    expect(await store.listDamaged()).toEqual([]);
    expect(await recordCounts(name)).toMatchObject({ sets: 1, setChunks: 1 });
  });

  const change = (record: Record<string, unknown>, part: Partial<TrajectoryTable>) => ({
    ...record,
    table: { ...(record.table as TrajectoryTable), ...part },
  });

  it.each<[string, (record: Record<string, unknown>) => Record<string, unknown>, RegExp]>([
    ['a chunk of too few answers', (r) => change(r, { answers: [] }), /answers has 0 entries/],
    [
      'a token outside the vocabulary',
      (r) => change(r, { prompts: { ids: Uint16Array.of(18), offsets: Uint32Array.of(0, 1, 1) } }),
      /a token is 18; the vocabulary has 18/,
    ],
    [
      'offsets that go back',
      (r) => change(r, { prompts: { ids: Uint16Array.of(1), offsets: Uint32Array.of(0, 2, 1) } }),
      /offsets do not divide/,
    ],
    [
      'offsets that end too early',
      (r) =>
        change(r, { prompts: { ids: Uint16Array.of(1, 2), offsets: Uint32Array.of(0, 1, 1) } }),
      /2 tokens and the offsets end at 1/,
    ],
    [
      'a level that the task lacks',
      (r) => change(r, { levels: Uint8Array.of(0, 6) }),
      /level 7 of 6/,
    ],
    [
      'numbers in place of an array',
      (r) => change(r, { levels: [0, 1] as never }),
      /levels is Array/,
    ],
  ])('with %s is not handed out', async (_, how, message) => {
    const name = freshName();
    const store = freshSets(name);
    const small = selectTableRows(table, [0, 1]);
    const { id } = await store.createSet(draftOf(small), [small]);
    await damage(name, 'setChunks', how);
    await expect(store.readTable(id)).rejects.toMatchObject({
      code: 'storage/damaged',
      // Facts: the sentence is made where it is read.
      facts: { how: expect.any(Object) },
    });
    await expect(store.readTable(id)).rejects.toThrow(message);
    expect(await store.listSets()).toHaveLength(1);
  });

  it.each([0, 4096, 8192])('without its chunk at row %i is found out', async (first) => {
    const name = freshName();
    const store = freshSets(name);
    const { id } = await store.createSet(draft, [table]);
    const database = await openDB(name);
    await database.delete('setChunks', [id, first]);
    database.close();
    await expect(store.readTable(id)).rejects.toThrow(/missing|there in order/);
    await expect(store.readRows(id, first, first + 10)).rejects.toMatchObject({
      code: expect.stringMatching(/^storage.(damaged|short-set)$/),
    });
  });
});

describe('the database of version 1', () => {
  it('becomes the newest with its runs, logs and checkpoints, and takes sets', async () => {
    const name = freshName();
    const old = await openDatabase({
      name,
      migrations: MIGRATIONS.slice(0, 1),
      onClosed: () => undefined,
    });
    expect([...old.objectStoreNames]).toEqual(['checkpoints', 'events', 'runs']);
    const run = { id: 'r', config: CONFIG, status: 'finished', createdAt: 1, updatedAt: 2 };
    const rest = { engine: null, seconds: 3, summary: null, failure: null, eventCount: 4 };
    await old.put('runs', { ...run, ...rest });
    await old.put('events', { runId: 'r', first: 0, events: sftLog(0, 4) });
    old.close();
    const sets = freshSets(name);
    const { id } = await sets.createSet(draft, [table]);
    expect(tokensOf((await sets.readTable(id)).prompts, 7)).toEqual(tokensOf(table.prompts, 7));
    const { record, events } = await freshStore({ name }).readRun('r');
    expect(record).toMatchObject({ ...run, seconds: 3 });
    expect(events).toEqual(sftLog(0, 4));
    const database = await openDB(name);
    expect(database.version).toBe(MIGRATIONS.length);
    database.close();
  });
});

describe('many trajectories', () => {
  it('100,000 are generated, counted, stored, listed and read back to the last one', async () => {
    const store = freshSets();
    const large = generated(arithmetic, recipe(100_000));
    const { id } = await store.createSet(draftOf(large), [large]);
    expect(await store.listSets()).toMatchObject([{ id, statistics: { size: 100_000 } }]);
    expect(digestOf(await store.readTable(id))).toBe(digestOf(large));
  });
});
