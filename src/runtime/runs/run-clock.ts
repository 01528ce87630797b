/**
 * A run's clock and pace. Both count training alone: they stand still while an engine starts, while the
 * run is paused and while the machine sleeps, and go back with the run to its last checkpoint when the GPU
 * is lost.
 */
import { mean } from '../../theory';
import type { SftCheckpointEvent } from '../../training/branches';
import type { RunEvent, TrainingCheckpoint } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import type { EngineEvent } from '../engines/recovery';
import { allowedSilence } from '../workers/pulse';
import type { RunProgress } from './api';
import { Pace } from './pace';

/**
 * Seconds that a piece of training may take beyond those in which its worker may be silent. A longer time
 * between two events was none of training: the machine slept, or the process was stopped.
 */
const LONGEST_PIECE = 60;
/** So is what takes so many times as long as the longest of the last pieces of its kind, and these seconds. */
const TIMES_USUAL = 3;
const SPARE_SECONDS = 2;
const LAST_PIECES = 5;

interface RunClockOptions {
  /** Where the run goes on; null for its beginning. */
  readonly from: TrainingCheckpoint | null;
  /** The run's clock there. */
  readonly seconds: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

export class RunClock {
  readonly #config: RunConfig;
  readonly #now: () => number;
  #pace: Pace;
  /** The reading when it was last taken, and when that was; null while the clock stands. */
  #reading: number;
  #since: number | null = null;
  /** The reading at the last checkpoint. */
  #kept: number;
  /** Seconds of the last pieces of training, by the kind of event that ends them. */
  readonly #last = new Map<string, readonly number[]>();
  /** The kind of piece in which the machine slept last, until another one of it has come. */
  #slept: string | null = null;

  constructor(config: RunConfig, { from, seconds, now }: RunClockOptions) {
    this.#config = config;
    this.#now = now;
    this.#reading = this.#kept = seconds;
    this.#pace = this.#paceFrom(from);
  }

  get seconds(): number {
    const passed = this.#passed();
    return (this.#reading += isSleep(passed) ? 0 : passed);
  }

  /** Seconds since the reading was last taken; from now on others count. */
  #passed(): number {
    if (this.#since === null) return 0;
    const now = this.#now();
    const passed = (now - this.#since) / 1000;
    this.#since = now;
    return passed;
  }

  /** The reading after a piece of training of a kind; of one with a sleep in it, what such a piece takes. */
  #after(kind: string): number {
    const last = this.#last.get(kind) ?? [];
    const passed = this.#passed();
    const isLong = last.length > 0 && passed > SPARE_SECONDS + TIMES_USUAL * Math.max(...last);
    // Two long pieces one after the other are no sleep: the machine has become slow.
    const isFirst = isLong && this.#slept !== kind;
    if (isFirst) this.#slept = kind;
    else if (this.#slept === kind) this.#slept = null;
    if (isFirst || isSleep(passed)) return (this.#reading += last.length > 0 ? mean(last) : 0);
    this.#last.set(kind, [...last, passed].slice(-LAST_PIECES));
    return (this.#reading += passed);
  }

  /** Takes note of what training said; returns the clock's reading at that moment. */
  hear(event: RunEvent | SftCheckpointEvent | EngineEvent): number {
    if (event.type === 'engine') {
      // Another one may be slower.
      this.#last.clear();
      this.go();
      return this.#reading;
    }
    if (event.type === 'device-lost') {
      this.#since = null;
      this.#reading = this.#kept;
      this.#pace = this.#paceFrom(event.checkpoint);
      return this.#reading;
    }
    const seconds = this.#after(event.type === 'progress' ? event.activity : event.type);
    if (event.type === 'checkpoint') this.#kept = seconds;
    if (event.type !== 'branch-point') this.#pace.observe(event, seconds);
    return seconds;
  }

  /** Stands still until {@link RunClock.go}. */
  stand(): void {
    void this.seconds;
    this.#since = null;
  }

  go(): void {
    this.#since = this.#now();
  }

  /** Leaves out the seconds until now in which the browser let nothing happen. */
  skip(seconds: number): void {
    if (this.#since !== null) this.#since = Math.min(this.#now(), this.#since + 1000 * seconds);
  }

  /** Where the run stands after the last event. */
  progress(): RunProgress {
    return this.#pace.progress();
  }

  /** Where it stands before its first event, or while another engine starts. */
  preparing(activity: string, fraction: number | null): RunProgress {
    return this.#pace.preparing(activity, fraction);
  }

  #paceFrom(checkpoint: TrainingCheckpoint | null): Pace {
    const { stage, step } = checkpoint?.state ?? { stage: 'sft', step: 0 };
    return new Pace(this.#config, { stage, step, seconds: this.#reading });
  }
}

/** Whether no piece of training takes so many seconds. */
function isSleep(seconds: number): boolean {
  return seconds > LONGEST_PIECE + allowedSilence();
}
