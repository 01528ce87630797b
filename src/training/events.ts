/**
 * What a run says while it runs: one discriminated union that the pipeline yields, the page draws,
 * the database keeps and the terminal prints.
 */
import * as v from 'valibot';
import { optimizerState, stepMetrics } from '../engine/engine';
import { countOrZero, floats, measured, type DataOf } from '../schema/pieces';
import { subPhaseState, switchAdviceSchema } from '../theory';
import {
  benchmarkPurpose,
  benchmarkResult,
  drift,
  stage,
  switchRecord,
  type BenchmarkPurpose,
  type BenchmarkResult,
  type Drift,
  type Stage,
  type SwitchRecord,
} from './evaluation/measurements';
import { divergenceReason } from './divergence';
import { instability } from './instability';
import { partialSummary, runState, runSummary, type PartialSummary } from './run-state';

export type { BenchmarkPurpose, BenchmarkResult, Drift, Stage, SwitchRecord };

export const runStatus = v.picklist([
  'idle',
  'running',
  'paused',
  'interrupted',
  'stopped',
  'finished',
  'failed',
  'diverged',
]);
export type RunStatus = v.InferOutput<typeof runStatus>;

const position = v.object({
  stage,
  /** Optimisation steps done in this stage. */
  step: countOrZero,
  compute: measured,
});

/** Where a measurement was taken. Compute is in FLOPs since the base checkpoint. */
export interface Position extends DataOf<typeof position> {}

const rlMetrics = v.object({
  /** Mean reward over all rollouts of the step, dropped groups included, an expert's rows left out. */
  reward: measured,
  /** Mean over groups of the standard deviation of the rewards that are compared. */
  reward_std: measured,
  /** Share of groups in which those are all equal. */
  frac_reward_zero_std: measured,
  completion_mean_length: measured,
  /** Share of rollouts that reached the length limit without an end token. */
  completion_clipped_ratio: measured,
  groups: countOrZero,
  rounds: countOrZero,
  learning_rate: measured,
  /** Share of the tokens learned from that an expert wrote; null where the step was skipped. */
  expert_token_share: v.nullable(measured),
  /** The following are means over the minibatch updates; null where the step was skipped. */
  loss: v.nullable(measured),
  grad_norm: v.nullable(measured),
  entropy: v.nullable(measured),
  /** k3 estimate of KL(policy ‖ policy at the branch point); null without a KL term. */
  kl: v.nullable(measured),
  clip_ratio_low: v.nullable(measured),
  clip_ratio_high: v.nullable(measured),
});

/** Measures of an RL step, named as TRL's GRPO trainer logs them. */
export interface RlMetrics extends DataOf<typeof rlMetrics> {}

const rollout = v.object({
  level: countOrZero,
  prompt: v.string(),
  completion: v.string(),
  expected: v.string(),
  correct: v.boolean(),
  wellFormed: v.boolean(),
  /** null outside RL. */
  advantage: v.nullable(measured),
});

/** One attempt of the policy. */
export interface Rollout extends DataOf<typeof rollout> {}

export const trainingCheckpoint = v.object({
  state: runState,
  parameters: floats,
  optimizer: optimizerState,
  /** Parameters at the branch point, from which drift and KL are measured; null in SFT. */
  branch: v.nullable(floats),
});

/** Parameters, optimizer and state: all that a run needs to go on exactly. */
export interface TrainingCheckpoint extends DataOf<typeof trainingCheckpoint> {}

export const recordedEvent = v.variant('type', [
  v.object({
    type: v.literal('sft-step'),
    ...position.entries,
    learningRate: measured,
    /** Tokens read, prompts included. */
    tokens: countOrZero,
    metrics: stepMetrics,
  }),
  v.object({
    type: v.literal('validation'),
    ...position.entries,
    /** Mean negative log-likelihood, nats per completion token. */
    loss: measured,
    phase: subPhaseState,
    advice: switchAdviceSchema,
  }),
  v.object({
    type: v.literal('benchmark'),
    ...position.entries,
    purpose: benchmarkPurpose,
    result: benchmarkResult,
    /** On problems of a kind that nothing is learned from; null where none were measured. */
    heldOut: v.nullable(benchmarkResult),
    drift,
  }),
  v.object({ type: v.literal('switch'), ...switchRecord.entries }),
  v.object({
    type: v.literal('rl-step'),
    ...position.entries,
    metrics: rlMetrics,
    /** Tokens read in rollouts, scoring and training, prompts included. */
    tokens: countOrZero,
  }),
  v.object({ type: v.literal('rollouts'), ...position.entries, rollouts: v.array(rollout) }),
  /** A sign of trouble, at the first step of the stage that showed it. The run goes on. */
  v.object({
    type: v.literal('instability'),
    ...position.entries,
    ...v.pick(instability, ['kind', 'reason']).entries,
  }),
  /** The last event of a run whose numbers are lost. */
  v.object({
    type: v.literal('diverged'),
    ...position.entries,
    reason: divergenceReason,
    /** What it had measured by then; null in logs of earlier versions. */
    summary: v.nullable(partialSummary),
  }),
  v.object({ type: v.literal('finished'), summary: runSummary }),
]);

/** What is kept of a run: everything but passing news and the weights, which are kept apart. */
export type RecordedEvent = DataOf<typeof recordedEvent>;

type DivergedEvent = Extract<RecordedEvent, { type: 'diverged' }>;

export type RunEvent =
  | Exclude<RecordedEvent, DivergedEvent>
  | (DivergedEvent & { readonly summary: PartialSummary })
  /** Passing news for a progress bar; never stored. */
  | {
      readonly type: 'progress';
      readonly activity: 'Validation loss' | 'Benchmark';
      readonly stage: Stage;
      /** Parts of the activity done and in all. */
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly type: 'checkpoint';
      readonly reason: 'interval' | 'stage-end' | 'stop';
      readonly checkpoint: TrainingCheckpoint;
    }
  /**
   * The last event of a run that was stopped, with what it had measured by then, or null before its
   * first measurement; its checkpoint came just before.
   */
  | { readonly type: 'stopped'; readonly summary: PartialSummary | null };
