/** The jobs of a study and how each one stands: what can be run next, and what is over. */
import { LabError } from '../../errors';
import { chooseBranch, type ChosenBranch } from '../../studies/branching';
import { estimateStudy } from '../../studies/estimate';
import { turnsGiven, turnsHad } from '../../studies/further-rl';
import {
  planStudy,
  type BranchPlan,
  type CellPlan,
  type JobPlan,
  type StudyPlan,
  type SftRunPlan,
} from '../../studies/plan';
import type { JobReason, MissingReason } from '../../studies/missing-reasons';
import type { StudyConfig } from '../../studies/study-config';
import type {
  CellResult,
  MissingCell,
  StudyResults,
  SftRunResult,
} from '../../studies/study-results';
import type { TrackMark } from '../../training/run-state';
import type { StudyWork } from '../stores/studies';
import type { JobState, JobStatus } from './api';

/** A job as it stands now. */
export interface Job {
  readonly plan: JobPlan;
  status: JobStatus;
  detail: MissingReason | null;
  progress: number;
  secondsLeft: number | null;
  /** Scores so far; empty once it is over. */
  track: readonly TrackMark[];
  /** Seconds that it took; 0 until it is over. */
  seconds: number;
  /** Times that its worker was lost. */
  losses: number;
}

/** Relative costs are all that counts of it, so any machine's will do: a laptop's on `wasm`. */
const NOMINAL_SPEED = {
  tokensPerRow: 40,
  trainedTokensPerSecond: 20_000,
  scoredTokensPerSecond: 60_000,
  sampledTokensPerSecond: 60_000,
};

function over(status: JobStatus): boolean {
  return status !== 'waiting' && status !== 'running';
}

export class JobTable {
  readonly study: StudyConfig;
  readonly plan: StudyPlan;
  readonly jobs: readonly Job[];
  readonly #byId: ReadonlyMap<string, Job>;
  readonly #expected: ReadonlyMap<string, number>;
  readonly #sftRuns = new Map<string, SftRunResult>();
  readonly #cells = new Map<string, CellResult>();
  readonly #missing = new Map<string, MissingCell>();
  readonly #rounds: (readonly string[])[];

  constructor(study: StudyConfig, work: StudyWork) {
    this.study = study;
    this.plan = planStudy(study);
    this.jobs = this.plan.order.map((plan) => newJob(plan));
    this.#byId = new Map(this.jobs.map((job) => [job.plan.id, job]));
    const { jobs } = estimateStudy(study, NOMINAL_SPEED, 1);
    this.#expected = new Map(jobs.map(({ id, seconds }) => [id, seconds]));
    this.#rounds = [...work.rounds];
    for (const sftRun of work.trunks) this.enterSftRun(`${sftRun.set}/${sftRun.seed}`, sftRun);
    for (const cell of work.cells) this.enterCell(cell);
    for (const cell of work.missing) this.enterMissing(cell);
  }

  /** The job called `id`; throws where there is none. */
  job(id: string): Job {
    const job = this.#byId.get(id);
    if (job) return job;
    throw new LabError('fault/no-job', { job: id });
  }

  sftRun(id: string): SftRunResult | null {
    return this.#sftRuns.get(id) ?? null;
  }

  /** What a cell has found; null where it has not come to the end of its base budget. */
  cell(id: string): CellResult | null {
    return this.#cells.get(id) ?? null;
  }

  /** Rounds of further RL that have been dealt out. */
  get rounds(): number {
    return this.#rounds.length;
  }

  /** Gives cells a turn at further RL. */
  enterRound(cells: readonly string[]): void {
    this.#rounds.push(cells);
    for (const id of cells) Object.assign(this.job(id), newJob(this.job(id).plan));
  }

  sftRunPlan(id: string): SftRunPlan {
    const { plan } = this.job(id);
    if (plan.kind === 'sft') return plan;
    throw new LabError('fault/no-sft-run', { job: id });
  }

  /** The cells that branch off an SFT run. */
  branchesOf(sftRun: string): BranchPlan[] {
    return this.plan.cells.filter(
      (plan): plan is BranchPlan => plan.kind === 'branch' && plan.sftRun === sftRun,
    );
  }

  /** The first job that waits for nothing; null where there is none now. */
  next(): Job | null {
    return (
      this.jobs.find(({ plan, status }) => {
        if (status !== 'waiting') return false;
        return plan.kind !== 'branch' || this.#sftRuns.has(plan.sftRun);
      }) ?? null
    );
  }

  /** Where a cell's SFT run says that it branches off. */
  chosen({ sftRun: id, branch }: BranchPlan): ChosenBranch {
    const sftRun = this.#sftRuns.get(id);
    if (!sftRun) throw new LabError('fault/no-result', { job: id });
    return chooseBranch(branch, sftRun.validation, this.study.run.subPhases);
  }

