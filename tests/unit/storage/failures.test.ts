import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import { failureSentence } from '../../../src/sentences';
import * as Comlink from '../../../src/runtime/remote';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RunStore } from '../../../src/runtime/stores/runs';
import {
  bitsOf,
  checkpointOf,
  CONFIG,
  damage,
  freshName,
  freshStore,
  sftLog,
} from './run-examples';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('a damaged record', () => {
  it.each([
    ['an unknown status', { status: 'asleep' }, /status is "asleep"/],
    ['a configuration that cannot be run', { config: { ...CONFIG, seed: -1 } }, /seed is -1/],
    ['no creation time', { createdAt: undefined }, /createdAt is undefined/],
  ])('with %s leaves the list readable and is named', async (_, change, message) => {
    const name = freshName();
    const store = freshStore({ name });
    const broken = await store.createRun(CONFIG);
    await damage(name, 'runs', (record) => ({ ...record, ...change }));
    const sound = await store.createRun(CONFIG);
    expect((await store.listRuns()).map(({ id }) => id)).toEqual([sound.id]);
    expect(await store.listDamaged()).toMatchObject([{ id: broken.id }]);
    expect(failureSentence((await store.listDamaged())[0]!.problem)).toMatch(message);
    await expect(store.readRun(broken.id)).rejects.toMatchObject({ code: 'storage/damaged' });
    await store.deleteRun(broken.id);
    expect(await store.listDamaged()).toEqual([]);
  });

  it('of the log is found, be it an event or a missing chunk', async () => {
    const name = freshName();
    const store = freshStore({ name });
    const { id } = await store.createRun(CONFIG);
    await store.appendEvents(id, sftLog(0, 4));
    await damage(name, 'events', (record) => ({ ...record, events: [{ seconds: 1, event: {} }] }));
    await expect(store.readRun(id)).rejects.toThrow(/events\.0\.event\.type is undefined/);
    await damage(name, 'events', (record) => ({ ...record, events: sftLog(0, 3) }));
    await expect(store.readRun(id)).rejects.toThrow(/3 of its 4 events/);
    await expect(store.readRun(id)).rejects.toMatchObject({
      facts: { how: { because: 'incomplete', kind: 'events', there: 3, of: 4 } },
    });
    expect(await store.listRuns()).toHaveLength(1);
  });

  it.each([
    ['too few numbers', (values: Float32Array) => values.slice(1), /has \d+ numbers/],
    ['NaN', (values: Float32Array) => values.with(7, NaN), /holds NaN at index 7/],
    ['no numbers', (values: Float32Array) => [...values], /parameters is Array/],
  ])('of a checkpoint with %s is not handed out', async (_, change, message) => {
    const name = freshName();
    const store = freshStore({ name });
    const { id } = await store.createRun(CONFIG);
    const { checkpoint } = checkpointOf(1);
    await store.saveCheckpoint(id, ['latest'], checkpointOf(1));
    const parameters = change(checkpoint.parameters);
    await damage(name, 'checkpoints', (record) => ({
      ...record,
      checkpoint: { ...checkpoint, parameters },
    }));
    await expect(store.readCheckpoint(id, 'latest')).rejects.toThrow(message);
    await expect(store.readCheckpoint(id, 'latest')).rejects.toMatchObject({
      code: 'storage/damaged',
    });
  });
});

/** The database's writes fail from now on, as they do when the disk is full. */
function fillStorage(method: 'put' | 'add', allowed: number): void {
  const original = IDBObjectStore.prototype[method];
  let calls = 0;
  vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
    this: IDBObjectStore,
    ...args: Parameters<typeof original>
  ) {
    calls += 1;
    if (calls <= allowed) return original.apply(this, args);
    throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
  });
}

describe('full storage', () => {
  it('leaves the old checkpoint in both slots, though one was written already', async () => {
    const store = freshStore();
    const { id } = await store.createRun(CONFIG);
    await store.saveCheckpoint(id, ['latest', 'branch'], checkpointOf(1));
    // The run's record and the first slot still fit.
    fillStorage('put', 2);
    const failing = store.saveCheckpoint(id, ['latest', 'branch'], checkpointOf(2));
    await expect(failing).rejects.toMatchObject({ name: 'LabError', code: 'storage/full' });
    await expect(failing).rejects.toThrow(/storage is full: delete runs/);
    for (const slot of ['latest', 'branch'] as const) {
      const kept = await store.readCheckpoint(id, slot);
      expect(bitsOf(kept!)).toEqual(bitsOf(checkpointOf(1)));
    }
  });

  it('loses no event of a log and takes more once there is room', async () => {
    const store = freshStore();
    const { id } = await store.createRun(CONFIG);
    await store.appendEvents(id, sftLog(0, 3));
    fillStorage('add', 0);
    await expect(store.appendEvents(id, sftLog(3, 6))).rejects.toMatchObject({
      code: 'storage/full',
    });
    expect((await store.readRun(id)).events).toEqual(sftLog(0, 3));
    vi.restoreAllMocks();
    await store.appendEvents(id, sftLog(3, 6));
    expect((await store.readRun(id)).events).toEqual(sftLog(0, 6));
  });
});

describe('refused storage', () => {
  it('is a sentence where the browser has no database', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const listing = freshStore().listRuns();
    await expect(listing).rejects.toMatchObject({ code: 'storage/refused' });
    await expect(listing).rejects.toThrow(/refuses to store data/);
  });

  it('is a sentence where opening fails, and is asked for again the next time', async () => {
    const name = freshName();
    const store = freshStore({ name });
    const denied = new DOMException('A mutation operation was attempted.', 'InvalidStateError');
    vi.spyOn(IDBFactory.prototype, 'open').mockImplementationOnce(() => {
      throw denied;
    });
    await expect(store.listRuns()).rejects.toMatchObject({
      code: 'storage/refused',
      cause: denied,
    });
    expect(await store.listRuns()).toEqual([]);
  });

  it('keeps name and sentence on its way through a worker’s port', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const { port1, port2 } = new MessageChannel();
    Comlink.expose(freshStore(), port1);
    const remote = Comlink.wrap<RunStore>(port2);
    await expect(remote.listRuns()).rejects.toMatchObject({
      name: 'LabError',
      code: 'storage/refused',
      message: expect.stringContaining('refuses to store data'),
    });
    port1.close();
    port2.close();
  });
});
