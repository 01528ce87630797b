/** Valibot schemas of what runs measure. The types they must agree with are those of training/. */
import * as v from 'valibot';
import { countOrZero, measured } from '../schema/pieces';
import type { RecordedEvent, TimedEvent } from '../runtime/stores/runs';
import type { SwitchAdvice } from '../theory';
import type { Drift } from '../training/evaluation/measurements';
import type { RlMetrics, Rollout } from '../training/events';
import type { StepMetrics } from '../engine/engine';
import {
  benchmarkResult,
  ceilingFit,
  curve,
  heldOutSummary,
  instabilities,
  instabilityKind,
  stage,
  track,
} from '../training/result-schemas';
import type { PartialSummary, RunSummary } from '../training/run-state';
import { subPhaseState, switchRecord } from '../training/state-schemas';

const position = { stage, step: countOrZero, compute: measured };

const drift = v.object({
  fromBase: measured,
  fromBranch: v.nullable(measured),
}) satisfies v.GenericSchema<unknown, Drift>;

const partialSummary = v.object({
  base: benchmarkResult,
  branch: v.nullable(benchmarkResult),
  final: benchmarkResult,
  minValidationLoss: measured,
  switched: v.nullable(v.object(switchRecord)),
  ceiling: v.nullable(ceilingFit),
  noCeilingBecause: v.nullable(v.string()),
  curve,
  track,
  compute: v.object({ base: measured, sft: measured, rl: measured }),
  skippedSteps: countOrZero,
  instabilities,
  unseenLevels: v.array(countOrZero),
  heldOut: v.nullable(heldOutSummary),
  leftOut: countOrZero,
}) satisfies v.GenericSchema<unknown, PartialSummary>;

export const runSummary = v.object({
  ...partialSummary.entries,
  branch: benchmarkResult,
  switched: v.object(switchRecord),
}) satisfies v.GenericSchema<unknown, RunSummary>;

const stepMetrics = v.object({
  loss: measured,
  gradNorm: measured,
  entropy: measured,
  meanNll: measured,
  clipRatioLow: measured,
  clipRatioHigh: measured,
  kl: measured,
  tokens: countOrZero,
}) satisfies v.GenericSchema<unknown, StepMetrics>;

const rlMetrics = v.object({
  reward: measured,
  reward_std: measured,
  frac_reward_zero_std: measured,
  completion_mean_length: measured,
  completion_clipped_ratio: measured,
  groups: countOrZero,
  rounds: countOrZero,
  learning_rate: measured,
  expert_token_share: v.nullable(measured),
  loss: v.nullable(measured),
  grad_norm: v.nullable(measured),
  entropy: v.nullable(measured),
  kl: v.nullable(measured),
  clip_ratio_low: v.nullable(measured),
  clip_ratio_high: v.nullable(measured),
}) satisfies v.GenericSchema<unknown, RlMetrics>;

const rollout = v.object({
  level: countOrZero,
  prompt: v.string(),
  completion: v.string(),
  expected: v.string(),
  correct: v.boolean(),
  wellFormed: v.boolean(),
  advantage: v.nullable(measured),
}) satisfies v.GenericSchema<unknown, Rollout>;

const switchAdvice = v.object({
  action: v.picklist(['wait', 'switch', 'late']),
  reason: v.string(),
}) satisfies v.GenericSchema<unknown, SwitchAdvice>;

const recordedEvent = v.variant('type', [
  v.object({
    type: v.literal('sft-step'),
    ...position,
    learningRate: measured,
    tokens: countOrZero,
    metrics: stepMetrics,
  }),
  v.object({
    type: v.literal('validation'),
    ...position,
    loss: measured,
    phase: subPhaseState,
    advice: switchAdvice,
  }),
  v.object({
    type: v.literal('benchmark'),
    ...position,
    purpose: v.picklist(['base', 'tracking', 'branch', 'final']),
    result: benchmarkResult,
    heldOut: v.nullable(benchmarkResult),
    drift,
  }),
  v.object({ type: v.literal('switch'), ...switchRecord }),
  v.object({ type: v.literal('rl-step'), ...position, metrics: rlMetrics, tokens: countOrZero }),
  v.object({ type: v.literal('rollouts'), ...position, rollouts: v.array(rollout) }),
  v.object({
    type: v.literal('instability'),
    ...position,
    kind: instabilityKind,
    reason: v.string(),
  }),
  v.object({
    type: v.literal('diverged'),
    ...position,
    reason: v.string(),
    summary: v.nullable(partialSummary),
  }),
  v.object({ type: v.literal('finished'), summary: runSummary }),
]) satisfies v.GenericSchema<unknown, RecordedEvent>;

type Unread = Exclude<RecordedEvent['type'], v.InferOutput<typeof recordedEvent>['type']>;

/** Does not compile while an event type has no schema above: it could be written but not read. */
export const timedEvent: v.GenericSchema<
  unknown,
  [Unread] extends [never] ? TimedEvent : { unread: Unread }
> = v.object({ seconds: measured, event: recordedEvent });