  enterSftRun(id: string, sftRun: SftRunResult): void {
    // What was kept under another plan is not this study's.
    if (this.#byId.get(id)?.plan.kind !== 'sft') return;
    this.#sftRuns.set(id, sftRun);
    this.#end(id, 'finished', null, sftRun.seconds);
  }

  enterCell(cell: CellResult): void {
    if (!this.#byId.has(cell.id)) return;
    this.#cells.set(cell.id, cell);
    if (turnsHad(cell) < turnsGiven(this.#rounds, cell.id)) {
      Object.assign(this.job(cell.id), newJob(this.job(cell.id).plan));
    } else this.#end(cell.id, cell.status, cell.failure, cell.seconds);
  }

  enterMissing(cell: MissingCell): void {
    if (!this.#byId.has(cell.id)) return;
    this.#missing.set(cell.id, cell);
    this.#end(cell.id, cell.status, cell.reason, 0);
  }

  /** An SFT run that cannot be had. */
  failSftRun(id: string, status: 'failed' | 'skipped', reason: JobReason): void {
    this.#end(id, status, reason, 0);
  }

  /** Puts a job back to be run. */
  reset(id: string): void {
    const job = this.job(id);
    Object.assign(job, newJob(job.plan));
    this.#sftRuns.delete(id);
    this.#cells.delete(id);
    this.#missing.delete(id);
  }

  /** Whether every job is over. */
  get isOver(): boolean {
    return this.jobs.every(({ status }) => over(status));
  }

  /** Whether a job has been taken by a worker. */
  get isBusy(): boolean {
    return this.jobs.some(({ status }) => status === 'running');
  }

  get done(): number {
    return this.jobs.filter(({ status }) => over(status)).length;
  }

  /** All that has been found, in the order of the plan. */
  results(): StudyResults {
    const pick = <T>(plans: readonly JobPlan[], from: ReadonlyMap<string, T>): T[] =>
      plans.flatMap(({ id }) => from.get(id) ?? []);
    const { sftRuns, cells } = this.plan;
    return {
      version: 1,
      config: this.study,
      trunks: pick(sftRuns, this.#sftRuns),
      cells: pick(cells, this.#cells),
      missing: pick(cells, this.#missing),
      rounds: this.#rounds.map((round) => [...round]),
    };
  }

  states(): JobState[] {
    return this.jobs.map(({ plan, status, detail, progress, secondsLeft, track }) => ({
      ...describe(plan),
      turns: turnsGiven(this.#rounds, plan.id),
      status,
      detail,
      progress,
      secondsLeft,
      track,
    }));
  }

  /** Seconds left on `workers` workers, from what finished jobs took; null before the first. */
  secondsLeft(workers: number): number | null {
    const expected = ({ plan, status }: Job): number => {
      const whole = this.#expected.get(plan.id) ?? 0;
      // What has a result and is not over has a turn at further RL before it.
      const isTurn = !over(status) && this.#cells.has(plan.id);
      return isTurn ? (whole * this.study.furtherRl!.steps) / this.study.run.rl.steps : whole;
    };
    const sum = (jobs: readonly Job[], of: (job: Job) => number): number =>
      jobs.reduce((total, job) => total + of(job), 0);
    const timed = this.jobs.filter(({ seconds }) => seconds > 0);
    const running = this.jobs.filter(({ status }) => status === 'running');
    const known = running.filter(({ secondsLeft }) => secondsLeft !== null);
    if (timed.length + known.length === 0) return null;
    const basis =
      sum(timed, (job) => job.seconds) +
      sum(known, ({ secondsLeft, progress }) => secondsLeft! / Math.max(0.01, 1 - progress));
    const ratio = basis / sum([...timed, ...known], expected);
    const waiting = this.jobs.filter(({ status }) => status === 'waiting');
    const left = sum(waiting, expected) * ratio;
    const now = sum(running, (job) => job.secondsLeft ?? expected(job) * ratio);
    return (left + now) / workers;
  }

  #end(id: string, status: JobStatus, detail: MissingReason | null, seconds: number): void {
    Object.assign(this.job(id), {
      status,
      detail,
      seconds,
      progress: 1,
      secondsLeft: null,
      track: [],
    });
  }
}

function newJob(plan: JobPlan): Job {
  const begun = { progress: 0, secondsLeft: null, track: [], seconds: 0, losses: 0 };
  return { plan, status: 'waiting', detail: null, ...begun };
}

function describe(plan: JobPlan): Pick<JobState, 'id' | 'kind' | 'set' | 'branch' | 'seed'> {
  const { id, seed } = plan;
  switch (plan.kind) {
    case 'sft':
      return { id, kind: 'sft', set: plan.set.recipe.name, branch: null, seed };
    case 'branch':
      return { id, kind: 'cell', set: plan.set.recipe.name, branch: plan.branch.name, seed };
    case 'paradigm':
      return { id, kind: 'cell', set: plan.set?.name ?? null, branch: plan.paradigm, seed };
    default:
      return plan satisfies never;
  }
}

/** Whether a plan is a cell's. */
export function isCell(plan: JobPlan): plan is CellPlan {
  return plan.kind !== 'sft';
}
