/**
 * What the page, the trainer and the recorder say to each other. Both workers and the page import
 * these types and nothing else of one another; comlink carries the calls.
 */
import type { ProxyMarked } from '../remote';
import type { EngineName, TfjsBackend } from '../../engine/engine';
import type { GpuReport } from '../../engine/webgpu/start';
import type { RunEvent, RunStatus, TrainingCheckpoint } from '../../training/events';
import type { DifficultySettings } from '../../trajectories/difficulty';
import type { SetRecord } from '../../trajectories/stored-set';
import type { RunConfig } from '../../training/configuration/run-config';
import type { PartialSummary, RunSummary } from '../../training/run-state';

/** The engine that a run uses, and why that one. */
export interface EngineReport {
  readonly name: EngineName;
  /** Backend of TensorFlow.js; null for other engines. */
  readonly backend: TfjsBackend | null;
  readonly description: string;
  readonly reason: string;
  /** Adapter, kernels and self-test of `webgpu`: going on with the same kernels gives the same bits. */
  readonly gpu?: GpuReport;
}

type DivergedEvent = Extract<RunEvent, { type: 'diverged' }>;

/** What is kept of a run: everything but passing news and the weights, which are kept apart. */
export type RecordedEvent =
  | Exclude<RunEvent, { type: 'progress' | 'checkpoint' | 'stopped' | 'diverged' }>
  /** Logs of earlier versions hold no summary of a run that diverged: null. */
  | (Omit<DivergedEvent, 'summary'> & { readonly summary: PartialSummary | null });

/** An event with the run's clock: seconds of training, pauses left out. */
export interface TimedEvent {
  readonly seconds: number;
  readonly event: RecordedEvent;
}

/** A run as the list of runs shows it. Times are milliseconds since 1970. */
export interface RunRecord {
  readonly id: string;
  readonly config: RunConfig;
  readonly status: RunStatus;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly engine: EngineReport | null;
  /** Seconds of training up to the last recorded event. */
  readonly seconds: number;
  readonly summary: RunSummary | null;
  /** Why it failed or diverged; null otherwise. */
  readonly failure: string | null;
}

export type RunPatch = Partial<
  Pick<RunRecord, 'config' | 'status' | 'engine' | 'seconds' | 'summary' | 'failure'>
>;

/** A run whose record cannot be read; it can still be deleted. */
export interface DamagedRun {
  readonly id: string;
  /** A sentence for people. */
  readonly problem: string;
}

/** Which of a run's checkpoints: the newest, the one at the switch to RL, the one at the end. */
export type CheckpointSlot = 'latest' | 'branch' | 'final';

/** A checkpoint with what had been recorded before it. */
export interface StoredCheckpoint {
  readonly checkpoint: TrainingCheckpoint;
  readonly eventCount: number;
  readonly seconds: number;
}

/**
 * Keeps runs. The storage worker implements it on IndexedDB; the terminal needs none.
 * Every method either does all of its work or throws and leaves what was there.
 */
export interface RunStore {
  createRun(config: RunConfig): Promise<RunRecord>;
  /** Newest first. A run that was live in a tab that is gone has status `interrupted`. */
  listRuns(): Promise<RunRecord[]>;
  /** The runs that {@link RunStore.listRuns} leaves out because their records are damaged. */
  listDamaged(): Promise<DamagedRun[]>;
  readRun(id: string): Promise<{ record: RunRecord; events: TimedEvent[] }>;
  updateRun(id: string, patch: RunPatch): Promise<RunRecord>;
  appendEvents(id: string, events: readonly TimedEvent[]): Promise<void>;
  /** Writes a checkpoint into the slots, in one transaction. */
  saveCheckpoint(
    id: string,
    slots: readonly CheckpointSlot[],
    stored: StoredCheckpoint,
  ): Promise<void>;
  readCheckpoint(id: string, slot: CheckpointSlot): Promise<StoredCheckpoint | null>;
  /** Forgets events after the first `eventCount`: they will be made again. */
  truncateEvents(id: string, eventCount: number): Promise<void>;
  /** Deletes the run with its log and checkpoints. One that is being trained cannot be deleted. */
  deleteRun(id: string): Promise<void>;
  /** Bytes used and allowed by the browser, where it tells. */
  usage(): Promise<{ used: number; quota: number } | null>;
}

