import { describe, expect, it } from 'vitest';
import { endingSentence, storageLossSentence } from '../../../src/words/en/reasons/run-reasons';
import type { RunStore } from '../../../src/runtime/stores/runs';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { MIGRATIONS, openDatabase } from '../../../src/storage/database';
import { Trainer } from '../../../src/runtime/runs/trainer';
import { LabError } from '../../../src/errors';
import type { RunSummary } from '../../../src/training/run-state';
import { switchSentence } from '../../../src/words/en/reasons/run-reasons';
import { logOf } from './run-messages';
import { isStatus, SMALL_RUN, smallLab } from './small-run';

async function undisturbed(): Promise<RunSummary> {
  const { trainer, store } = smallLab();
  const id = await trainer.start(SMALL_RUN);
  await trainer.idle();
  const { record } = await store.readRun(id);
  return record.summary!;
}

describe('a run', () => {
  it('is recorded from beginning to end as the page hears it', async () => {
    const { trainer, store, messages } = smallLab();
    const id = await trainer.start(SMALL_RUN);
    await trainer.idle();
    const { record, events } = await store.readRun(id);
    expect(record.status).toBe('finished');
    expect(record.engine?.name).toBe('wasm');
    expect(record.seconds).toBeGreaterThan(0);
    expect(record.summary?.switched.step).toBe(20);
    expect(events).toEqual(logOf(messages));
    const steps = events.map(({ event }) => event.type);
    expect(steps.filter((type) => type === 'sft-step')).toHaveLength(20);
    expect(steps.filter((type) => type === 'rl-step')).toHaveLength(8);
    expect(steps.at(-1)).toBe('finished');
    expect((await store.readCheckpoint(id, 'branch'))?.checkpoint.state.stage).toBe('rl');
    expect((await store.readCheckpoint(id, 'final'))?.checkpoint.state.step).toBe(8);
  });

  it('gives the same numbers when it is run again', async () => {
    expect(await undisturbed()).toEqual(await undisturbed());
  });

  it('gives other numbers with another seed', async () => {
    const { trainer, store } = smallLab();
    const id = await trainer.start({ ...SMALL_RUN, seed: 4 });
    await trainer.idle();
    expect((await store.readRun(id)).record.summary).not.toEqual(await undisturbed());
  });

  it('is the only one at a time', async () => {
    const { trainer } = smallLab();
    await trainer.start(SMALL_RUN);
    await expect(trainer.start(SMALL_RUN)).rejects.toThrow(/A run is in progress/);
    await trainer.stop();
    await trainer.idle();
    await expect(trainer.pause()).rejects.toThrow(/No run is in progress/);
  });

  it('is refused with an impossible configuration before anything is stored', async () => {
    const { trainer, store } = smallLab();
    const config = { ...SMALL_RUN, switch: { at: 'step' as const, step: 21 } };
    await expect(trainer.start(config)).rejects.toThrow(/step 21, but SFT ends at step 20/);
    expect(await store.listRuns()).toEqual([]);
  });

  it('fails with the reason when its base cannot be read, and the next one starts', async () => {
    let broken = true;
    const { trainer, store } = smallLab({
      loadBase: (config) =>
        broken ? Promise.reject(new Error('The base is gone.')) : nodeBase(config),
    });
    const id = await trainer.start(SMALL_RUN);
    await trainer.idle();
    const { record } = await store.readRun(id);
    expect(record).toMatchObject({
      status: 'failed',
      failure: { because: 'told', text: 'The base is gone.' },
    });
    broken = false;
    await trainer.start(SMALL_RUN);
    await trainer.stop();
    await trainer.idle();
  });

  it('ends as diverged, with the step, when a loss is not finite', async () => {
    const { trainer, store } = smallLab({
      createEngine: async (config, choice) => {
        const made = await nodeEngine(config, choice);
        const step = made.engine.step.bind(made.engine);
        let steps = 0;
        made.engine.step = async (batch, settings) => {
          const metrics = await step(batch, settings);
          return ++steps === 7 ? { ...metrics, loss: NaN } : metrics;
        };
        return made;
      },
    });
    const id = await trainer.start(SMALL_RUN);
    await trainer.idle();
    const { record, events } = await store.readRun(id);
    expect(record.status).toBe('diverged');
    const last = events.at(-1)!.event;
    const benchmarks = events.flatMap(({ event }) => (event.type === 'benchmark' ? event : []));
    const [base, newest] = [benchmarks[0]!.result, benchmarks.at(-1)!.result];
    expect(benchmarks).toHaveLength(2);
    expect(last).toMatchObject({
      type: 'diverged',
      summary: { base, branch: null, final: newest },
    });
    expect(record.failure).toMatchObject({
      because: 'diverged',
      step: 7,
      reason: { because: 'not-finite', loss: 'NaN' },
    });
    expect(endingSentence(record.failure!)).toMatch(/^At SFT step 7: The loss is NaN/);
    expect((await store.readCheckpoint(id, 'latest'))?.checkpoint.state.step).toBe(6);
  });
});

