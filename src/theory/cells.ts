/**
 * A cell: one seed of one experiment, from the base to the end of RL. It is what studies hand to the
 * theory, and all that decomposition, indicators and findings rest on.
 */
import * as v from 'valibot';
import { countOrZero, measured, type DataOf } from '../schema/pieces';
import { curveObservation, measurement, type Measurement } from './ceilings/data';
import { ceilingFit, type CeilingFit } from './ceilings/ceiling-fit';
import { isIdentified } from './ceilings/verdict';
import { NORMAL_90, type Estimate } from './statistics';
import { subPhase } from './sub-phases';

const setTraits = v.object({
  name: v.string(),
  /** Trajectories; null where a study of others does not say. */
  size: v.nullable(countOrZero),
  /** Mean difficulty of its problems, on any scale that rises with it; null where unknown. */
  difficulty: v.nullable(measured),
});

/** What the findings need to know of a trajectory set. */
export interface SetTraits extends DataOf<typeof setTraits> {}

export const branchPoint = v.object({
  /** Of a study of others that counts none: its place among the branch points, 0 for the base. */
  step: countOrZero,
  /** SFT compute, FLOPs; null where a study of others does not say, as in what follows. */
  compute: v.nullable(measured),
  /** After the fact. */
  phase: v.nullable(subPhase),
  /** Nats per token. */
  validationLoss: v.nullable(measured),
});

/** Where SFT ended. */
export interface BranchPoint extends DataOf<typeof branchPoint> {}

export const cell = v.object({
  /** Names the run for people and links. */
  run: v.string(),
  /** `sft-then-rl` for the sequential paradigm; `sft`, `rl` or the name of a mixture otherwise. */
  paradigm: v.string(),
  /** null for pure RL. */
  set: v.nullable(setTraits),
  seed: countOrZero,
  /** null where there was no SFT stage of its own. */
  branch: v.nullable(branchPoint),
  /** Lowest validation loss of the SFT run that the cell branches off; null without one. */
  minValidationLoss: v.nullable(measured),
  pSft: measurement,
  /** Measured at the end of the budget. */
  final: measurement,
  /** Evaluations of RL; empty for pure SFT. */
  curve: v.array(curveObservation),
  /** The fit to `curve`; null where none was possible. */
  ceiling: v.nullable(ceilingFit),
  /** Measures taken before RL that might predict its ceiling, such as entropy or pass@k. */
  candidates: v.record(v.string(), measured),
});

export interface Cell extends DataOf<typeof cell> {}

/** Name of the paradigm that trains SFT first and RL after it. */
export const SEQUENTIAL = 'sft-then-rl';

/**
 * What a ceiling may be. An open one is censored, not missing: it counts with the middle of what it can
 * be and the whole width of it. To drop it would drop what still rises, and turn conclusions round.
 * @param final what was measured at the end: no ceiling lies below it
 */
export function censoredCeiling(ceiling: CeilingFit, final: Measurement): Estimate {
  const { aPost, aPostLow, aPostHigh } = ceiling;
  if (isIdentified(ceiling)) return { value: aPost, low: aPostLow, high: aPostHigh };
  const measuredLow = final.value - NORMAL_90 * (final.standardError ?? 0);
  const low = Math.max(aPostLow, Math.min(measuredLow, aPostHigh));
  return { value: (low + aPostHigh) / 2, low, high: aPostHigh };
}

/** What is known of a cell's ceiling; null where nothing could be fitted. */
export function ceilingOutcome({ ceiling, final }: Cell): Estimate | null {
  return ceiling && censoredCeiling(ceiling, final);
}

/** Whether a cell has a ceiling that is known from below at best. */
export function isOpen({ ceiling }: Cell): boolean {
  return ceiling !== null && !isIdentified(ceiling);
}

/** Groups in the order of their first member. */
export function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
