/**
 * A cell: one seed of one experiment, from the base to the end of RL. It is what studies hand to the
 * theory, and all that decomposition, indicators and findings rest on.
 */
import type { CurveObservation, Measurement } from './ceilings/data';
import type { CeilingFit } from './ceilings/fit';
import type { Estimate } from './statistics';
import type { SubPhase } from './sub-phases';

/** What the findings need to know of a trajectory set. */
export interface SetTraits {
  readonly name: string;
  /** Trajectories. */
  readonly size: number;
  /** Mean difficulty of its problems, on any scale that rises with it; null where unknown. */
  readonly difficulty: number | null;
}

/** Where SFT ended. */
export interface BranchPoint {
  readonly step: number;
  /** SFT compute, FLOPs. */
  readonly compute: number;
  /** After the fact. */
  readonly phase: SubPhase;
  /** Nats per token. */
  readonly validationLoss: number;
}

export interface Cell {
  /** Names the run for people and links. */
  readonly run: string;
  /** `sft-then-rl` for the sequential paradigm; `sft`, `rl` or the name of a mixture otherwise. */
  readonly paradigm: string;
  /** null for pure RL. */
  readonly set: SetTraits | null;
  readonly seed: number;
  /** null where there was no SFT stage of its own. */
  readonly branch: BranchPoint | null;
  /** Lowest validation loss of the SFT run that the cell branches off; null without one. */
  readonly minValidationLoss: number | null;
  readonly pSft: Measurement;
  /** Measured at the end of the budget. */
  readonly final: Measurement;
  /** Evaluations of RL; empty for pure SFT. */
  readonly curve: readonly CurveObservation[];
  /** The fit to `curve`; null where none was possible. */
  readonly ceiling: CeilingFit | null;
  /** Measures taken before RL that might predict its ceiling, such as entropy or pass@k. */
  readonly candidates: Readonly<Record<string, number>>;
}

/** Name of the paradigm that trains SFT first and RL after it. */
export const SEQUENTIAL = 'sft-then-rl';

/** The fitted ceiling; null where it is not identified. */
export function ceilingOutcome({ ceiling }: Cell): Estimate | null {
  if (!ceiling?.identified) return null;
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
