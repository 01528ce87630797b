/** Owns the engine and runs one job at a time. */
import { LabError } from '../src/errors';
import * as Comlink from '../src/runtime/remote';
import type { ModelConfig } from '../src/model/config';
import type { RunStore } from '../src/runtime/stores/runs';
import type { TrainerHost } from '../src/runtime/runs/api';
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import { startHelpers, usefulThreads, type Helpers } from '../src/runtime/engines/helpers';
import { Trainer } from '../src/runtime/runs/trainer';
import { connect } from '../src/runtime/workers/connect';
import { Line } from '../src/runtime/workers/line';
import type { Home } from '../src/runtime/workers/roles';
import { holdRun } from '../src/storage/run-lock';
import { IndexedDbSetStore } from '../src/storage/sets-store';

export function open({ root }: Home): TrainerHost {
  const helpers = (config: ModelConfig): Promise<Helpers> =>
    startHelpers(config, usefulThreads(navigator.hardwareConcurrency) - 1, () => {
      const role = 'helper';
      return connect(new Worker(self.location.href, { type: 'module', name: role }), role, root);
    });
  const environment: ConstructorParameters<typeof Trainer>[0] = {
    createEngine: (config, choice, options) =>
      browserEngine(config, choice, { helpers, ...options }),
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
