/**
 * Trains a study's jobs, one at a time, where it stands: in a worker of the browser, in one of Node,
 * or in a test. Engine and base stay for the next job, since most jobs of a study share them.
 */
import type { Engine } from '../../engine/engine';
import { type GpuTuning, isSameTuning } from '../../engine/gpu-tuning';
import type { SftCheckpointEvent } from '../../training/branches';
import type { RunEvent } from '../../training/events';
import { trainRun, trainSftRun, type RunRequests } from '../../training/run';
import type { RunConfig } from '../../training/configuration/run-config';
import type { Base } from '../engines/base';
import type { TrainerEnvironment } from '../engines/environment';
import { nextTask } from '../next-task';
import { Pace } from '../runs/pace';
import type { JobNews, JobOutcome, StudyJob, StudyTrainer } from './api';

/** What training needs of the place it happens in. */
export type StudyEnvironment = Pick<TrainerEnvironment, 'createEngine' | 'loadBase' | 'now'>;

const PROGRESS_EVERY_MS = 250;
/** Checkpoints are passed on this often: what a killed job loses. */
const CHECKPOINT_EVERY_MS = 2000;
/** Messages are let in this often. */
const LISTEN_EVERY_MS = 30;

type Listener = (news: JobNews) => void;

export class LocalStudyTrainer implements StudyTrainer {
  readonly #environment: StudyEnvironment;
  #engine: { readonly key: string; readonly engine: Engine } | null = null;
  #base: { readonly key: string; readonly base: Base } | null = null;
  #requests: RunRequests | null = null;

  constructor(environment: StudyEnvironment) {
    this.#environment = environment;
  }

  async train(job: StudyJob, listener: Listener): Promise<JobOutcome> {
    if (this.#requests) throw new Error(`Job ${job.id} was started while another one runs.`);
    const requests = { switchNow: false, stop: false };
    this.#requests = requests;
    try {
      const base = await this.#loadBase(job.config);
      const engine = await this.#openEngine(job.config, job.from?.state.gpu ?? null);
      listener({ type: 'engine', gpu: engine.info.gpu ?? null });
      return await this.#run(job, { engine, base, requests }, listener);
    } catch (error) {
      // Its device may be gone: the next job gets a new one.
      this.dispose();
      throw error;
    } finally {
      this.#requests = null;
    }
  }

  async stop(): Promise<void> {
    if (this.#requests) this.#requests.stop = true;
  }

  /** Frees the engine. */
  dispose(): void {
    this.#engine?.engine.dispose();
    this.#engine = null;
  }

  async #loadBase(config: RunConfig): Promise<Base> {
    const key = JSON.stringify([config.base, config.model]);
    if (this.#base?.key !== key) {
      this.#base = { key, base: await this.#environment.loadBase(config) };
    }
    return this.#base.base;
  }

  /** @param checkpoint the GPU's tuning in the checkpoint that the job goes on from */
  async #openEngine(
    { model, engine: choice }: RunConfig,
    checkpoint: GpuTuning | null,
  ): Promise<Engine> {
    const { gpu, ...wish } = choice;
    const key = JSON.stringify([model, wish]);
    if (this.#engine?.key !== key || !computesAs(this.#engine.engine, checkpoint ?? gpu)) {
      this.dispose();
      const { engine } = await this.#environment.createEngine(model, choice, { checkpoint });
      this.#engine = { key, engine };
    }
    return this.#engine.engine;
  }

  async #run(
    job: StudyJob,
    { engine, base, requests }: { engine: Engine; base: Base; requests: RunRequests },
    listener: Listener,
  ): Promise<JobOutcome> {
    const { config, from, kind, stored } = job;
    const { stage, step } = from?.state ?? { stage: 'sft', step: 0 };
    const reporter = new Reporter(job, {
      pace: new Pace(config, { stage, step, seconds: job.seconds }),
      now: () => this.#environment.now(),
      listener,
    });
    let weights: Float32Array | null = null;
    const context = { engine, base, stored, resumeFrom: from, requests };
    const events: AsyncGenerator<RunEvent | SftCheckpointEvent> =
      kind === 'sft' ? trainSftRun(config, context) : trainRun(config, context);
    for await (const event of events) {
      const seconds = reporter.hear(event);
      if (event.type === 'checkpoint') weights = event.checkpoint.parameters;
      const outcome = outcomeOf(event, { seconds, weights });
      if (outcome) return outcome;
      await reporter.breathe();
    }
    throw new Error(`Job ${job.id} ended without a word: this is a fault of the lab.`);
  }
}

