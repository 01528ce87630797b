/** Keeping runs: what is kept, and the port to whoever keeps it. */
import * as v from 'valibot';
import { ENGINE_NAMES, TFJS_BACKENDS } from '../../engine/engine';
import { gpuReport } from '../../engine/gpu-report';
import { engineReason } from '../../engine/reasons';
import { countOrZero, measured, type DataOf, type Failure } from '../../schema/pieces';
import { endingReason } from '../../training/divergence';
import { recordedEvent, runStatus, trainingCheckpoint } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import { runSummary } from '../../training/run-state';

const engineReport = v.object({
  name: v.picklist(ENGINE_NAMES),
  /** Backend of TensorFlow.js; null for other engines. */
  backend: v.nullable(v.picklist(TFJS_BACKENDS)),
  description: v.string(),
  reason: engineReason,
  /** Adapter, kernels and self-test of `webgpu`: going on with the same kernels gives the same bits. */
  gpu: v.optional(gpuReport),
});

/** The engine that a run uses, and why that one. */
export interface EngineReport extends DataOf<typeof engineReport> {}

export const timedEvent = v.object({
  seconds: measured,
  event: recordedEvent,
});

/** An event with the run's clock: seconds of training, pauses left out. */
export interface TimedEvent extends DataOf<typeof timedEvent> {}

export const runRecord = v.object({
  id: v.string(),
  /** It has a reader of its own, which checks its meaning too. */
  config: v.unknown(),
  status: runStatus,
  createdAt: v.number(),
  updatedAt: v.number(),
  engine: v.nullable(engineReport),
  /** Seconds of training up to the last recorded event. */
  seconds: measured,
  summary: v.nullable(runSummary),
  /** Why it failed or diverged; null otherwise. */
  failure: v.nullable(endingReason),
});

/** A run as the list of runs shows it. Times are milliseconds since 1970. */
export interface RunRecord extends DataOf<typeof runRecord> {
  readonly config: RunConfig;
}

export type RunPatch = Partial<
  Pick<RunRecord, 'config' | 'status' | 'engine' | 'seconds' | 'summary' | 'failure'>
>;

/** A run whose record cannot be read; it can still be deleted. */
export interface DamagedRun {
  readonly id: string;
  readonly problem: Failure;
}

export const checkpointSlot = v.picklist(['latest', 'branch', 'final']);

/** Which of a run's checkpoints: the newest, the one at the switch to RL, the one at the end. */
export type CheckpointSlot = v.InferOutput<typeof checkpointSlot>;

export const storedCheckpoint = v.object({
  checkpoint: trainingCheckpoint,
  eventCount: countOrZero,
  seconds: measured,
});

/** A checkpoint with what had been recorded before it. */
export interface StoredCheckpoint extends DataOf<typeof storedCheckpoint> {}

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
