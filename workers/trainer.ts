/** Owns the engine and runs one job at a time. */
import { LabError } from '../src/errors';
import * as Comlink from '../src/runtime/remote';
import type { RunStore } from '../src/runtime/stores/runs';
import type { TrainerHost } from '../src/runtime/runs/api';
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import { Trainer } from '../src/runtime/runs/trainer';
import { Line } from '../src/runtime/workers/line';
import type { Home } from '../src/runtime/workers/roles';
import { holdRun } from '../src/storage/run-lock';
import { IndexedDbSetStore } from '../src/storage/sets-store';

export function open({ root }: Home): TrainerHost {
  const environment: ConstructorParameters<typeof Trainer>[0] = {
    createEngine: browserEngine,
    loadBase: (config) => browserBase(config, root),
    holdRun,
    library: new IndexedDbSetStore(),
    now: () => performance.now(),
  };
  /** Ends what waits for the storage worker that is gone. */
  let hangUp: (why: LabError) => void = () => undefined;
  let storagePort: MessagePort | null = null;
  const storage = new Line<RunStore>({
    open: () => {
      if (!storagePort) throw new LabError('trainer/no-storage');
      const lost = new Promise<never>((_, reject) => (hangUp = reject));
      return { api: Comlink.wrap<RunStore>(storagePort), lost };
    },
  });
  return {
    async connect(port, listener) {
      storagePort = port;
      return Comlink.proxy(new Trainer(environment, port && storage.api, listener));
    },
    async reconnect(port) {
      storagePort = port;
      hangUp(new LabError('worker/lost', { role: 'storage', reason: '' }));
    },
  };
}
