import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import type { StudyNews, StudyTrainer } from '../../../src/runtime/studies/api';
import { LocalStudyTrainer } from '../../../src/runtime/studies/study-trainer';
import { Random } from '../../../src/random';
import { IndexedDbStudyStore } from '../../../src/storage';
import type { StudyResults } from '../../../src/studies/study-results';
import type { TrackMark } from '../../../src/training/run-state';
import { MortalTrainers, openScheduler, SMALL_STUDY, timeless } from './small-study';

let undisturbed: Promise<StudyResults> | null = null;

/** The results of the study when nothing happens to it. */
function reference(): Promise<StudyResults> {
  undisturbed ??= (async () => {
    const store = new IndexedDbStudyStore({ name: 'undisturbed' });
    const { id } = await store.create(SMALL_STUDY);
    const scheduler = await openScheduler(store, id, { workers: 1 });
    expect(await scheduler.run()).toBe('finished');
    return scheduler.results;
  })();
  return undisturbed;
}

let databases = 0;

async function freshStudy() {
  const store = new IndexedDbStudyStore({ name: `scheduler-${(databases += 1)}` });
  const { id } = await store.create(SMALL_STUDY);
  return { store, id };
}

/** Resolves at the n-th piece of news of a kind. */
function countdown(type: StudyNews['type'], n: number) {
  let left = n;
  let resolve = (): void => undefined;
  const reached = new Promise<void>((done) => (resolve = done));
  const listener = (news: StudyNews): void => {
    if (news.type === type && (left -= 1) === 0) resolve();
  };
  return { reached, listener };
}

/** Workers whose GPU computes as wasm does; one that is told of no tuning measures another each time. */
function tuningTrainers() {
  /** Of each engine that was started. */
  const used: number[] = [];
  let timed = 0;
  const open = async (): Promise<StudyTrainer> =>
    new LocalStudyTrainer({
      createEngine: async (config, choice, options) => {
        const made = await nodeEngine(config, { name: 'wasm', backend: null });
        const variant = { tile: 32, shared: true } as const;
        const products = { forward: variant, backward: variant, weights: variant };
        const gpu = options?.checkpoint ??
          choice.gpu ?? {
            adapter: 'A GPU',
            tuning: { ...products, weightWorkgroups: (timed += 1) },
          };
        used.push(gpu.tuning.weightWorkgroups);
        // Others may start meanwhile.
        await new Promise((resolve) => setTimeout(resolve));
        return {
          ...made,
          engine: Object.assign(made.engine, { info: { ...made.engine.info, gpu } }),
        };
      },
      loadBase: nodeBase,
      now: () => performance.now(),
    });
  return { open, close: () => undefined, used };
}

describe('the scores of a run in progress', () => {
  it('come while it trains, and are those of its result', async () => {
    const { store, id } = await freshStudy();
    const seen: (readonly TrackMark[])[] = [];
    let seconds = 0;
    const scheduler = await openScheduler(store, id, {
      workers: 1,
      // So slow that all news are due when they come.
      now: () => 1000 * seconds++,
      listener: (news) => {
        if (news.type !== 'progress') return;
        const sft = news.progress.jobs.find(({ kind, set }) => kind === 'sft' && set === 'tiny')!;
        seen.push(sft.track);
      },
    });
    expect(await scheduler.run()).toBe('finished');
    const { track } = scheduler.results.trunks.find(({ set }) => set === 'tiny')!;
    const marks = track.map(({ stage, step, compute, performance }) => {
      return { stage, step, compute, performance };
    });
    const longest = seen.toSorted((a, b) => b.length - a.length)[0]!;
    expect(longest.length).toBeGreaterThan(0);
    for (const one of seen) expect(one).toEqual(marks.slice(0, one.length));
    expect(scheduler.progress.jobs.every((job) => job.track.length === 0)).toBe(true);
  });
});

