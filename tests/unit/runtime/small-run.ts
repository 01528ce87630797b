/** A run of the micro preset that takes a second, and a trainer for it in Node. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import type { Engine } from '../../../src/engine/engine';
import { LabError } from '../../../src/errors';
import type { TrainerMessage } from '../../../src/runtime/runs/api';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import type { TrainerEnvironment } from '../../../src/runtime/engines/environment';
import type { EngineOptions } from '../../../src/runtime/engines/start';
import { Trainer } from '../../../src/runtime/runs/trainer';
import { IndexedDbRunStore } from '../../../src/storage';
import { presetNamed } from '../../../src/training/configuration/presets';
import type { RunConfig } from '../../../src/training/configuration/run-config';

const { config: micro } = presetNamed('micro');

export const SMALL_RUN: RunConfig = {
  ...micro,
  seed: 3,
  trajectories: { ...micro.trajectories, size: 60 },
  sft: { ...micro.sft, steps: 20, evaluations: 4 },
  switch: { at: 'end' },
  rl: { ...micro.rl, steps: 8, promptsPerStep: 3, groupSize: 4, maxRounds: 2, evaluateEvery: 2 },
  evaluation: { ...micro.evaluation, problemsPerLevel: 5, samples: 2, validationSize: 20 },
  checkpointEvery: 3,
};

/** A trainer with a database of its own, and everything it said. */
export function smallLab(overrides: Partial<TrainerEnvironment> = {}) {
  globalThis.indexedDB = new IDBFactory();
  const live = new Set<string>();
  const store = new IndexedDbRunStore({ liveRuns: () => Promise.resolve(live) });
  const environment: TrainerEnvironment = {
    createEngine: nodeEngine,
    loadBase: nodeBase,
    holdRun: (id) => {
      live.add(id);
      return Promise.resolve(() => void live.delete(id));
    },
    now: () => performance.now(),
    ...overrides,
  };
  const messages: TrainerMessage[] = [];
  const listeners = new Set<(message: TrainerMessage) => void>();
  const listener = (message: TrainerMessage): void => {
    messages.push(message);
    listeners.forEach((listen) => listen(message));
  };
  const trainer = new Trainer(environment, store, listener);
  /** Resolves at the first message that the test accepts, from now on. */
  const heard = (test: (message: TrainerMessage) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const listen = (message: TrainerMessage): void => {
        if (!test(message)) return;
        listeners.delete(listen);
        resolve();
      };
      listeners.add(listen);
    });
  return { trainer, store, messages, heard, environment, listener, live };
}

/** Whether the message says that the run has this status. */
export function isStatus(status: string): (message: TrainerMessage) => boolean {
  return (message) => message.type === 'status' && message.status === status;
}

/** Makes `engine` behave as on a GPU that is lost at its `last`th training step. */
export function losing(engine: Engine, last: number): Engine {
  const step = engine.step.bind(engine);
  let steps = 0;
  engine.step = (batch, settings) => {
    if (++steps < last) return step(batch, settings);
    return Promise.reject(lost());
  };
  return engine;
}

const lost = (): LabError => new LabError('engine/gpu-lost', { message: 'driver restarted' });

/**
 * A GPU that computes as wasm does and is lost after so many steps at each start, with 0 while it starts;
 * without a number it lasts.
 */
export function fragileGpu(lifetimes: readonly number[]) {
  const starts: EngineOptions[] = [];
  const createEngine: TrainerEnvironment['createEngine'] = async (config, _, options = {}) => {
    starts.push(options);
    if (lifetimes[starts.length - 1] === 0) throw lost();
    const { engine, report } = await nodeEngine(config, { name: 'wasm', backend: null });
    if (options.gpuRefused) {
      const reason = { choice: [options.gpuRefused], tuning: null };
      return { engine, report: { ...report, reason } };
    }
    const lifetime = lifetimes[starts.length - 1];
    const isLasting = lifetime === undefined;
    return {
      engine: isLasting ? engine : losing(engine, lifetime),
      report: { ...report, name: 'webgpu' },
    };
  };
  return { starts, createEngine };
}
