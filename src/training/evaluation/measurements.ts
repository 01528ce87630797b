/** What a run measures, in the words that its events, its state and its summary share. */
import type { SubPhase } from '../../theory';

export type Stage = 'sft' | 'rl';

/** How many of a benchmark's problems are solved by the best of k samples, in percent. */
export interface PassAtK {
  readonly k: number;
  readonly score: number;
  readonly perLevel: readonly number[];
}

/** Accuracy on the benchmark, in percent. */
export interface BenchmarkResult {
  /** Plain mean over the levels. */
  readonly score: number;
  /** Binomial standard error of the score, in points. */
  readonly standardError: number;
  /** pass@1 of each level. */
  readonly perLevel: readonly number[];
  /** pass@k for k = 2, 4, 8 … up to the samples a problem; empty for one sample. */
  readonly passAtK: readonly PassAtK[];
  readonly problems: number;
  readonly samplesPerProblem: number;
  /** Share of samples in which no answer could be read. */
  readonly malformed: number;
}

/** Accuracy on the kind of problems that is never learned from, at the ends of the stages. */
export interface HeldOutScores {
  readonly base: BenchmarkResult | null;
  readonly branch: BenchmarkResult | null;
  readonly final: BenchmarkResult | null;
}

/** What an evaluation is for: base, branch point and final one take more samples than tracking. */
export type BenchmarkPurpose = 'base' | 'tracking' | 'branch' | 'final';

/** How far the weights have moved, ‖θ − θ₀‖ / ‖θ₀‖. */
export interface Drift {
  readonly fromBase: number;
  /** null in SFT. */
  readonly fromBranch: number | null;
}

/** Why the run switched to RL. */
export interface SwitchRecord {
  readonly step: number;
  readonly compute: number;
  readonly reason: string;
  /** Online sub-phase of SFT at the switch. */
  readonly phase: SubPhase;
}
