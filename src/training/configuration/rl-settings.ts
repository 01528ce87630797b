/** The settings of the RL stage that all methods share, and those of the optimizer that SFT has too. */
import * as v from 'valibot';
import {
  count,
  countOrZero,
  positive,
  positiveOrZero,
  share,
  type DataOf,
} from '../../schema/pieces';
import { levelMix } from '../../tasks/preset';
import { BASELINES, DEVIATIONS, USUAL_ADVANTAGE } from '../advantage';
import { AGGREGATIONS } from '../data/token-batches';
import { RATE_SCHEDULES } from './schedule';

export const optimizer = {
  learningRate: positive,
  /** Steps over which the learning rate rises linearly from 0. */
  warmupSteps: countOrZero,
  /** The same as a share of the stage's steps, in place of `warmupSteps`; null for none. */
  warmupShare: v.optional(v.nullable(share), null),
  /** How it goes on: see schedule.ts. */
  schedule: v.optional(v.picklist(RATE_SCHEDULES), 'constant'),
  /** Share of the learning rate at which a schedule that falls ends. */
  rateAtEnd: v.optional(share, 0.1),
  weightDecay: positiveOrZero,
  beta1: share,
  beta2: share,
  maxGradNorm: positive,
};

export const groupSettings = v.object({
  ...optimizer,
  steps: countOrZero,
  promptsPerStep: count,
  /** Attempts per prompt, an expert's among them where the method has one; TRL's num_generations. */
  groupSize: v.pipe(count, v.minValue(2)),
  minibatches: count,
  /**
   * At which attempts are sampled; above 0. Scores and losses are of the policy at this temperature, which
   * wrote them, as in verl and TRL (logits are divided by it).
   */
  temperature: v.optional(positiveOrZero, 1),
  clipLow: share,
  clipHigh: positive,
  entropyCoefficient: v.number(),
  /** Rounds of prompts until promptsPerStep groups with unequal rewards are found; 1 for no refill. */
  maxRounds: count,
  levels: levelMix,
  evaluateEvery: count,
  /** What a reward is compared with: see advantage.ts. */
  baseline: v.optional(v.picklist(BASELINES), USUAL_ADVANTAGE.baseline),
  /** Which standard deviation `grpo` divides by, and what is added to it: see advantage.ts. */
  deviation: v.optional(v.picklist(DEVIATIONS), USUAL_ADVANTAGE.deviation),
  deviationFloor: v.optional(positiveOrZero, USUAL_ADVANTAGE.deviationFloor),
  /** How the loss is averaged over tokens: see token-batches.ts. */
  aggregation: v.optional(v.picklist(AGGREGATIONS), 'token'),
  /** Rows that are computed together; of matter to the aggregation `micro-batch` and to Prefix-RFT. */
  microBatch: v.optional(count, 8),
  /** Whether groups without unequal rewards are left out, as DAPO does. */
  dropUniformGroups: v.optional(v.boolean(), true),
  /** Penalty on KL(policy ‖ policy at the branch point); 0 for none. */
  klCoefficient: v.optional(positiveOrZero, 0),
  /** DAPO's soft zone before the length limit, in tokens; null for no overlong penalty. */
  overlongBuffer: v.optional(v.nullable(countOrZero), null),
  /** `fresh` problems of `levels`, or in turn those of the trajectory `set`, which are demonstrated. */
  prompts: v.optional(v.picklist(['fresh', 'set']), 'fresh'),
});

/** What every method is told of an RL step; its own settings come beside it. */
export interface GroupSettings extends DataOf<typeof groupSettings> {}
