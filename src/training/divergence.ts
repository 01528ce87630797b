/** How a run loses its numbers, and what is said of it then. */
import * as v from 'valibot';
import type { StepMetrics } from '../engine/engine';
import { countOrZero, fault, measured, spell, spelled, told, type DataOf } from '../schema/pieces';
import { stage } from './evaluation/measurements';

export const divergenceReason = v.variant('because', [
  /** At least one of them is not a finite number. */
  v.object({ because: v.literal('not-finite'), loss: spelled, gradNorm: spelled }),
  /** The mean over the last steps is under a tenth of its best. */
  v.object({
    because: v.literal('reward-lost'),
    reward: measured,
    best: measured,
    steps: countOrZero,
  }),
  told,
]);

/** Why a run goes no further; `words/` has the sentences. */
export type DivergenceReason = DataOf<typeof divergenceReason>;

type NotFinite = Extract<DivergenceReason, { because: 'not-finite' }>;

export const diverged = v.object({
  because: v.literal('diverged'),
  stage,
  /** The step that went wrong. */
  step: countOrZero,
  reason: divergenceReason,
});

/** That a run diverged, where and why. */
export type Diverged = DataOf<typeof diverged>;

export const divergedOrTold = v.variant('because', [diverged, told]);

export const endingReason = v.variant('because', [diverged, fault, told]);

/** Why a run or a job ended without what it was to find. */
export type EndingReason = DataOf<typeof endingReason>;

/** Why these updates mean that training has diverged; null where all numbers are finite. */
export function divergence(updates: readonly StepMetrics[]): NotFinite | null {
  const bad = updates.find(
    ({ loss, gradNorm }) => !Number.isFinite(loss) || !Number.isFinite(gradNorm),
  );
  if (!bad) return null;
  return { because: 'not-finite', loss: spell(bad.loss), gradNorm: spell(bad.gradNorm) };
}

/** What is kept of a run's event `diverged`. */
export function divergedAt({ stage, step, reason }: Omit<Diverged, 'because'>): Diverged {
  return { because: 'diverged', stage, step, reason };
}
