/** One run in progress: drives the training generator, keeps its clock, answers pause and stop. */
import { failureOf, LabError } from '../../errors';
import type { GpuTuning } from '../../engine/gpu-tuning';
import type { RunEvent, RunStatus, TrainingCheckpoint } from '../../training/events';
import { trainRun, type RunRequests } from '../../training/run';
import { type RunConfig, withGpuTuning } from '../../training/configuration/run-config';
import type { TrajectoryTable } from '../../trajectories/table';
import type { Base } from '../engines/base';
import type { CheckpointSlot, EngineReport, RunPatch } from '../stores/runs';
import type { TrainerListener } from './api';
import { type EngineEvent, lossOf, trainWithRecovery } from '../engines/recovery';
import type { TrainerEnvironment } from '../engines/environment';
import { librarySource } from '../stores/set-source';
import { libraryRows } from '../sets/library-rows';
import { drive } from '../drive';
import { endingOf, type Ending } from './ending';
import { RunClock } from './run-clock';
import { isRecorded, type RunLog } from './run-log';

interface SessionOptions {
  readonly id: string;
  readonly config: RunConfig;
  readonly log: RunLog;
  readonly listener: TrainerListener;
  readonly environment: TrainerEnvironment;
  readonly resumeFrom: TrainingCheckpoint | null;
  /** The run's clock so far. */
  readonly seconds: number;
  /** The engine that the run's earlier part used; null where it has none. */
  readonly previous: EngineReport | null;
  /** GPU tunings of other runs of the model, the newest first. */
  readonly earlier: readonly GpuTuning[];
}

export class RunSession {
  /** Resolves when the run has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #options: SessionOptions;
  readonly #requests: RunRequests = { switchNow: false };
  readonly #stop = new AbortController();
  readonly #clock: RunClock;
  /** Length of the log at the last checkpoint, to which a lost device sends the run back. */
  #keptEvents: number;
  #resolveEnded: () => void = () => {};
  /** Present while paused. */
  #wake: (() => void) | null = null;
  #paused: Promise<void> | null = null;

  constructor(options: SessionOptions) {
    const { config, environment, log, resumeFrom: from, seconds } = options;
    this.#options = options;
    this.#clock = new RunClock(config, { from, seconds, now: () => environment.now() });
    this.#keptEvents = log.count;
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  pause(): void {
    this.#paused ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  continue(): void {
    this.#wake?.();
    this.#wake = null;
    this.#paused = null;
  }

  /** The browser has kept the page frozen for so many seconds, which are not training time. */
  wasFrozen(seconds: number): void {
    this.#clock.skip(seconds);
  }

  stop(): void {
    this.#stop.abort();
    this.continue();
  }

  switchNow(): void {
    this.#requests.switchNow = true;
  }

  /** Runs to the end; failures become the run's status. Call once. */
  run(): void {
    const { environment } = this.#options;
    void drive(this.#train(), { report: () => this.#tell(), now: () => environment.now() })
      .catch((error: unknown): Ending => ({
        status: 'failed',
        detail: failureOf(error),
        summary: null,
      }))
      .then((ending) => this.#end(ending))
      .finally(() => this.#resolveEnded());
  }

  async *#train(): AsyncGenerator<void, Ending> {
    const { config, environment, log } = this.#options;
    const { library } = environment;
    await this.#report('running', {});
    this.#prepare('Loading the base model');
    const base = await environment.loadBase(config);
    this.#prepare('Reading the trajectories');
    const stored = await libraryRows(config, library ? librarySource(library) : null);
    this.#prepare('Starting the engine');
    for await (const event of this.#events(base, stored)) {
      const seconds = this.#clock.hear(event);
      if (event.type === 'engine' || event.type === 'device-lost') {
        await this.#hearEngine(event);
        continue;
      }
      if (isRecorded(event)) log.add({ seconds, event });
      if (event.type === 'checkpoint') await this.#keep(event, seconds);
      const ending = endingOf(event);
      if (ending) return ending;
      yield;
      await log.flushIfDue(environment.now());
      await this.#restWhilePaused();
    }
    throw new LabError('fault/run-silent');
  }

  #events(
    base: Base,
    stored: TrajectoryTable | null,
  ): AsyncGenerator<RunEvent | EngineEvent, void> {
    const { config, environment, resumeFrom, previous, earlier } = this.#options;
    return trainWithRecovery(trainRun, config, {
      base,
      stored,
      resumeFrom,
      previous,
      earlier,
      requests: this.#requests,
      signal: this.#stop.signal,
      createEngine: (options) => environment.createEngine(config.model, config.engine, options),
      onProgress: (activity, fraction) => this.#prepare(activity, fraction),
      rest: environment.rest,
    });
  }

  /** Tells the page what is being done before the first event. */
  #prepare(activity: string, fraction: number | null = null): void {
    const progress = this.#clock.preparing(activity, fraction);
    this.#options.listener({ type: 'progress', progress });
  }

  #tell(): void {
    this.#options.listener({ type: 'progress', progress: this.#clock.progress() });
  }

  async #hearEngine(event: EngineEvent): Promise<void> {
    const { config, listener, log } = this.#options;
    if (event.type === 'engine') {
      const { engine } = event;
      listener(event);
      await log.patch({ engine, config: withGpuTuning(config, engine.gpu) });
      // The record's way to the database is not training time.
      this.#clock.go();
      return;
    }
    listener({ type: 'device-lost', ...lossOf(event) });
    await log.rewind(this.#keptEvents);
  }

  async #restWhilePaused(): Promise<void> {
    if (!this.#paused) return;
    const { environment, log } = this.#options;
    this.#clock.stand();
    await log.flush(environment.now());
    // While it rests, the page shows where it rests, not where it was at the last news.
    this.#tell();
    await this.#report('paused', { seconds: this.#clock.seconds });
    await this.#paused;
    this.#clock.go();
    await this.#report('running', {});
  }

  async #keep(
    { reason, checkpoint }: Extract<RunEvent, { type: 'checkpoint' }>,
    seconds: number,
  ): Promise<void> {
    const { environment, log } = this.#options;
    const slots: CheckpointSlot[] = ['latest'];
    if (reason === 'stage-end') slots.push(checkpoint.state.step === 0 ? 'branch' : 'final');
    await log.flush(environment.now());
    this.#keptEvents = log.count;
    await log.checkpoint(slots, { checkpoint, seconds });
  }

  async #end({ status, detail, summary }: Ending): Promise<void> {
    const { environment, log, listener } = this.#options;
    await log.flush(environment.now());
    await log.end({ status, seconds: this.#clock.seconds, summary, failure: detail });
    listener({ type: 'status', status, detail });
  }

  async #report(status: RunStatus, patch: RunPatch): Promise<void> {
    const { log, listener } = this.#options;
    await log.patch({ status, ...patch });
    listener({ type: 'status', status, detail: null });
  }
}