/**
 * How the job ends, if this event ends it.
 * @param weights of the last checkpoint
 */
function outcomeOf(
  event: RunEvent | SftCheckpointEvent,
  { seconds, weights }: { seconds: number; weights: Float32Array | null },
): JobOutcome | null {
  switch (event.type) {
    case 'branch-point':
      return event.isLast ? { status: 'sft', state: event.point.state, seconds } : null;
    case 'finished':
      if (!weights) throw new Error('A cell finished without a last checkpoint.');
      return { status: 'finished', summary: event.summary, weights, seconds };
    case 'diverged': {
      const reason = `At ${event.stage.toUpperCase()} step ${event.step}: ${event.reason}`;
      return { status: 'diverged', reason, measured: event.summary, seconds };
    }
    case 'stopped':
      return { status: 'stopped' };
    default:
      return null;
  }
}

/** Whether the engine has the tuning that is wanted, as far as that is of its adapter. */
function computesAs({ info: { gpu } }: Engine, wanted: GpuTuning | undefined): boolean {
  if (!gpu || wanted?.adapter !== gpu.adapter) return true;
  return isSameTuning(gpu.tuning, wanted.tuning);
}

/** Keeps a job's clock and passes on what others need to know. */
class Reporter {
  readonly #pace: Pace;
  readonly #now: () => number;
  readonly #listener: Listener;
  readonly #isSftRun: boolean;
  readonly #startedAt: number;
  readonly #before: number;
  #progressAt: number;
  #checkpointAt: number;
  #listenedAt: number;

  constructor(
    { kind, seconds }: StudyJob,
    { pace, now, listener }: { pace: Pace; now: () => number; listener: Listener },
  ) {
    this.#pace = pace;
    this.#now = now;
    this.#listener = listener;
    this.#isSftRun = kind === 'sft';
    this.#before = seconds;
    this.#startedAt = now();
    this.#progressAt = this.#startedAt;
    this.#checkpointAt = this.#startedAt;
    this.#listenedAt = this.#startedAt;
  }

  /** Takes note of an event; returns the job's seconds of training. */
  hear(event: RunEvent | SftCheckpointEvent): number {
    const now = this.#now();
    const seconds = this.#before + (now - this.#startedAt) / 1000;
    if (event.type === 'branch-point') {
      this.#listener({ type: 'point', point: event.point });
      return seconds;
    }
    this.#pace.observe(event, seconds);
    if (event.type === 'checkpoint') {
      const isDue = event.reason === 'stop' || now - this.#checkpointAt >= CHECKPOINT_EVERY_MS;
      if (isDue) {
        this.#checkpointAt = now;
        this.#listener({ type: 'checkpoint', checkpoint: event.checkpoint, seconds });
      }
    }
    return seconds;
  }

  /** News of the progress, and an ear for a stop, each when it is due. */
  async breathe(): Promise<void> {
    const now = this.#now();
    if (now - this.#progressAt >= PROGRESS_EVERY_MS) {
      this.#progressAt = now;
      this.#tellProgress();
    }
    if (now - this.#listenedAt < LISTEN_EVERY_MS) return;
    await nextTask();
    this.#listenedAt = this.#now();
  }

  #tellProgress(): void {
    const { seconds, secondsLeft, stageSecondsLeft } = this.#pace.progress();
    const left = this.#isSftRun ? stageSecondsLeft : secondsLeft;
    const progress = left === null ? 0 : seconds / Math.max(1e-3, seconds + left);
    this.#listener({ type: 'progress', progress, secondsLeft: left });
  }
}
