/** Owns the engine and runs one job at a time. */
import * as Comlink from '../src/runtime/remote';
import type { RunStore } from '../src/runtime/stores/runs';
import type { TrainerHost } from '../src/runtime/runs/api';
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import { Trainer } from '../src/runtime/runs/trainer';
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
  return {
    async connect(storage, listener) {
      const store = storage && Comlink.wrap<RunStore>(storage);
      return Comlink.proxy(new Trainer(environment, store, listener));
    },
  };
}