describe('pause', () => {
  it('holds the run until it is continued, and changes no number', async () => {
    const { trainer, store, heard, messages } = smallLab();
    const paused = heard(isStatus('paused'));
    const id = await trainer.start(SMALL_RUN);
    await trainer.pause();
    await paused;
    const before = messages.length;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(messages.length).toBe(before);
    expect((await store.readRun(id)).record.status).toBe('paused');
    await trainer.continue();
    await trainer.idle();
    expect((await store.readRun(id)).record.summary).toEqual(await undisturbed());
  });

  it('leaves its time out of the run’s clock', async () => {
    let clock = 0;
    const { trainer, store, heard } = smallLab({ now: () => (clock += 1) });
    const paused = heard(isStatus('paused'));
    const id = await trainer.start(SMALL_RUN);
    await trainer.pause();
    await paused;
    clock += 3_600_000;
    await trainer.continue();
    await trainer.idle();
    expect((await store.readRun(id)).record.seconds).toBeLessThan(60);
  });
});

describe('switching by hand', () => {
  it('ends SFT at the next step', async () => {
    const { trainer, store } = smallLab();
    const id = await trainer.start(SMALL_RUN);
    await trainer.switchNow();
    await trainer.idle();
    const { summary } = (await store.readRun(id)).record;
    expect(switchSentence(summary!.switched)).toMatch(/by hand/);
    expect(summary?.switched.step).toBeLessThan(20);
  });
});

describe('a stopped run', () => {
  it.each([
    ['in SFT', 'sft-step'],
    ['in an evaluation', 'validation'],
    ['after the switch', 'switch'],
    ['in RL', 'rl-step'],
  ])('%s goes on to the numbers of an undisturbed one', async (_, type) => {
    const { trainer, store, heard, messages } = smallLab();
    const reached = heard(
      (message) => message.type === 'events' && message.events.some((e) => e.event.type === type),
    );
    const id = await trainer.start(SMALL_RUN);
    await reached;
    await trainer.stop();
    await trainer.idle();
    const stopped = (await store.readRun(id)).record;
    // A fast machine may have finished between the message and the stop.
    if (stopped.status !== 'finished') {
      expect(stopped.status).toBe('stopped');
      await trainer.resume(id);
      await trainer.idle();
    }
    const { record, events } = await store.readRun(id);
    expect(record.status).toBe('finished');
    expect(record.summary).toEqual(await undisturbed());
    expect(events).toEqual(logOf(messages));
    expect(events.filter(({ event }) => event.type === 'sft-step')).toHaveLength(20);
  });
});

/** Forgets everything after the nth write of a checkpoint, as a killed tab does. */
function dyingStore(store: RunStore, checkpoints: number): RunStore {
  let written = 0;
  const dead = (): boolean => written >= checkpoints;
  return new Proxy(store, {
    get(target, key: keyof RunStore) {
      if (key === 'saveCheckpoint') {
        return async (...args: Parameters<RunStore['saveCheckpoint']>) => {
          if (dead()) return;
          await target.saveCheckpoint(...args);
          written += 1;
        };
      }
      const method = target[key].bind(target) as (...args: unknown[]) => unknown;
      const writes = ['appendEvents', 'updateRun'].includes(key);
      return (...args: unknown[]) => (writes && dead() ? Promise.resolve() : method(...args));
    },
  });
}

describe('an interrupted run', () => {
  it.each([1, 4, 7, 8, 9])(
    'killed after checkpoint %i goes on to the numbers of an undisturbed one',
    async (checkpoints) => {
      const { store, environment, listener, live, messages } = smallLab();
      const dying = new Trainer(environment, dyingStore(store, checkpoints), listener);
      const id = await dying.start(SMALL_RUN);
      await dying.idle();
      live.clear();
      expect((await store.readRun(id)).record.status).toBe('interrupted');
      const trainer = new Trainer(environment, store, listener);
      await trainer.resume(id);
      await trainer.idle();
      const { record, events } = await store.readRun(id);
      expect(record.status).toBe('finished');
      expect(record.summary).toEqual(await undisturbed());
      expect(events).toEqual(logOf(messages));
    },
  );

  it('begins again where it had no checkpoint yet', async () => {
    const { store, environment, listener } = smallLab();
    const dying = new Trainer(environment, dyingStore(store, 0), listener);
    const id = await dying.start(SMALL_RUN);
    await dying.idle();
    const trainer = new Trainer(environment, store, listener);
    await trainer.resume(id);
    await trainer.idle();
    expect((await store.readRun(id)).record.summary).toEqual(await undisturbed());
  });

  it('is taken over from a trainer that is known to be dead, and from no other', async () => {
    const { store, environment, listener, live } = smallLab();
    const dying = new Trainer(environment, dyingStore(store, 1), listener);
    const id = await dying.start(SMALL_RUN);
    await dying.idle();
    live.add(id);
    const trainer = new Trainer(environment, store, listener);
    await expect(trainer.resume(id)).rejects.toThrow(/only interrupted and stopped runs/);
    await trainer.resume(id, true);
    await trainer.idle();
    expect((await store.readRun(id)).record.summary).toEqual(await undisturbed());
  });

  it('is not resumed once it has finished', async () => {
    const { trainer } = smallLab();
    const id = await trainer.start(SMALL_RUN);
    await trainer.idle();
    await expect(trainer.resume(id)).rejects.toThrow(/The run is finished/);
  });
});

