/** What a run measures, in the words that its events, its state and its summary share. */
import * as v from 'valibot';
import { countOrZero, measured, told, type DataOf } from '../../schema/pieces';
import { levelResult, subPhase } from '../../theory';

export const stage = v.picklist(['sft', 'rl']);
export type Stage = v.InferOutput<typeof stage>;

const passAtK = v.object({ k: countOrZero, score: measured, perLevel: v.array(measured) });

/** How many of a benchmark's problems are solved by the best of k samples, in percent. */
export interface PassAtK extends DataOf<typeof passAtK> {}

export const benchmarkResult = v.object({
  /** Plain mean over the levels. */
  score: measured,
  /** Binomial standard error of the score, in points. */
  standardError: measured,
  /** pass@1 of each level. */
  perLevel: v.array(measured),
  /** The counts behind `perLevel`; null where an earlier version of the lab measured. */
  levels: v.nullable(v.array(levelResult)),
  /** pass@k for k = 2, 4, 8 … up to the samples per problem; empty for one sample. */
  passAtK: v.array(passAtK),
  problems: countOrZero,
  samplesPerProblem: countOrZero,
  /** Share of samples in which no answer could be read. */
  malformed: measured,
});

/** Accuracy on the benchmark, in percent. */
export interface BenchmarkResult extends DataOf<typeof benchmarkResult> {}

export const heldOutScores = v.object({
  base: v.nullable(benchmarkResult),
  branch: v.nullable(benchmarkResult),
  final: v.nullable(benchmarkResult),
});

/** Accuracy on the kind of problems that is never learned from, at the ends of the stages. */
export interface HeldOutScores extends DataOf<typeof heldOutScores> {}

export const benchmarkPurpose = v.picklist(['base', 'tracking', 'branch', 'final']);

/** What an evaluation is for: base, branch point and final one take more samples than tracking. */
export type BenchmarkPurpose = v.InferOutput<typeof benchmarkPurpose>;

export const drift = v.object({
  fromBase: measured,
  /** null in SFT. */
  fromBranch: v.nullable(measured),
});

/** How far the weights have moved, ‖θ − θ₀‖ / ‖θ₀‖. */
export interface Drift extends DataOf<typeof drift> {}

export const switchReason = v.variant('because', [
  /** By hand, while it ran. */
  v.object({ because: v.literal('asked') }),
  /** The step of the configuration, which may be 0. */
  v.object({ because: v.literal('step') }),
  v.object({ because: v.literal('phase'), phase: subPhase }),
  /** The FLOPs of the whole run are used up. */
  v.object({ because: v.literal('budget'), flops: measured }),
  /** The last step; where a sub-phase was waited for, it did not come. */
  v.object({ because: v.literal('end'), awaited: v.nullable(subPhase) }),
  told,
]);

/** Why SFT ends at its step; `words/` has the sentences. */
export type SwitchReason = DataOf<typeof switchReason>;

export const rlEndReason = v.variant('because', [
  /** Its ceiling has been identified, after so many evaluations of RL. */
  v.object({ because: v.literal('identified'), step: countOrZero, evaluations: countOrZero }),
  /** Its last step; `awaited` where the ceiling was to be identified before. */
  v.object({ because: v.literal('steps'), step: countOrZero, awaited: v.boolean() }),
  /** The FLOPs of the whole run are used up. */
  v.object({
    because: v.literal('budget'),
    step: countOrZero,
    flops: measured,
    awaited: v.boolean(),
  }),
]);

/** Why RL ended at its step; `words/` has the sentences. */
export type RlEndReason = DataOf<typeof rlEndReason>;

export const switchRecord = v.object({
  step: countOrZero,
  compute: measured,
  reason: switchReason,
  /** Online sub-phase of SFT at the switch. */
  phase: subPhase,
});

/** When and why the run switched to RL. */
export interface SwitchRecord extends DataOf<typeof switchRecord> {}
