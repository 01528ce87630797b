/**
 * A fitted ceiling as it is kept and drawn, and how it may be fitted; the fitting itself, with its
 * solver, is code that a page or a run loads when it needs it.
 */
import * as v from 'valibot';
import { countOrZero, measured, type DataOf } from '../../schema/pieces';
import type { CollapseSettings } from './collapse';
import { collapseReport, failedEvaluation } from './data';
import { levelFit, pathAt } from './level-fit';
import type { LevelOptions } from './by-level';
import { ceilingCurve, ceilingParameters } from './model';
import { ceilingVerdict } from './verdict';

export interface CeilingSettings {
  /** Bootstrap draws. */
  readonly draws: number;
  /** Coverage of the interval. */
  readonly confidence: number;
  /** Widest interval, in points, that counts as identified. */
  readonly widest: number;
  /** Largest C_mid, as a share of the observed range, that counts as identified. */
  readonly latestMid: number;
  readonly collapse?: CollapseSettings;
  /** Where the curves say what each level did. */
  readonly levels?: LevelOptions;
}

export const DEFAULT_CEILING_SETTINGS: CeilingSettings = {
  draws: 200,
  confidence: 0.9,
  widest: 10,
  latestMid: 0.8,
};

export interface SeededCeilingSettings extends Partial<CeilingSettings> {
  /** Of the bootstrap. */
  readonly seed: number;
}

export const ceilingFit = v.object({
  ...ceilingParameters.entries,
  aPostLow: measured,
  aPostHigh: measured,
  /** P_sft: the measurement, or the mean over the seeds. */
  pSftLow: measured,
  pSftHigh: measured,
  /** A_post − P_sft: what RL can still add. */
  plRl: measured,
  plRlLow: measured,
  plRlHigh: measured,
  verdict: ceilingVerdict,
  /** Standard deviation of the residuals, in points. */
  residualStd: measured,
  /** Correlation of the noise between neighbouring evaluations. */
  autocorrelation: measured,
  /** Evaluations after a collapse were left out. */
  collapsed: v.boolean(),
  collapses: v.array(collapseReport),
  /** Single evaluations that stand apart from all others, and were left out. */
  failed: v.array(failedEvaluation),
  /** Seeds that were fitted together. */
  seeds: countOrZero,
  /** null where the curves say nothing of levels: then the mean alone was fitted. */
  byLevel: v.nullable(levelFit),
});

export interface CeilingFit extends DataOf<typeof ceilingFit> {}

/** What a fit says of performance after RL compute x ≥ 0, in points: by its levels as far as they go. */
export function fittedPerformance(fit: CeilingFit, x: number): number {
  return (fit.byLevel && pathAt(fit.byLevel.path, x, fit.pSft)) ?? ceilingCurve(fit, x);
}
