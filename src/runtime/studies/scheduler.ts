/**
 * Runs a study on several workers, most informative jobs first, and then, round by round, the further
 * RL that it may give to some of its cells. What is finished is kept at once and never done again; a job that is paused, stopped or killed goes on from its last checkpoint. Workers
 * that are lost are replaced.
 */
import { failureOf, LabError } from '../../errors';
import type { GpuTuning } from '../../engine/gpu-tuning';
import { branchCheckpoint, branchConfig } from '../../training/branches';
import { withGpuTuning } from '../../training/configuration/run-config';
import { tracked } from '../../training/run-state';
import type { Failure } from '../../schema/pieces';
import { lastRlStep, nextRoundSteps } from '../../studies/further-rl';
import type { JobReason } from '../../studies/missing-reasons';
import type { StudyConfig } from '../../studies/study-config';
import type { StudyResults } from '../../studies/study-results';
import { givenUp, notReached } from '../../studies/results';
import type { StudyKeeper } from '../stores/studies';
import type {
  JobNews,
  JobOutcome,
  StudyJob,
  StudyListener,
  StudyProgress,
  StudyStatus,
  StudyTrainer,
  StudyTrainers,
} from './api';
import { drive } from '../drive';
import { enginesUsed, keptTuning } from './engines-used';
import { Ledger } from './ledger';
import { isCell, JobTable, type Job } from './job-table';
import { StudyRows } from './study-rows';

interface SchedulerOptions {
  readonly study: StudyConfig;
  readonly keeper: StudyKeeper;
  readonly trainers: StudyTrainers;
  /** Jobs at a time. */
  readonly workers: number;
  /** Jobs that are being trained, where some only wait for a worker elsewhere. */
  readonly active?: () => number;
  readonly listener: StudyListener;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** A job that has lost its worker this often is given up: it would lose the next one too. */
const MOST_LOSSES = 3;
const PROGRESS_EVERY_MS = 250;
/** With more jobs in progress than this, most wait in a queue, and not each one's turn is told by itself. */
const MOST_TOLD_EACH = 16;

/** A job in progress and who trains it. */
interface Running {
  readonly job: Job;
  readonly kind: StudyJob['kind'];
  readonly trainer: StudyTrainer;
  readonly ends: Promise<JobOutcome>;
  /** Asked to end for good, not to rest. */
  isSkipped: boolean;
}

export class StudyScheduler {
  readonly #options: SchedulerOptions;
  readonly #table: JobTable;
  readonly #ledger: Ledger;
  readonly #rows: StudyRows;
  readonly #running = new Set<Running>();
  /** The GPU's tuning in the study's first job, which the others get too: a study computes alike. */
  #gpu: GpuTuning | null;
  /**
   * Whether an engine has started that the others are like. Until then jobs start one at a time: two
   * that time the GPU at once may find different tunings.
   */
  #isEngineKnown: boolean;
  /** The job whose engine the others wait for. */
  #first: Job | null = null;
  #status: StudyStatus = 'idle';
  #loops: Promise<void> = Promise.resolve();
  /** Under way while the next round is chosen, by whichever worker comes first. */
  #dealing: Promise<boolean> | null = null;
  #wake: (() => void)[] = [];
  #toldAt = -Infinity;

  /** Reads what has been done before. */
  static async open(options: SchedulerOptions): Promise<StudyScheduler> {
    const { study, keeper } = options;
    const work = await keeper.read();
    const table = new JobTable(study, work);
    // Older work names no engine, and would else be taken for that of the next one.
    for (const engine of enginesUsed(work)) await keeper.saveEngine(engine);
    // What was used comes first: the one that the study names may not fit the device.
    const gpu = (await keptTuning(work, table, keeper)) ?? study.run.engine.gpu;
    return new StudyScheduler(options, table, gpu ?? null);
  }

  private constructor(options: SchedulerOptions, table: JobTable, gpu: GpuTuning | null) {
    const { name } = options.study.run.engine;
    this.#gpu = gpu;
    this.#isEngineKnown = name !== null && name !== 'webgpu';
    this.#options = options;
    this.#table = table;
    this.#rows = new StudyRows(options.keeper);
    this.#ledger = new Ledger(table, options.keeper, (why) => this.#storageLost(why));
  }

  get results(): StudyResults {
    return this.#table.results();
  }

  get progress(): StudyProgress {
    const { workers, active } = this.#options;
    return {
      status: this.#status,
      jobs: this.#table.states(),
      done: this.#table.done,
      secondsLeft: this.#table.secondsLeft(Math.max(1, active?.() ?? workers)),
    };
  }

