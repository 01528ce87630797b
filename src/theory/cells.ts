/**
 * A cell: one seed of one experiment, from the base to the end of RL. It is what studies hand to the
 * theory, and all that decomposition, indicators and findings rest on.
 */
import * as v from 'valibot';
import { countOrZero, measured, type DataOf } from '../schema/pieces';
import { curveObservation, measurement } from './ceilings/data';
import { ceilingFit } from './ceilings/fit';
import { isIdentified } from './ceilings/verdict';
import type { Estimate } from './statistics';
import { subPhase } from './sub-phases';

const setTraits = v.object({
  name: v.string(),
  /** Trajectories. */
  size: countOrZero,
  /** Mean difficulty of its problems, on any scale that rises with it; null where unknown. */
  difficulty: v.nullable(measured),
});

/** What the findings need to know of a trajectory set. */
export interface SetTraits extends DataOf<typeof setTraits> {}

const branchPoint = v.object({
  step: countOrZero,
  /** SFT compute, FLOPs. */
  compute: measured,
  /** After the fact. */
  phase: subPhase,
  /** Nats per token. */
  validationLoss: measured,
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

/** The fitted ceiling; null where it is not identified. */
export function ceilingOutcome({ ceiling }: Cell): Estimate | null {
  if (!ceiling || !isIdentified(ceiling)) return null;
  return { value: ceiling.aPost, low: ceiling.aPostLow, high: ceiling.aPostHigh };
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