describe('the scheduler of a study on a GPU', () => {
  it('gives every job the tuning of the first one, also after a stop', async () => {
    const { store, id } = await freshStudy();
    const trainers = tuningTrainers();
    const { reached, listener } = countdown('results', 1);
    const first = await openScheduler(store, id, { trainers, workers: 1, listener });
    const running = first.run();
    await reached;
    await first.stop();
    await running;
    expect(first.progress.done).toBeLessThan(first.progress.jobs.length);
    const second = await openScheduler(store, id, { trainers, workers: 1 });
    expect(await second.run()).toBe('finished');
    expect(trainers.used).toEqual([1, 1]);
  });

  it('lets no two workers time the GPU, each for itself', async () => {
    const { store, id } = await freshStudy();
    const trainers = tuningTrainers();
    const scheduler = await openScheduler(store, id, { trainers, workers: 2 });
    expect(await scheduler.run()).toBe('finished');
    expect(trainers.used).toEqual([1, 1]);
  });

  it('lets another job time it where the first one fails before its engine has started', async () => {
    const { store, id } = await freshStudy();
    const trainers = tuningTrainers();
    let opened = 0;
    const open = async (): Promise<StudyTrainer> => {
      opened += 1;
      if (opened === 1) throw new Error('The worker was lost.');
      return trainers.open();
    };
    const unlucky = { ...trainers, open };
    const scheduler = await openScheduler(store, id, { trainers: unlucky, workers: 2 });
    expect(await scheduler.run()).toBe('finished');
    expect(trainers.used).toEqual([1, 1]);
  });

  it('goes by the tuning that the study names', async () => {
    const { store } = await freshStudy();
    const trainers = tuningTrainers();
    const variant = { tile: 64, shared: false } as const;
    const products = { forward: variant, backward: variant, weights: variant };
    const gpu = { adapter: 'A GPU', tuning: { ...products, weightWorkgroups: 77 } };
    const run = { ...SMALL_STUDY.run, engine: { ...SMALL_STUDY.run.engine, gpu } };
    const { id } = await store.create({ ...SMALL_STUDY, run });
    const scheduler = await openScheduler(store, id, { trainers, workers: 1 });
    expect(await scheduler.run()).toBe('finished');
    expect(trainers.used).toEqual([77]);
  });
});

