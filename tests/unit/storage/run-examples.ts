/** Stores, logs and checkpoints to test with. */
import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { openDB } from 'idb';
import { parameterLayout } from '../../../src/model/layout';
import { Random } from '../../../src/random';
import type { StoredCheckpoint, TimedEvent } from '../../../src/runtime/stores/runs';
import { IndexedDbRunStore, type RunStoreOptions } from '../../../src/storage';
import { presetNamed } from '../../../src/training/configuration/presets';
import { INITIAL_STATE } from '../../../src/training/run-state';

export const CONFIG = presetNamed('micro').config;

let databases = 0;

/** A name that no other test uses. */
export function freshName(): string {
  databases += 1;
  return `test-${databases}`;
}

/** A store on a database of its own, in a place where no run is live unless a test says so. */
export function freshStore(options: RunStoreOptions = {}): IndexedDbRunStore {
  return new IndexedDbRunStore({
    name: freshName(),
    liveRuns: () => Promise.resolve(new Set()),
    ...options,
  });
}

/** The log of SFT steps `from` … `to` − 1. */
export function sftLog(from: number, to: number): TimedEvent[] {
  return Array.from({ length: to - from }, (_, i) => ({
    seconds: (from + i) / 10,
    event: {
      type: 'sft-step',
      stage: 'sft',
      step: from + i,
      compute: 1e9 * (from + i),
      learningRate: 1e-3,
      tokens: 640,
      metrics: {
        loss: 1 / (1 + from + i),
        gradNorm: Infinity,
        entropy: NaN,
        meanNll: 0.5,
        clipRatioLow: 0,
        clipRatioHigh: 0,
        kl: 0,
        tokens: 320,
      },
    },
  }));
}

/** A checkpoint of the micro model whose numbers depend on `seed`. */
export function checkpointOf(seed: number): StoredCheckpoint {
  const { size } = parameterLayout(CONFIG.model);
  const random = Random.from(seed, 'checkpoint');
  const floats = (): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const parameters = floats();
  // Numbers that a text format would lose.
  parameters.set([-0, 1e-45, 3.4028234663852886e38, 1 / 3]);
  const optimizer = { firstMoment: floats(), secondMoment: floats(), step: 25 };
  const state = { ...INITIAL_STATE, step: 25, sftCompute: 1 / 3, evaluated: true };
  return {
    checkpoint: { state, parameters, optimizer, branch: null },
    eventCount: 0,
    seconds: 2.5,
  };
}

/** A digest of a checkpoint's numbers that tells apart −0 and 0. */
export function bitsOf({ checkpoint }: StoredCheckpoint): string {
  const { parameters, optimizer } = checkpoint;
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of [
    parameters,
    optimizer.firstMoment,
    optimizer.secondMoment,
  ]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}

/** Changes a stored record behind the store's back. */
export async function damage(
  name: string,
  store: 'runs' | 'events' | 'checkpoints' | 'sets' | 'setChunks',
  change: (record: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const database = await openDB(name);
  const record = (await database.getAll(store))[0];
  await database.put(store, change(record));
  database.close();
}

/** The number of records in each of a database's stores. */
export async function recordCounts(name: string): Promise<Record<string, number>> {
  const database = await openDB(name);
  const counts: Record<string, number> = {};
  for (const store of database.objectStoreNames) counts[store] = await database.count(store);
  database.close();
  return counts;
}
