import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudyFolder } from '../../../src/cli/study-folder';
import type { StudyNews } from '../../../src/runtime/studies/api';
import { StudyScheduler } from '../../../src/runtime/studies/scheduler';
import { Random } from '../../../src/random';
import { IndexedDbStudyStore } from '../../../src/storage';
import { backtestCurves } from '../../../src/studies/backtest-curves';
import { parseStudy } from '../../../src/studies/parse-study';
import type { StudyConfig } from '../../../src/studies/study-config';
import type { StudyResults } from '../../../src/studies/study-results';
import { MortalTrainers, openScheduler, SMALL_STUDY, timeless } from './small-study';

/** Two sets of two sizes in two seeds, whose ceilings are open: each moves the finding on data scale. */
const STUDY: StudyConfig = parseStudy({
  ...SMALL_STUDY,
  run: {
    ...SMALL_STUDY.run,
    rl: { ...SMALL_STUDY.run.rl, evaluateEvery: 1 },
    evaluation: { ...SMALL_STUDY.run.evaluation, heldOutPerLevel: 0, problemsPerLevel: 10 },
    computeBudget: null,
  },
  sets: SMALL_STUDY.sets.map((set) => ({ ...set, branches: ['half'] })),
  paradigms: [],
  furtherRl: { steps: 4, cells: 2, total: 18 },
  seeds: [1, 2],
});
const BASE: StudyConfig = { ...STUDY, furtherRl: null };

let databases = 0;

async function freshStudy(study = STUDY) {
  const store = new IndexedDbStudyStore({ name: `further-${(databases += 1)}` });
  const { id } = await store.create(study);
  return { store, id };
}

async function resultsOf(study: StudyConfig, workers: number): Promise<StudyResults> {
  const { store, id } = await freshStudy(study);
  const scheduler = await openScheduler(store, id, { workers });
  expect(await scheduler.run()).toBe('finished');
  return scheduler.results;
}

let undisturbed: Promise<StudyResults> | null = null;
const reference = (): Promise<StudyResults> => (undisturbed ??= resultsOf(STUDY, 1));

describe('a study that gives more RL where the doubt is', () => {
  it('deals out rounds up to its total, to cells that are open', async () => {
    const { rounds, cells } = await reference();
    // Four turns of four steps in all; the two steps that are left make no turn.
    expect(rounds.map((round) => round.length)).toEqual([2, 2]);
    for (const { id, further, cell, track, compute } of cells) {
      const turns = rounds.filter((round) => round.includes(id)).length;
      expect(further?.turns ?? 0).toBe(turns);
      if (!further) continue;
      expect(further.step).toBe(8 + 4 * turns);
      expect(further.compute).toBeGreaterThan(0);
      expect(cell.curve).toHaveLength(further.step);
      expect(cell.curve.at(-1)!.compute).toBe(compute.rl + further.compute);
      expect(track.at(-1)!.step).toBe(8);
    }
  });

  it('changes nothing of what was measured at the base budget', async () => {
    const base = await resultsOf(BASE, 1);
    const { cells } = await reference();
    for (const [
      i,
      { cell, further: _, instabilities: __, seconds: ___, ...rest },
    ] of cells.entries()) {
      const before = base.cells[i]!;
      expect(before).toMatchObject(rest);
      const { curve, ceiling: ____, ...same } = cell;
      expect(before.cell).toMatchObject(same);
      expect(curve.slice(0, before.cell.curve.length)).toEqual(before.cell.curve);
    }
  });

  it('compares the end of all its RL in the backtest', async () => {
    const results = await reference();
    for (const { id, end, curve } of backtestCurves(results)) {
      const { further, cell } = results.cells.find((each) => each.id === id)!;
      expect(end).toMatchObject(further ? further.final : cell.final);
      expect(end.compute).toBe(curve.points.at(-1)!.compute);
    }
  });

  it('gives the same results on three workers', async () => {
    expect(timeless(await resultsOf(STUDY, 3))).toEqual(timeless(await reference()));
  });

  it('ends with the same results however often it is killed', async () => {
    const { store, id } = await freshStudy();
    const random = Random.from(3, 'kills');
    for (let kill = 0; kill < 12; kill++) {
      const trainers = new MortalTrainers();
      let left = 10 + random.integer(30);
      let reach = (): void => undefined;
      const reached = new Promise<void>((resolve) => (reach = resolve));
      const listener = ({ type }: StudyNews): void => {
        if (type === 'progress' && (left -= 1) === 0) reach();
      };
      const scheduler = await openScheduler(store, id, { trainers, workers: 2, listener });
      const ended = scheduler.run();
      await Promise.race([reached, ended]);
      const stopped = scheduler.stop();
      trainers.loseAll();
      await stopped;
    }
    const last = await openScheduler(store, id);
    expect(await last.run()).toBe('finished');
    expect(timeless(last.results)).toEqual(timeless(await reference()));
  });

  it('goes on in a folder, and measures again what it lost', async () => {
    const out = await mkdtemp(path.join(tmpdir(), 'further-'));
    const open = async (): Promise<StudyScheduler> =>
      StudyScheduler.open({
        study: STUDY,
        keeper: await StudyFolder.open(out, STUDY),
        trainers: new MortalTrainers(),
        workers: 1,
        listener: () => undefined,
        now: () => performance.now(),
      });
    const first = await open();
    expect(await first.run()).toBe('finished');
    expect(timeless(first.results)).toEqual(timeless(await reference()));
    const [[id] = []] = first.results.rounds;
    await rm(path.join(out, 'work', ...id!.split('/')), { recursive: true });
    const again = await open();
    expect(await again.run()).toBe('finished');
    expect(timeless(again.results)).toEqual(timeless(await reference()));
    await rm(out, { recursive: true });
  });

  it('leaves a cell as it was where its turn is skipped, and gives it no other', async () => {
    const { store, id } = await freshStudy();
    let skipped: string | null = null;
    const scheduler = await openScheduler(store, id, {
      workers: 1,
      listener: (news) => {
        if (news.type !== 'progress' || skipped !== null) return;
        const turn = news.progress.jobs.find(
          ({ turns, status }) => turns > 0 && status === 'waiting',
        );
        if (!turn) return;
        skipped = turn.id;
        void scheduler.skip(turn.id);
      },
    });
    expect(await scheduler.run()).toBe('finished');
    const { cells, rounds, missing } = scheduler.results;
    expect(missing).toEqual([]);
    const cell = cells.find((each) => each.id === skipped)!;
    expect(cell.further).toMatchObject({ turns: 1, step: 8, failure: { because: 'by-hand' } });
    expect(rounds.flat().filter((each) => each === skipped)).toHaveLength(1);
  });
});
