/**
 * What the page, the study runner and those who train for it say to each other; comlink carries the
 * calls in a browser.
 */
import type { Trainer } from '../../studies/trainer-export/trainers';
import type { GpuTuning } from '../../engine/gpu-tuning';
import type { SftCheckpoint } from '../../training/branches';
import type { Diverged } from '../../training/divergence';
import type { TrainingCheckpoint } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import type { PartialSummary, RunState, RunSummary, TrackMark } from '../../training/run-state';
import type { Failure } from '../../schema/pieces';
import type { MissingReason } from '../../studies/missing-reasons';
import type { StudyBundle } from '../../studies/bundle/study-bundle';
import type { StudyFits } from '../../studies/known-fits';
import type { StudyConfig } from '../../studies/study-config';
import type { StudyResults } from '../../studies/study-results';
import type { DeviceSpeed } from '../../studies/estimate';
import type { DamagedStudy, JobCheckpoint, StudyImport, StudyRecord } from '../stores/studies';
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
  /** Turns at further RL that it was given so far. */
  readonly turns: number;
  readonly status: JobStatus;
  /** Why it failed, diverged, was skipped or was not reached; null otherwise. */
  readonly detail: MissingReason | null;
  /** 0 to 1. */
  readonly progress: number;
  readonly secondsLeft: number | null;
  /** Scores so far of a job that has begun; empty once it is over, since its results have them. */
  readonly track: readonly TrackMark[];
}

/** `elsewhere`: another tab runs it. */
export type StudyStatus = 'idle' | 'running' | 'paused' | 'stopped' | 'finished' | 'elsewhere';

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
  | { readonly type: 'storage-lost'; readonly why: Failure };

export type StudyListener = (news: StudyNews) => void;

/** One piece of work for one worker. */
export interface StudyJob {
  readonly id: string;
  readonly kind: 'sft' | 'cell';
  readonly config: RunConfig;
  /** Rows of the library set that the configuration names; null where it makes its own. */
  readonly stored: TrajectoryTable | null;
  /** Where it starts: a branch point or a checkpoint of its own; null for the base. */
  readonly from: TrainingCheckpoint | null;
  /** Whether RL may go on from its end, whose checkpoint is then passed on. */
  readonly goesOn: boolean;
  /** Seconds of training that `from` took, an SFT run's left out. */
  readonly seconds: number;
}

export type JobNews =
  /** Its engine has started. Comes first. */
  | {
      readonly type: 'engine';
      /** The engine and its adapter, in words. */
      readonly description: string;
      /** The GPU's tuning; null where it computes otherwise. */
      readonly gpu: GpuTuning | null;
    }
  | { readonly type: 'progress'; readonly progress: number; readonly secondsLeft: number | null }
  | { readonly type: 'score'; readonly mark: TrackMark }
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
      readonly reason: Diverged;
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

/** What a page shows of a bundle. */
export type OpenedBundle = Pick<StudyBundle, 'results' | 'fits'>;

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
  /** The study as a .zip file for a trainer of language models. */
  exportForTrainer(
    id: string,
    options: { readonly trainer: Trainer; readonly model: string },
  ): Promise<Uint8Array>;
  /** The fits of a kept study's figures, as far as they are kept; null where none are. */
  fits(id: string): Promise<StudyFits | null>;
  /** Keeps them, so that the study need not be fitted again when it is opened. */
  keepFits(id: string, fits: StudyFits): Promise<void>;
  /** Checks and keeps a study from a .zip file, which a reader has decoded. */
  import(study: StudyImport): Promise<StudyRecord>;
}
