import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { failureSentence } from '../../../src/sentences';
import { IndexedDbStudyStore } from '../../../src/storage';
import { MIGRATIONS, openDatabase } from '../../../src/storage/database';
import { INITIAL_STATE as STATE } from '../../../src/training/run-state';
import { exampleStudy } from '../figures/study-example';
import { CONFIG, freshName, freshStore, sftLog } from './run-examples';

const RESULTS = exampleStudy({ seeds: 1, sets: ['uniform', 'tiny'], paradigms: [] });
const [TRUNK] = RESULTS.trunks;
const [CELL] = RESULTS.cells;

describe('the database of version 2', () => {
  it('becomes version 3 with its runs, and takes studies', async () => {
    const name = freshName();
    const old = await openDatabase({
      name,
      migrations: MIGRATIONS.slice(0, 2),
      onClosed: () => undefined,
    });
    const run = { id: 'r', config: CONFIG, status: 'finished', createdAt: 1, updatedAt: 2 };
    const rest = { engine: null, seconds: 3, summary: null, failure: null, eventCount: 4 };
    await old.put('runs', { ...run, ...rest });
    await old.put('events', { runId: 'r', first: 0, events: sftLog(0, 4) });
    old.close();
    const studies = new IndexedDbStudyStore({ name });
    const { id } = await studies.create(RESULTS.config);
    await studies.keeper(id).saveCell(CELL!.id, CELL!, new Float32Array([1, 2]));
    expect((await studies.read(id)).work.cells).toEqual([CELL]);
    const { record, events } = await freshStore({ name }).readRun('r');
    expect(record).toMatchObject({ ...run, seconds: 3 });
    expect(events).toEqual(sftLog(0, 4));
  });
});

describe('the store of studies', () => {
  it('lists studies, newest first, with the cells that are over', async () => {
    let time = 0;
    const store = new IndexedDbStudyStore({ name: freshName(), now: () => (time += 1) });
    const first = await store.create(RESULTS.config);
    const second = await store.create(RESULTS.config);
    await store.keeper(first.id).saveCell(CELL!.id, CELL!, null);
    expect((await store.list()).map(({ id, done, cells }) => [id, done, cells])).toEqual([
      [second.id, 0, 8],
      [first.id, 1, 8],
    ]);
  });

  it('keeps of a finished SFT run the points that are asked for, and no other study’s', async () => {
    const store = new IndexedDbStudyStore({ name: freshName() });
    const [one, two] = [await store.create(RESULTS.config), await store.create(RESULTS.config)];
    const point = (step: number) => ({
      state: { ...STATE, step },
      parameters: new Float32Array([step]),
    });
    for (const { id } of [one, two]) {
      for (const step of [0, 4, 9]) await store.keeper(id).savePoint('uniform/0', point(step));
    }
    await store.keeper(one.id).saveSftRun('uniform/0', TRUNK!, [4]);
    const kept = async (id: string): Promise<(number | undefined)[]> =>
      Promise.all(
        [0, 4, 9].map(async (step) => {
          return (await store.keeper(id).readPoint('uniform/0', step))?.parameters[0];
        }),
      );
    expect(await kept(one.id)).toEqual([undefined, 4, undefined]);
    expect(await kept(two.id)).toEqual([0, 4, 9]);
  });

  it('takes a damaged checkpoint for none: the job begins again', async () => {
    const name = freshName();
    const store = new IndexedDbStudyStore({ name });
    const { id } = await store.create(RESULTS.config);
    const database = await openDB(name);
    const key = { studyId: id, kind: 'checkpoint', job: CELL!.id, step: 0 };
    await database.put('studyWork', { ...key, value: { checkpoint: 'none', seconds: 3 } });
    database.close();
    expect(await store.keeper(id).readCheckpoint(CELL!.id)).toBeNull();
  });

  it('lists damaged studies with what is wrong, hands out what is left of them and deletes them', async () => {
    const name = freshName();
    const store = new IndexedDbStudyStore({ name });
    const [sound, bare, cut] = [
      await store.create(RESULTS.config),
      await store.create(RESULTS.config),
      await store.create(RESULTS.config),
    ];
    for (const { id } of [bare, cut]) await store.keeper(id).saveCell(CELL!.id, CELL!, null);
    const database = await openDB(name);
    const config = { ...RESULTS.config, seeds: [] };
    await database.put('studies', { ...bare, config });
    const key = { studyId: cut.id, kind: 'cell', job: CELL!.id, step: 0 };
    await database.put('studyWork', { ...key, value: { ...CELL!, track: 'none' } });
    database.close();
    expect((await store.list()).map(({ id }) => id).sort()).toEqual([sound.id, cut.id].sort());
    const [damaged, ...others] = await store.listDamaged();
    expect(damaged).toMatchObject({ id: bare.id });
    expect(failureSentence(damaged!.problem)).toMatch(
      new RegExp(`“${RESULTS.config.title}” cannot be read: .* has no seed`),
    );
    expect(others).toEqual([]);
    expect(await store.listDamaged([sound.id, cut.id])).toContainEqual({
      id: cut.id,
      problem: expect.objectContaining({
        code: 'storage/damaged',
        facts: expect.objectContaining({ how: expect.objectContaining({ received: '"none"' }) }),
      }),
    });
    expect(await store.readRemains(bare.id)).toEqual({
      version: 1,
      config,
      trunks: [],
      cells: [CELL],
      missing: [],
      rounds: [],
    });
    await store.remove(bare.id);
    expect(await store.listDamaged()).toEqual([]);
  });

  it('deletes a study with all of its work', async () => {
    const name = freshName();
    const store = new IndexedDbStudyStore({ name });
    const weights = new Map([[CELL!.id, new Float32Array(3)]]);
    const { id } = await store.import({
      results: RESULTS,
      weights,
      points: weights,
      engine: 'wasm',
      sets: new Map(),
      fits: null,
    });
    const other = await store.import({
      results: RESULTS,
      weights,
      points: weights,
      engine: 'wasm',
      sets: new Map(),
      fits: null,
    });
    await store.remove(id);
    expect((await store.list()).map((record) => record.id)).toEqual([other.id]);
    const database = await openDB(name);
    const left = (await database.getAllKeys('studyWork')) as string[][];
    expect(new Set(left.map(([studyId]) => studyId))).toEqual(new Set([other.id]));
    database.close();
    await expect(store.keeper(id).saveCell(CELL!.id, CELL!, null)).rejects.toThrow(/deleted/);
  });
});
