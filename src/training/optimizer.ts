/** What SFT and RL share about the optimizer. */
import type { OptimizerSettings, StepMetrics } from '../engine/engine';
import { warmupRate } from './schedule';

/** The optimizer's part of a stage's settings. */
export interface OptimizerSchedule {
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly maxGradNorm: number;
}

/** AdamW's settings at a step (from 1) of a stage. */
export function optimizerAt(schedule: OptimizerSchedule, step: number): OptimizerSettings {
  const { beta1, beta2, weightDecay, maxGradNorm } = schedule;
  const learningRate = warmupRate(schedule.learningRate, schedule.warmupSteps, step);
  return { learningRate, beta1, beta2, epsilon: 1e-8, weightDecay, maxGradNorm };
}

/** Why these updates mean that training has diverged; null where all numbers are finite. */
export function divergence(updates: readonly StepMetrics[]): string | null {
  const bad = updates.find(
    ({ loss, gradNorm }) => !Number.isFinite(loss) || !Number.isFinite(gradNorm),
  );
  if (!bad) return null;
  return `The loss is ${bad.loss} and the gradient norm ${bad.gradNorm}: training has diverged. A lower learning rate usually helps. The last good parameters are kept.`;
}
