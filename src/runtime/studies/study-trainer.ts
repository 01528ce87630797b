/**
 * Trains a study's jobs, one at a time, where it stands: in a worker of the browser, in one of Node,
 * or in a test. Engine and base stay for the next job, since most jobs of a study share them. A job
 * whose GPU is lost goes on as a run does: from its last checkpoint, and in the end without the GPU.
 */
import { LabError } from '../../errors';
import type { Engine } from '../../engine/engine';
import { type GpuTuning, isSameTuning } from '../../engine/gpu-tuning';
import type { SftCheckpointEvent } from '../../training/branches';
import type { RunEvent } from '../../training/events';
import { trainRun, trainSftRun, type RunContext } from '../../training/run';
import type { RunConfig } from '../../training/configuration/run-config';
import { drive } from '../drive';
import type { Base } from '../engines/base';
import type { TrainerEnvironment } from '../engines/environment';
import { trainWithRecovery, type EngineEvent } from '../engines/recovery';
import type { EngineOptions, MadeEngine } from '../engines/start';
import type { RunProgress } from '../runs/api';
import { divergedAt } from '../../training/divergence';
import type { TrackMark } from '../../training/run-state';
import { RunClock } from '../runs/run-clock';
import type { JobNews, JobOutcome, StudyJob, StudyTrainer } from './api';

/** What training needs of the place it happens in. */
export type StudyEnvironment = Pick<
  TrainerEnvironment,
  'createEngine' | 'loadBase' | 'now' | 'rest'
>;

/** Checkpoints are passed on this often: what a killed job loses. */
const CHECKPOINT_EVERY_SECONDS = 2;

type Listener = (news: JobNews) => void;
type JobEvent = RunEvent | SftCheckpointEvent;

/** What an engine is made for: its model and the choice of the engine, without a GPU's tuning. */
type EngineKey = string;

export class LocalStudyTrainer implements StudyTrainer {
  readonly #environment: StudyEnvironment;
  /** Left by the job before; null while a job has it. */
  #spare: { readonly key: EngineKey; readonly made: MadeEngine } | null = null;
  #base: { readonly key: string; readonly base: Base } | null = null;
  /** Present while a job is in progress. */
  #stop: AbortController | null = null;

  constructor(environment: StudyEnvironment) {
    this.#environment = environment;
  }

  async train(job: StudyJob, listener: Listener): Promise<JobOutcome> {
    if (this.#stop) throw new LabError('fault/job-overlap', { job: job.id });
    const { signal } = (this.#stop = new AbortController());
    try {
      return await drive(this.#outcome(job, signal, listener), {
        report: (clock) => listener(progressNews(job, clock.progress())),
        now: () => this.#environment.now(),
      });
    } finally {
      this.#stop = null;
    }
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
  }

  /** Frees the engine; without effect on a job in progress. */
  dispose(): void {
    this.#spare?.made.engine.dispose();
    this.#spare = null;
  }

  async *#outcome(
    job: StudyJob,
    signal: AbortSignal,
    listener: Listener,
  ): AsyncGenerator<RunClock, JobOutcome> {
    const { config, from, seconds: before } = job;
    const now = (): number => this.#environment.now();
    const clock = new RunClock(config, { from, seconds: before, now });
    let weights: Float32Array | null = null;
    let toldAt = before;
    for await (const event of this.#events(job, signal, listener)) {
      const seconds = clock.hear(event);
      if (event.type === 'engine' || event.type === 'device-lost') continue;
      if (event.type === 'benchmark') listener({ type: 'score', mark: markOf(event) });
      if (event.type === 'branch-point') listener({ type: 'point', point: event.point });
      if (event.type === 'checkpoint') {
        const { reason, checkpoint } = event;
        weights = checkpoint.parameters;
        const isKept = reason === 'stop' || (reason === 'stage-end' && job.goesOn);
        if (isKept || seconds - toldAt >= CHECKPOINT_EVERY_SECONDS) {
          toldAt = seconds;
          listener({ type: 'checkpoint', checkpoint, seconds });
        }
      }
      const outcome = outcomeOf(event, { seconds, weights });
      if (outcome) return outcome;
      yield clock;
    }
    throw new LabError('fault/job-silent', { job: job.id });
  }

  async *#events(
    { kind, config, from: resumeFrom, stored }: StudyJob,
    signal: AbortSignal,
    listener: Listener,
  ): AsyncGenerator<JobEvent | EngineEvent> {
    const train: (config: RunConfig, context: RunContext) => AsyncGenerator<JobEvent, void> =
      kind === 'sft' ? trainSftRun : trainRun;
    const key = engineKey(config);
    yield* trainWithRecovery(train, config, {
      base: await this.#loadBase(config),
      stored,
      resumeFrom,
      previous: null,
      requests: { switchNow: false },
      signal,
      rest: this.#environment.rest,
      createEngine: async (options) => {
        const made = await this.#openEngine(config, options);
        const { description, gpu = null } = made.engine.info;
        listener({ type: 'engine', description, gpu });
        return made;
      },
      keepEngine: (made) => (this.#spare = { key, made }),
    });
  }

  async #loadBase(config: RunConfig): Promise<Base> {
    const key = JSON.stringify([config.base, config.model]);
    if (this.#base?.key !== key) {
      this.#base = { key, base: await this.#environment.loadBase(config) };
    }
    return this.#base.base;
  }

  /** The engine of the job before where it computes as this job's would; else a new one. */
  async #openEngine(config: RunConfig, options: EngineOptions): Promise<MadeEngine> {
    const spare = this.#spare;
    const wanted = options.checkpoint ?? config.engine.gpu;
    if (spare?.key === engineKey(config) && computesAs(spare.made.engine, wanted)) {
      this.#spare = null;
      return spare.made;
    }
    this.dispose();
    return this.#environment.createEngine(config.model, config.engine, options);
  }
}

function markOf({
  stage,
  step,
  compute,
  result,
}: Extract<RunEvent, { type: 'benchmark' }>): TrackMark {
  return { stage, step, compute, performance: result.score };
}

function engineKey({ model, engine: { gpu: _, ...wish } }: RunConfig): EngineKey {
  return JSON.stringify([model, wish]);
}

/** Whether the engine has the tuning that is wanted, as far as that is of its adapter. */
function computesAs({ info: { gpu } }: Engine, wanted: GpuTuning | undefined): boolean {
  if (!gpu || wanted?.adapter !== gpu.adapter) return true;
  return isSameTuning(gpu.tuning, wanted.tuning);
}

/**
 * How the job ends, if this event ends it.
 * @param weights of the last checkpoint
 */
function outcomeOf(
  event: JobEvent,
  { seconds, weights }: { seconds: number; weights: Float32Array | null },
): JobOutcome | null {
  switch (event.type) {
    case 'branch-point':
      return event.isLast ? { status: 'sft', state: event.point.state, seconds } : null;
    case 'finished':
      if (!weights) throw new LabError('fault/cell-no-checkpoint');
      return { status: 'finished', summary: event.summary, weights, seconds };
    case 'diverged':
      return {
        status: 'diverged',
        reason: divergedAt(event),
        measured: event.summary,
        seconds,
      };
    case 'stopped':
      return { status: 'stopped' };
    default:
      return null;
  }
}

function progressNews({ kind }: StudyJob, at: RunProgress): JobNews {
  const { seconds, secondsLeft, stageSecondsLeft } = at;
  const left = kind === 'sft' ? stageSecondsLeft : secondsLeft;
  const progress = left === null ? 0 : seconds / Math.max(1e-3, seconds + left);
  return { type: 'progress', progress, secondsLeft: left };
}
