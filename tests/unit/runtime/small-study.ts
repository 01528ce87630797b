/** A study of some seconds, with workers in the test's own thread that can be lost at any moment. */
import type {
  JobNews,
  JobOutcome,
  StudyJob,
  StudyNews,
  StudyTrainer,
  StudyTrainers,
} from '../../../src/runtime/studies/api';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { StudyScheduler } from '../../../src/runtime/studies/scheduler';
import type { StudyLibrary } from '../../../src/runtime/studies/study-rows';
import {
  LocalStudyTrainer,
  type StudyEnvironment,
} from '../../../src/runtime/studies/study-trainer';
import { type IndexedDbStudyStore } from '../../../src/storage';
import { parseStudy } from '../../../src/studies/parse-study';
import { studyPresetNamed } from '../../../src/studies/presets';
import type { StudyConfig } from '../../../src/studies/study-config';
import type { StudyResults } from '../../../src/studies/study-results';
import { SMALL_RUN } from './small-run';

const MICRO = studyPresetNamed('micro');

/** Two sets, a branch at the end and one in severe overfitting, which 20 steps never reach; SFT alone. */
export const SMALL_STUDY: StudyConfig = parseStudy({
  ...MICRO,
  name: 'small',
  run: {
    ...SMALL_RUN,
    evaluation: { ...SMALL_RUN.evaluation, heldOutPerLevel: 3 },
    computeBudget: 3e9,
  },
  sets: [
    { recipe: SMALL_RUN.trajectories, sftSteps: 20, branches: ['stable', 'severe'] },
    {
      recipe: { ...SMALL_RUN.trajectories, name: 'tiny', size: 20 },
      sftSteps: 10,
      branches: ['half'],
    },
  ],
  branches: [...MICRO.branches, { name: 'half', at: 'step', step: 6 }],
  paradigms: ['sft'],
  seeds: [1],
});

/** A library without sets. */
export const NO_LIBRARY: StudyLibrary = {
  listSets: async () => [],
  readTable: (id) => Promise.reject(new Error(`There is no set ${id}.`)),
};

export const SMALL_ENVIRONMENT: StudyEnvironment = {
  createEngine: (model) => nodeEngine(model, { name: 'wasm', backend: null }),
  loadBase: nodeBase,
  // A clock of large steps: every checkpoint is due, as if each step took seconds.
  now: (() => {
    let time = 0;
    return () => (time += 1000);
  })(),
};

const LOST = 'The worker was lost.';

/** A worker that can be lost: then its job never answers again, and it says so. */
class MortalTrainer implements StudyTrainer {
  readonly #inner: LocalStudyTrainer;
  #isLost = false;
  #reject: (error: Error) => void = () => undefined;

  constructor(environment: StudyEnvironment) {
    this.#inner = new LocalStudyTrainer(environment);
  }

  train(job: StudyJob, listener: (news: JobNews) => void): Promise<JobOutcome> {
    // Also between two jobs, which is where a loaded machine may find it.
    if (this.#isLost) return Promise.reject(new Error(LOST));
    const lost = new Promise<never>((_, reject) => (this.#reject = reject));
    // As messages between workers do, news crosses as a copy.
    const hear = (news: JobNews): void => {
      if (!this.#isLost) listener(structuredClone(news));
    };
    return Promise.race([this.#inner.train(structuredClone(job), hear), lost]);
  }

  stop(): Promise<void> {
    return this.#inner.stop();
  }

  lose(): void {
    this.#isLost = true;
    void this.#inner.stop();
    this.#reject(new Error(LOST));
  }
}

export class MortalTrainers implements StudyTrainers {
  readonly alive = new Set<MortalTrainer>();
  readonly #environment: StudyEnvironment;
  opened = 0;

  constructor(environment = SMALL_ENVIRONMENT) {
    this.#environment = environment;
  }

  async open(): Promise<StudyTrainer> {
    this.opened += 1;
    const trainer = new MortalTrainer(this.#environment);
    this.alive.add(trainer);
    return trainer;
  }

  close(trainer: StudyTrainer): void {
    if (trainer instanceof MortalTrainer) this.alive.delete(trainer);
  }

  /** Loses all workers, as a killed tab does. */
  loseAll(): void {
    for (const trainer of [...this.alive]) trainer.lose();
  }
}

/** A scheduler for a kept study. */
export async function openScheduler(
  store: IndexedDbStudyStore,
  id: string,
  {
    trainers = new MortalTrainers(),
    workers = 2,
    listener = () => undefined,
    now = () => performance.now(),
  }: {
    trainers?: StudyTrainers;
    workers?: number;
    listener?: (news: StudyNews) => void;
    /** A clock in milliseconds. */
    now?: () => number;
  } = {},
): Promise<StudyScheduler> {
  const { record } = await store.read(id);
  return StudyScheduler.open({
    study: record.config,
    keeper: store.keeper(id),
    trainers,
    workers,
    listener,
    now,
  });
}

/** Results without the times that they took. */
export function timeless({ trunks, cells, ...rest }: StudyResults): unknown {
  return {
    ...rest,
    trunks: trunks.map(({ seconds: _seconds, ...sftRun }) => sftRun),
    cells: cells.map(({ seconds: _seconds, ...cell }) => cell),
  };
}
