/** What a job of a study has measured, from its events; it also knows how the job ended. */
import type { MeasuredSoFar } from '../../studies/results';
import type { SftCheckpointEvent } from '../../training/branches';
import type { BenchmarkResult, RunEvent } from '../../training/events';
import { prepareDatasets } from '../../training/data/datasets';
import { INITIAL_STATE, type RunState, type RunSummary } from '../../training/run-state';
import type { JobOutcome, StudyJob } from './api';

/** The last state known, and what events have told since. */
type Known = Pick<RunState, 'base' | 'branch' | 'track' | 'curve' | 'instabilities' | 'sftCompute'>;

export class JobRecord {
  readonly #job: StudyJob;
  readonly #baseFlops: number;
  #known: Known;
  #last: BenchmarkResult | null;
  #compute: number;
  #weights: Float32Array | null = null;

  constructor(job: StudyJob, baseFlops: number) {
    this.#job = job;
    this.#baseFlops = baseFlops;
    const state = job.from?.state ?? INITIAL_STATE;
    this.#known = state;
    this.#last = state.branch ?? state.base;
    this.#compute = state.sftCompute + state.rlCompute;
  }

  /** Takes note of an event; returns the outcome where the job ends with it. */
  hear(event: RunEvent | SftCheckpointEvent, seconds: number): JobOutcome | null {
    switch (event.type) {
      case 'branch-point':
        return event.isLast ? { status: 'sft', state: event.point.state, seconds } : null;
      case 'checkpoint':
        this.#weights = event.checkpoint.parameters;
        return null;
      case 'benchmark':
        this.#measured(event);
        return null;
      case 'sft-step':
        this.#compute = event.compute;
        this.#know({ sftCompute: event.compute });
        return null;
      case 'rl-step':
        this.#compute = event.compute;
        return null;
      case 'instability': {
        const { kind, stage, step, reason } = event;
        const found = { kind, stage, step, reason, steps: 1 };
        this.#know({ instabilities: [...this.#known.instabilities, found] });
        return null;
      }
      case 'finished':
        return this.#finished(event.summary, seconds);
      case 'diverged': {
        const reason = `At ${event.stage.toUpperCase()} step ${event.step}: ${event.reason}`;
        return { status: 'diverged', reason, measured: this.#measuredSoFar(), seconds };
      }
      case 'stopped':
        return { status: 'stopped' };
      default:
        return null;
    }
  }

  #know(patch: Partial<Known>): void {
    this.#known = { ...this.#known, ...patch };
  }

  #measured({ purpose, result, stage, step, compute }: Extract<RunEvent, { type: 'benchmark' }>) {
    const samples = result.problems * result.samplesPerProblem;
    const { score: performance } = result;
    this.#last = result;
    const others = this.#known.track.filter((point) => point.compute !== compute);
    this.#know({ track: [...others, { stage, step, compute, performance, samples }] });
    if (purpose === 'base') this.#know({ base: result });
    if (purpose === 'branch') this.#know({ branch: result });
    if (stage !== 'rl' || step === 0) return;
    const point = { compute: compute - this.#known.sftCompute, performance, samples };
    this.#know({ curve: [...this.#known.curve, point] });
  }

  #finished(summary: RunSummary, seconds: number): JobOutcome {
    const weights = this.#weights;
    if (!weights) throw new Error(`Job ${this.#job.id} finished without a last checkpoint.`);
    return { status: 'finished', summary, weights, seconds };
  }

  #measuredSoFar(): MeasuredSoFar {
    const { base, branch, track, curve, instabilities, sftCompute } = this.#known;
    const last = this.#last;
    if (!base || !last) {
      throw new Error(`Job ${this.#job.id} diverged before its first measurement.`);
    }
    return {
      base,
      branch: branch ?? last,
      final: last,
      curve,
      track,
      instabilities,
      ceiling: null,
      compute: { base: this.#baseFlops, sft: sftCompute, rl: this.#compute - sftCompute },
      unseenLevels: prepareDatasets(this.#job.config).unseenLevels,
      // Measured at the last step only, which was not reached.
      heldOut: null,
    };
  }
}
