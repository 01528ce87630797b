/** A run's recorded events as what the page draws. Grows by one event at a time. */
import { power } from '../../elementary';
import type { TimedEvent } from '../../runtime/stores/runs';
import type {
  BenchmarkResult,
  Position,
  RecordedEvent,
  Rollout,
  SwitchRecord,
} from '../../training/events';
import { levelCount } from '../../tasks';
import { levelColumns } from '../../training/evaluation/level-columns';
import {
  subPhases,
  type CurveObservation,
  type LossPoint,
  type Measurement,
  type RlCurve,
  type SubPhase,
  type SubPhaseSettings,
  type SwitchAdvice,
} from '../../theory';
import type { InstabilityKind } from '../../training/instability';
import type { RunConfig } from '../../training/configuration/run-config';
import {
  evaluationOf,
  measurementOf,
  observationOf,
  type PartialSummary,
  type RunSummary,
} from '../../training/run-state';
import { divergenceSentence, signSentence } from '../../words/en/reasons/run-reasons';
import { SeriesTable } from '../charts/series-table';

const LOSS_KEYS = ['training_loss', 'training_loss_smoothed', 'validation_loss'] as const;
/** Weight of the newest batch in the smoothed training loss. */
const NEWEST = 0.1;
const RL_KEYS = [
  'reward',
  'reward_std',
  'entropy',
  'clip_ratio_low',
  'clip_ratio_high',
  'completion_mean_length',
  'completion_clipped_ratio',
  'frac_reward_zero_std',
  'grad_norm',
  'kl',
  'expert_token_share',
  'learning_rate',
] as const;
const DRIFT_KEYS = ['drift_from_base', 'drift_from_branch'] as const;

/** Column of the score on problems of a kind that nothing is learned from. */
export const HELD_OUT_KEY = 'held_out';

/** Name of a level's column in the benchmark table; levels count from 1 for people. */
export function levelKey(level: number): string {
  return `level_${level + 1}`;
}

/** Name of the column of pass@k. */
export function passKey(k: number): string {
  return `pass_at_${k}`;
}

/** The k of which there is a pass@k: 2, 4, 8 … up to the samples of a problem. */
export function passLevels({ evaluation }: RunConfig): number[] {
  const levels: number[] = [];
  for (let k = 2; k <= evaluation.samples; k *= 2) levels.push(k);
  return levels;
}

/** A sign of trouble, as a chart marks it and a list tells it; numbered in the order of finding. */
export interface Trouble {
  readonly kind: InstabilityKind | 'diverged';
  readonly position: Position;
  readonly reason: string;
}

/** Sub-phase of SFT from one evaluation to the next. */
export interface PhaseSpan {
  readonly phase: SubPhase;
  /** FLOPs. */
  readonly from: number;
  readonly to: number;
}

export interface RolloutBatch {
  readonly position: Position;
  readonly rollouts: readonly Rollout[];
}

interface DetectedPhase {
  readonly compute: number;
  readonly phase: SubPhase;
}

export class Measurements {
  readonly loss = new SeriesTable(LOSS_KEYS, { sparse: ['validation_loss'] });
  readonly rl = new SeriesTable(RL_KEYS);
  /** Score with one standard error either way, each level, pass@k, and problems of a held-out kind. */
  readonly benchmark: SeriesTable;
  /** How far the weights have moved, relative to where they began. */
  readonly drift = new SeriesTable(DRIFT_KEYS);
  readonly #subPhases: SubPhaseSettings;
  readonly #log: TimedEvent[] = [];
  readonly #validation: LossPoint[] = [];
  readonly #detected: DetectedPhase[] = [];
  readonly #troubles: Trouble[] = [];
  /** What a forecast of RL rests on: the branch point and the evaluations since. */
  #branch: Measurement | null = null;
  readonly #rlPoints: CurveObservation[] = [];
  #advice: SwitchAdvice | null = null;
  #switched: SwitchRecord | null = null;
  #summary: RunSummary | null = null;
  #partial: PartialSummary | null = null;
  #rollouts: RolloutBatch | null = null;
  /** Moving average that began at 0: divided by the weight it has gathered, it is unbiased. */
  #smoothed = 0;
  #seconds = 0;

