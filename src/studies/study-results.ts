/**
 * What a study has found so far: plain JSON that grows cell by cell. The figures, the findings, the
 * page, the terminal and the bundles read it, and nothing else of a study.
 */
import * as v from 'valibot';
import { countOrZero, measured, type DataOf } from '../schema/pieces';
import { cell, measurement, subPhase } from '../theory';
import { benchmarkResult } from '../training/evaluation/measurements';
import { divergedOrTold } from '../training/divergence';
import { instability } from '../training/instability';
import { heldOutSummary, trackPoint, validationPoint } from '../training/run-state';
import { missingReason } from './missing-reasons';
import type { SetRecipe } from '../tasks/preset';
import type { RunConfig } from '../training/configuration/run-config';
import type { StudyConfig } from './study-config';

export const sftRunResultSchema = v.object({
  /** Name of the trajectory set. */
  set: v.string(),
  seed: countOrZero,
  /** Validation loss over SFT, in order; `phases[i]` is the sub-phase of the i-th, after the fact. */
  validation: v.array(validationPoint),
  phases: v.array(subPhase),
  /** Benchmark scores over SFT. */
  track: v.array(trackPoint),
  /** Before any training. */
  base: benchmarkResult,
  seconds: measured,
});

/** The SFT run of one trajectory set in one seed, from which its branches start. */
export interface SftRunResult extends DataOf<typeof sftRunResultSchema> {}

const furtherRl = v.object({
  /** Turns that the cell has had. */
  turns: countOrZero,
  /** The last RL step, counted from the branch point. */
  step: countOrZero,
  /** FLOPs of RL after the base budget. */
  compute: measured,
  /** At that step; `cell.final` is at the base budget. */
  final: measurement,
  /** Why its last turn was given up, or diverged; it gets no other then. Null otherwise. */
  failure: v.nullable(missingReason),
});

export const cellResultSchema = v.object({
  /** Unique in the study, such as `uniform/mild/3`: set, branch or paradigm, seed. */
  id: v.string(),
  /** What the theory needs of it; `cell.run` is the id. */
  cell,
  /** The name of the branch point in the study's configuration; null for paradigms without one. */
  branch: v.nullable(v.string()),
  /** `diverged` keeps what was measured up to then. */
  status: v.picklist(['finished', 'diverged']),
  /** Why it diverged; null otherwise. */
  failure: v.nullable(divergedOrTold),
  /** Every benchmark score from the base to the last step, the shared SFT included. */
  track: v.array(trackPoint),
  /** Before any training; null in results of earlier versions. */
  atBase: v.nullable(benchmarkResult),
  /** At the branch point (P_sft) and at the end, level by level. */
  atBranch: benchmarkResult,
  atEnd: benchmarkResult,
  /** Levels of which the trajectory set has none. */
  unseenLevels: v.array(countOrZero),
  /** On problems of a kind that no trajectory is of; null where none were asked for or it diverged. */
  heldOut: v.nullable(heldOutSummary),
  /** FLOPs of pre-training the base, of SFT up to the branch, and of RL. */
  compute: v.object({ base: measured, sft: measured, rl: measured }),
  instabilities: v.array(instability),
  /** RL beyond the base budget, on which the ceiling rests too; null where it had none. */
  further: v.nullable(furtherRl),
  /** Seconds of training on the device that ran it, the shared SFT left out. */
  seconds: measured,
});

/** One finished cell. */
export interface CellResult extends DataOf<typeof cellResultSchema> {}

export const missingCellSchema = v.object({
  id: v.string(),
  /** null for a paradigm without a set. */
  set: v.nullable(v.string()),
  /** Branch point or paradigm, by its name in the configuration. */
  branch: v.string(),
  seed: countOrZero,
  status: v.picklist(['not-reached', 'failed', 'skipped']),
  reason: missingReason,
});

/** A cell that will have no result, and why: `not-reached` where SFT never got to its sub-phase. */
export interface MissingCell extends DataOf<typeof missingCellSchema> {}

export const studyResults = v.object({
  version: v.literal(1),
  /** It has a reader of its own, which checks its meaning too. */
  config: v.unknown(),
  /** The SFT runs, under the name that stored results have for them. */
  trunks: v.array(sftRunResultSchema),
  cells: v.array(cellResultSchema),
  /** Cells that were given up, so that nothing is silently left out. */
  missing: v.array(missingCellSchema),
  /** The cells that were given a turn at further RL, round by round. */
  rounds: v.array(v.array(v.string())),
});

export interface StudyResults extends DataOf<typeof studyResults> {
  readonly config: StudyConfig;
}

/** What analysis and figures read of a study's configuration: all there is of one that others ran. */
export interface StudyOutline {
  readonly name: string;
  readonly title: string;
  readonly sets: readonly {
    readonly recipe: Pick<SetRecipe, 'name'> & { readonly size: number | null };
  }[];
  readonly branches: StudyConfig['branches'];
  readonly paradigms: readonly string[];
  /** Without a task, the levels are those that its evaluations name. */
  readonly run: Pick<RunConfig, 'subPhases'> & Partial<Pick<RunConfig, 'task'>>;
  /** Of a study of others: what it counts compute in, unless it is FLOPs. */
  readonly computeUnit?: string;
  /** Of a study of others: right answers without knowing anything, as a share. */
  readonly chance?: number;
}

/** A study as analysis and figures take it: the lab's own, or one that others ran (studies/foreign). */
export interface ReportedResults extends Pick<StudyResults, 'trunks' | 'cells' | 'missing'> {
  readonly config: StudyOutline;
}
