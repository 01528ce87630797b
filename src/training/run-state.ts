/** The state of a run that goes into a checkpoint, and the summary it ends with, finished or not. */
import type { GpuTuning } from '../engine/gpu-tuning';
import type { CeilingFit, SubPhaseState } from '../theory';
import { FRESH_WATCH, type Instability, type Watch } from './instability';
import type {
  BenchmarkResult,
  HeldOutScores,
  Stage,
  SwitchRecord,
} from './evaluation/measurements';

export interface ValidationPoint {
  readonly step: number;
  readonly compute: number;
  readonly loss: number;
}

interface CurvePoint {
  /** RL compute since the switch, FLOPs. */
  readonly compute: number;
  readonly performance: number;
  /** Number of samples behind it. */
  readonly samples: number;
}

/** A benchmark score of the whole run, SFT and RL. */
export interface TrackPoint {
  readonly stage: Stage;
  readonly step: number;
  /** Compute since the base, FLOPs. */
  readonly compute: number;
  readonly performance: number;
  readonly samples: number;
}

/** Everything but parameters and optimizer. Plain JSON; replaced, never changed in place. */
export interface RunState {
  readonly stage: Stage;
  /** Steps done in the stage. */
  readonly step: number;
  /** Whether the evaluation that belongs to `step` has been made. */
  readonly evaluated: boolean;
  readonly sftCompute: number;
  readonly rlCompute: number;
  readonly skippedSteps: number;
  readonly validation: readonly ValidationPoint[];
  readonly subPhase: SubPhaseState | null;
  readonly base: BenchmarkResult | null;
  /** Why SFT is to end, once that is decided. */
  readonly switchReason: string | null;
  /** Whether the weights have been moved toward the base, as the configuration may ask. */
  readonly restored: boolean;
  readonly switched: SwitchRecord | null;
  readonly branch: BenchmarkResult | null;
  readonly final: BenchmarkResult | null;
  /** The newest benchmark, whatever its purpose. */
  readonly latest: BenchmarkResult | null;
  readonly heldOut: HeldOutScores;
  readonly curve: readonly CurvePoint[];
  readonly track: readonly TrackPoint[];
  readonly watch: Watch;
  readonly instabilities: readonly Instability[];
  /** The code of the GPU's products that the run goes on with; null on other engines. */
  readonly gpu: GpuTuning | null;
}

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
  watch: FRESH_WATCH,
  instabilities: [],
  gpu: null,
};

/** Accuracy on problems of a kind that no trajectory is of. */
export interface HeldOutSummary {
  /** What they have in common, to complete "problems with …". */
  readonly description: string;
  /** The level of each entry of the results' `perLevel`. */
  readonly levels: readonly number[];
  readonly base: BenchmarkResult;
  readonly branch: BenchmarkResult;
  readonly final: BenchmarkResult;
}

/**
 * What a run has measured, wherever it ended. Performances are benchmark accuracies in percent,
 * compute is in FLOPs.
 */
export interface PartialSummary {
  readonly base: BenchmarkResult;
  /** P_sft, measured at the switch; null before it. */
  readonly branch: BenchmarkResult | null;
  /** The newest: of a finished run after the last RL step, on the problems of `branch`. */
  readonly final: BenchmarkResult;
  readonly minValidationLoss: number;
  /** null before the switch. */
  readonly switched: SwitchRecord | null;
  /** The fitted ceiling A_post and PL_rl; null with the reason where no curve could be fitted. */
  readonly ceiling: CeilingFit | null;
  readonly noCeilingBecause: string | null;
  readonly curve: readonly CurvePoint[];
  /** Every benchmark score of the run in order, from the base to the last step. */
  readonly track: readonly TrackPoint[];
  readonly compute: { readonly base: number; readonly sft: number; readonly rl: number };
  readonly skippedSteps: number;
  /** Signs of trouble that the run went through. */
  readonly instabilities: readonly Instability[];
  /** Levels of which the trajectory set has none: on these a score is out of its distribution. */
  readonly unseenLevels: readonly number[];
  /** Scores beyond the distribution of the trajectories; null where none were asked for. */
  readonly heldOut: HeldOutSummary | null;
  /** Trajectories left out since their prompt is measured on, or held out. */
  readonly leftOut: number;
}

/** What a finished run found: its switch is behind it. */
export interface RunSummary extends PartialSummary {
  readonly branch: BenchmarkResult;
  readonly switched: SwitchRecord;
}
