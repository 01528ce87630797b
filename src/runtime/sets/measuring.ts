/** Measures the difficulty of a library set under a stored policy, on the trainer's engine. */
import { LabError } from '../../errors';
import { createTask } from '../../tasks';
import { measureDifficulty } from '../../trajectories/difficulty';
import { librarySource } from '../stores/set-source';
import type { SetRecord } from '../stores/sets';
import { type RunConfig } from '../../training/configuration/run-config';
import type { RunStore } from '../stores/runs';
import type { MeasureListener, MeasureRequest, PolicyChoice } from '../runs/api';
import type { TrainerEnvironment } from '../engines/environment';
import { drive } from '../drive';
import { rowsOf } from './library-rows';

/** A call of the engine takes some tens of milliseconds, so that each is told. */
const TELL_EVERY_MS = 50;

interface Policy {
  readonly config: RunConfig;
  readonly parameters: Float32Array;
}

async function readPolicy(
  policy: PolicyChoice,
  environment: TrainerEnvironment,
  store: RunStore | null,
): Promise<Policy> {
  if (policy.kind === 'base') {
    const { parameters } = await environment.loadBase(policy.config);
    return { config: policy.config, parameters };
  }
  const { runId, slot } = policy;
  if (!store) throw new LabError('library/no-run-storage', { run: runId });
  const { record } = await store.readRun(runId);
  const stored = await store.readCheckpoint(runId, slot);
  if (!stored) {
    throw new LabError('library/no-checkpoint', { run: runId, slot });
  }
  return { config: record.config, parameters: stored.checkpoint.parameters };
}

/**
 * Measures and stores; nothing is stored of what is cancelled.
 * @throws LabError `cancelled` where the signal comes, which is looked at between two calls of the engine
 */
export async function measureSet(
  { setId, policy, policyName, settings }: MeasureRequest,
  context: {
    readonly environment: TrainerEnvironment;
    readonly store: RunStore | null;
    readonly signal?: AbortSignal;
    readonly listener: MeasureListener;
  },
): Promise<SetRecord> {
  const { environment, store, signal, listener } = context;
  const { library } = environment;
  if (!library) throw new LabError('library/none');
  const record = await library.readRecord(setId);
  const table = await rowsOf(record, librarySource(library));
  const { config, parameters } = await readPolicy(policy, environment, store);
  const { engine } = await environment.createEngine(config.model, { name: null, backend: null });
  try {
    await engine.loadParameters(parameters);
    const measuring = measureDifficulty(
      engine,
      createTask(record.task),
      table,
      settings,
      policyName,
    );
    const measure = await drive(measuring, {
      report: ({ done, total }) => listener(done, total),
      reportEvery: TELL_EVERY_MS,
      signal,
      now: () => environment.now(),
    });
    // It may have come during the last call.
    if (signal?.aborted) throw new LabError('cancelled');
    return await library.saveMeasure(setId, measure);
  } finally {
    engine.dispose();
  }
}