  /** Runs what is left; resolves when all is done, or at a pause or a stop. */
  async run(): Promise<StudyStatus> {
    if (this.#status === 'running') throw new LabError('studies/running');
    // A pause may still be ending its jobs.
    await this.#loops;
    this.#setStatus('running');
    const { workers } = this.#options;
    const loops = Promise.all(Array.from({ length: workers }, () => this.#work()));
    this.#loops = loops.then(
      () => undefined,
      () => undefined,
    );
    await loops;
    if (this.#isRunning()) this.#setStatus(this.#table.isOver ? 'finished' : 'stopped');
    return this.#status;
  }

  /** Lets the jobs in progress rest at their next step, with a checkpoint each. */
  pause(): Promise<void> {
    return this.#rest('paused');
  }

  stop(): Promise<void> {
    return this.#rest('stopped');
  }

  async #rest(status: 'paused' | 'stopped'): Promise<void> {
    if (this.#status === 'running' || this.#status === 'paused') this.#setStatus(status);
    this.#wakeAll();
    await Promise.all([...this.#running].map(({ trainer }) => trainer.stop()));
    await this.#loops;
    this.#tell();
  }

  /** Gives a job up, with all that depends on it. */
  async skip(id: string): Promise<void> {
    const job = this.#table.job(id);
    const running = [...this.#running].find((each) => each.job === job);
    if (running) {
      running.isSkipped = true;
      await running.trainer.stop();
    } else if (job.status === 'waiting') {
      // No worker may take it while this is kept.
      job.status = 'skipped';
      await this.#giveUp(job, 'skipped', { because: 'by-hand' });
    }
    this.#tell();
  }

  /** Puts a job that failed, diverged or was skipped back, with what it depends on. */
  async retry(id: string): Promise<void> {
    const { status, plan } = this.#table.job(id);
    if (status !== 'failed' && status !== 'diverged' && status !== 'skipped') {
      throw new LabError('studies/not-retryable', { job: id, status });
    }
    await this.#options.keeper.forget(id);
    this.#table.reset(id);
    if (plan.kind === 'branch' && !this.#table.sftRun(plan.sftRun)) this.#table.reset(plan.sftRun);
    this.#wakeAll();
    this.#tell();
  }

  /** Read anew after every wait: others set it meanwhile. */
  #isRunning(): boolean {
    return this.#status === 'running';
  }

  /** One worker's life: a job after another until there is none, or the study rests. */
  async #work(): Promise<void> {
    let trainer: StudyTrainer | null = null;
    try {
      while (this.#isRunning()) {
        const job = this.#first ? null : this.#table.next();
        if (!job) {
          if (this.#table.isBusy) await this.#change();
          else if (!(await this.#deal())) break;
          continue;
        }
        // Taken before the first wait, so that no other worker takes it too.
        job.status = 'running';
        if (!this.#isEngineKnown) this.#first = job;
        trainer = await this.#serve(job, trainer);
        this.#wakeAll();
      }
    } finally {
      if (trainer) this.#options.trainers.close(trainer);
      this.#wakeAll();
    }
  }

  /** Deals out further RL once every cell has had its turns; whether there was any. */
  #deal(): Promise<boolean> {
    this.#dealing ??= this.#dealRound().finally(() => (this.#dealing = null));
    return this.#dealing;
  }

  async #dealRound(): Promise<boolean> {
    if (!this.#table.isOver) return false;
    const cells = await drive(nextRoundSteps(this.results));
    if (cells.length === 0 || !this.#isRunning()) return false;
    await this.#ledger.round(cells);
    this.#tell();
    return true;
  }

  /** Runs a job; returns the worker for the next one, or null where it was lost. */
  async #serve(job: Job, idle: StudyTrainer | null): Promise<StudyTrainer | null> {
    let trainer = idle;
    try {
      trainer ??= await this.#options.trainers.open();
      const begun = await this.#begin(job, trainer);
      if (!begun) {
        if (job.status === 'running') job.status = 'waiting';
        return trainer;
      }
      const outcome = await begun.ends.finally(() => this.#running.delete(begun));
      await this.#ledger.settled(job.plan.id);
      await this.#conclude(begun, outcome);
      return trainer;
    } catch (error) {
      if (trainer) this.#options.trainers.close(trainer);
      await this.#lost(job, failureOf(error));
      return null;
    } finally {
      // It may have ended before its engine started: the next one takes its place.
      if (this.#first === job) this.#first = null;
      this.#tellTurn();
    }
  }

  /** Only its trainer holds the job's weights then, if it needs them; null where there is nothing to run. */
  async #begin(job: Job, trainer: StudyTrainer): Promise<Running | null> {
    const prepared = await this.#prepare(job);
    if (!prepared || !this.#isRunning()) return null;
    job.track = prepared.from?.state.track ?? [];
    const ends = trainer.train(prepared, (news) => this.#hear(job, news));
    const running: Running = { job, kind: prepared.kind, trainer, ends, isSkipped: false };
    this.#running.add(running);
    this.#tellTurn();
    return running;
  }

  #hear(job: Job, news: JobNews): void {
    if (news.type === 'progress' || news.type === 'score') {
      if (news.type === 'score') job.track = tracked(job.track, news.mark);
      else Object.assign(job, { progress: news.progress, secondsLeft: news.secondsLeft });
      if (this.#options.now() - this.#toldAt >= PROGRESS_EVERY_MS) this.#tell();
    } else {
      if (news.type === 'engine') this.#learn(news.gpu);
      this.#ledger.keepOnTheWay(job.plan.id, news);
    }
  }

  /** Takes note of the engine of a job that has started, and lets the others start like it. */
  #learn(gpu: GpuTuning | null): void {
    if (this.#isEngineKnown) {
      this.#gpu ??= gpu;
      return;
    }
    // What was known before may be of another adapter: what is used here counts.
    this.#gpu = gpu ?? this.#gpu;
    this.#isEngineKnown = true;
    this.#first = null;
    this.#wakeAll();
  }

  /** What the job needs to begin or go on; null where it turns out that there is nothing to run. */
  async #prepare({ plan }: Job): Promise<StudyJob | null> {
    const { keeper, study } = this.#options;
    const kept = await keeper.readCheckpoint(plan.id);
    const { id } = plan;
    const seconds = kept?.seconds ?? 0;
    if (plan.kind !== 'branch') {
      const kind = plan.kind === 'sft' ? 'sft' : 'cell';
      const config = withGpuTuning(plan.config, this.#gpu);
      const stored = await this.#rows.of(config);
      const from = kept?.checkpoint ?? null;
      return { id, kind, config, stored, from, goesOn: false, seconds };
    }
    const chosen = this.#table.chosen(plan);
    if (!chosen.found) {
      await this.#ledger.missing(notReached(plan, chosen.reason));
      return null;
    }
    const point = await keeper.readPoint(plan.sftRun, chosen.point.step);
    // What was kept is damaged: SFT, or the base budget, gives the same weights again.
    if (!point) return this.#again(plan.sftRun);
    const before = this.#table.cell(id);
    if (before && !kept) return this.#again(id);
    const { computeBudget, rl } = study.run;
    const sftRun = { ...this.#table.sftRunPlan(plan.sftRun).config, computeBudget };
    const turn = before && {
      computeBudget: null,
      rl: { ...rl, steps: lastRlStep(before) + study.furtherRl!.steps },
    };
    const config = withGpuTuning({ ...branchConfig(sftRun, point), ...turn }, this.#gpu);
    const from = kept?.checkpoint ?? branchCheckpoint(point);
    const goesOn = study.furtherRl !== null;
    const stored = await this.#rows.of(config);
    return { id, kind: 'cell', config, stored, from, goesOn, seconds };
  }

  async #again(id: string): Promise<null> {
    await this.#options.keeper.forget(id);
    this.#table.reset(id);
    return null;
  }

  async #conclude(running: Running, outcome: JobOutcome): Promise<void> {
    const { job, kind, isSkipped } = running;
    const { plan } = job;
    if (outcome.status === 'stopped') {
      job.status = 'waiting';
      if (isSkipped) await this.#giveUp(job, 'skipped', { because: 'by-hand' });
    } else if (plan.kind === 'sft' && outcome.status === 'sft') {
      await this.#ledger.sftRun(plan, outcome);
    } else if (plan.kind === 'sft' && outcome.status === 'diverged') {
      await this.#giveUp(job, 'failed', { because: 'sft-diverged', ending: outcome.reason });
    } else if (isCell(plan) && outcome.status !== 'sft') {
      await this.#ledger.cell(plan, outcome);
    } else {
      throw new LabError('fault/job-status', { kind, status: outcome.status });
    }
    this.#options.listener({ type: 'results', results: this.results });
  }

  /** The worker or its device is gone: the job goes on elsewhere, unless that happens again and again. */
  async #lost(job: Job, reason: Failure): Promise<void> {
    job.losses += 1;
    job.status = 'waiting';
    if (job.losses >= MOST_LOSSES) await this.#giveUp(job, 'failed', reason);
  }

  async #giveUp(job: Job, status: 'failed' | 'skipped', reason: JobReason): Promise<void> {
    const { plan } = job;
    const before = this.#table.cell(plan.id);
    if (before) {
      await this.#ledger.turnGivenUp(before, reason);
      return;
    }
    if (isCell(plan)) {
      await this.#ledger.missing(givenUp(plan, status, reason));
      return;
    }
    this.#table.failSftRun(plan.id, status, reason);
    for (const cell of this.#table.branchesOf(plan.id)) {
      await this.#ledger.missing(givenUp(cell, status, { because: 'no-sft-run', why: reason }));
    }
  }

  #storageLost(why: Failure): void {
    this.#options.listener({ type: 'storage-lost', why });
    if (this.#isRunning()) this.#setStatus('stopped');
    for (const { trainer } of this.#running) void trainer.stop().catch(() => undefined);
    this.#wakeAll();
  }

  #setStatus(status: StudyStatus): void {
    this.#status = status;
    this.#tell();
  }

  /** That a job has begun or ended: where a thousand begin at once, telling all of each would take most of the time. */
  #tellTurn(): void {
    const isDue = this.#options.now() - this.#toldAt >= PROGRESS_EVERY_MS;
    if (isDue || this.#running.size <= MOST_TOLD_EACH) this.#tell();
  }

  #tell(): void {
    this.#toldAt = this.#options.now();
    this.#options.listener({ type: 'progress', progress: this.progress });
  }

  /** Resolves when a job has ended or anything else may have made one ready. */
  #change(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
