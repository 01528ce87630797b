/** A lab without workers: remembers what was asked, and lets a test speak as the trainer. */
import type { RunRecord, RunStore, TimedEvent } from '../../../src/runtime/stores/runs';
import type { TrainerListener, TrainerMessage } from '../../../src/runtime/runs/api';
import type { RunConfig } from '../../../src/training/configuration/run-config';
import type { Lab } from '../../../src/views/lab';

export class FakeLab implements Lab {
  readonly asked: string[] = [];
  readonly runs = new Map<string, { record: RunRecord; events: TimedEvent[] }>();
  readonly storageProblem = null;
  readonly store: RunStore;
  /** Why the trainer refuses; null where it does not. */
  refusal: string | null = null;
  readonly #listeners = new Set<TrainerListener>();

  constructor() {
    const { runs } = this;
    const unused = () => Promise.reject(new Error('The page has no use for this.'));
    this.store = {
      listRuns: async () => [...runs.values()].map(({ record }) => record),
      readRun: async (id) => {
        const run = runs.get(id);
        if (!run) throw new Error(`There is no run ${id}.`);
        return run;
      },
      listDamaged: async () => [],
      deleteRun: async (id) => void runs.delete(id),
      usage: async () => ({ used: 1e6, quota: 1e9 }),
      createRun: unused,
      updateRun: unused,
      appendEvents: unused,
      saveCheckpoint: unused,
      readCheckpoint: unused,
      truncateEvents: unused,
    };
  }

  readonly trainer = {
    start: (config: RunConfig) => this.#ask(`start ${config.preset}`, 'run-1'),
    resume: (id: string, _takesOver?: boolean) => this.#ask(`resume ${id}`, undefined),
    pause: () => this.#ask('pause', undefined),
    continue: () => this.#ask('continue', undefined),
    stop: () => this.#ask('stop', undefined),
    switchNow: () => this.#ask('switchNow', undefined),
    wasFrozen: (seconds: number) => this.#ask(`wasFrozen ${seconds}`, undefined),
    cancelMeasure: () => this.#ask('cancelMeasure', undefined),
    measure: (): Promise<never> => Promise.reject(new Error('The runs measure no set.')),
  };

  listen(listener: TrainerListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async openLibrary(): Promise<never> {
    throw new Error('The runs have no use for the library.');
  }

  async openReader(): Promise<never> {
    throw new Error('The runs read no file.');
  }

  async openAnalyst(): Promise<never> {
    throw new Error('The runs have no use for an analyst.');
  }

  async openStudies(): Promise<never> {
    throw new Error('The runs have no use for studies.');
  }

  async probeDevice() {
    return { wasmSimd: true, gpuAdapter: null };
  }

  async keepStorage() {
    return true;
  }

  say(...messages: TrainerMessage[]): void {
    for (const message of messages) {
      for (const listener of this.#listeners) listener(message);
    }
  }

  /** Puts a run into the store. */
  keep(id: string, config: RunConfig, status: RunRecord['status'], events: TimedEvent[]): void {
    const record: RunRecord = {
      id,
      config,
      status,
      createdAt: 0,
      updatedAt: 0,
      engine: null,
      seconds: 0,
      summary: null,
      failure: null,
    };
    this.runs.set(id, { record, events });
  }

  async #ask<T>(wish: string, answer: T): Promise<T> {
    this.asked.push(wish);
    if (this.refusal !== null) throw new Error(this.refusal);
    return answer;
  }
}
