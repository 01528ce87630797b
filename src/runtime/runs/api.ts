/**
 * What the page, the trainer and the recorder say to each other. Both workers and the page import
 * these types and nothing else of one another; comlink carries the calls.
 */
import type { ProxyMarked } from '../remote';
import type { Failure } from '../../schema/pieces';
import type { EndingReason } from '../../training/divergence';
import type { RunStatus } from '../../training/events';
import type { DeviceLoss, StorageLoss } from '../../words/en/reasons/run-reasons';
import type { DifficultySettings } from '../../trajectories/difficulty';
import type { CheckpointSlot, EngineReport, TimedEvent } from '../stores/runs';
import type { SetRecord } from '../stores/sets';
import type { RunConfig } from '../../training/configuration/run-config';

/** Where a run stands, sent to the page several times a second at most. */
export interface RunProgress {
  readonly stage: 'preparing' | 'sft' | 'rl';
  /** Such as "Training", "Benchmark", "Validation loss", "Loading the base model". */
  readonly activity: string;
  /** Optimisation steps of the stage done and in all, as far as its compute lets one tell. */
  readonly step: number;
  readonly steps: number;
  /** 0 to 1 within the activity, where it has parts; null otherwise. */
  readonly fraction: number | null;
  /** Estimates for this stage and for the run, if SFT goes to its last step; null until there is a basis. */
  readonly stageSecondsLeft: number | null;
  readonly secondsLeft: number | null;
  /** Tokens read in training and rollouts per second, over the last seconds. */
  readonly tokensPerSecond: number | null;
  readonly seconds: number;
}

/** From the trainer to the page. */
export type TrainerMessage =
  | { readonly type: 'engine'; readonly engine: EngineReport }
  /** The run's log from index `first` on: after a resume, what was logged beyond it is void. */
  | { readonly type: 'events'; readonly first: number; readonly events: readonly TimedEvent[] }
  | { readonly type: 'progress'; readonly progress: RunProgress }
  | {
      readonly type: 'status';
      readonly status: RunStatus;
      /** Why it failed or diverged; null otherwise. */
      readonly detail: EndingReason | null;
    }
  /** The GPU failed: the run goes back to its last checkpoint and on from there. */
  | ({ readonly type: 'device-lost' } & DeviceLoss)
  /** Storage was refused or is full: the run goes on, and what was refused is tried again. */
  | ({ readonly type: 'storage-lost' } & StorageLoss)
  /** All that storage had refused is kept now. */
  | { readonly type: 'storage-found' }
  /** The worker itself is gone, with the run in progress; the page says so in its place. */
  | { readonly type: 'trainer-lost'; readonly why: Failure };

export type TrainerListener = (message: TrainerMessage) => void;

/** A policy that is stored somewhere. */
export type PolicyChoice =
  /** The base that a configuration starts from. */
  | { readonly kind: 'base'; readonly config: RunConfig }
  | { readonly kind: 'checkpoint'; readonly runId: string; readonly slot: CheckpointSlot };

/** A measurement of a set's difficulty. */
export interface MeasureRequest {
  readonly setId: string;
  readonly policy: PolicyChoice;
  /** For people; stored with the policy's digest. */
  readonly policyName: string;
  readonly settings: DifficultySettings;
}

/** Told how far a measurement is. */
export type MeasureListener = (done: number, total: number) => void;

/** What the trainer worker exposes. */
export interface TrainerHost {
  /** @param storage port to the run store; null where storage was refused */
  connect(
    storage: MessagePort | null,
    listener: TrainerListener,
  ): Promise<TrainerApi & ProxyMarked>;
  /** Another port to the run store, since the storage worker at the old one is gone; null for none. */
  reconnect(storage: MessagePort | null): Promise<void>;
}

/** Runs one job at a time. */
export interface TrainerApi {
  /** Starts a run and returns its id as soon as it is recorded; news comes through the listener. */
  start(config: RunConfig): Promise<string>;
  /**
   * Goes on with an interrupted or stopped run from its last checkpoint.
   * @param takesOver also where the run still counts as live: its trainer is known to be dead
   */
  resume(id: string, takesOver?: boolean): Promise<void>;
  pause(): Promise<void>;
  /** Ends a pause. */
  continue(): Promise<void>;
  /** Stops within a step or a part of an evaluation and keeps a checkpoint to resume from. */
  stop(): Promise<void>;
  /** Ends SFT at the next step and starts RL. */
  switchNow(): Promise<void>;
  /** The browser had frozen the page for so many seconds: a run does not count them as training. */
  wasFrozen(seconds: number): Promise<void>;
  /** Measures the difficulty of a set of the library and stores it; no run can start meanwhile. */
  measure(request: MeasureRequest, listener: MeasureListener): Promise<SetRecord>;
  /** Ends the measuring under way, which then rejects. */
  cancelMeasure(): Promise<void>;
}
