/** Paradigms side by side: what each run reached, and at which cost. Pure functions of what runs found. */
import { fitCeilingOrReason, type CeilingFit } from '../theory';
import { deriveSeed } from '../random';
import type { Instability } from './instability';
import type { RunSummary, TrackPoint } from './run-state';

/** How a run of a paradigm ended. */
export interface ParadigmRun {
  readonly paradigm: string;
  readonly seed: number;
  /** null where the run diverged. */
  readonly summary: RunSummary | null;
  /** Step and reason where it did. */
  readonly diverged: string | null;
  /** Every benchmark score, also of a run that diverged. */
  readonly track: readonly TrackPoint[];
  readonly instabilities: readonly Pick<Instability, 'kind' | 'stage' | 'step' | 'reason'>[];
}

export interface ParadigmRow {
  readonly paradigm: string;
  readonly seed: number;
  /** Last score, in percent; of a diverged run, the last that was measured. */
  readonly final: number;
  readonly finalStandardError: number | null;
  /** Mean final score over the levels that no trajectory is of; null where there are none. */
  readonly unseen: number | null;
  /** Final score on problems of a kind that nothing was learned from; null where none were measured. */
  readonly heldOut: number | null;
  /** Highest score on the way; it is the best of many, so noise favours it. */
  readonly best: number;
  readonly ceiling: CeilingFit | null;
  readonly noCeilingBecause: string | null;
  /** FLOPs since the base at which 90% of the ceiling was first reached; null where never. */
  readonly computeTo90: number | null;
  /** FLOPs since the base in all. */
  readonly compute: number;
  /** Where something went wrong, in words. */
  readonly instabilities: readonly string[];
}

/** Share of the ceiling by which speed is compared. */
const NEAR = 0.9;

/**
 * FLOPs at which the track first reaches `target`, between two measurements along a straight line;
 * null where it never does.
 */
export function computeToReach(track: readonly TrackPoint[], target: number): number | null {
  const at = track.findIndex((point) => point.performance >= target);
  if (at < 0) return null;
  const point = track[at]!;
  const before = track[at - 1];
  if (!before) return point.compute;
  const share = (target - before.performance) / (point.performance - before.performance);
  return before.compute + share * (point.compute - before.compute);
}

/** The ceiling of RL, or of SFT where there was no RL, whose curve begins at the base. */
function ceilingOf({ summary, seed, track }: ParadigmRun): {
  ceiling: CeilingFit | null;
  reason: string | null;
} {
  if (!summary) return { ceiling: null, reason: 'The run diverged.' };
  if (summary.curve.length > 0 && summary.compute.rl > 0) {
    return { ceiling: summary.ceiling, reason: summary.noCeilingBecause };
  }
  const { base } = summary;
  const points = track
    .filter(({ compute }) => compute > 0)
    .map(({ compute, performance, samples }) => ({ compute, performance, nProblems: samples }));
  const pSft = { value: base.score, standardError: base.standardError };
  return fitCeilingOrReason(points, { pSft, seed: deriveSeed(seed, 'ceiling') });
}

function unseenScore({ final, unseenLevels }: RunSummary): number | null {
  const sum = unseenLevels.reduce((total, level) => total + final.perLevel[level]!, 0);
  return unseenLevels.length > 0 ? sum / unseenLevels.length : null;
}

export function paradigmRow(run: ParadigmRun): ParadigmRow {
  const { track, summary, paradigm, seed, diverged } = run;
  const { ceiling, reason } = ceilingOf(run);
  const last = track.at(-1);
  const signs = run.instabilities.map(
    ({ kind, stage, step }) => `${kind} at ${stage.toUpperCase()} step ${step}`,
  );
  return {
    paradigm,
    seed,
    final: summary?.final.score ?? last?.performance ?? NaN,
    finalStandardError: summary?.final.standardError ?? null,
    unseen: summary && unseenScore(summary),
    heldOut: summary?.heldOut?.final.score ?? null,
    best: Math.max(...track.map(({ performance }) => performance)),
    ceiling,
    noCeilingBecause: reason,
    computeTo90: ceiling && computeToReach(track, NEAR * ceiling.aPost),
    compute: summary ? summary.compute.sft + summary.compute.rl : (last?.compute ?? 0),
    instabilities: diverged === null ? signs : [...signs, `diverged: ${diverged}`],
  };
}

/** Mean and standard deviation (n − 1) over seeds; null for the deviation of one. */
export function acrossSeeds(values: readonly number[]): { mean: number; deviation: number | null } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
