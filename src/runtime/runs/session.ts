/** One run in progress: drives the training generator, keeps its clock, answers pause and stop. */
import { messageOf } from '../../errors';
import type { GpuTuning } from '../../engine/gpu-tuning';
import type { RunEvent, RunStatus, TrainingCheckpoint } from '../../training/events';
import type { RunRequests } from '../../training/run';
import { type RunConfig, withGpuTuning } from '../../training/configuration/run-config';
import type { TrajectoryTable } from '../../trajectories/table';
import type { RunSummary } from '../../training/run-state';
import type { Base } from '../engines/base';
import type { CheckpointSlot, EngineReport, RunPatch } from '../stores/runs';
import type { TrainerListener } from './api';
import { type EngineEvent, trainWithRecovery } from '../engines/recovery';
import type { TrainerEnvironment } from '../engines/environment';
import { libraryRows } from '../sets/library-rows';
import { nextTask } from '../next-task';
import { Pace } from './pace';
import { isRecorded, type RunLog } from './run-log';

const PROGRESS_EVERY_MS = 250;
/** Messages are let in this often. */
const LISTEN_EVERY_MS = 30;

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

/** How a run ended. */
interface Ending {
  readonly status: Extract<RunStatus, 'stopped' | 'finished' | 'failed' | 'diverged'>;
  readonly detail: string | null;
  readonly summary: RunSummary | null;
}

export class RunSession {
  /** Resolves when the run has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #options: SessionOptions;
  readonly #requests: RunRequests = { switchNow: false, stop: false };
  #pace: Pace;
  /** The log and the clock at the last checkpoint, to which a lost device sends the run back. */
  #kept: { readonly eventCount: number; readonly seconds: number };
  #resolveEnded: () => void = () => {};
  /** Present while paused. */
  #wake: (() => void) | null = null;
  #paused: Promise<void> | null = null;
  /** The clock's reading and the time at which it was last set going. */
  #seconds: number;
  #runningSince: number;
  #progressAt = -Infinity;
  #listenedAt = -Infinity;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#seconds = options.seconds;
    this.#runningSince = options.environment.now();
    this.#pace = paceFrom(options, options.resumeFrom, options.seconds);
    this.#kept = { eventCount: options.log.count, seconds: options.seconds };
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

  stop(): void {
    this.#requests.stop = true;
    this.continue();
  }

  switchNow(): void {
    this.#requests.switchNow = true;
  }

  /** Runs to the end; failures become the run's status. Call once. */
  run(): void {
    void this.#train()
      .catch((error: unknown): Ending => {
        const detail = messageOf(error);
        return { status: 'failed', detail, summary: null };
      })
      .then((ending) => this.#end(ending))
      .finally(() => this.#resolveEnded());
  }

  #clock(): number {
    return this.#seconds + (this.#options.environment.now() - this.#runningSince) / 1000;
  }

  async #train(): Promise<Ending> {
    const { config, environment, log } = this.#options;
    await this.#report('running', null, {});
    this.#prepare('Loading the base model');
    const base = await environment.loadBase(config);
    this.#prepare('Reading the trajectories');
    const stored = await libraryRows(config, environment.library ?? null);
    this.#prepare('Starting the engine');
    for await (const event of this.#events(base, stored)) {
      if (event.type === 'engine' || event.type === 'device-lost') {
        await this.#hearEngine(event);
        continue;
      }
      const seconds = this.#clock();
      this.#pace.observe(event, seconds);
      if (isRecorded(event)) log.add({ seconds, event });
      if (event.type === 'checkpoint') await this.#keep(event, seconds);
      const ending = endingOf(event);
      if (ending) return ending;
      await this.#betweenEvents();
    }
    throw new Error('The run ended without a word: this is a fault of the lab.');
  }

