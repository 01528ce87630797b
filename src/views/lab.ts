/**
 * The services behind the page, built in one place and handed down by context: the trainer, the
 * storage, the analyst and the library, each in a worker of its own.
 */
import { createContext } from 'svelte';
import { messageOf } from '../errors';
import * as Comlink from '../runtime/remote';
import type { AnalystApi } from '../runtime/ceilings/api';
import type { LibraryApi } from '../runtime/sets/api';
import type { RunStore } from '../runtime/stores/runs';
import type { TrainerApi, TrainerListener } from '../runtime/runs/api';
import type { StudyRunnerApi } from '../runtime/studies/api';
import { browserCapabilities, type DeviceCapabilities } from '../runtime/engines/choice';
import type { Connection } from '../runtime/workers/connect';
import type { WorkerRole } from '../runtime/workers/roles';
import { persistStorage } from '../storage/quota';
import { openWorker } from './open-worker';

export interface Lab {
  readonly trainer: TrainerApi;
  /** null where the browser refuses storage. */
  readonly store: RunStore | null;
  /** Why there is no storage; null where there is. */
  readonly storageProblem: string | null;
  /** Calls `listener` with all news of the trainer until the returned function is called. */
  listen(listener: TrainerListener): () => void;
  /** Starts the analyst with the first curves: most visits have none. */
  openAnalyst(): Promise<AnalystApi>;
  /** Starts the worker that keeps and runs studies. */
  openStudies(): Promise<StudyRunnerApi>;
  /** Starts the library of trajectory sets with the first look at it. */
  openLibrary(): Promise<Comlink.Remote<LibraryApi>>;
  /** What engines this device can run; asks for a GPU, which may take a moment. */
  probeDevice(): Promise<DeviceCapabilities>;
  /** Asks the browser to keep what is stored; only after an action of the user. */
  keepStorage(): Promise<boolean>;
}

export const [useLab, provideLab] = createContext<Lab>();

interface StorageConnection {
  readonly store: RunStore | null;
  readonly port: MessagePort | null;
  readonly problem: string | null;
}

/** Opens the database by asking for its runs: a browser refuses only then. */
async function connectStorage({
  api,
  lost,
  end,
}: Connection<'storage'>): Promise<StorageConnection> {
  try {
    await Promise.race([api.listRuns(), lost]);
    return { store: api, port: await api[Comlink.createEndpoint](), problem: null };
  } catch (error) {
    end();
    return { store: null, port: null, problem: messageOf(error) };
  }
}

/** Answers once the worker has loaded. */
async function openReady<Role extends WorkerRole>(role: Role): Promise<Connection<Role>['api']> {
  const { api, ready } = openWorker(role);
  await ready;
  return api;
}

/** Starts the workers that every visit needs. */
export async function createLab(): Promise<Lab> {
  const host = openWorker('trainer');
  const storage = await connectStorage(openWorker('storage'));
  const listeners = new Set<TrainerListener>();
  const tell: TrainerListener = (message) => {
    for (const listener of listeners) listener(message);
  };
  const port = storage.port && Comlink.transfer(storage.port, [storage.port]);
  const trainer = await Promise.race([host.api.connect(port, Comlink.proxy(tell)), host.lost]);
  return {
    trainer,
    store: storage.store,
    storageProblem: storage.problem,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    openAnalyst: () => openReady('analyst'),
    openStudies: () => openReady('study'),
    openLibrary: () => openReady('library'),
    probeDevice: browserCapabilities,
    keepStorage: persistStorage,
  };
}
