/**
 * The services behind the page, built in one place and handed down by context: the trainer and the
 * storage, each in a worker of its own.
 */
import { createContext } from 'svelte';
import * as Comlink from 'comlink';
import type { RunStore, TrainerApi, TrainerListener } from '../runtime/contracts';
import { hasWasmSimd, type DeviceCapabilities } from '../runtime/engine-choice';
import { messageOf } from './format';

/** The same methods, called across a worker's boundary: each answers with a promise. */
export type RemoteTrainer = Pick<
  TrainerApi,
  'start' | 'resume' | 'pause' | 'continue' | 'stop' | 'switchNow'
>;

export interface Lab {
  readonly trainer: RemoteTrainer;
  /** null where the browser refuses storage. */
  readonly store: RunStore | null;
  /** Why there is no storage; null where there is. */
  readonly storageProblem: string | null;
  /** Calls `listener` with all news of the trainer until the returned function is called. */
  listen(listener: TrainerListener): () => void;
  /** What engines this device can run; asks for a GPU, which may take a moment. */
  probeDevice(): Promise<DeviceCapabilities>;
  /** Asks the browser to keep what is stored; only after an action of the user. */
  keepStorage(): Promise<void>;
}

export const [useLab, provideLab] = createContext<Lab>();

interface StorageConnection {
  readonly store: RunStore | null;
  readonly port: MessagePort | null;
  readonly problem: string | null;
}

/** Opens the database by asking for its runs: a browser refuses only then. */
async function connectStorage(): Promise<StorageConnection> {
  const worker = new Worker(new URL('../../workers/storage.ts', import.meta.url), {
    type: 'module',
    name: 'storage',
  });
  const store = Comlink.wrap<RunStore>(worker);
  try {
    await store.listRuns();
    return { store, port: await store[Comlink.createEndpoint](), problem: null };
  } catch (error) {
    worker.terminate();
    return { store: null, port: null, problem: messageOf(error) };
  }
}

async function probeDevice(): Promise<DeviceCapabilities> {
  // Absent in insecure contexts and older browsers, whatever the types say.
  const gpu: GPU | undefined = navigator.gpu;
  const adapter = await gpu?.requestAdapter();
  const gpuAdapter = adapter ? adapter.info.description || adapter.info.vendor || 'unnamed' : null;
  return { wasmSimd: hasWasmSimd(), gpuAdapter };
}

/** Starts the workers. */
export async function createLab(): Promise<Lab> {
  const storage = await connectStorage();
  const worker = new Worker(new URL('../../workers/trainer.ts', import.meta.url), {
    type: 'module',
    name: 'trainer',
  });
  const trainer = Comlink.wrap<TrainerApi>(worker);
  const listeners = new Set<TrainerListener>();
  const tell: TrainerListener = (message) => {
    for (const listener of listeners) listener(message);
  };
  const { port } = storage;
  const root = new URL('.', location.href).href;
  await trainer.connect(port && Comlink.transfer(port, [port]), root, Comlink.proxy(tell));
  return {
    trainer,
    store: storage.store,
    storageProblem: storage.problem,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    probeDevice,
    async keepStorage() {
      await navigator.storage?.persist?.();
    },
  };
}