  #events(
    base: Base,
    stored: TrajectoryTable | null,
  ): AsyncGenerator<RunEvent | EngineEvent, void> {
    const { config, environment, resumeFrom, previous, earlier } = this.#options;
    return trainWithRecovery(config, {
      base,
      stored,
      resumeFrom,
      previous,
      earlier,
      requests: this.#requests,
      createEngine: (options) => environment.createEngine(config.model, config.engine, options),
      onProgress: (activity, fraction) => this.#prepare(activity, fraction),
      rest: environment.rest,
    });
  }

  /** Tells the page what is being done before the first event. */
  #prepare(activity: string, fraction: number | null = null): void {
    const progress = this.#pace.preparing(activity, fraction);
    this.#options.listener({ type: 'progress', progress });
  }

  async #hearEngine(event: EngineEvent): Promise<void> {
    const { config, environment, listener, log } = this.#options;
    listener(event.type === 'engine' ? event : { type: 'device-lost', detail: event.detail });
    if (event.type === 'engine') {
      const { engine } = event;
      await this.#patch({ engine, config: withGpuTuning(config, engine.gpu) });
      // The engine's start is no training time.
      this.#runningSince = environment.now();
      return;
    }
    await log.rewind(this.#kept.eventCount);
    this.#seconds = this.#kept.seconds;
    this.#runningSince = environment.now();
    this.#pace = paceFrom(this.#options, event.checkpoint, this.#kept.seconds);
  }

  /** News to the page, an ear for its wishes, and the pause. */
  async #betweenEvents(): Promise<void> {
    const { environment, listener, log } = this.#options;
    const now = environment.now();
    if (now - this.#progressAt >= PROGRESS_EVERY_MS) {
      this.#progressAt = now;
      listener({ type: 'progress', progress: this.#pace.progress() });
    }
    await log.flushIfDue(now);
    if (now - this.#listenedAt >= LISTEN_EVERY_MS) {
      await nextTask();
      this.#listenedAt = environment.now();
    }
    if (!this.#paused) return;
    this.#seconds = this.#clock();
    await log.flush(now);
    // While it rests, the page shows where it rests, not where it was at the last news.
    listener({ type: 'progress', progress: this.#pace.progress() });
    await this.#report('paused', null, { seconds: this.#seconds });
    await this.#paused;
    this.#runningSince = environment.now();
    await this.#report('running', null, {});
  }

  async #keep(
    { reason, checkpoint }: Extract<RunEvent, { type: 'checkpoint' }>,
    seconds: number,
  ): Promise<void> {
    const { id, environment, log } = this.#options;
    const slots: CheckpointSlot[] = ['latest'];
    if (reason === 'stage-end') slots.push(checkpoint.state.step === 0 ? 'branch' : 'final');
    await log.flush(environment.now());
    this.#kept = { eventCount: log.count, seconds };
    const stored = { checkpoint, ...this.#kept };
    await log.write((store) => store.saveCheckpoint(id, slots, stored));
    await this.#patch({ seconds });
  }

  async #end({ status, detail, summary }: Ending): Promise<void> {
    const { environment, log } = this.#options;
    await log.flush(environment.now());
    const patch = { seconds: this.#clock(), summary, failure: detail };
    await this.#report(status, detail, patch);
  }

  async #report(status: RunStatus, detail: string | null, patch: RunPatch): Promise<void> {
    await this.#patch({ status, ...patch });
    this.#options.listener({ type: 'status', status, detail });
  }

  async #patch(patch: RunPatch): Promise<void> {
    const { id, log } = this.#options;
    await log.write((store) => store.updateRun(id, patch));
  }
}

function paceFrom(
  { config }: SessionOptions,
  checkpoint: TrainingCheckpoint | null,
  seconds: number,
): Pace {
  const { stage, step } = checkpoint?.state ?? { stage: 'sft', step: 0 };
  return new Pace(config, { stage, step, seconds });
}

/** How the run ends, if this event ends it. */
function endingOf(event: RunEvent): Ending | null {
  if (event.type === 'finished') {
    return { status: 'finished', detail: null, summary: event.summary };
  }
  if (event.type === 'stopped') return { status: 'stopped', detail: null, summary: null };
  if (event.type !== 'diverged') return null;
  const detail = `At ${event.stage === 'sft' ? 'SFT' : 'RL'} step ${event.step}: ${event.reason}`;
  return { status: 'diverged', detail, summary: null };
}
