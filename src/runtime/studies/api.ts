/**
 * What the page, the study runner and those who train for it say to each other; comlink carries the
 * calls in a browser.
 */
import type { GpuTuning } from '../../engine/gpu-tuning';
import type { SftCheckpoint } from '../../training/branches';
import type { TrainingCheckpoint } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import type { PartialSummary, RunState, RunSummary } from '../../training/run-state';
import type { StudyConfig } from '../../studies/study-config';
import type {
  CellResult,
  MissingCell,
  StudyResults,
  SftRunResult,
} from '../../studies/study-results';
import type { DeviceSpeed } from '../../studies/estimate';
import type { SetTexts } from '../../studies/study-sets';
import type { TrajectoryTable } from '../../trajectories/table';

export type JobStatus =
  | 'waiting'
  | 'running'
  | 'finished'
  | 'diverged'
  /** SFT never got to the sub-phase of this branch point. */
  | 'not-reached'
  | 'failed'
  | 'skipped';

/** One row of the list of work: the SFT run of a set, or a cell. */
export interface JobState {
  /** Such as `uniform/0` for SFT and `uniform/mild/0` for a cell. */
  readonly id: string;
  readonly kind: 'sft' | 'cell';
  readonly set: string | null;
  /** Branch point or paradigm; null for SFT. */
  readonly branch: string | null;
  readonly seed: number;
  readonly status: JobStatus;
  /** Why it failed, diverged, was skipped or was not reached; null otherwise. */
  readonly detail: string | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly secondsLeft: number | null;
}

export type StudyStatus = 'idle' | 'running' | 'paused' | 'stopped' | 'finished';

/** Where a study stands. */
export interface StudyProgress {
  readonly status: StudyStatus;
  /** In the order in which they are to run. */
  readonly jobs: readonly JobState[];
  /** Jobs that are over, however they ended. */
  readonly done: number;
  /** Of the whole study on the workers it has; null until there is a basis. */
  readonly secondsLeft: number | null;
}

export type StudyNews =
  | { readonly type: 'progress'; readonly progress: StudyProgress }
  /** After each SFT run and cell: all results so far. */
  | { readonly type: 'results'; readonly results: StudyResults }
  /** Results could not be kept: the study stops with what it has. */
  | { readonly type: 'storage-lost'; readonly detail: string };

export type StudyListener = (news: StudyNews) => void;

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
  /** A sentence for people. */
  readonly problem: string;
}

/** What has been kept of a study's work. */
export interface StudyWork {
  readonly trunks: readonly SftRunResult[];
  readonly cells: readonly CellResult[];
  readonly missing: readonly MissingCell[];
}

/**
 * Keeps one study's work. Each method does all of its work or throws and leaves what was there, so
 * that a study that is killed at any moment goes on from what was kept.
 */
export interface StudyKeeper {
  read(): Promise<StudyWork>;
  /** Keeps an evaluated step of an SFT run in progress. */
  savePoint(sftRun: string, point: SftCheckpoint): Promise<void>;
  /** The SFT run's point at an SFT step; null where there is none. */
  readPoint(sftRun: string, step: number): Promise<SftCheckpoint | null>;
  /** Keeps a finished SFT run and its points at these steps; forgets its other points and its checkpoint. */
  saveSftRun(id: string, sftRun: SftRunResult, steps: readonly number[]): Promise<void>;
  /** Keeps a cell with its weights after RL, and forgets its checkpoint. */
  saveCell(id: string, cell: CellResult, weights: Float32Array | null): Promise<void>;
  saveMissing(cell: MissingCell): Promise<void>;
  /** Takes back a cell that was given up or diverged, so that it can be run again. */
  forget(id: string): Promise<void>;
  /** The newest checkpoint of a job in progress; null where it has to begin. */
  readCheckpoint(id: string): Promise<JobCheckpoint | null>;
  saveCheckpoint(id: string, checkpoint: JobCheckpoint): Promise<void>;
  /** Weights of a finished cell; null where none are kept. */
  readWeights(id: string): Promise<Float32Array | null>;
  /** Rows of a library set that the study trains on, by its digest; null where they are gone. */
  readSet(digest: string): Promise<string | null>;
}

/** A study from a bundle. */
export interface StudyImport {
  readonly results: StudyResults;
  /** Weights after RL, by cell. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Weights where RL started, by cell. */
  readonly points: ReadonlyMap<string, Float32Array>;
  readonly sets: SetTexts;
}