/** Where a run stands, sent to the page several times a second at most. */
export interface RunProgress {
  readonly stage: 'preparing' | 'sft' | 'rl';
  /** Such as "Training", "Benchmark", "Validation loss", "Loading the base model". */
  readonly activity: string;
  /** Optimisation steps of the stage done and in all, as far as its compute lets one tell. */
  readonly step: number;
  readonly steps: number;
  /** 0 to 1 within the activity, where it has parts; null otherwise. */
  readonly fraction: number | null;
  /** Estimates for this stage and for the run, if SFT goes to its last step; null until there is a basis. */
  readonly stageSecondsLeft: number | null;
  readonly secondsLeft: number | null;
  /** Tokens read in training and rollouts per second, over the last seconds. */
  readonly tokensPerSecond: number | null;
  readonly seconds: number;
}

/** From the trainer to the page. */
export type TrainerMessage =
  | { readonly type: 'engine'; readonly engine: EngineReport }
  /** The run's log from index `first` on: after a resume, what was logged beyond it is void. */
  | { readonly type: 'events'; readonly first: number; readonly events: readonly TimedEvent[] }
  | { readonly type: 'progress'; readonly progress: RunProgress }
  | {
      readonly type: 'status';
      readonly status: RunStatus;
      /** A sentence for people where the status needs one: why it failed or diverged. */
      readonly detail: string | null;
    }
  /** The GPU failed: the run goes back to its last checkpoint and on from there. */
  | { readonly type: 'device-lost'; readonly detail: string }
  /** Storage was refused or is full: the run goes on, unrecorded from here. */
  | { readonly type: 'storage-lost'; readonly detail: string };

export type TrainerListener = (message: TrainerMessage) => void;

/** A policy that is stored somewhere. */
export type PolicyChoice =
  /** The base that a configuration starts from. */
  | { readonly kind: 'base'; readonly config: RunConfig }
  | { readonly kind: 'checkpoint'; readonly runId: string; readonly slot: CheckpointSlot };

/** A measurement of a set's difficulty. */
export interface MeasureRequest {
  readonly setId: string;
  readonly policy: PolicyChoice;
  /** For people; stored with the policy's digest. */
  readonly policyName: string;
  readonly settings: DifficultySettings;
}

/** Told how far a measurement is. */
export type MeasureListener = (done: number, total: number) => void;

/** What the trainer worker exposes. */
export interface TrainerHost {
  /** @param storage port to the run store; null where storage was refused */
  connect(
    storage: MessagePort | null,
    listener: TrainerListener,
  ): Promise<TrainerApi & ProxyMarked>;
}

/** Runs one job at a time. */
export interface TrainerApi {
  /** Starts a run and returns its id as soon as it is recorded; news comes through the listener. */
  start(config: RunConfig): Promise<string>;
  /** Goes on with an interrupted or stopped run from its last checkpoint. */
  resume(id: string): Promise<void>;
  pause(): Promise<void>;
  /** Ends a pause. */
  continue(): Promise<void>;
  /** Stops within a step or a part of an evaluation and keeps a checkpoint to resume from. */
  stop(): Promise<void>;
  /** Ends SFT at the next step and starts RL. */
  switchNow(): Promise<void>;
  /** Measures the difficulty of a set of the library and stores it; no run can start meanwhile. */
  measure(request: MeasureRequest, listener: MeasureListener): Promise<SetRecord>;
  /** Ends the measuring under way, which then rejects. */
  cancelMeasure(): Promise<void>;
}
