/** The state of a run that goes into a checkpoint, and the summary it ends with. */
import type { CeilingFit, SubPhaseState } from '../theory';
import type { BenchmarkResult, Stage, SwitchRecord } from './measurements';

export interface ValidationPoint {
  readonly step: number;
  readonly compute: number;
  readonly loss: number;
}

export interface CurvePoint {
  /** RL compute since the switch, FLOPs. */
  readonly compute: number;
  readonly performance: number;
  /** Number of samples behind it. */
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
  readonly switched: SwitchRecord | null;
  readonly branch: BenchmarkResult | null;
  readonly final: BenchmarkResult | null;
  readonly curve: readonly CurvePoint[];
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
  switched: null,
  branch: null,
  final: null,
  curve: [],
};

/** What a finished run found. Performances are benchmark accuracies in percent. */
export interface RunSummary {
  readonly base: BenchmarkResult;
  /** P_sft, measured at the switch. */
  readonly branch: BenchmarkResult;
  /** Measured after the last RL step, on the same problems. */
  readonly final: BenchmarkResult;
  readonly minValidationLoss: number;
  readonly switched: SwitchRecord;
  /** The fitted ceiling A_post and PL_rl; null with the reason where no curve could be fitted. */
  readonly ceiling: CeilingFit | null;
  readonly noCeilingBecause: string | null;
  readonly curve: readonly CurvePoint[];
  readonly compute: { readonly base: number; readonly sft: number; readonly rl: number };
  readonly skippedSteps: number;
}
