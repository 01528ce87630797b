/** What lies in the object stores, and the checks that it passes on the way out. */
import * as v from 'valibot';
import { ENGINE_NAMES, TFJS_BACKENDS } from '../engine/engine';
import { parameterLayout } from '../model/layout';
import type {
  CheckpointSlot,
  EngineReport,
  RunRecord,
  StoredCheckpoint,
  TimedEvent,
} from '../runtime/stores/runs';
import type { RunStatus } from '../training/events';
import { gpuTuning, parseRunConfig, type RunConfig } from '../training/configuration/run-config';
import { countOrZero, floats, measured } from '../schema/pieces';
import { storedAs } from '../schema/stored';
import { runState } from '../training/state-schemas';
import { runSummary, timedEvent } from './measurement-schemas';
import { recordChecks } from './record-checks';

/** A record of `runs`. */
export interface StoredRun extends RunRecord {
  /** Events in all of the run's chunks. */
  readonly eventCount: number;
}

/** A record of `events`. */
export interface StoredChunk {
  readonly runId: string;
  /** Index of its first event in the run's log. */
  readonly first: number;
  readonly events: readonly TimedEvent[];
}

/** A record of `checkpoints`. */
export interface CheckpointRecord extends StoredCheckpoint {
  readonly runId: string;
  readonly slot: CheckpointSlot;
}

/** Its tuning chooses kernels when the run goes on. */
const gpuReport = v.object({
  ...gpuTuning.entries,
  selfTest: v.object({
    passed: v.boolean(),
    gradientError: measured,
    tolerance: measured,
    worstTensor: v.string(),
    sampledLogProbError: measured,
    repeats: v.boolean(),
    milliseconds: measured,
  }),
}) satisfies v.GenericSchema<unknown, EngineReport['gpu']>;

const engineReport = v.object({
  name: v.picklist(ENGINE_NAMES),
  backend: v.nullable(v.picklist(TFJS_BACKENDS)),
  description: v.string(),
  reason: v.string(),
  gpu: v.optional(gpuReport),
}) satisfies v.GenericSchema<unknown, EngineReport>;

const STATUSES = [
  'idle',
  'running',
  'paused',
  'interrupted',
  'stopped',
  'finished',
  'failed',
  'diverged',
] as const satisfies readonly RunStatus[];

/** The configuration has a reader of its own, which checks its meaning too. */
const storedRun = v.object({
  id: v.string(),
  config: v.unknown(),
  status: v.picklist(STATUSES),
  createdAt: v.number(),
  updatedAt: v.number(),
  engine: v.nullable(engineReport),
  seconds: measured,
  summary: v.nullable(runSummary),
  failure: v.nullable(v.string()),
  eventCount: countOrZero,
}) satisfies v.GenericSchema<unknown, Omit<StoredRun, 'config'>>;

const storedChunk = v.object({
  runId: v.string(),
  first: countOrZero,
  events: v.array(timedEvent),
}) satisfies v.GenericSchema<unknown, StoredChunk>;

const checkpointRecord = v.object({
  runId: v.string(),
  slot: v.picklist(['latest', 'branch', 'final']),
  checkpoint: v.object({
    state: runState,
    parameters: floats,
    optimizer: v.object({ firstMoment: floats, secondMoment: floats, step: countOrZero }),
    branch: v.nullable(floats),
  }),
  eventCount: countOrZero,
  seconds: measured,
}) satisfies v.GenericSchema<unknown, CheckpointRecord>;

const RUN = storedAs('run', storedRun);
const CHUNK = storedAs('event-chunk', storedChunk);
const CHECKPOINT = storedAs('kept-checkpoint', checkpointRecord);

const { damaged, check } = recordChecks('Delete the run.');

/** Reads a record of `runs`; throws `storage/damaged`. */
export function parseRun(value: unknown, id: string): StoredRun {
  const what = `Run ${id}`;
  const run = check(RUN, value, what);
  if (run.id !== id) throw damaged(what, `its record belongs to run ${run.id}`);
  try {
    return { ...run, config: parseRunConfig(run.config) };
  } catch (error) {
    throw damaged(what, `in its configuration, ${String(error)}`);
  }
}

/** Reads a record of `events`. */
export function parseChunk(value: unknown, id: string): StoredChunk {
  return check(CHUNK, value, `The log of run ${id}`);
}

/** Joins a run's chunks, in order; throws `storage/damaged` where one is missing. */
export function joinChunks(chunks: readonly StoredChunk[], { id, eventCount }: StoredRun) {
  const events: TimedEvent[] = [];
  for (const chunk of chunks) {
    if (chunk.first !== events.length) break;
    for (const event of chunk.events) events.push(event);
  }
  if (events.length === eventCount) return events;
  throw damaged(
    `The log of run ${id}`,
    `${events.length} of its ${eventCount} events are there in order`,
  );
}

/** Reads a record of `checkpoints` and checks that its numbers fit the run's model. */
export function parseCheckpoint(
  value: unknown,
  { id, config }: Pick<StoredRun, 'id' | 'config'>,
): StoredCheckpoint {
  const what = `The checkpoint of run ${id}`;
  const { checkpoint, eventCount, seconds } = check(CHECKPOINT, value, what);
  const { parameters, optimizer, branch } = checkpoint;
  const { firstMoment, secondMoment } = optimizer;
  for (const [name, values] of Object.entries({ parameters, firstMoment, secondMoment, branch })) {
    if (values === null) continue;
    const problem = tensorProblem(values, config);
    if (problem !== null) throw damaged(what, `${name} ${problem}`);
  }
  return { checkpoint, eventCount, seconds };
}

function tensorProblem(values: Float32Array, { model }: RunConfig): string | null {
  const { size } = parameterLayout(model);
  if (values.length !== size) return `has ${values.length} numbers and the model ${size}`;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  return bad < 0 ? null : `holds ${values[bad]} at index ${bad}`;
}
