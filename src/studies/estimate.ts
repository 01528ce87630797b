/**
 * What a study will cost: compute in FLOPs by the lab's convention (flops.ts), and time on a device
 * whose speed was measured. Both are estimates: rollouts end when the policy ends them.
 */
import type { ModelConfig } from '../model/config';
import { levelCount } from '../tasks';
import { forwardFlopsPerToken, TRAINING_PASSES } from '../model/flops';
import type { RunConfig } from '../training/configuration/run-config';
import { evaluationSteps } from '../training/configuration/schedule';
import {
  planStudy,
  type BranchPlan,
  type JobPlan,
  type ParadigmPlan,
  type SftRunPlan,
} from './plan';
import type { StudyBranch, StudyConfig } from './study-config';
import { toDecimals } from '../rounding';
import { counted } from '../words/en/counted';

/** How fast a device is on a study's model, per worker. */
export interface DeviceSpeed {
  /** Mean tokens of a trajectory, its prompt included. */
  readonly tokensPerRow: number;
  readonly trainedTokensPerSecond: number;
  readonly scoredTokensPerSecond: number;
  readonly sampledTokensPerSecond: number;
}

interface JobEstimate {
  readonly id: string;
  /** Of SFT and RL; measuring is not counted. */
  readonly flops: number;
  readonly seconds: number;
}

export interface StudyEstimate {
  readonly cells: number;
  readonly sftRuns: number;
  readonly flops: number;
  /** On the given number of workers. */
  readonly seconds: number;
  readonly jobs: readonly JobEstimate[];
}

/** Rows that are trained on, scored and sampled. */
interface Rows {
  readonly trained: number;
  readonly scored: number;
  readonly sampled: number;
}

/** Mean rounds of prompts a step, where groups are drawn again: between one and all of them. */
const MEAN_ROUNDS = 1.5;
/** From this many cells on, a study is asked about before it starts. */
const MANY_CELLS = 200;

/** What a study costs on `workers` workers of this speed. */
export function estimateStudy(
  study: StudyConfig,
  speed: DeviceSpeed,
  workers: number,
): StudyEstimate {
  const { order, cells, sftRuns } = planStudy(study);
  const jobs = order.map((job) => estimateJob(study, job, speed));
  const further = furtherEstimate(study, speed);
  const total = jobs.reduce((sum, { seconds }) => sum + seconds, further.seconds);
  const longest = Math.max(...jobs.map(({ seconds }) => seconds));
  return {
    cells: cells.length,
    sftRuns: sftRuns.length,
    flops: jobs.reduce((sum, { flops }) => sum + flops, further.flops),
    seconds: Math.max(total / workers, longest),
    jobs,
  };
}

/** A question for studies that are large by mistake; null for others. */
export function questionAbout({ cells, seconds }: StudyEstimate): string | null {
  if (cells < MANY_CELLS) return null;
  const hours = seconds / 3600;
  const time =
    hours >= 1
      ? `${toDecimals(hours, hours < 10 ? 1 : 0)} hours`
      : `${Math.ceil(seconds / 60)} minutes`;
  return `The study has ${counted(cells, 'cell')} and would take about ${time} on this device. Is that intended?`;
}

function estimateJob(study: StudyConfig, job: JobPlan, speed: DeviceSpeed): JobEstimate {
  switch (job.kind) {
    case 'sft':
      return withRows(job.id, study.run.model, speed, sftRunRows(job), benchmarkOfSftRun(job));
    case 'branch':
      return branchEstimate(study, job, speed);
    case 'paradigm':
      return paradigmEstimate(job, speed);
    default:
      return job satisfies never;
  }
}

/** Rows at a device's speed; `measured` rows take time and are not counted as compute. */
function withRows(
  id: string,
  model: ModelConfig,
  speed: DeviceSpeed,
  rows: Rows,
  measured: Rows,
): JobEstimate {
  const perToken = forwardFlopsPerToken(model) * speed.tokensPerRow;
  return {
    id,
    flops: (TRAINING_PASSES * rows.trained + rows.scored + rows.sampled) * perToken,
    seconds: secondsOf(rows, speed) + secondsOf(measured, speed),
  };
}

function secondsOf({ trained, scored, sampled }: Rows, speed: DeviceSpeed): number {
  const { tokensPerRow, trainedTokensPerSecond, scoredTokensPerSecond, sampledTokensPerSecond } =
    speed;
  return (
    tokensPerRow *
    (trained / trainedTokensPerSecond +
      scored / scoredTokensPerSecond +
      sampled / sampledTokensPerSecond)
  );
}

