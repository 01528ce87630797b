/**
 * The services behind the page, built in one place and handed down by context: the trainer, the
 * storage, the analyst and the library, each in a worker of its own.
 */
import { createContext } from 'svelte';
import { messageOf } from '../errors';
import * as Comlink from '../runtime/remote';
import type { AnalystApi } from '../runtime/ceilings/api';
import type { LibraryApi } from '../runtime/sets/api';
import type { RunStore, TrainerApi, TrainerListener } from '../runtime/runs/api';
import type { StudyRunnerApi } from '../runtime/studies/api';
import { browserCapabilities, type DeviceCapabilities } from '../runtime/engines/choice';
import { persistStorage } from '../storage';

/** The same methods, called across a worker's boundary: each answers with a promise. */
type RemoteTrainer = Pick<
  TrainerApi,
  'start' | 'resume' | 'pause' | 'continue' | 'stop' | 'switchNow' | 'measure' | 'cancelMeasure'
>;

export interface Lab {
  readonly trainer: RemoteTrainer;
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

/** Rejects if the worker cannot be loaded: a call to it would wait for ever. */
function loadingFailure(worker: Worker): Promise<never> {
  return new Promise((_, reject) => {
    worker.addEventListener('error', ({ message }) => {
      reject(
        new Error(`A part of the lab could not be loaded (${message || 'no reason was given'}).`),
      );
    });
  });
}

/** Opens the database by asking for its runs: a browser refuses only then. */
async function connectStorage(worker: Worker): Promise<StorageConnection> {
  const store = Comlink.wrap<RunStore>(worker);
  try {
    await Promise.race([store.listRuns(), loadingFailure(worker)]);
    return { store, port: await store[Comlink.createEndpoint](), problem: null };
  } catch (error) {
    worker.terminate();
    return { store: null, port: null, problem: messageOf(error) };
  }
}

/** Answers once the worker does. */
async function openAnalyst(): Promise<AnalystApi> {
  const worker = new Worker(new URL('../../workers/analyst.ts', import.meta.url), {
    type: 'module',
    name: 'analyst',
  });
  const analyst = Comlink.wrap<AnalystApi>(worker);
  await Promise.race([analyst.cancel(), loadingFailure(worker)]);
  return analyst;
}

/** Answers once the worker does. Its name tells it where the page's files are. */
async function openStudies(): Promise<StudyRunnerApi> {
  const worker = new Worker(new URL('../../workers/study.ts', import.meta.url), {
    type: 'module',
    name: new URL('.', location.href).href,
  });
  const runner = Comlink.wrap<StudyRunnerApi>(worker);
  const unheard = Comlink.proxy(() => undefined);
  await Promise.race([runner.listen(unheard), loadingFailure(worker)]);
  return runner;
}

/** Answers once the worker does; rejects where it cannot read its database. */
async function openLibrary(): Promise<Comlink.Remote<LibraryApi>> {
  const worker = new Worker(new URL('../../workers/library.ts', import.meta.url), {
    type: 'module',
    name: 'library',
  });
  const library = Comlink.wrap<LibraryApi>(worker);
  await Promise.race([library.closeSet(), loadingFailure(worker)]);
  return library;
}

/** Starts the workers. */
export async function createLab(): Promise<Lab> {
  const storageWorker = new Worker(new URL('../../workers/storage.ts', import.meta.url), {
    type: 'module',
    name: 'storage',
  });
  const trainerWorker = new Worker(new URL('../../workers/trainer.ts', import.meta.url), {
    type: 'module',
    name: 'trainer',
  });
  const storage = await connectStorage(storageWorker);
  const trainer = Comlink.wrap<TrainerApi>(trainerWorker);
  const listeners = new Set<TrainerListener>();
  const tell: TrainerListener = (message) => {
    for (const listener of listeners) listener(message);
  };
  const { port } = storage;
  const root = new URL('.', location.href).href;
  const handedOver = port && Comlink.transfer(port, [port]);
  await Promise.race([
    trainer.connect(handedOver, root, Comlink.proxy(tell)),
    loadingFailure(trainerWorker),
  ]);
  return {
    trainer,
    store: storage.store,
    storageProblem: storage.problem,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    openAnalyst,
    openStudies,
    openLibrary,
    probeDevice: browserCapabilities,
    keepStorage: persistStorage,
  };
}
