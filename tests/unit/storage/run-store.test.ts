import { describe, expect, it } from 'vitest';
import { presetNamed } from '../../../src/training/configuration/presets';
import { INITIAL_STATE } from '../../../src/training/run-state';
import { summariseSoFar } from '../../../src/training/summary';
import {
  bitsOf,
  checkpointOf,
  CONFIG,
  damage,
  freshName,
  freshStore,
  recordCounts,
  sftLog,
} from './run-examples';

describe('a run store', () => {
  it('lists the runs it holds, newest first', async () => {
    let clock = 1000;
    const store = freshStore({ now: () => clock++ });
    const first = await store.createRun(CONFIG);
    const second = await store.createRun(presetNamed('laptop').config);
    expect((await store.listRuns()).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(first).toMatchObject({ config: CONFIG, createdAt: 1000, status: 'idle', summary: null });
  });

  it('returns a log in the order in which it was appended, NaN and Infinity included', async () => {
    const store = freshStore();
    const { id } = await store.createRun(CONFIG);
    await store.appendEvents(id, sftLog(0, 3));
    await store.appendEvents(id, []);
    await store.appendEvents(id, sftLog(3, 40));
    const { record, events } = await store.readRun(id);
    expect(events).toEqual(sftLog(0, 40));
    expect(record.seconds).toBe(3.9);
  });

  it('keeps what a run had measured when it diverged, which earlier versions did not', async () => {
    const result = {
      score: 40,
      standardError: 1,
      perLevel: [40],
      levels: [{ level: 0, successes: 8, samples: 20, problems: 10 }],
      passAtK: [],
      problems: 10,
      samplesPerProblem: 2,
      malformed: 0,
    };
    const state = { ...INITIAL_STATE, base: result, latest: { ...result, score: NaN } };
    const datasets = { leftOut: 0, unseenLevels: [3], heldOut: null };
    const summary = summariseSoFar(state, { baseFlops: 1e9, datasets });
    const reason = { because: 'not-finite', loss: 'NaN', gradNorm: 3 } as const;
    const now = { type: 'diverged', stage: 'sft', step: 7, compute: 2e9, reason } as const;
    const events = [
      { seconds: 1, event: { ...now, summary: null } },
      { seconds: 2, event: { ...now, summary } },
    ];
    const name = freshName();
    const store = freshStore({ name });
    const { id } = await store.createRun(CONFIG);
    await store.appendEvents(id, events);
    expect((await store.readRun(id)).events).toEqual(events);
    const { summary: _, ...earlier } = events[1]!.event;
    await damage(name, 'events', (chunk) => ({
      ...chunk,
      format: 4,
      events: [events[0], { seconds: 2, event: { ...earlier, reason: 'NaN.' } }],
    }));
    expect((await store.readRun(id)).events).toEqual([
      events[0],
      {
        seconds: 2,
        event: { ...earlier, summary: null, reason: { because: 'told', text: 'NaN.' } },
      },
    ]);
  });

  it('keeps what a patch does not name', async () => {
    const store = freshStore();
    const { id } = await store.createRun(CONFIG);
    const variant = { tile: 32, shared: true } as const;
    const engine = {
      name: 'webgpu',
      backend: null,
      description: 'WebGPU, A GPU',
      reason: {
        choice: [{ because: 'gpu', adapter: 'A GPU' }],
        tuning: { origin: { timed: 9, lacksHalf: true, withoutMatrix: null }, missed: null },
      },
      gpu: {
        adapter: 'A GPU',
        tuning: { forward: variant, backward: variant, weights: variant, weightWorkgroups: 64 },
        selfTest: {
          passed: true,
          gradientError: 6e-7,
          tolerance: 1e-4,
          worstTensor: 'wte.weight',
          sampledLogProbError: 2e-6,
          repeats: true,
          milliseconds: 20,
        },
      },
    } as const;
    await store.updateRun(id, { engine });
    await store.updateRun(id, {
      status: 'failed',
      failure: { because: 'told', text: 'No memory.' },
    });
    const { record } = await store.readRun(id);
    expect(record).toMatchObject({ engine, status: 'failed', config: CONFIG });
  });

  it('returns a checkpoint to the bit', async () => {
    const store = freshStore();
    const { id } = await store.createRun(CONFIG);
    const saved = checkpointOf(1);
    await store.saveCheckpoint(id, ['latest', 'branch'], saved);
    await store.saveCheckpoint(id, ['latest'], checkpointOf(2));
    const branch = await store.readCheckpoint(id, 'branch');
    const latest = await store.readCheckpoint(id, 'latest');
    expect(bitsOf(branch!)).toEqual(bitsOf(saved));
    expect(bitsOf(latest!)).toEqual(bitsOf(checkpointOf(2)));
    expect(branch!.checkpoint.state).toEqual(saved.checkpoint.state);
    expect(branch).toMatchObject({ eventCount: 0, seconds: 2.5 });
    expect(await store.readCheckpoint(id, 'final')).toBeNull();
  });

  it('reads a checkpoint of before a GPU’s tuning was kept in it', async () => {
    const name = freshName();
    const store = freshStore({ name });
    const { id } = await store.createRun(CONFIG);
    const stored = checkpointOf(1);
    const { gpu: _, ...state } = stored.checkpoint.state;
    await store.saveCheckpoint(id, ['latest'], stored);
    await damage(name, 'checkpoints', ({ format: _2, ...record }) => ({
      ...record,
      checkpoint: { ...stored.checkpoint, state },
    }));
    const latest = await store.readCheckpoint(id, 'latest');
    expect(latest!.checkpoint.state).toEqual({ ...state, gpu: null });
  });

  it('stores only the view of a checkpoint whose arrays lie in a larger memory', async () => {
    const store = freshStore();
    const { id } = await store.createRun(CONFIG);
    const saved = checkpointOf(3);
    const memory = new Float32Array(saved.checkpoint.parameters.length + 1000);
    const parameters = memory.subarray(8, 8 + saved.checkpoint.parameters.length);
    parameters.set(saved.checkpoint.parameters);
    const checkpoint = { ...saved.checkpoint, parameters };
    await store.saveCheckpoint(id, ['latest'], { ...saved, checkpoint });
    const read = await store.readCheckpoint(id, 'latest');
    expect(read!.checkpoint.parameters.buffer.byteLength).toBe(parameters.byteLength);
    expect(bitsOf(read!)).toEqual(bitsOf(saved));
  });

  it.each([0, 1, 9, 10, 11, 20, 29, 30])(
    'cuts a log of three chunks of ten to its first %i events, and goes on from there',
    async (eventCount) => {
      const store = freshStore();
      const { id } = await store.createRun(CONFIG);
      for (const first of [0, 10, 20]) await store.appendEvents(id, sftLog(first, first + 10));
      await store.truncateEvents(id, eventCount);
      expect((await store.readRun(id)).events).toEqual(sftLog(0, eventCount));
      await store.appendEvents(id, sftLog(eventCount, 33));
      expect((await store.readRun(id)).events).toEqual(sftLog(0, 33));
    },
  );

  it('refuses to cut a log to more events than it has', async () => {
    const store = freshStore();
    const { id } = await store.createRun(CONFIG);
    await store.appendEvents(id, sftLog(0, 3));
    await expect(store.truncateEvents(id, 4)).rejects.toThrow(/has 3 events.*cut to 4/);
    expect((await store.readRun(id)).events).toHaveLength(3);
  });

  it('deletes a run with all that belongs to it, and nothing of its neighbour', async () => {
    const name = freshName();
    const store = freshStore({ name });
    const gone = await store.createRun(CONFIG);
    const kept = await store.createRun(CONFIG);
    for (const { id } of [gone, kept]) {
      await store.appendEvents(id, sftLog(0, 5));
      await store.appendEvents(id, sftLog(5, 9));
      await store.saveCheckpoint(id, ['latest', 'final'], checkpointOf(1));
    }
    await store.deleteRun(gone.id);
    expect(await recordCounts(name)).toMatchObject({ runs: 1, events: 2, checkpoints: 2 });
    expect((await store.readRun(kept.id)).events).toHaveLength(9);
  });

  it('says so when a run does not exist', async () => {
    const store = freshStore();
    const missing = { name: 'LabError', code: 'storage/missing' };
    await expect(store.readRun('x')).rejects.toMatchObject(missing);
    await expect(store.updateRun('x', { seconds: 1 })).rejects.toMatchObject(missing);
    await expect(store.appendEvents('x', sftLog(0, 1))).rejects.toMatchObject(missing);
    await expect(store.saveCheckpoint('x', ['latest'], checkpointOf(1))).rejects.toMatchObject(
      missing,
    );
    await expect(store.deleteRun('x')).rejects.toThrow('There is no run x');
  });
});

describe('a run that was live', () => {
  it.each(['idle', 'running', 'paused'] as const)(
    'and was %s is interrupted once nobody holds its lock',
    async (status) => {
      const live = new Set<string>();
      const store = freshStore({ liveRuns: () => Promise.resolve(new Set(live)) });
      const { id } = await store.createRun(CONFIG);
      await store.updateRun(id, { status });
      live.add(id);
      expect((await store.listRuns())[0]!.status).toBe(status);
      live.delete(id);
      expect((await store.listRuns())[0]!.status).toBe('interrupted');
      expect((await store.readRun(id)).record.status).toBe('interrupted');
    },
  );

  it.each(['stopped', 'finished', 'failed', 'diverged'] as const)(
    'and ended as %s stays so',
    async (status) => {
      const store = freshStore();
      const { id } = await store.createRun(CONFIG);
      await store.updateRun(id, { status });
      expect((await store.listRuns())[0]!.status).toBe(status);
    },
  );

  it('is not taken for interrupted if it takes its lock while the list is read', async () => {
    const answers = [new Set<string>(), new Set<string>()];
    const store = freshStore({ liveRuns: async () => answers.shift() ?? new Set() });
    const { id } = await store.createRun(CONFIG);
    await store.updateRun(id, { status: 'running' });
    answers.splice(0, answers.length, new Set(), new Set([id]));
    expect((await store.listRuns())[0]!.status).toBe('running');
  });

  it('cannot be deleted while its lock is held', async () => {
    const live = new Set<string>();
    const store = freshStore({ liveRuns: () => Promise.resolve(live) });
    const { id } = await store.createRun(CONFIG);
    live.add(id);
    await expect(store.deleteRun(id)).rejects.toMatchObject({ code: 'storage/live' });
    live.delete(id);
    await store.deleteRun(id);
    expect(await store.listRuns()).toEqual([]);
  });
});

describe('two stores on the same database', () => {
  it('see each other’s runs', async () => {
    const name = freshName();
    const here = freshStore({ name });
    const there = freshStore({ name });
    const { id } = await here.createRun(CONFIG);
    await there.appendEvents(id, sftLog(0, 2));
    expect((await here.readRun(id)).events).toHaveLength(2);
  });

  it('write one after the other: no event is lost between them', async () => {
    const name = freshName();
    const stores = [freshStore({ name }), freshStore({ name })];
    const { id } = await stores[0]!.createRun(CONFIG);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => stores[i % 2]!.appendEvents(id, sftLog(i, i + 1))),
    );
    const steps = (await stores[0]!.readRun(id)).events.map(({ seconds }) => 10 * seconds);
    expect(steps.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
