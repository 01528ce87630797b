/** What lies in the object stores, and the checks that it passes on the way out. */
import { failureOf } from '../errors';
import * as v from 'valibot';
import { parameterLayout } from '../model/layout';
import {
  checkpointSlot,
  runRecord,
  storedCheckpoint,
  timedEvent,
  type RunRecord,
  type StoredCheckpoint,
  type TimedEvent,
} from '../runtime/stores/runs';
import { countOrZero, spell, type DataOf } from '../schema/pieces';
import { storedAs } from '../schema/stored';
import { parseRunConfig, type RunConfig } from '../training/configuration/run-config';
import type { TensorDamage } from '../words/en/storage-errors';
import { recordChecks } from './record-checks';

const storedRun = v.object({
  ...runRecord.entries,
  /** Events in all of the run's chunks. */
  eventCount: countOrZero,
});

/** A record of `runs`. */
export interface StoredRun extends RunRecord, Pick<DataOf<typeof storedRun>, 'eventCount'> {}

const storedChunk = v.object({
  runId: v.string(),
  /** Index of its first event in the run's log. */
  first: countOrZero,
  events: v.array(timedEvent),
});

/** A record of `events`. */
export interface StoredChunk extends DataOf<typeof storedChunk> {}

const checkpointRecord = v.object({
  ...storedCheckpoint.entries,
  runId: v.string(),
  slot: checkpointSlot,
});

/** A record of `checkpoints`. */
export interface CheckpointRecord extends DataOf<typeof checkpointRecord> {}

const RUN = storedAs('run', storedRun);
const CHUNK = storedAs('event-chunk', storedChunk);
const CHECKPOINT = storedAs('kept-checkpoint', checkpointRecord);

const { damaged, check } = recordChecks('Delete the run.');

/** Reads a record of `runs`; throws `storage/damaged`. */
export function parseRun(value: unknown, id: string): StoredRun {
  const what = `Run ${id}`;
  const run = check(RUN, value, what);
  if (run.id !== id) throw damaged(what, { because: 'owner', kind: 'run', id: run.id });
  try {
    return { ...run, config: parseRunConfig(run.config) };
  } catch (error) {
    throw damaged(what, failureOf(error));
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
  throw damaged(`The log of run ${id}`, {
    because: 'incomplete',
    kind: 'events',
    there: events.length,
    of: eventCount,
  });
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
    const damage = tensorDamage(values, config);
    if (damage !== null) throw damaged(what, { because: 'tensor', tensor: name, damage });
  }
  return { checkpoint, eventCount, seconds };
}

function tensorDamage(values: Float32Array, { model }: RunConfig): TensorDamage | null {
  const { size } = parameterLayout(model);
  if (values.length !== size)
    return { because: 'tensor-size', numbers: values.length, model: size };
  const bad = values.findIndex((value) => !Number.isFinite(value));
  return bad < 0 ? null : { because: 'tensor-value', value: spell(values[bad]!), index: bad };
}
