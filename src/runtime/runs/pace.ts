/** How fast a run goes and how long it will take, from the times between its events. */
import { levelCount } from '../../tasks';
import type { RunEvent, Stage } from '../../training/events';
import type { RunConfig } from '../../training/configuration/run-config';
import { evaluationSteps } from '../../training/configuration/schedule';
import type { RunProgress } from './api';
import { StepsLeft } from './steps-left';

/** Kinds of work whose unit takes about the same time throughout a run. */
type Work = 'sft-step' | 'rl-step' | 'Validation loss' | 'Benchmark';

/** The speed shown is that of the last seconds. */
const SPEED_WINDOW_SECONDS = 5;

type ProgressEvent = Extract<RunEvent, { type: 'progress' }>;

/** Benchmark problems per evaluation at one sample each, over all levels. */
function problemCount({ evaluation, task }: RunConfig): number {
  return evaluation.problemsPerLevel * levelCount(task);
}

/** Fed with each event and the run's clock; says where the run stands. */
export class Pace {
  readonly #config: RunConfig;
  readonly #evaluationSteps: readonly number[];
  readonly #left: StepsLeft;
  readonly #spent = new Map<Work, { seconds: number; units: number }>();
  #lastSeconds: number;
  #doing: ProgressEvent | null = null;
  #stage: Stage;
  #step: number;
  #recentTokens: { seconds: number; tokens: number }[] = [];

  /** @param seconds the run's clock at its start: above 0 where it goes on from a checkpoint */
  constructor(config: RunConfig, from: { stage: Stage; step: number; seconds: number }) {
    this.#config = config;
    this.#evaluationSteps = evaluationSteps(config);
    this.#left = new StepsLeft(config, { isFresh: from.stage === 'sft' && from.step === 0 });
    this.#stage = from.stage;
    this.#step = from.step;
    this.#lastSeconds = from.seconds;
  }

  observe(event: RunEvent, seconds: number): void {
    const passed = seconds - this.#lastSeconds;
    this.#left.observe(event);
    this.#lastSeconds = seconds;
    if (this.#doing) this.#recordPart(this.#doing, event, passed);
    else if (event.type === 'sft-step' || event.type === 'rl-step') {
      this.#record(event.type, 1, passed);
    }
    this.#doing = event.type === 'progress' ? event : null;
    if (event.type === 'sft-step' || event.type === 'rl-step') {
      this.#stage = event.stage;
      this.#step = event.step;
      this.#recentTokens.push({ seconds, tokens: event.tokens });
    }
    if (event.type === 'switch') {
      this.#stage = 'rl';
      this.#step = 0;
    }
  }

  /** A measurement announces each part before it starts; the next event tells that it is done. */
  #recordPart({ activity, done, total }: ProgressEvent, next: RunEvent, passed: number): void {
    const goesOn = next.type === 'progress' && next.activity === activity && next.done > done;
    this.#record(activity, (goesOn ? next.done : total) - done, passed);
  }

  #record(work: Work, units: number, seconds: number): void {
    const { seconds: before, units: count } = this.#spent.get(work) ?? { seconds: 0, units: 0 };
    this.#spent.set(work, { seconds: before + seconds, units: count + units });
  }

  /** Seconds per unit; null until one has been done. */
  #per(work: Work): number | null {
    const spent = this.#spent.get(work);
    return spent && spent.units > 0 ? spent.seconds / spent.units : null;
  }

  /** Tokens per second over the last seconds; null before the second step. */
  #tokensPerSecond(now: number): number | null {
    this.#recentTokens = this.#recentTokens.filter(
      ({ seconds }) => now - seconds <= SPEED_WINDOW_SECONDS,
    );
    const [first, ...rest] = this.#recentTokens;
    if (!first || rest.length === 0) return null;
    const tokens = rest.reduce((sum, entry) => sum + entry.tokens, 0);
    return tokens / Math.max(1e-3, now - first.seconds);
  }

  #sftSecondsLeft(): number | null {
    const { evaluation } = this.#config;
    const step = this.#per('sft-step');
    const loss = this.#per('Validation loss');
    const sample = this.#per('Benchmark');
    if (step === null || loss === null || sample === null) return null;
    const left = this.#left.sft(this.#step);
    const evaluations = this.#evaluationSteps.filter(
      (at) => at > this.#step && at <= this.#step + left,
    ).length;
    const problems = problemCount(this.#config);
    const perEvaluation =
      evaluation.validationSize * loss + problems * evaluation.trackingSamples * sample;
    return (
      left * step +
      evaluations * perEvaluation +
      (problems + this.#heldOut()) * evaluation.samples * sample
    );
  }

  /** Held-out problems at the ends of a stage; some levels may have none. */
  #heldOut(): number {
    const { evaluation, task } = this.#config;
    return evaluation.heldOutPerLevel * levelCount(task);
  }

  /** @param step RL steps done */
  #rlSecondsLeft(step: number, sftSteps: number): number | null {
    const { rl, evaluation } = this.#config;
    const perStep = this.#per('rl-step') ?? this.#expectedRlStep();
    const sample = this.#per('Benchmark');
    if (perStep === null || sample === null) return null;
    const left = this.#left.rl(step, sftSteps);
    const tracked = Math.floor(left / rl.evaluateEvery) * evaluation.trackingSamples;
    const last = (problemCount(this.#config) + this.#heldOut()) * evaluation.samples;
    return left * perStep + (problemCount(this.#config) * tracked + last) * sample;
  }

  /** Before the first RL step: its rollouts cost what benchmark samples do, its update what SFT's does. */
  #expectedRlStep(): number | null {
    const { rl, sft } = this.#config;
    const sample = this.#per('Benchmark');
    const update = this.#per('sft-step');
    if (sample === null || update === null) return null;
    const rows = rl.promptsPerStep * rl.groupSize;
    // Scoring is a third of an update; dynamic sampling needs a second round half of the time.
    return rows * (1.5 * sample + ((4 / 3) * update) / sft.batchSize);
  }

  /** Where the run stands before its first event. */
  preparing(activity: string, fraction: number | null): RunProgress {
    return {
      ...this.progress(),
      stage: 'preparing',
      activity,
      fraction,
      stageSecondsLeft: null,
      secondsLeft: null,
    };
  }

  /** Where the run stands after the last event. */
  progress(): RunProgress {
    const stage = this.#stage;
    const isRl = stage === 'rl';
    const sftLeft = isRl ? 0 : this.#left.sft(this.#step);
    const rlLeft = this.#rlSecondsLeft(isRl ? this.#step : 0, sftLeft);
    const stageLeft = stage === 'sft' ? this.#sftSecondsLeft() : rlLeft;
    const doing = this.#doing;
    return {
      stage,
      activity: doing?.activity ?? 'Training',
      step: this.#step,
      steps: this.#step + (isRl ? this.#left.rl(this.#step, 0) : sftLeft),
      fraction: doing && doing.total > 0 ? doing.done / doing.total : null,
      stageSecondsLeft: stageLeft,
      secondsLeft:
        stage === 'rl' ? rlLeft : stageLeft === null || rlLeft === null ? null : stageLeft + rlLeft,
      tokensPerSecond: this.#tokensPerSecond(this.#lastSeconds),
      seconds: this.#lastSeconds,
    };
  }
}
