/**
 * The services behind the page, built in one place and handed down by context: the trainer, the
 * storage, the analyst and the library, each in a worker of its own that is begun again when it is lost.
 */
import { createContext } from 'svelte';
import { failureOf, isLabError, LabError, messageOf } from '../errors';
import * as Comlink from '../runtime/remote';
import type { AnalystApi } from '../runtime/ceilings/api';
import type { LibraryApi, ReaderApi } from '../runtime/sets/api';
import type { LibraryListener } from '../runtime/sets/library-work';
import type { RunStore } from '../runtime/stores/runs';
import type { TrainerApi, TrainerListener } from '../runtime/runs/api';
import type { StudyListener, StudyRunnerApi } from '../runtime/studies/api';
import { browserCapabilities, type DeviceCapabilities } from '../runtime/engines/choice';
import type { Connection } from '../runtime/workers/connect';
import { Line } from '../runtime/workers/line';
import type { WorkerApis, WorkerRole } from '../runtime/workers/roles';
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
  /**
   * Starts the worker that keeps and runs studies.
   * @param lost told when it is gone, with the study in progress; the next call has another
   */
  openStudies(listener: StudyListener, lost: (why: unknown) => void): Promise<StudyRunnerApi>;
  /** Starts the library of trajectory sets with the first look at it. */
  openLibrary(listener: LibraryListener): Promise<Comlink.Remote<LibraryApi>>;
  /** Starts a reader of files from elsewhere. */
  openReader(listener: LibraryListener): Promise<FileReader>;
  /** What engines this device can run; asks for a GPU, which may take a moment. */
  probeDevice(): Promise<DeviceCapabilities>;
  /** Asks the browser to keep what is stored; only after an action of the user. */
  keepStorage(): Promise<boolean>;
}

/** Decodes files from elsewhere in a worker of its own, which may never come to an end. */
export interface FileReader {
  /**
   * @throws LabError `file/endless` where the worker gives no sign of life, and is ended; `file/undone`
   *   where it breaks down
   */
  read<T>(work: (api: Comlink.Remote<ReaderApi>) => Promise<T>): Promise<T>;
  /** Ends the worker with all that it holds; what it reads rejects with `cancelled`. */
  end(): void;
}

export const [useLab, provideLab] = createContext<Lab>();

/** What each new worker of a role is told first, and who hears that one is lost. */
interface OpenOptions<Role extends WorkerRole> {
  readonly greet?: (api: Connection<Role>['api']) => Promise<unknown>;
  readonly lost?: (why: unknown) => void;
}

/** A line to a worker, once that has loaded; when it is lost, another takes its place. */
async function openReady<Role extends WorkerRole>(
  role: Role,
  { greet, lost }: OpenOptions<Role> = {},
): Promise<Line<WorkerApis[Role], Connection<Role>>> {
  const line = new Line<WorkerApis[Role], Connection<Role>>({
    open() {
      const connection = openWorker(role);
      // Calls keep their order, so it is greeted first; whoever calls hears of a failure.
      void greet?.(connection.api).catch(() => undefined);
      return connection;
    },
    lost,
  });
  await line.begin().ready;
  return line;
}

async function openReader(listener: LibraryListener): Promise<FileReader> {
  const greet = (api: Connection<'reader'>['api']) => api.listen(Comlink.proxy(listener));
  const line = await openReady('reader', { greet });
  return {
    async read(work) {
      try {
        return await work(line.api);
      } catch (error) {
        if (isLabError(error, 'worker/silent')) throw new LabError('file/endless', error.facts);
        if (isLabError(error, 'worker/lost')) throw new LabError('file/undone', error.facts);
        throw error;
      }
    },
    end: () => line.end(new LabError('cancelled')),
  };
}

/** A storage worker that is lost again and again is given up: something is wrong with it. */
const MOST_STORAGE_LOSSES = 3;

/** A trainer's worker, and the trainer in it once it has its port to the storage worker. */
interface TrainerPeer {
  readonly host: Connection<'trainer'>;
  readonly api: Promise<Comlink.Remote<TrainerApi>>;
  readonly lost: Promise<never>;
}

/** The trainer with the port to the storage worker that it needs. */
class TrainerDesk {
  readonly trainer: TrainerApi;
  /** null where the browser refuses storage. */
  store: Comlink.Remote<RunStore> | null = null;
  storageProblem: string | null = null;
  readonly #tell: TrainerListener;
  readonly #storage = new Line<RunStore>({
    open: () => openWorker('storage'),
    lost: () => void this.#replaceStorage(),
  });
  #storageLosses = 0;
  readonly #trainer: Line<TrainerApi, TrainerPeer>;
  /** Settles once it is known whether there is storage. */
  readonly opened: Promise<void>;

  constructor(tell: TrainerListener) {
    this.#tell = tell;
    this.opened = this.#openStorage();
    this.#trainer = new Line<TrainerApi, TrainerPeer>({
      open: () => {
        const host = openWorker('trainer');
        return { host, api: this.#connect(host), lost: host.lost };
      },
      lost: (why) => tell({ type: 'trainer-lost', why: failureOf(why) }),
    });
    this.trainer = this.#trainer.api;
    // It loads while the database is opened.
    this.#trainer.begin();
  }

  /** Opens the database by asking for its runs: a browser refuses only then. */
  async #openStorage(): Promise<void> {
    try {
      await this.#storage.api.listRuns();
      this.store = this.#storage.api;
    } catch (error) {
      this.storageProblem = messageOf(error);
    }
  }

  async #connect(host: Connection<'trainer'>): Promise<Comlink.Remote<TrainerApi>> {
    await this.opened;
    const port = await this.#storagePort();
    return host.api.connect(port, Comlink.proxy(this.#tell));
  }

  async #storagePort(): Promise<MessagePort | null> {
    if (!this.store) return null;
    const port = await this.store[Comlink.createEndpoint]();
    return Comlink.transfer(port, [port]);
  }

  /** Gives the trainer a port to the next storage worker; what it waits for rejects then. */
  async #replaceStorage(): Promise<void> {
    if (!this.store) return;
    this.#storageLosses += 1;
    const hasNext = this.#storageLosses <= MOST_STORAGE_LOSSES;
    const port = hasNext ? await this.#storagePort().catch(() => null) : null;
    await this.#trainer.begin().host.api.reconnect(port);
  }
}

/** Starts the workers that every visit needs. */
export async function createLab(): Promise<Lab> {
  const listeners = new Set<TrainerListener>();
  const desk = new TrainerDesk((message) => {
    for (const listener of listeners) listener(message);
  });
  await desk.opened;
  return {
    trainer: desk.trainer,
    store: desk.store,
    storageProblem: desk.storageProblem,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    openAnalyst: async () => (await openReady('analyst')).api,
    openStudies: async (listener, lost) => {
      const greet = (api: Connection<'study'>['api']) => api.listen(Comlink.proxy(listener));
      return (await openReady('study', { greet, lost })).api;
    },
    openLibrary: async (listener) => {
      const greet = (api: Connection<'library'>['api']) => api.listen(Comlink.proxy(listener));
      return (await openReady('library', { greet })).api;
    },
    openReader,
    probeDevice: browserCapabilities,
    keepStorage: persistStorage,
  };
}
