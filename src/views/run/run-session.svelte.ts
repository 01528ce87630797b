/** The state of one run, live or from the store, as the page shows it. */
import type { EngineReport, RunRecord, TimedEvent } from '../../runtime/stores/runs';
import type { RunProgress, TrainerMessage } from '../../runtime/runs/api';
import type { RunStatus } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import {
  deviceLossSentence,
  endingSentence,
  storageLossSentence,
} from '../../words/en/reasons/run-reasons';
import { failureSentence } from '../../sentences';
import { Measurements, type RolloutBatch, type Trouble } from './measurements';

/** What is measured reaches the page at most this often, in milliseconds. */
const REFRESH_EVERY = 250;

const ENDED: ReadonlySet<RunStatus> = new Set(['stopped', 'finished', 'failed', 'diverged']);

export class RunSession {
  readonly config: RunConfig;
  readonly measurements: Measurements;
  #id = $state<string | null>(null);
  #status = $state<RunStatus>('idle');
  #detail = $state<string | null>(null);
  #engine = $state.raw<EngineReport | null>(null);
  #progress = $state.raw<RunProgress | null>(null);
  #storageNotice = $state<string | null>(null);
  #deviceNotice = $state<string | null>(null);
  /** How often its trainer was lost. */
  #losses = 0;
  /** Another tab trains it: nothing can be asked of it here. */
  #isForeign = $state(false);
  /** Counts refreshes: measurements are plain arrays, and this says that they have grown. */
  #version = $state(0);
  #refresh: ReturnType<typeof setTimeout> | null = null;

  constructor(config: RunConfig) {
    this.config = config;
    this.measurements = new Measurements(config);
  }

  /** A stored run with all that was recorded of it. */
  static fromStore(record: RunRecord, events: readonly TimedEvent[]): RunSession {
    const session = new RunSession(record.config);
    session.#id = record.id;
    session.#status = record.status;
    session.#isForeign = record.status === 'running' || record.status === 'paused';
    session.#detail = record.failure && endingSentence(record.failure);
    session.#engine = record.engine;
    session.measurements.takeLog(0, events);
    return session;
  }

  // Computed when asked for: a derived value would go stale with the page that the run was started on.

  get isLive(): boolean {
    return !this.#isForeign && (this.#status === 'running' || this.#status === 'paused');
  }

  get canResume(): boolean {
    return this.#status === 'interrupted' || this.#status === 'stopped';
  }

  /** SFT can be ended by hand while it runs. */
  get canSwitch(): boolean {
    return this.#status === 'running' && this.#progress?.stage === 'sft' && this.switched === null;
  }

  get id(): string | null {
    return this.#id;
  }

  get status(): RunStatus {
    return this.#status;
  }

  get isForeign(): boolean {
    return this.#isForeign;
  }

  /** A sentence for people where the status needs one. */
  get detail(): string | null {
    return this.#detail;
  }

  get engine(): EngineReport | null {
    return this.#engine;
  }

  get progress(): RunProgress | null {
    return this.#progress;
  }

  /** Why the run is not, or no longer, recorded. */
  get storageNotice(): string | null {
    return this.#storageNotice;
  }

  get losses(): number {
    return this.#losses;
  }

  /** That the GPU or the trainer failed, and from where the run went on. */
  get deviceNotice(): string | null {
    return this.#deviceNotice;
  }

  dismissDeviceNotice(): void {
    this.#deviceNotice = null;
  }

  /** Changes whenever measurements have grown; read it to follow them. */
  get version(): number {
    return this.#version;
  }

  get switched() {
    return this.#following().switched;
  }

  get summary() {
    return this.#following().summary;
  }

  /** What it had measured before it diverged; null where it did not. */
  get partial() {
    return this.#following().partial;
  }

  get advice() {
    return this.#following().advice;
  }

  get phase() {
    return this.#following().phase;
  }

  get troubles(): readonly Trouble[] {
    return [...this.#following().troubles];
  }

  get rollouts(): RolloutBatch | null {
    return this.#following().rollouts;
  }

  /** Seconds of training so far, pauses left out. */
  get seconds(): number {
    return Math.max(this.#progress?.seconds ?? 0, this.#following().seconds);
  }

  #following(): Measurements {
    void this.#version;
    return this.measurements;
  }

  /** The trainer was asked to run it; its first news is on the way. */
  begin(): void {
    this.#status = 'running';
    this.#isForeign = false;
    this.#detail = null;
    this.#progress = null;
  }

  /** The trainer gave it this name. */
  identify(id: string): void {
    this.#id = id;
  }

  /** The trainer could not begin. */
  fail(detail: string): void {
    this.#status = 'failed';
    this.#detail = detail;
    this.#progress = null;
  }

  /** It ended where it was, and goes on from its last checkpoint when that is asked for. */
  interrupt(detail: string): void {
    this.#status = 'interrupted';
    this.#detail = detail;
    this.#progress = null;
    this.#refreshNow();
  }

  /** It goes on by itself although its trainer was lost. */
  goOn(): void {
    this.#deviceNotice = `${this.#detail ?? ''} The run goes on from its last checkpoint.`;
    this.begin();
  }

  /** Takes in news of the trainer about this run. */
  receive(message: TrainerMessage): void {
    switch (message.type) {
      case 'engine':
        this.#engine = message.engine;
        return;
      case 'events':
        this.measurements.takeLog(message.first, message.events);
        this.#refreshSoon();
        return;
      case 'progress':
        this.#progress = message.progress;
        return;
      case 'status':
        this.#status = message.status;
        this.#detail = message.detail && endingSentence(message.detail);
        if (ENDED.has(message.status)) this.#progress = null;
        this.#refreshNow();
        return;
      case 'device-lost':
        this.#deviceNotice = deviceLossSentence(message);
        return;
      case 'storage-lost':
        this.#storageNotice = storageLossSentence(message);
        return;
      case 'trainer-lost':
        this.#losses += 1;
        this.interrupt(failureSentence(message.why));
        return;
      case 'storage-found':
        this.#storageNotice = null;
        return;
      default:
        message satisfies never;
    }
  }

  #refreshNow(): void {
    if (this.#refresh !== null) clearTimeout(this.#refresh);
    this.#refresh = null;
    this.#version++;
  }

  #refreshSoon(): void {
    this.#refresh ??= setTimeout(() => {
      this.#refresh = null;
      this.#version++;
    }, REFRESH_EVERY);
  }
}
