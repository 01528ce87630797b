/** What a run measures, in the words that its events, its state and its summary share. */
import type { SubPhase } from '../theory';

export type Stage = 'sft' | 'rl';

/** Accuracy on the benchmark, in percent. */
export interface BenchmarkResult {
  /** Plain mean over the levels. */
  readonly score: number;
  /** Binomial standard error of the score, in points. */
  readonly standardError: number;
  readonly perLevel: readonly number[];
  readonly problems: number;
  readonly samplesPerProblem: number;
  /** Share of samples in which no answer could be read. */
  readonly malformed: number;
}

/** What an evaluation is for: base, branch point and final one take more samples than tracking. */
export type BenchmarkPurpose = 'base' | 'tracking' | 'branch' | 'final';

/** Why the run switched to RL. */
export interface SwitchRecord {
  readonly step: number;
  readonly compute: number;
  readonly reason: string;
  /** Online sub-phase of SFT at the switch. */
  readonly phase: SubPhase;
}
