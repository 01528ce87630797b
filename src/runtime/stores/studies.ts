/** Keeping studies: what is kept, how it is read back, and the port to whoever keeps it. */
import * as v from 'valibot';
import { floats, measured, type DataOf, type Failure } from '../../schema/pieces';
import { storedAs } from '../../schema/stored';
import { studyFits, type StudyFits } from '../../studies/known-fits';
import type { StudyConfig } from '../../studies/study-config';
import {
  cellResultSchema,
  missingCellSchema,
  sftRunResultSchema,
  type CellResult,
  type MissingCell,
  type SftRunResult,
  type StudyResults,
} from '../../studies/study-results';
import type { SetTables } from '../../studies/study-sets';
import { sftCheckpoint, type SftCheckpoint } from '../../training/branches';
import { trainingCheckpoint } from '../../training/events';
import type { SetSource } from './set-source';
import { trajectoryTable } from '../../trajectories/table';

const jobCheckpoint = v.object({
  checkpoint: trainingCheckpoint,
  /** Seconds of training so far. */
  seconds: measured,
});

/** All that an interrupted job needs to go on exactly. */
export interface JobCheckpoint extends DataOf<typeof jobCheckpoint> {}

/** A study as a list shows it. Times are milliseconds since 1970. */
export interface StudyRecord {
  readonly id: string;
  readonly config: StudyConfig;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Cells that are over and in all. */
  readonly done: number;
  readonly cells: number;
  /** Whether it came from a bundle. */
  readonly imported: boolean;
}

/** A study whose record cannot be read; what is left of it can be saved, and deleted. */
export interface DamagedStudy {
  readonly id: string;
  readonly problem: Failure;
}

/** What has been kept of a study's work. */
export interface StudyWork {
  readonly trunks: readonly SftRunResult[];
  readonly cells: readonly CellResult[];
  readonly missing: readonly MissingCell[];
  /** The cells that were given further RL, round by round. */
  readonly rounds: readonly (readonly string[])[];
  /** Descriptions of the engines that did it, sorted; see engines-used.ts for older work. */
  readonly engines: readonly string[];
}

/**
 * Keeps one study's work, and the rows of the library's sets that it trains on. Each method does all
 * of its work or throws and leaves what was there, so that a study that is killed at any moment goes
 * on from what was kept.
 */
export interface StudyKeeper extends SetSource {
  read(): Promise<StudyWork>;
  /** Keeps an evaluated step of an SFT run in progress. */
  savePoint(sftRun: string, point: SftCheckpoint): Promise<void>;
  /** The SFT run's point at an SFT step; null where there is none. */
  readPoint(sftRun: string, step: number): Promise<SftCheckpoint | null>;
  /** Keeps a finished SFT run and its points at these steps; forgets its other points and its checkpoint. */
  saveSftRun(id: string, sftRun: SftRunResult, steps: readonly number[]): Promise<void>;
  /**
   * Keeps a cell with its weights after RL, and forgets its checkpoint, unless the study may give it
   * further RL.
   */
  saveCell(id: string, cell: CellResult, weights: Float32Array | null): Promise<void>;
  saveMissing(cell: MissingCell): Promise<void>;
  /** Keeps which cells are given further RL in a round, counted from 0. */
  saveRound(round: number, cells: readonly string[]): Promise<void>;
  /** Keeps the description of an engine that did some of the work; each is kept once. */
  saveEngine(description: string): Promise<void>;
  /** Takes back a cell that was given up or diverged, so that it can be run again. */
  forget(id: string): Promise<void>;
  /** The newest checkpoint of a job in progress; null where it has to begin. */
  readCheckpoint(id: string): Promise<JobCheckpoint | null>;
  saveCheckpoint(id: string, checkpoint: JobCheckpoint): Promise<void>;
  /** Weights of a finished cell; null where none are kept. */
  readWeights(id: string): Promise<Float32Array | null>;
}

/** A study from a bundle. */
export interface StudyImport {
  readonly results: StudyResults;
  /** Weights after RL, by cell. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Weights where RL started, by cell. */
  readonly points: ReadonlyMap<string, Float32Array>;
  readonly sets: SetTables;
  /** What the bundle says of the engine. */
  readonly engine: string;
  readonly fits: StudyFits | null;
}

/**
 * Keeps studies. Every method does all of its work, or throws and leaves what was there. As a source
 * of sets it has those of all its studies.
 */
export interface StudyStore extends SetSource {
  /** @param sets rows of the library's sets that it names */
  create(config: StudyConfig, sets?: SetTables): Promise<StudyRecord>;
  import(study: StudyImport): Promise<StudyRecord>;
  /** Newest first. */
  list(): Promise<StudyRecord[]>;
  /**
   * Studies whose record is damaged, which `list` leaves out; and those of the given ids whose results
   * are, which take longer to read.
   */
  listDamaged(suspects?: readonly string[]): Promise<DamagedStudy[]>;
  /** What is stored of a study's configuration and results, unchecked, in the form of results. */
  readRemains(id: string): Promise<object>;
  read(id: string): Promise<{ record: StudyRecord; work: StudyWork }>;
  remove(id: string): Promise<void>;
  /** The fits of a study's figures; null where none are kept, or those of another version. */
  readFits(id: string): Promise<StudyFits | null>;
  saveFits(id: string, fits: StudyFits): Promise<void>;
  keeper(id: string): StudyKeeper;
}

export const SFT_RUN = storedAs('sft-run', sftRunResultSchema);
export const CELL = storedAs('cell', cellResultSchema);
export const MISSING_CELL = storedAs('missing-cell', missingCellSchema);
export const JOB_CHECKPOINT = storedAs('kept-checkpoint', jobCheckpoint);
export const SFT_CHECKPOINT = storedAs('checkpoint', sftCheckpoint);
/** The cells of one round, and those of a folder in one file. */
export const ROUND = storedAs('rounds', v.array(v.string()));
export const ROUNDS = storedAs('rounds', v.object({ rounds: v.array(v.array(v.string())) }));
export const WEIGHTS = storedAs('weights', floats);
/** Rows of a set of the library; the first versions kept the text that is in bundles. */
export const SET_ROWS = storedAs('set-rows', v.union([trajectoryTable, v.string()]));
/** The description of an engine, and those of a folder in one file. */
export const ENGINE = storedAs('engine', v.string());
export const ENGINES = storedAs('engines', v.object({ engines: v.array(v.string()) }));
export const FITS = storedAs('fits', studyFits);