  constructor(config: RunConfig) {
    const levels = Array.from({ length: levelCount(config.task) }, (_, level) => levelKey(level));
    const rare = [...passLevels(config).map(passKey), HELD_OUT_KEY];
    const counts = levels.flatMap((_, level) => levelColumns(level, undefined).map(([key]) => key));
    const keys = ['score', 'score_low', 'score_high', ...levels, ...rare, ...counts];
    this.benchmark = new SeriesTable(keys, { sparse: rare });
    this.#subPhases = config.subPhases;
  }

  /** Takes the log from index `first` on; what was there beyond it is forgotten. */
  takeLog(first: number, events: readonly TimedEvent[]): void {
    if (first < this.#log.length) {
      const kept = this.#log.slice(0, first);
      this.#clear();
      for (const event of kept) this.#take(event);
    }
    for (const event of events) this.#take(event);
  }

  get eventCount(): number {
    return this.#log.length;
  }

  /** Seconds of training up to the last event. */
  get seconds(): number {
    return this.#seconds;
  }

  /** What the switch rule said at the last evaluation of SFT. */
  get advice(): SwitchAdvice | null {
    return this.#advice;
  }

  /** P_sft; null before the switch. */
  get branch(): Measurement | null {
    return this.#branch;
  }

  get switched(): SwitchRecord | null {
    return this.#switched;
  }

