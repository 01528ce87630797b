import 'fake-indexeddb/auto';
import { importOf } from '../../../src/runtime/studies/bundle-content';
import { describe, expect, it } from 'vitest';
import type { StudyNews } from '../../../src/runtime/studies/api';
import { UNRECORDED_ENGINE } from '../../../src/runtime/studies/engines-used';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { StudyRunner } from '../../../src/runtime/studies/runner';
import { IndexedDbStudyStore } from '../../../src/storage';
import { readBundle } from '../../../src/studies/bundle/study-bundle';
import { FITS_VERSION, type KnownFits, type StudyFits } from '../../../src/studies/known-fits';
import type { StudyConfig } from '../../../src/studies/study-config';
import type { StudyResults } from '../../../src/studies/study-results';
import { exampleStudy } from '../figures/study-example';
import { MortalTrainers, NO_LIBRARY, SMALL_STUDY } from './small-study';

const WASM = 'WebAssembly SIMD, 1 thread';

/** One set, one branch. */
const SMALLEST: StudyConfig = {
  ...SMALL_STUDY,
  sets: SMALL_STUDY.sets.slice(1),
  paradigms: [],
};

let databases = 0;

const NO_FIGURES = () => ({ figures: new Map<string, string>(), fits: null });

const FITS: StudyFits = {
  version: FITS_VERSION,
  branches: [],
  surfaces: [],
  backtest: [['a#1', { id: 'a', at: 0.5, reason: { because: 'told', text: 'too short' } }]],
};

interface Parts {
  readonly held?: Set<string>;
  readonly now?: () => number;
  readonly draw?: ConstructorParameters<typeof StudyRunner>[0]['draw'];
}

function freshRunner({
  held = new Set(),
  now = () => performance.now(),
  draw = NO_FIGURES,
}: Parts = {}) {
  const store = new IndexedDbStudyStore({ name: `runner-${(databases += 1)}` });
  const runner = new StudyRunner({
    store,
    library: NO_LIBRARY,
    trainers: new MortalTrainers(),
    environment: { createEngine: nodeEngine, loadBase: nodeBase, now },
    hold: async (id) => {
      if (held.has(id)) throw new Error('It runs in another tab.');
      held.add(id);
      return () => void held.delete(id);
    },
    live: async () => held,
    origin: () => ({ lab: 'test', madeAt: Date.UTC(2026, 0, 1) }),
    draw,
  });
  return { store, runner, held };
}

/** Resolves when the study has the status. */
async function reached(runner: StudyRunner, status: string): Promise<StudyNews[]> {
  const news: StudyNews[] = [];
  await new Promise<void>((resolve) => {
    void runner.listen((each) => {
      news.push(each);
      if (each.type === 'progress' && each.progress.status === status) resolve();
    });
  });
  return news;
}

