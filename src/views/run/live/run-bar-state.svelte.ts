/** What the bar of a run says. */
import type { Stage } from '../../../training/events';
import { lastSftStep, rlProgress, sftProgress } from '../../../training/progress';
import { engineSentences } from '../../../words/en/reasons/engine-reasons';
import type { SeriesTable } from '../../charts/series-table';
import { formatDuration, formatTimeLeft } from '../../format';
import type { RunSession } from '../run-session.svelte';
import { counted } from '../../../words/en/counted';

export interface StageProgress {
  readonly name: 'SFT' | 'RL';
  readonly state: 'waiting' | 'active' | 'done';
  /** 0 to 1. */
  readonly share: number;
  readonly text: string;
  /** Time left; empty where it is not known or over. */
  readonly timeText: string;
}

export class RunBarState {
  readonly #session: () => RunSession;

  /** What is being done now, with its own progress. */
  readonly activity: string = $derived.by(() => {
    const { progress, isLive } = this.#session();
    if (!isLive) return '';
    if (!progress) return 'Starting';
    const { activity, fraction } = progress;
    return fraction === null ? activity : `${activity} ${Math.round(100 * fraction)}%`;
  });

  readonly stages: readonly StageProgress[] = $derived([this.#stage('sft'), this.#stage('rl')]);

  readonly timeText: string | null = $derived.by(() => {
    const { progress, seconds, isLive } = this.#session();
    if (!isLive) return seconds > 0 ? `${formatDuration(seconds)} of training` : null;
    const left = progress?.secondsLeft ?? null;
    return left === null
      ? `${formatDuration(seconds)} so far`
      : `${formatDuration(seconds)} so far, ${formatTimeLeft(left)}`;
  });

  readonly tokensPerSecond: number | null = $derived.by(
    () => this.#session().progress?.tokensPerSecond ?? null,
  );

  /** The engine's name, what it is, and why it was taken. */
  readonly engineText: string = $derived.by(() => {
    const { engine, isLive } = this.#session();
    if (!engine) return isLive ? 'The engine is starting' : 'No engine was started';
    return `${engine.name}: ${engine.description}. ${engineSentences(engine)}`;
  });

  constructor(session: () => RunSession) {
    this.#session = session;
  }

  #stage(stage: Stage): StageProgress {
    const { config, switched, summary } = this.#session();
    const name = stage === 'sft' ? 'SFT' : 'RL';
    const planned = stage === 'sft' ? lastSftStep(config) : config.rl.steps;
    if (planned === 0) return { name, state: 'waiting', share: 0, text: 'none', timeText: '' };
    const step = this.#stepsDone(stage);
    const isDone = stage === 'sft' ? switched !== null : summary !== null;
    if (isDone) {
      const done = stage === 'sft' ? (switched?.step ?? step) : step;
      const text = counted(done, 'step');
      return { name, state: 'done', share: 1, text, timeText: 'done' };
    }
    const isActive = stage === 'sft' || switched !== null;
    return {
      name,
      state: isActive ? 'active' : 'waiting',
      share: isActive ? this.#share(stage, step) : 0,
      text: `step ${step} of ${this.#isBounded(stage) ? 'at most ' : ''}${planned}`,
      timeText: this.#timeLeft(stage),
    };
  }

  /** Whether something else than its steps may end the stage. */
  #isBounded(stage: Stage): boolean {
    const { config } = this.#session();
    const { switch: policy, rl, computeBudget } = config;
    if (computeBudget !== null) return true;
    return stage === 'sft' ? policy.at === 'phase' : rl.until === 'identified';
  }

  /** By steps or by compute, whichever ends the stage first. */
  #share(stage: Stage, step: number): number {
    const { config, switched, measurements } = this.#session();
    const spentIn = (table: SeriesTable): number =>
      table.length > 0 ? table.positionAt(table.length - 1).compute : 0;
    if (stage === 'sft') {
      const most = lastSftStep(config);
      const sftCompute = spentIn(measurements.loss);
      return Math.max(step / most, sftProgress(config, { step, sftCompute, rlCompute: 0 }));
    }
    const sftCompute = switched?.compute ?? 0;
    const rlCompute = Math.max(0, spentIn(measurements.rl) - sftCompute);
    return rlProgress(config, { step, sftCompute, rlCompute });
  }

  /** From the trainer's news while it runs, from the record otherwise. */
  #stepsDone(stage: Stage): number {
    const session = this.#session();
    void session.version;
    const { loss, rl } = session.measurements;
    const table = stage === 'sft' ? loss : rl;
    const recorded = table.length > 0 ? table.positionAt(table.length - 1).step : 0;
    const { progress } = session;
    return progress?.stage === stage ? Math.max(recorded, progress.step) : recorded;
  }

  #timeLeft(stage: Stage): string {
    const { progress } = this.#session();
    if (!progress || progress.stageSecondsLeft === null) return '';
    if (progress.stage === stage) return formatTimeLeft(progress.stageSecondsLeft);
    if (progress.stage !== 'sft' || progress.secondsLeft === null) return '';
    // What is left after SFT is RL's.
    return formatTimeLeft(progress.secondsLeft - progress.stageSecondsLeft);
  }
}
