/** The state of a run that goes into a checkpoint, and the summary it ends with, finished or not. */
import * as v from 'valibot';
import { gpuTuning } from '../engine/gpu-tuning';
import { countOrZero, measured, type DataOf } from '../schema/pieces';
import {
  ceilingFit,
  ceilingReason,
  levelResult,
  subPhaseState,
  type CurveObservation,
  type Measurement,
} from '../theory';
import { FRESH_WATCH, instability, watch } from './instability';
import {
  benchmarkResult,
  heldOutScores,
  rlEndReason,
  stage,
  switchReason,
  switchRecord,
  type BenchmarkResult,
} from './evaluation/measurements';

export const validationPoint = v.object({ step: countOrZero, compute: measured, loss: measured });

export interface ValidationPoint extends DataOf<typeof validationPoint> {}

/** The score of an evaluation, and what is behind it. */
const evaluation = {
  performance: measured,
  samples: countOrZero,
  /** What was counted on each level; null where an earlier version of the lab measured. */
  levels: v.nullable(v.array(levelResult)),
};

const curvePoint = v.object({
  /** RL compute since the switch, FLOPs. */
  compute: measured,
  ...evaluation,
});

interface CurvePoint extends DataOf<typeof curvePoint> {}

export const trackPoint = v.object({
  stage,
  step: countOrZero,
  /** Compute since the base, FLOPs. */
  compute: measured,
  ...evaluation,
});

/** A benchmark score of the whole run, SFT and RL. */
export interface TrackPoint extends DataOf<typeof trackPoint> {}

/** What a picture of a run in progress needs of a score: percent, and FLOPs since the base. */
export type TrackMark = Pick<TrackPoint, 'stage' | 'step' | 'compute' | 'performance'>;

/** A track with one more point; a second measurement at the same compute replaces the first. */
export function tracked<Point extends Pick<TrackPoint, 'compute'>>(
  track: readonly Point[],
  point: Point,
): readonly Point[] {
  return [...track.filter(({ compute }) => compute !== point.compute), point];
}

/** What a benchmark adds to a curve or a track. */
export function evaluationOf({
  score,
  problems,
  samplesPerProblem,
  levels,
}: BenchmarkResult): Pick<CurvePoint, keyof typeof evaluation> {
  return { performance: score, samples: problems * samplesPerProblem, levels };
}

/** A benchmark as the theory takes it. */
export function measurementOf({ score, standardError, levels }: BenchmarkResult): Measurement {
  return { value: score, standardError, ...(levels && { levels }) };
}

/** A point as the theory takes it. */
export function observationOf({
  compute,
  performance,
  samples,
  levels,
}: CurvePoint): CurveObservation {
  return { compute, performance, nProblems: samples, ...(levels && { levels }) };
}

export const runState = v.object({
  stage,
  /** Steps done in the stage. */
  step: countOrZero,
  /** Whether the evaluation that belongs to `step` has been made. */
  evaluated: v.boolean(),
  sftCompute: measured,
  rlCompute: measured,
  skippedSteps: countOrZero,
  validation: v.array(validationPoint),
  subPhase: v.nullable(subPhaseState),
  base: v.nullable(benchmarkResult),
  /** Why SFT is to end, once that is decided. */
  switchReason: v.nullable(switchReason),
  /** Whether the weights have been moved toward the base, as the configuration may ask. */
  restored: v.boolean(),
  switched: v.nullable(switchRecord),
  branch: v.nullable(benchmarkResult),
  final: v.nullable(benchmarkResult),
  /** The newest benchmark, whatever its purpose. */
  latest: v.nullable(benchmarkResult),
  heldOut: heldOutScores,
  curve: v.array(curvePoint),
  track: v.array(trackPoint),
  /** Why RL is to end before its last step, once that is decided. */
  rlEnd: v.nullable(rlEndReason),
  watch,
  instabilities: v.array(instability),
  /** The code of the GPU's products that the run goes on with; null on other engines. */
  gpu: v.nullable(gpuTuning),
});

/** Everything but parameters and optimizer. Plain JSON; replaced, never changed in place. */
export interface RunState extends DataOf<typeof runState> {}

export const INITIAL_STATE: RunState = {
  stage: 'sft',
  step: 0,
  evaluated: false,
  sftCompute: 0,
  rlCompute: 0,
  skippedSteps: 0,
  validation: [],
  subPhase: null,
  base: null,
  switchReason: null,
  restored: false,
  switched: null,
  branch: null,
  final: null,
  latest: null,
  heldOut: { base: null, branch: null, final: null },
  curve: [],
  track: [],
  rlEnd: null,
  watch: FRESH_WATCH,
  instabilities: [],
  gpu: null,
};

export const heldOutSummary = v.object({
  /** What they have in common, to complete "problems with …". */
  description: v.string(),
  /** The level of each entry of the results' `perLevel`. */
  levels: v.array(countOrZero),
  base: benchmarkResult,
  branch: benchmarkResult,
  final: benchmarkResult,
});

/** Accuracy on problems of a kind that no trajectory is of. */
export interface HeldOutSummary extends DataOf<typeof heldOutSummary> {}

export const partialSummary = v.object({
  base: benchmarkResult,
  /** P_sft, measured at the switch; null before it. */
  branch: v.nullable(benchmarkResult),
  /** The newest: of a finished run after the last RL step, on the problems of `branch`. */
  final: benchmarkResult,
  minValidationLoss: measured,
  /** null before the switch. */
  switched: v.nullable(switchRecord),
  /** The fitted ceiling A_post and PL_rl; null with the reason where no curve could be fitted. */
  ceiling: v.nullable(ceilingFit),
  noCeilingBecause: v.nullable(ceilingReason),
  curve: v.array(curvePoint),
  /** Why RL ended; null where it has not, and in summaries of earlier versions. */
  rlEnd: v.nullable(rlEndReason),
  /** Every benchmark score of the run in order, from the base to the last step. */
  track: v.array(trackPoint),
  compute: v.object({ base: measured, sft: measured, rl: measured }),
  skippedSteps: countOrZero,
  /** Signs of trouble that the run went through. */
  instabilities: v.array(instability),
  /** Levels of which the trajectory set has none: on these a score is out of its distribution. */
  unseenLevels: v.array(countOrZero),
  /** Scores beyond the distribution of the trajectories; null where none were asked for. */
  heldOut: v.nullable(heldOutSummary),
  /** Trajectories left out since their prompt is measured on, or held out. */
  leftOut: countOrZero,
});

/**
 * What a run has measured, wherever it ended. Performances are benchmark accuracies in percent,
 * compute is in FLOPs.
 */
export interface PartialSummary extends DataOf<typeof partialSummary> {}

export const runSummary = v.object({
  ...partialSummary.entries,
  branch: benchmarkResult,
  switched: switchRecord,
});

/** What a finished run found: its switch is behind it. */
export interface RunSummary extends DataOf<typeof runSummary> {}
