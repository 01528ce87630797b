/** What `storage.spec.ts` does within a page. Bundled and loaded there. */
import '../../../src/words/en/speak';
import { parameterLayout } from '../../../src/model/layout';
import type { LabError } from '../../../src/errors';
import { holdRun, IndexedDbRunStore } from '../../../src/storage';
import { presetNamed } from '../../../src/training/configuration/presets';
import { INITIAL_STATE } from '../../../src/training/run-state';

const { config } = presetNamed('micro');

/** Creates a run, takes its lock, and leaves it running with one checkpoint; returns its id. */
export async function beginRun(): Promise<string> {
  const store = new IndexedDbRunStore();
  const { id } = await store.createRun(config);
  await holdRun(id);
  await store.updateRun(id, { status: 'running' });
  const { size } = parameterLayout(config.model);
  const floats = (): Float32Array => Float32Array.from({ length: size }, (_, i) => Math.sin(i));
  const optimizer = { firstMoment: floats(), secondMoment: floats(), step: 1 };
  const checkpoint = { state: INITIAL_STATE, parameters: floats(), optimizer, branch: null };
  await store.saveCheckpoint(id, ['latest'], { checkpoint, eventCount: 0, seconds: 0 });
  return id;
}

export async function statusOf(id: string): Promise<string | undefined> {
  const runs = await new IndexedDbRunStore().listRuns();
  return runs.find((run) => run.id === id)?.status;
}

/** Indices at which the stored numbers differ from those of {@link beginRun}; −1 for none. */
export async function differences(id: string): Promise<number[]> {
  const stored = await new IndexedDbRunStore().readCheckpoint(id, 'latest');
  const { parameters, optimizer } = stored!.checkpoint;
  return [parameters, optimizer.firstMoment, optimizer.secondMoment].map((values) =>
    values.findIndex((value, i) => !Object.is(value, Math.fround(Math.sin(i)))),
  );
}

/** Writes a later checkpoint; returns the error that this gave and the clock of what is kept. */
export async function saveLater(
  id: string,
): Promise<{ code: string | null; message: string; seconds: number }> {
  const store = new IndexedDbRunStore();
  const before = await store.readCheckpoint(id, 'latest');
  const saving = store.saveCheckpoint(id, ['latest', 'branch'], { ...before!, seconds: 9 });
  const error = await saving.then(
    () => null,
    (reason: unknown) => reason as LabError,
  );
  const { seconds } = (await store.readCheckpoint(id, 'latest'))!;
  return { code: error?.code ?? null, message: error?.message ?? '', seconds };
}
