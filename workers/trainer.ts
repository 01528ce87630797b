/** The trainer worker: owns the engine and runs one job at a time. */
import * as Comlink from '../src/runtime/remote';
import type { RunStore, TrainerApi, TrainerListener } from '../src/runtime/runs/api';
import { browserBase, browserEngine } from '../src/runtime/engines/engine-browser';
import { Trainer } from '../src/runtime/runs/trainer';
import { holdRun, IndexedDbSetStore } from '../src/storage';

let trainer: Trainer | null = null;

function connected(): Trainer {
  if (trainer) return trainer;
  throw new Error('The trainer is not connected yet: call connect first.');
}

const api: TrainerApi = {
  async connect(storage: MessagePort | null, root: string, listener: TrainerListener) {
    const environment = {
      createEngine: browserEngine,
      loadBase: (config: Parameters<typeof browserBase>[0]) => browserBase(config, root),
      holdRun,
      library: new IndexedDbSetStore(),
      now: () => performance.now(),
    };
    const store = storage === null ? null : Comlink.wrap<RunStore>(storage);
    trainer = new Trainer(environment, store, listener);
  },
  start: (config) => connected().start(config),
  resume: (id) => connected().resume(id),
  pause: () => connected().pause(),
  continue: () => connected().continue(),
  stop: () => connected().stop(),
  switchNow: () => connected().switchNow(),
  measure: (request, listener) => connected().measure(request, listener),
  cancelMeasure: () => connected().cancelMeasure(),
};

Comlink.expose(api);