/** Keeps studies. Every method does all of its work, or throws and leaves what was there. */
export interface StudyStore {
  /** @param sets rows of the library's sets that it names */
  create(config: StudyConfig, sets?: SetTexts): Promise<StudyRecord>;
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
  /** Rows of a library set that any study keeps, by the set's digest; null where none does. */
  findSet(digest: string): Promise<string | null>;
  keeper(id: string): StudyKeeper;
}

/** All that an interrupted job needs to go on exactly. */
export interface JobCheckpoint {
  readonly checkpoint: TrainingCheckpoint;
  /** Seconds of training so far. */
  readonly seconds: number;
}

/** One piece of work for one worker. */
export interface StudyJob {
  readonly id: string;
  readonly kind: 'sft' | 'cell';
  readonly config: RunConfig;
  /** Rows of the library set that the configuration names; null where it makes its own. */
  readonly stored: TrajectoryTable | null;
  /** Where it starts: a branch point or a checkpoint of its own; null for the base. */
  readonly from: TrainingCheckpoint | null;
  /** Seconds of training that `from` took, an SFT run's left out. */
  readonly seconds: number;
}

export type JobNews =
  /** Its engine has started: the GPU's tuning, or null where it computes otherwise. Comes first. */
  | { readonly type: 'engine'; readonly gpu: GpuTuning | null }
  | { readonly type: 'progress'; readonly progress: number; readonly secondsLeft: number | null }
  | { readonly type: 'point'; readonly point: SftCheckpoint }
  | ({ readonly type: 'checkpoint' } & JobCheckpoint);

/** How a job ended. */
export type JobOutcome =
  | { readonly status: 'sft'; readonly state: RunState; readonly seconds: number }
  | {
      readonly status: 'finished';
      readonly summary: RunSummary;
      readonly weights: Float32Array;
      readonly seconds: number;
    }
  | {
      readonly status: 'diverged';
      readonly reason: string;
      /** What had been measured by then. */
      readonly measured: PartialSummary;
      readonly seconds: number;
    }
  /** As asked; a checkpoint came before. */
  | { readonly status: 'stopped' };

/** Trains one job at a time: a worker, seen from outside. */
export interface StudyTrainer {
  /** Rejects where the worker or its device is lost; the job can then go on elsewhere. */
  train(job: StudyJob, listener: (news: JobNews) => void): Promise<JobOutcome>;
  /** Ends the job in progress with a checkpoint. */
  stop(): Promise<void>;
}

/** Makes workers, and ends one however it is. */
export interface StudyTrainers {
  open(): Promise<StudyTrainer>;
  close(trainer: StudyTrainer): void;
}

/**
 * What the study worker exposes to the page. One study runs at a time. Start the worker with the
 * address of the page's folder as its name: bases are loaded from there.
 */
export interface StudyRunnerApi {
  /** Hears news of the study that is running; replaces the listener before. */
  listen(listener: StudyListener): Promise<void>;
  list(): Promise<StudyRecord[]>;
  listDamaged(suspects?: readonly string[]): Promise<DamagedStudy[]>;
  /** What is stored of a damaged study, unchecked, as the JSON text of results; without weights. */
  exportRemains(id: string): Promise<string>;
  /** Throws, naming it, where a library set that the study trains on is not there. */
  requireSets(config: StudyConfig): Promise<void>;
  /** Checks and keeps a study with its library sets, and returns its record. Nothing runs yet. */
  create(config: StudyConfig): Promise<StudyRecord>;
  results(id: string): Promise<StudyResults>;
  /** Where a study stands, running or not. */
  progress(id: string): Promise<StudyProgress>;
  remove(id: string): Promise<void>;
  /** Measures this device on the study's model; takes a second or two. */
  measureSpeed(config: StudyConfig): Promise<DeviceSpeed>;
  /** Runs or goes on with a kept study; resolves when it has begun. */
  start(id: string, workers: number): Promise<void>;
  /** Lets the jobs in progress rest; resolves when they do. */
  pause(): Promise<void>;
  /** Ends a pause. */
  continue(): Promise<void>;
  stop(): Promise<void>;
  skip(job: string): Promise<void>;
  /** Puts a job that failed, diverged or was skipped back to be run, and goes on. */
  retry(job: string): Promise<void>;
  /** The study as a .zip file. */
  exportBundle(id: string): Promise<Uint8Array>;
  /** The results in a .zip file, without keeping it; throws with the place and the reason. */
  openBundle(bytes: Uint8Array): Promise<StudyResults>;
  /** Checks and keeps a study from a .zip file; throws with the place and the reason. */
  importBundle(bytes: Uint8Array): Promise<StudyRecord>;
}