describe('the scheduler of a study', () => {
  it('runs every job, and reports a sub-phase that did not occur as not reached', async () => {
    const { trunks, cells, missing } = await reference();
    expect(trunks.map(({ set }) => set)).toEqual(['uniform', 'tiny']);
    expect(cells.map(({ id, status }) => [id, status])).toEqual([
      ['uniform/stable/1', 'finished'],
      ['tiny/half/1', 'finished'],
      ['uniform/sft/1', 'finished'],
    ]);
    expect(missing).toMatchObject([{ id: 'uniform/severe/1', status: 'not-reached' }]);
    const [stable, half, sft] = cells;
    expect(stable!.cell).toMatchObject({ paradigm: 'sft-then-rl', branch: { phase: 'stable' } });
    expect(stable!.cell.minValidationLoss).toBe(
      Math.min(...trunks[0]!.validation.map(({ loss }) => loss)),
    );
    expect(half!.cell.branch!.step).toBeLessThanOrEqual(6);
    expect(sft!.cell).toMatchObject({ paradigm: 'sft', branch: null, curve: [] });
    expect(stable!.cell.curve.length).toBeGreaterThan(2);
  });

  it('gives the same results on two workers', async () => {
    const { store, id } = await freshStudy();
    const scheduler = await openScheduler(store, id, { workers: 2 });
    expect(await scheduler.run()).toBe('finished');
    expect(timeless(scheduler.results)).toEqual(timeless(await reference()));
  });

  it('ends with the same results however often it is killed, and does nothing twice', async () => {
    const { store, id } = await freshStudy();
    const random = Random.from(7, 'kills');
    let over = 0;
    for (let kill = 0; kill < 10; kill++) {
      const trainers = new MortalTrainers();
      const { reached, listener } = countdown('progress', 3 + random.integer(14));
      const scheduler = await openScheduler(store, id, { trainers, workers: 2, listener });
      const before = scheduler.progress.done;
      expect(before).toBeGreaterThanOrEqual(over);
      over = before;
      // As a tab that is killed: its workers are gone and nobody waits for the scheduler.
      const ended = scheduler.run();
      await Promise.race([reached, ended]);
      const stopped = scheduler.stop();
      trainers.loseAll();
      await stopped;
    }
    const last = await openScheduler(store, id);
    expect(await last.run()).toBe('finished');
    expect(timeless(last.results)).toEqual(timeless(await reference()));
    const again = await openScheduler(store, id, { trainers: noTrainers });
    expect(await again.run()).toBe('finished');
  });

  it('replaces workers that are lost', async () => {
    const { store, id } = await freshStudy();
    const trainers = new MortalTrainers();
    let losses = 0;
    const listener = ({ type }: StudyNews): void => {
      if (type !== 'results' || losses >= 2) return;
      losses += 1;
      setTimeout(() => trainers.loseAll(), 5);
    };
    const scheduler = await openScheduler(store, id, { trainers, listener });
    expect(await scheduler.run()).toBe('finished');
    expect(trainers.opened).toBeGreaterThan(2);
    expect(timeless(scheduler.results)).toEqual(timeless(await reference()));
  });

  it('pauses with a checkpoint of each job and goes on from there', async () => {
    const { store, id } = await freshStudy();
    const { reached, listener } = countdown('progress', 6);
    const scheduler = await openScheduler(store, id, { listener });
    const first = scheduler.run();
    await reached;
    await scheduler.pause();
    expect(await first).toBe('paused');
    expect(scheduler.progress.jobs.filter(({ status }) => status === 'running')).toEqual([]);
    expect(await scheduler.run()).toBe('finished');
    expect(timeless(scheduler.results)).toEqual(timeless(await reference()));
  });

  it('skips a job with all that depends on it, and runs it again when asked', async () => {
    const { store, id } = await freshStudy();
    const scheduler = await openScheduler(store, id);
    await scheduler.skip('uniform/1');
    expect(await scheduler.run()).toBe('finished');
    expect(scheduler.results.cells.map((cell) => cell.id)).toEqual([
      'tiny/half/1',
      'uniform/sft/1',
    ]);
    expect(scheduler.results.missing).toMatchObject([
      { id: 'uniform/stable/1', status: 'skipped' },
      { id: 'uniform/severe/1', status: 'skipped' },
    ]);
    await scheduler.retry('uniform/stable/1');
    await scheduler.retry('uniform/severe/1');
    expect(await scheduler.run()).toBe('finished');
    expect(timeless(scheduler.results)).toEqual(timeless(await reference()));
  });

  it('gives a job up that loses every worker, says why, and goes on with the others', async () => {
    const { store, id } = await freshStudy();
    const scheduler = await openScheduler(store, id, { trainers: failingFor('uniform/sft/1') });
    expect(await scheduler.run()).toBe('finished');
    expect(scheduler.results.missing).toContainEqual(
      expect.objectContaining({
        id: 'uniform/sft/1',
        status: 'failed',
        reason: { because: 'told', text: 'No memory left.' },
      }),
    );
    expect(scheduler.results.cells).toHaveLength(2);
  });

  it('stops with a word when results cannot be kept', async () => {
    const { store, id } = await freshStudy();
    const news: StudyNews[] = [];
    const scheduler = await openScheduler(store, id, { listener: (each) => news.push(each) });
    await store.remove(id);
    expect(await scheduler.run()).toBe('stopped');
    expect(news).toContainEqual(
      expect.objectContaining({
        type: 'storage-lost',
        why: expect.objectContaining({ code: expect.stringMatching(/^storage\//) }),
      }),
    );
  });
});

const noTrainers = {
  open: () => Promise.reject(new Error('There is nothing to train.')),
  close: () => undefined,
};

/** Workers that fail at one job. */
function failingFor(job: string) {
  const trainers = new MortalTrainers();
  return {
    open: async () => {
      const trainer = await trainers.open();
      return {
        stop: () => trainer.stop(),
        train: (...[asked, listener]: Parameters<typeof trainer.train>) =>
          asked.id === job
            ? Promise.reject(new Error('No memory left.'))
            : trainer.train(asked, listener),
      };
    },
    close: () => undefined,
  };
}
