import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { EngineName } from '../../../src/engine/engine';
import type { GpuTuning } from '../../../src/engine/gpu-tuning';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { nextTask } from '../../../src/runtime/next-task';
import type { StudyTrainer, StudyTrainers } from '../../../src/runtime/studies/api';
import { LocalStudyTrainer } from '../../../src/runtime/studies/study-trainer';
import { IndexedDbStudyStore } from '../../../src/storage';
import { openScheduler, SMALL_STUDY } from './small-study';

const FIRST = 'uniform/1';
const SECOND = 'tiny/1';

/** What the n-th engine to be started does, from 0. */
type Start = (n: number, wish: GpuTuning | undefined) => Promise<GpuTuning | null>;

/** Tuning number n of an adapter. */
function tuned(n: number, adapter = 'A GPU'): GpuTuning {
  const variant = { tile: 32, shared: true } as const;
  const products = { forward: variant, backward: variant, weights: variant };
  return { adapter, tuning: { ...products, weightWorkgroups: n } };
}

/** Time for another worker to start, were it let. */
async function aWhile(): Promise<void> {
  for (let i = 0; i < 50; i++) await nextTask();
}

/** A promise to be kept from outside. */
function signal() {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

/**
 * Workers that compute as wasm does and log when jobs and their engines start.
 * @param mayEnd waited for before the first job's end is told
 */
function loggingTrainers(start: Start, mayEnd: Promise<void> = Promise.resolve()) {
  const log: string[] = [];
  let starts = 0;
  let time = 0;
  const open = async (): Promise<StudyTrainer> => {
    let current = '';
    const trainer = new LocalStudyTrainer({
      createEngine: async (model, { gpu: wish }) => {
        log.push(`${current} starts`);
        const gpu = await start((starts += 1) - 1, wish);
        log.push(`${current} has ${gpu ? gpu.tuning.weightWorkgroups : 'no GPU'}`);
        const made = await nodeEngine(model, { name: 'wasm', backend: null });
        const info = { ...made.engine.info, ...(gpu && { gpu }) };
        return { ...made, engine: Object.assign(made.engine, { info }) };
      },
      loadBase: nodeBase,
      // Steps so large that it listens after each event.
      now: () => (time += 1000),
    });
    return {
      stop: () => trainer.stop(),
      train: async (job, listener) => {
        current = job.id;
        const outcome = await trainer.train(job, listener);
        if (job.id === FIRST) await mayEnd;
        log.push(`${current} ends`);
        return outcome;
      },
    };
  };
  return { open, close: () => undefined, log };
}

let databases = 0;

/** The small study on an engine. */
async function newStudy(name: EngineName | null, gpu?: GpuTuning) {
  const store = new IndexedDbStudyStore({ name: `starts-${(databases += 1)}` });
  const engine = { name, backend: null, ...(gpu && { gpu }) };
  const { id } = await store.create({ ...SMALL_STUDY, run: { ...SMALL_STUDY.run, engine } });
  return { store, id };
}

/** Runs the small study on two workers to its end. */
async function run(trainers: StudyTrainers, name: EngineName | null, gpu?: GpuTuning) {
  const { store, id } = await newStudy(name, gpu);
  const scheduler = await openScheduler(store, id, { trainers, workers: 2 });
  expect(await scheduler.run()).toBe('finished');
}

describe('the start of a study on several workers', () => {
  it('starts one engine alone, and the next one with its tuning before its job ends', async () => {
    const second = signal();
    const trainers = loggingTrainers(async (n, wish) => {
      if (n === 1) second.give();
      await aWhile();
      return wish ?? tuned(n + 1);
    }, second.given);
    await run(trainers, null);
    expect(trainers.log.slice(0, 3)).toEqual([
      `${FIRST} starts`,
      `${FIRST} has 1`,
      `${SECOND} starts`,
    ]);
    expect(trainers.log).toContain(`${SECOND} has 1`);
  });

  it('hands on the tuning that is used where the study names that of another adapter', async () => {
    const trainers = loggingTrainers(async (n, wish) => {
      await aWhile();
      return wish?.adapter === 'A GPU' ? wish : tuned(n + 1);
    });
    await run(trainers, 'webgpu', tuned(77, 'Another GPU'));
    const used = trainers.log.filter((line) => line.includes(' has '));
    expect(used).toEqual([`${FIRST} has 1`, `${SECOND} has 1`]);
  });

  it('goes on with what any job in progress used, whatever the study names', async () => {
    const { store, id } = await newStudy(null, tuned(77, 'Another GPU'));
    const fits = (wish: GpuTuning | undefined) => (wish?.adapter === 'A GPU' ? wish : null);
    const second = signal();
    const before = loggingTrainers(async (n, wish) => {
      if (n === 1) second.give();
      return fits(wish) ?? tuned(n + 1);
    }, second.given);
    const scheduler = await openScheduler(store, id, { trainers: before, workers: 2 });
    const running = scheduler.run();
    await second.given;
    await scheduler.stop();
    expect(await running).toBe('stopped');
    await store.keeper(id).forget(FIRST);

    const after = loggingTrainers(async (_, wish) => fits(wish) ?? tuned(99));
    const again = await openScheduler(store, id, { trainers: after, workers: 1 });
    expect(await again.run()).toBe('finished');
    expect(after.log.slice(0, 2)).toEqual([`${FIRST} starts`, `${FIRST} has 1`]);
  });

  it('lets the others start when the first engine turns out to be on no GPU', async () => {
    const second = signal();
    const trainers = loggingTrainers(async (n) => {
      if (n === 1) second.give();
      await aWhile();
      return null;
    }, second.given);
    await run(trainers, null);
    expect(trainers.log.slice(0, 3)).toEqual([
      `${FIRST} starts`,
      `${FIRST} has no GPU`,
      `${SECOND} starts`,
    ]);
  });

  it('starts all at once where the study asks for an engine on the CPU', async () => {
    const second = signal();
    const trainers = loggingTrainers(async (n) => {
      if (n === 1) second.give();
      await second.given;
      return null;
    });
    await run(trainers, 'wasm');
    expect(trainers.log.slice(0, 2)).toEqual([`${FIRST} starts`, `${SECOND} starts`]);
  });

  it('lets another one start alone where the first fails before its engine is known', async () => {
    const trainers = loggingTrainers(async (n, wish) => {
      await aWhile();
      // A job that loses so many workers is given up.
      if (n < 3) throw new Error('The GPU is gone.');
      return wish ?? tuned(n + 1);
    });
    await run(trainers, null);
    expect(trainers.log.slice(0, 5)).toEqual([
      ...Array.from({ length: 3 }, () => `${FIRST} starts`),
      `${SECOND} starts`,
      `${SECOND} has 4`,
    ]);
    const used = trainers.log.filter((line) => line.includes(' has '));
    expect(new Set(used.map((line) => line.split(' has ')[1]))).toEqual(new Set(['4']));
  });
});
