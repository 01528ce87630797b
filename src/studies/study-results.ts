/**
 * What a study has found so far: plain JSON that grows cell by cell. The figures, the findings, the
 * page, the terminal and the bundles read it, and nothing else of a study.
 */
import type { Cell, SubPhase } from '../theory';
import type { BenchmarkResult } from '../training/evaluation/measurements';
import type { Instability } from '../training/instability';
import type { HeldOutSummary, TrackPoint, ValidationPoint } from '../training/run-state';
import type { StudyConfig } from './study-config';

/** The SFT run of one trajectory set in one seed, from which its branches start. */
export interface SftRunResult {
  /** Name of the trajectory set. */
  readonly set: string;
  readonly seed: number;
  /** Validation loss over SFT, in order; `phases[i]` is the sub-phase of the i-th, after the fact. */
  readonly validation: readonly ValidationPoint[];
  readonly phases: readonly SubPhase[];
  /** Benchmark scores over SFT. */
  readonly track: readonly TrackPoint[];
  /** Before any training. */
  readonly base: BenchmarkResult;
  readonly seconds: number;
}

/** One finished cell. */
export interface CellResult {
  /** Unique in the study, such as `uniform/mild/3`: set, branch or paradigm, seed. */
  readonly id: string;
  /** What the theory needs of it; `cell.run` is the id. */
  readonly cell: Cell;
  /** The name of the branch point in the study's configuration; null for paradigms without one. */
  readonly branch: string | null;
  /** `diverged` keeps what was measured up to then. */
  readonly status: 'finished' | 'diverged';
  /** Why it diverged; null otherwise. */
  readonly failure: string | null;
  /** Every benchmark score from the base to the last step, the shared SFT included. */
  readonly track: readonly TrackPoint[];
  /** Before any training; null in results of earlier versions. */
  readonly atBase: BenchmarkResult | null;
  /** At the branch point (P_sft) and at the end, level by level. */
  readonly atBranch: BenchmarkResult;
  readonly atEnd: BenchmarkResult;
  /** Levels of which the trajectory set has none. */
  readonly unseenLevels: readonly number[];
  /** On problems of a kind that no trajectory is of; null where none were asked for or it diverged. */
  readonly heldOut: HeldOutSummary | null;
  /** FLOPs of pre-training the base, of SFT up to the branch, and of RL. */
  readonly compute: { readonly base: number; readonly sft: number; readonly rl: number };
  readonly instabilities: readonly Instability[];
  /** Seconds of training on the device that ran it, the shared SFT left out. */
  readonly seconds: number;
}

/** A cell that will have no result, and why: `not-reached` where SFT never got to its sub-phase. */
export interface MissingCell {
  readonly id: string;
  /** null for a paradigm without a set. */
  readonly set: string | null;
  /** Branch point or paradigm, by its name in the configuration. */
  readonly branch: string;
  readonly seed: number;
  readonly status: 'not-reached' | 'failed' | 'skipped';
  /** A sentence for people. */
  readonly reason: string;
}

export interface StudyResults {
  readonly version: 1;
  readonly config: StudyConfig;
  /** The SFT runs, under the name that stored results have for them. */
  readonly trunks: readonly SftRunResult[];
  readonly cells: readonly CellResult[];
  /** Cells that were given up, so that nothing is silently left out. */
  readonly missing: readonly MissingCell[];
}
