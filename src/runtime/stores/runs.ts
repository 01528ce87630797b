/** Keeping runs: what is kept, and the port to whoever keeps it. */
import type { EngineName, TfjsBackend } from '../../engine/engine';
import type { GpuReport } from '../../engine/webgpu/start';
import type { RunEvent, RunStatus, TrainingCheckpoint } from '../../training/events';
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