function problems({ evaluation, task }: RunConfig): number {
  return evaluation.problemsPerLevel * levelCount(task);
}

/** Held-out problems are measured at the ends of a stage; some levels may have none. */
function heldOutProblems({ evaluation, task }: RunConfig): number {
  return evaluation.heldOutPerLevel * levelCount(task);
}

function sftRunRows({ config: { sft } }: SftRunPlan): Rows {
  return { trained: sft.steps * sft.batchSize, scored: 0, sampled: 0 };
}

function benchmarkOfSftRun({ config }: SftRunPlan): Rows {
  const { evaluation } = config;
  const count = evaluationSteps(config).length;
  return {
    trained: 0,
    scored: count * evaluation.validationSize,
    sampled:
      problems(config) * (evaluation.samples + (count - 1) * evaluation.trackingSamples) +
      heldOutProblems(config) * evaluation.samples,
  };
}

/** RL steps with the evaluations on the way. */
function rlRows({ rl }: RunConfig, steps: number): Rows {
  const attempts = steps * rl.promptsPerStep * rl.groupSize;
  const rounds = rl.maxRounds > 1 ? MEAN_ROUNDS : 1;
  return { trained: attempts, scored: attempts, sampled: rounds * attempts };
}

function rlBenchmark(config: RunConfig, steps: number): Rows {
  const { evaluation, rl } = config;
  const tracked = Math.floor(steps / rl.evaluateEvery) * evaluation.trackingSamples;
  const ends = 2 * evaluation.samples;
  const sampled = problems(config) * (ends + tracked) + heldOutProblems(config) * ends;
  return { trained: 0, scored: 0, sampled };
}

/** All that cells may get beyond their base budget. */
function furtherEstimate({ run, furtherRl }: StudyConfig, speed: DeviceSpeed): JobEstimate {
  const steps = furtherRl?.total ?? 0;
  const { evaluateEvery } = run.rl;
  const evaluations = Math.floor(steps / evaluateEvery) * run.evaluation.trackingSamples;
  const measured = { trained: 0, scored: 0, sampled: problems(run) * evaluations };
  return withRows('further-rl', run.model, speed, rlRows(run, steps), measured);
}

function branchEstimate({ run }: StudyConfig, job: BranchPlan, speed: DeviceSpeed): JobEstimate {
  const steps = run.rl.steps;
  const whole = withRows(job.id, run.model, speed, rlRows(run, steps), rlBenchmark(run, steps));
  if (run.computeBudget === null) return whole;
  const sft = run.sft.batchSize * expectedStep(job) * TRAINING_PASSES;
  const left = run.computeBudget - sft * forwardFlopsPerToken(run.model) * speed.tokensPerRow;
  return scaled(whole, Math.max(0, left));
}

/** Where a branch is likely to start, in SFT steps: sub-phases are known only after the fact. */
function expectedStep({ branch, set }: { branch: StudyBranch; set: { sftSteps: number } }): number {
  if (branch.at === 'step') return branch.step;
  if (branch.at === 'end' || (branch.at === 'phase' && branch.phase === 'severe')) {
    return set.sftSteps;
  }
  return set.sftSteps / 2;
}

/** An estimate cut to a budget, where it is above it. */
function scaled({ id, flops, seconds }: JobEstimate, budget: number): JobEstimate {
  const share = flops > budget ? budget / flops : 1;
  return { id, flops: share * flops, seconds: share * seconds };
}

function paradigmEstimate({ id, config }: ParadigmPlan, speed: DeviceSpeed): JobEstimate {
  const { sft, rl, model } = config;
  const sftSteps = config.switch.at === 'step' ? config.switch.step : sft.steps;
  const training = { trained: sftSteps * sft.batchSize, scored: 0, sampled: 0 };
  const before = withRows(id, model, speed, training, { ...training, trained: 0 });
  const after = withRows(id, model, speed, rlRows(config, rl.steps), rlBenchmark(config, rl.steps));
  const budget = config.computeBudget ?? Infinity;
  const first = scaled(before, budget);
  const second = scaled(after, budget - first.flops);
  return { id, flops: first.flops + second.flops, seconds: first.seconds + second.seconds };
}
