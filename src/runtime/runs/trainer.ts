/**
 * Runs configurations one at a time: what the trainer worker exposes. Everything that differs
 * between a browser and a test (engines, files, locks, the clock) comes in from outside.
 */
import { v4 as uuid } from 'uuid';
import { failureOf, LabError } from '../../errors';
import type { GpuTuning } from '../../engine/gpu-tuning';
import type { TrainingCheckpoint } from '../../training/events';
import type { SetRecord } from '../stores/sets';
import { parseRunConfig, type RunConfig } from '../../training/configuration/run-config';
import type { EngineReport, RunStore, StoredCheckpoint } from '../stores/runs';
import type { MeasureListener, MeasureRequest, TrainerApi, TrainerListener } from './api';
import type { TrainerEnvironment } from '../engines/environment';
import { RunSession } from './session';
import { libraryRows } from '../sets/library-rows';
import { measureSet } from '../sets/measuring';
import { librarySource } from '../stores/set-source';
import { RunLog } from './run-log';

interface Beginning {
  readonly id: string;
  readonly config: RunConfig;
  readonly stored: StoredCheckpoint | null;
  readonly store: RunStore | null;
  /** The engine it began with: another one would end with other numbers. */
  readonly previous: EngineReport | null;
  readonly earlier: readonly GpuTuning[];
  /** Ends the mark that the run is live. */
  readonly release: () => void;
}

export class Trainer implements TrainerApi {
  readonly #environment: TrainerEnvironment;
  readonly #store: RunStore | null;
  readonly #listener: TrainerListener;
  #session: RunSession | null = null;
  #starting = false;
  #measuring: AbortController | null = null;

  constructor(environment: TrainerEnvironment, store: RunStore | null, listener: TrainerListener) {
    this.#environment = environment;
    this.#store = store;
    this.#listener = listener;
  }

  /** Records the run, begins it, and returns its id. */
  async start(config: RunConfig): Promise<string> {
    const checked = parseRunConfig(config);
    return this.#exclusively(async () => {
      let store = this.#store;
      const earlier = await this.#tuningsFor(checked);
      let id = uuid();
      try {
        if (store) id = (await store.createRun(checked)).id;
      } catch (error) {
        store = null;
        this.#listener({ type: 'storage-lost', why: failureOf(error), kept: null });
      }
      const release = await this.#environment.holdRun(id);
      this.#begin({ id, config: checked, stored: null, store, release, previous: null, earlier });
      return id;
    });
  }

  /** Goes on with a run that was interrupted or stopped, from its newest checkpoint. */
  async resume(id: string, takesOver = false): Promise<void> {
    const store = this.#store;
    if (!store) {
      throw new LabError('trainer/no-storage');
    }
    await this.#exclusively(async () => {
      const { record } = await store.readRun(id);
      const isAtRest = record.status === 'interrupted' || record.status === 'stopped';
      const isOrphan = takesOver && (record.status === 'running' || record.status === 'paused');
      if (!isAtRest && !isOrphan) {
        throw new LabError('trainer/not-resumable', { status: record.status });
      }
      await this.#requireSet(record.config);
      const release = await this.#environment.holdRun(id, takesOver);
      try {
        const stored = await store.readCheckpoint(id, 'latest');
        await store.truncateEvents(id, stored?.eventCount ?? 0);
        const { config, engine } = record;
        const earlier = await this.#tuningsFor(config);
        this.#begin({ id, config, stored, store, release, previous: engine, earlier });
      } catch (error) {
        release();
        throw error;
      }
    });
  }

  /** A run that could not go on would end as failed; so it stays as it is. */
  async #requireSet(config: RunConfig): Promise<void> {
    const { library } = this.#environment;
    await libraryRows(config, library ? librarySource(library) : null);
  }

  async pause(): Promise<void> {
    this.#running().pause();
  }

  async continue(): Promise<void> {
    this.#running().continue();
  }

  async stop(): Promise<void> {
    this.#running().stop();
  }

  async switchNow(): Promise<void> {
    this.#running().switchNow();
  }

  async wasFrozen(seconds: number): Promise<void> {
    this.#session?.wasFrozen(seconds);
  }

  /** Measures the difficulty of a set of the library, in place of a run. */
  async measure(request: MeasureRequest, listener: MeasureListener): Promise<SetRecord> {
    const [environment, store] = [this.#environment, this.#store];
    return this.#exclusively(async () => {
      const { signal } = (this.#measuring = new AbortController());
      try {
        return await measureSet(request, { environment, store, signal, listener });
      } finally {
        this.#measuring = null;
      }
    });
  }

  /** Ends the measuring under way; without effect where there is none. */
  async cancelMeasure(): Promise<void> {
    this.#measuring?.abort();
  }

  /** Resolves when no run is in progress. */
  async idle(): Promise<void> {
    await this.#session?.ended;
  }

  #running(): RunSession {
    if (this.#session) return this.#session;
    throw new LabError('trainer/idle');
  }

  async #exclusively<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#measuring) {
      throw new LabError('trainer/measuring');
    }
    if (this.#session || this.#starting) {
      throw new LabError('trainer/busy');
    }
    this.#starting = true;
    try {
      return await begin();
    } finally {
      this.#starting = false;
    }
  }

  /**
   * The GPU tunings of the model's stored runs, the newest first: a second timing on the same adapter
   * could have another winner, and the same seed would then end with other bits.
   */
  async #tuningsFor({ model }: RunConfig): Promise<GpuTuning[]> {
    const key = JSON.stringify(model);
    try {
      const runs = (await this.#store?.listRuns()) ?? [];
      return runs.flatMap(({ config }) =>
        config.engine.gpu && JSON.stringify(config.model) === key ? [config.engine.gpu] : [],
      );
    } catch {
      // Whoever records the run says what is wrong with the storage.
      return [];
    }
  }

  #begin({ id, config, stored, store, release, previous, earlier }: Beginning): void {
    const listener = this.#listener;
    const { eventCount: count = 0, seconds = 0 } = stored ?? {};
    const log = new RunLog({ id, store, listener, count, seconds });
    const resumeFrom: TrainingCheckpoint | null = stored?.checkpoint ?? null;
    const session = new RunSession({
      id,
      config,
      log,
      listener,
      environment: this.#environment,
      resumeFrom,
      seconds,
      previous,
      earlier,
    });
    this.#session = session;
    void session.ended.finally(() => {
      this.#session = null;
      release();
    });
    session.run();
  }
}