describe('the study runner', () => {
  it('keeps, runs and bundles a study, and opens the bundle elsewhere', async () => {
    const { runner, held } = freshRunner();
    const { id, done, cells } = await runner.create(SMALLEST);
    expect([done, cells]).toEqual([0, 1]);
    expect(await runner.progress(id)).toMatchObject({ status: 'idle', done: 0 });
    const finished = reached(runner, 'finished');
    await runner.start(id, 2);
    expect(held).toContain(id);
    await expect(runner.start(id, 1)).rejects.toThrow(/A study is running/);
    const news = await finished;
    expect(news.filter(({ type }) => type === 'results')).toHaveLength(2);
    const results = await runner.results(id);
    expect(results.cells.map((cell) => cell.id)).toEqual(['tiny/half/1']);
    const { heldOut } = results.cells[0]!;
    expect(heldOut).toMatchObject({ levels: [2, 3], final: { problems: 6 } });
    expect(heldOut!.base.problems).toBe(6);
    expect(await runner.list()).toMatchObject([{ id, done: 1, cells: 1, imported: false }]);

    const bundle = await runner.exportBundle(id);
    const elsewhere = freshRunner().runner;
    expect(importOf(bundle)).toMatchObject({ results, fits: null });
    expect(await elsewhere.list()).toEqual([]);
    const imported = await elsewhere.import(importOf(bundle));
    expect(imported).toMatchObject({ imported: true, done: 1, config: SMALLEST });
    expect(await elsewhere.results(imported.id)).toEqual(results);
    // The weights came along: exported again, it is the same study.
    const again = readBundle(await elsewhere.exportBundle(imported.id));
    const once = readBundle(bundle);
    expect([...again.finalWeights]).toEqual([...once.finalWeights]);
    expect([...again.branchWeights]).toEqual([...once.branchWeights]);
    expect(once.branchWeights.size).toBe(1);
    expect([once.origin.engine, again.origin.engine]).toEqual([WASM, WASM]);
  });

  it('names the engine that computed, and says so where older work does not tell', async () => {
    const { runner, store } = freshRunner();
    const { id } = await runner.create({ ...SMALLEST, seeds: [1, 2] });
    const engineOf = async (study: string) => readBundle(await runner.exportBundle(study)).origin;
    expect((await engineOf(id)).engine).toBe('');
    const finished = reached(runner, 'finished');
    await runner.start(id, 1);
    await finished;
    expect((await engineOf(id)).engine).toBe(WASM);
    // The same work, as a version of the lab kept it that did not keep engines.
    const older = await runner.create({ ...SMALLEST, seeds: [1, 2, 3] });
    const { work } = await store.read(id);
    const keeper = store.keeper(older.id);
    for (const trunk of work.trunks) await keeper.saveSftRun(`tiny/${trunk.seed}`, trunk, []);
    for (const cell of work.cells) await keeper.saveCell(cell.id, cell, null);
    expect((await engineOf(older.id)).engine).toBe(UNRECORDED_ENGINE);
    await runner.start(older.id, 1);
    const status = async () => (await runner.progress(older.id)).status;
    await expect.poll(status, { timeout: 60_000 }).toBe('finished');
    expect((await engineOf(older.id)).engine).toBe(`${WASM}; ${UNRECORDED_ENGINE}`);
  });

  it('pauses, goes on and stops; after a reload it goes on from there', async () => {
    const { runner, held, store } = freshRunner();
    const { id } = await runner.create(SMALLEST);
    await runner.start(id, 1);
    await runner.pause();
    expect((await runner.progress(id)).status).toBe('paused');
    await runner.continue();
    expect((await runner.progress(id)).status).toBe('running');
    await runner.stop();
    expect((await runner.progress(id)).status).toBe('stopped');
    await expect.poll(() => held.size).toBe(0);
    const reloaded = new StudyRunner({
      store,
      library: NO_LIBRARY,
      trainers: new MortalTrainers(),
      environment: { createEngine: nodeEngine, loadBase: nodeBase, now: () => performance.now() },
      hold: async () => () => undefined,
      live: async () => new Set(),
      origin: () => {
        throw new Error('not asked');
      },
      draw: NO_FIGURES,
    });
    const finished = reached(reloaded, 'finished');
    await reloaded.start(id, 1);
    await finished;
    expect((await reloaded.results(id)).cells).toHaveLength(1);
  });

  it('does not run or delete what another tab runs', async () => {
    const { runner, held } = freshRunner();
    const { id } = await runner.create(SMALLEST);
    held.add(id);
    await expect(runner.start(id, 1)).rejects.toThrow(/another tab/);
    await expect(runner.remove(id)).rejects.toThrow(/another tab/);
    held.delete(id);
    await runner.remove(id);
    expect(await runner.list()).toEqual([]);
    await expect(runner.results(id)).rejects.toThrow(/no study/);
  });

  it('is called so where another tab runs it, and by its own state once that has come to rest', async () => {
    const held = new Set<string>();
    const { runner } = freshRunner({ held });
    const { id } = await runner.create(SMALLEST);
    held.add(id);
    expect(await runner.progress(id)).toMatchObject({ status: 'elsewhere', done: 0 });
    await expect(runner.start(id, 1)).rejects.toThrow(/another tab/);
    held.delete(id);
    expect(await runner.progress(id)).toMatchObject({ status: 'idle' });
  });

  it('refuses what makes no sense', async () => {
    const { runner } = freshRunner();
    await expect(runner.create({ ...SMALLEST, seeds: [] })).rejects.toThrow(/no seed/);
    const { id } = await runner.create(SMALLEST);
    await expect(runner.start(id, 0)).rejects.toThrow(/0 workers/);
    await expect(runner.pause()).rejects.toThrow(/No study is in progress/);
    expect(() => importOf(new Uint8Array(10))).toThrow(/not a zip file/);
    expect(await runner.list()).toHaveLength(1);
  });

  it('measures the device on the study’s model', async () => {
    // Every action takes 100 ms by this clock.
    let clock = 0;
    const { runner } = freshRunner({ now: () => (clock += 100) });
    const speed = await runner.measureSpeed(SMALLEST);
    expect(speed.tokensPerRow).toBeGreaterThan(10);
    expect(speed.tokensPerRow).toBeLessThanOrEqual(25);
    const trained = (SMALLEST.run.sft.batchSize * speed.tokensPerRow) / 0.1;
    expect(speed.trainedTokensPerSecond).toBeCloseTo(trained, 6);
    expect(speed.scoredTokensPerSecond).toBeCloseTo(trained, 6);
    expect(speed.sampledTokensPerSecond).toBeCloseTo((200 * speed.tokensPerRow) / 0.1, 6);
  });

  it('gives back a study of 500 finished cells, every cell as it was', async () => {
    const { store, runner } = freshRunner();
    const results = exampleStudy({ seeds: 25, paradigms: [] });
    expect(results.cells.length).toBe(500);
    const { id } = await store.import({
      results,
      weights: new Map(),
      points: new Map(),
      engine: 'wasm',
      sets: new Map(),
      fits: null,
    });
    const byId = (cells: StudyResults['cells']) => new Map(cells.map((cell) => [cell.id, cell]));
    expect(byId((await runner.results(id)).cells)).toEqual(byId(results.cells));
  });

  it('keeps the fits of a study, and makes a bundle with what is known of them', async () => {
    const asked: KnownFits[] = [];
    const { runner } = freshRunner({
      draw: (_results, known) => {
        asked.push(known);
        return { figures: new Map(), fits: FITS };
      },
    });
    const { id } = await runner.create(SMALLEST);
    expect(await runner.fits(id)).toBeNull();
    await runner.keepFits(id, FITS);
    expect(await runner.fits(id)).toEqual(FITS);
    const bundle = await runner.exportBundle(id);
    expect(asked[0]!.backtest.get('a#1')).toEqual(FITS.backtest[0]![1]);
    const elsewhere = freshRunner().runner;
    expect(await elsewhere.fits((await elsewhere.import(importOf(bundle))).id)).toEqual(FITS);
    await runner.remove(id);
    await runner.keepFits(id, FITS);
    expect(await runner.fits(id)).toBeNull();
  });
});
