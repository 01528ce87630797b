/** What a worker of the lab can be, and what whoever starts it says first. */
import type { Failure } from '../../schema/pieces';
import type { AnalystApi } from '../ceilings/api';
import type { HelperApi } from '../engines/helper-host';
import type { DeviceApi } from '../device/api';
import type { LessonApi } from '../lesson/api';
import type { RunStore } from '../stores/runs';
import type { TrainerHost } from '../runs/api';
import type { LibraryApi, ReaderApi } from '../sets/api';
import type { StudyRunnerApi, StudyTrainer } from '../studies/api';

/** What each role exposes. */
export interface WorkerApis {
  storage: RunStore;
  trainer: TrainerHost;
  analyst: AnalystApi;
  library: LibraryApi;
  reader: ReaderApi;
  study: StudyRunnerApi;
  'study-trainer': StudyTrainer;
  device: DeviceApi;
  lesson: LessonApi;
  helper: HelperApi;
}

export type WorkerRole = keyof WorkerApis;

/** Where a worker is at home: its own address lies deeper than the page's files. */
export interface Home {
  /** Address of the folder that the page was served from. */
  readonly root: string;
}

/** The first message to a worker. */
export interface Appointment extends Home {
  readonly role: WorkerRole;
  /** Calls wait in it until the role has loaded. */
  readonly port: MessagePort;
}

/** Asked now and then once it has loaded: whether it lives. */
export interface PulseQuestion {
  readonly type: 'pulse';
}

/** The answers to both, and the only messages that do not come through the port. */
export type Reply =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly why: Failure }
  /** `silence`: seconds that it may be silent. */
  | { readonly type: 'alive'; readonly silence: number };

/** A role's module: makes what the worker exposes. */
interface RoleModule<Role extends WorkerRole> {
  open(home: Home): WorkerApis[Role];
}

/** Loads the module of each role, and nothing before it is asked for. */
export type RoleLoaders = { readonly [Role in WorkerRole]: () => Promise<RoleModule<Role>> };