  /** RL so far, its compute counted from the switch; null before it has begun. */
  get rlCurve(): RlCurve | null {
    const { compute: from } = this.#switched ?? {};
    if (!this.#branch || from === undefined) return null;
    const points = this.#rlPoints.filter(({ compute }) => compute > from);
    return {
      pSft: this.#branch,
      points: points.map((point) => ({ ...point, compute: point.compute - from })),
    };
  }

  get summary(): RunSummary | null {
    return this.#summary;
  }

  /** What a run that diverged had measured; null for others, and in logs of earlier versions. */
  get partial(): PartialSummary | null {
    return this.#partial;
  }

  /** Signs of trouble, in the order in which they were found. */
  get troubles(): readonly Trouble[] {
    return this.#troubles;
  }

  /** The newest sampled attempts. */
  get rollouts(): RolloutBatch | null {
    return this.#rollouts;
  }

  /** The evaluation with the lowest validation loss so far. */
  get minimum(): LossPoint | null {
    if (this.#validation.length === 0) return null;
    return this.#validation.reduce((least, point) => (point.loss < least.loss ? point : least));
  }

  /** Ends of validation and smoothed training loss so far; 0.1 and 1 where there is neither. */
  get lossRange(): { lowest: number; highest: number } {
    const losses = this.#validation.map(({ loss }) => loss);
    const training = this.loss.lastValue('training_loss_smoothed');
    if (losses.length === 0) return { lowest: 0.1, highest: 1 };
    const lowest = Math.min(...losses, training ?? Infinity);
    return { lowest, highest: Math.max(...losses) };
  }

  /** The sub-phase at the last evaluation, as detected then. */
  get phase(): SubPhase | null {
    return this.#detected.at(-1)?.phase ?? null;
  }

  /** Sub-phases as they were detected while SFT ran. */
  detectedPhases(): PhaseSpan[] {
    return spansOf(this.#detected);
  }

  /** The evaluations of the validation loss so far. */
  get validation(): readonly LossPoint[] {
    return this.#validation;
  }

  /** Sub-phases with the minimum known, by the run's own bands or others: each evaluation is labelled anew. */
  labelledPhases(settings = this.#subPhases): PhaseSpan[] {
    if (this.#validation.length === 0) return [];
    const { labels } = subPhases(this.#validation, settings);
    return spansOf(labels.map(({ point, phase }) => ({ compute: point.compute, phase })));
  }

  #clear(): void {
    for (const table of [this.loss, this.rl, this.benchmark, this.drift]) table.clear();
    const lists = [this.#log, this.#validation, this.#detected, this.#troubles, this.#rlPoints];
    for (const list of lists) list.length = 0;
    this.#branch = null;
    this.#advice = this.#switched = this.#summary = this.#partial = this.#rollouts = null;
    this.#seconds = this.#smoothed = 0;
  }

  #take(timed: TimedEvent): void {
    this.#log.push(timed);
    this.#seconds = timed.seconds;
    this.#measure(timed.event);
  }

  #measure(event: RecordedEvent): void {
    switch (event.type) {
      case 'sft-step':
        this.#smoothed += NEWEST * (event.metrics.loss - this.#smoothed);
        this.loss.add(event, {
          training_loss: event.metrics.loss,
          training_loss_smoothed: this.#smoothed / (1 - power(1 - NEWEST, event.step)),
        });
        return;
      case 'validation':
        this.loss.add(event, { validation_loss: event.loss });
        this.#validation.push({ step: event.step, compute: event.compute, loss: event.loss });
        this.#detected.push({ compute: event.compute, phase: event.phase.phase });
        this.#advice = event.advice;
        return;
      case 'benchmark':
        if (event.purpose === 'branch') this.#branch = measurementOf(event.result);
        else if (event.stage === 'rl') {
          const { compute } = event;
          this.#rlPoints.push(observationOf({ compute, ...evaluationOf(event.result) }));
        }
        this.benchmark.add(event, benchmarkCells(event.result, event.heldOut));
        this.drift.add(event, {
          drift_from_base: event.drift.fromBase,
          drift_from_branch: event.drift.fromBranch,
        });
        return;
      case 'switch':
        this.#switched = event;
        return;
      case 'rl-step':
        this.rl.add(event, event.metrics);
        return;
      case 'rollouts':
        this.#rollouts = { position: event, rollouts: event.rollouts };
        return;
      case 'finished':
        this.#summary = event.summary;
        return;
      case 'instability':
        this.#troubles.push({
          kind: event.kind,
          position: event,
          reason: signSentence(event.reason),
        });
        return;
      case 'diverged':
        this.#partial = event.summary;
        this.#troubles.push({
          kind: 'diverged',
          position: event,
          reason: divergenceSentence(event.reason),
        });
        return;
      default:
        event satisfies never;
    }
  }
}

function benchmarkCells(
  { score, standardError, perLevel, levels: counted, passAtK }: BenchmarkResult,
  heldOut: BenchmarkResult | null,
) {
  const pass = passAtK.map(({ k, score: best }) => [passKey(k), best] as const);
  const levels = perLevel.map((accuracy, level) => [levelKey(level), accuracy] as const);
  const counts = (counted ?? []).flatMap((result, level) => levelColumns(level, result));
  return {
    score,
    score_low: Math.max(0, score - standardError),
    score_high: Math.min(100, score + standardError),
    ...Object.fromEntries([...levels, ...pass, ...counts]),
    ...(heldOut ? { [HELD_OUT_KEY]: heldOut.score } : {}),
  };
}

/** Each evaluation stands for what is nearer to it than to another: borders lie half-way. */
function spansOf(points: readonly DetectedPhase[]): PhaseSpan[] {
  const spans: PhaseSpan[] = [];
  points.forEach(({ compute, phase }, i) => {
    const last = spans.at(-1);
    if (last?.phase === phase) {
      spans[spans.length - 1] = { ...last, to: compute };
      return;
    }
    const from = last ? (points[i - 1]!.compute + compute) / 2 : compute;
    if (last) spans[spans.length - 1] = { ...last, to: from };
    spans.push({ phase, from, to: compute });
  });
  return spans;
}
