/**
 * What a run says while it runs: one discriminated union that the pipeline yields, the page draws,
 * the database keeps and the terminal prints.
 */
import type { OptimizerState, StepMetrics } from '../engine/engine';
import type { SubPhaseState, SwitchAdvice } from '../theory';
import type {
  BenchmarkPurpose,
  BenchmarkResult,
  Drift,
  Stage,
  SwitchRecord,
} from './evaluation/measurements';
import type { Instability } from './instability';
import type { PartialSummary, RunState, RunSummary } from './run-state';

export type { BenchmarkPurpose, BenchmarkResult, Drift, Stage, SwitchRecord };

export type RunStatus =
  'idle' | 'running' | 'paused' | 'interrupted' | 'stopped' | 'finished' | 'failed' | 'diverged';

/** Where a measurement was taken. Compute is in FLOPs since the base checkpoint. */
export interface Position {
  readonly stage: Stage;
  /** Optimisation steps done in this stage. */
  readonly step: number;
  readonly compute: number;
}

/** Measures of an RL step, named as TRL's GRPO trainer logs them. */
export interface RlMetrics {
  /** Mean reward over all rollouts of the step, dropped groups included, an expert's rows left out. */
  readonly reward: number;
  /** Mean over groups of the standard deviation of the rewards that are compared. */
  readonly reward_std: number;
  /** Share of groups in which those are all equal. */
  readonly frac_reward_zero_std: number;
  readonly completion_mean_length: number;
  /** Share of rollouts that reached the length limit without an end token. */
  readonly completion_clipped_ratio: number;
  readonly groups: number;
  readonly rounds: number;
  readonly learning_rate: number;
  /** Share of the tokens learned from that an expert wrote; null where the step was skipped. */
  readonly expert_token_share: number | null;
  /** The following are means over the minibatch updates; null where the step was skipped. */
  readonly loss: number | null;
  readonly grad_norm: number | null;
  readonly entropy: number | null;
  /** k3 estimate of KL(policy ‖ policy at the branch point); null without a KL term. */
  readonly kl: number | null;
  readonly clip_ratio_low: number | null;
  readonly clip_ratio_high: number | null;
}

/** One attempt of the policy. */
export interface Rollout {
  readonly level: number;
  readonly prompt: string;
  readonly completion: string;
  readonly expected: string;
  readonly correct: boolean;
  readonly wellFormed: boolean;
  /** null outside RL. */
  readonly advantage: number | null;
}

/** Parameters, optimizer and state: all that a run needs to go on exactly. */
export interface TrainingCheckpoint {
  readonly state: RunState;
  readonly parameters: Float32Array;
  readonly optimizer: OptimizerState;
  /** Parameters at the branch point, from which drift and KL are measured; null in SFT. */
  readonly branch: Float32Array | null;
}

export type RunEvent =
  | ({
      readonly type: 'sft-step';
      readonly learningRate: number;
      /** Tokens read, prompts included. */
      readonly tokens: number;
      readonly metrics: StepMetrics;
    } & Position)
  | ({
      readonly type: 'validation';
      /** Mean negative log-likelihood, nats per response token. */
      readonly loss: number;
      readonly phase: SubPhaseState;
      readonly advice: SwitchAdvice;
    } & Position)
  | ({
      readonly type: 'benchmark';
      readonly purpose: BenchmarkPurpose;
      readonly result: BenchmarkResult;
      /** On problems of a kind that nothing is learned from; null where none were measured. */
      readonly heldOut: BenchmarkResult | null;
      readonly drift: Drift;
    } & Position)
  | ({ readonly type: 'switch' } & SwitchRecord)
  | ({
      readonly type: 'rl-step';
      readonly metrics: RlMetrics;
      /** Tokens read in rollouts, scoring and training, prompts included. */
      readonly tokens: number;
    } & Position)
  | ({ readonly type: 'rollouts'; readonly rollouts: readonly Rollout[] } & Position)
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
  /** A sign of trouble, at the first step of the stage that showed it. The run goes on. */
  | ({ readonly type: 'instability' } & Pick<Instability, 'kind' | 'reason'> & Position)
  /** The last event of a run whose numbers are lost, with what it had measured by then. */
  | ({
      readonly type: 'diverged';
      readonly reason: string;
      readonly summary: PartialSummary;
    } & Position)
  /**
   * The last event of a run that was stopped, with what it had measured by then, or null before its
   * first measurement; its checkpoint came just before.
   */
  | { readonly type: 'stopped'; readonly summary: PartialSummary | null }
  | { readonly type: 'finished'; readonly summary: RunSummary };
