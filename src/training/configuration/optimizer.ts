/** What SFT and RL share about the optimizer. */
import type { OptimizerSettings } from '../../engine/engine';
import { rateShare, warmupRate, type RateSchedule } from './schedule';

/** The optimizer's part of a stage's settings. */
interface OptimizerSchedule {
  readonly learningRate: number;
  readonly steps: number;
  readonly warmupSteps: number;
  /** Of the steps, in place of `warmupSteps`; null for none. */
  readonly warmupShare: number | null;
  readonly schedule: RateSchedule;
  /** Share of the learning rate at which its schedule ends; no matter where it is constant. */
  readonly rateAtEnd: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly maxGradNorm: number;
}

/** Steps over which a stage's learning rate rises. */
export function warmupOf({
  steps,
  warmupSteps,
  warmupShare,
}: Pick<OptimizerSchedule, 'steps' | 'warmupSteps' | 'warmupShare'>): number {
  return warmupShare === null ? warmupSteps : Math.round(warmupShare * steps);
}

/**
 * AdamW's settings at a step (from 1) of a stage.
 * @param progress share of the stage that is over before the step
 */
export function optimizerAt(
  stage: OptimizerSchedule,
  step: number,
  progress: number,
): OptimizerSettings {
  const { beta1, beta2, weightDecay, maxGradNorm } = stage;
  const rate = stage.learningRate * rateShare(stage.schedule, stage.rateAtEnd, progress);
  const learningRate = warmupRate(rate, warmupOf(stage), step);
  return { learningRate, beta1, beta2, epsilon: 1e-8, weightDecay, maxGradNorm };
}