describe('without storage', () => {
  const full = () =>
    Promise.reject(
      new LabError('storage/failed', { name: 'QuotaExceededError', message: 'The disk is full.' }),
    );
  const WRITES = ['appendEvents', 'updateRun', 'saveCheckpoint'] as const;

  it('a run goes on when the store breaks, and the page is told then and at the end', async () => {
    const { store, environment, listener, messages } = smallLab();
    store.appendEvents = full;
    const trainer = new Trainer(environment, store, listener);
    await trainer.start(SMALL_RUN);
    await trainer.idle();
    const lost = messages.filter((message) => message.type === 'storage-lost');
    expect(lost.map(storageLossSentence)).toEqual([
      expect.stringMatching(/disk is full.*The run goes on.*second 0;/),
      expect.stringMatching(/disk is full.*second 0 alone/),
    ]);
    expect(messages.some(isStatus('finished'))).toBe(true);
    expect(messages.some(({ type }) => type === 'storage-found')).toBe(false);
  });

  it.each(WRITES)('what %s refused for a while is kept later', async (name) => {
    const { store, environment, listener, messages } = smallLab();
    const write = store[name].bind(store) as (...given: unknown[]) => Promise<never>;
    let calls = 0;
    store[name] = (...given: unknown[]) => {
      calls += 1;
      return calls >= 2 && calls <= 7 ? full() : write(...given);
    };
    const trainer = new Trainer(environment, store, listener);
    const id = await trainer.start(SMALL_RUN);
    await trainer.idle();
    const { record, events } = await store.readRun(id);
    expect(record.summary).toEqual(await undisturbed());
    expect(events).toEqual(logOf(messages));
    for (const slot of ['latest', 'branch', 'final'] as const) {
      expect(await store.readCheckpoint(id, slot)).not.toBeNull();
    }
    const told = messages.filter(({ type }) => type.startsWith('storage-'));
    const types = told.map(({ type }) => type);
    expect(types).toEqual(['storage-lost', 'storage-found']);
  });

  it('a write that was done although it failed is not done twice', async () => {
    const { store, environment, listener, messages } = smallLab();
    const append = store.appendEvents.bind(store);
    let calls = 0;
    store.appendEvents = async (...given) => {
      await append(...given);
      if (++calls === 2) await full();
    };
    const trainer = new Trainer(environment, store, listener);
    const id = await trainer.start(SMALL_RUN);
    await trainer.idle();
    expect((await store.readRun(id)).events).toEqual(logOf(messages));
  });

  it('a run gives way to a newer version of the lab in another tab, and goes on there', async () => {
    const { trainer, store, messages, heard } = smallLab();
    const kept = heard(({ type }) => type === 'events');
    const id = await trainer.start(SMALL_RUN);
    await kept;
    const migrations = [...MIGRATIONS, () => undefined];
    const newer = await openDatabase({ name: 'plasticity-lab', migrations, onClosed: () => {} });
    await trainer.idle();
    const lost = messages.filter((message) => message.type === 'storage-lost');
    expect(storageLossSentence(lost.at(-1)!)).toMatch(/newer version of the lab: reload this page/);
    expect(messages.some(isStatus('finished'))).toBe(true);
    expect(await newer.get('runs', id)).toMatchObject({ status: 'running' });
    await expect(store.readRun(id)).rejects.toMatchObject({ code: 'storage/newer' });
    newer.close();
  });

  it('a run works, but none can be resumed', async () => {
    const { environment, listener, messages } = smallLab();
    const trainer = new Trainer(environment, null, listener);
    await trainer.start(SMALL_RUN);
    await trainer.idle();
    expect(messages.some(isStatus('finished'))).toBe(true);
    await expect(trainer.resume('x')).rejects.toThrow(/no storage/);
  });
});
