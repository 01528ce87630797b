/**
 * The pipeline of one run: SFT from the base with validation and switch rule, then RL, then the
 * decomposition of what was measured. A generator of events: whoever drives it pauses by not asking
 * for the next one. Nothing here reads a clock, a page or a database.
 */
import type { Engine } from '../engine/engine';
import type { TrajectoryTable } from '../trajectories/table';
import { advanceSubPhase, switchAdvice } from '../theory';
import { Evaluator, StopRequest, type Measured } from './evaluation/evaluator';
import type { BenchmarkPurpose, Position, Rollout, RunEvent, TrainingCheckpoint } from './events';
import { forwardFlopsPerToken, rlFlops, sftFlops } from '../model/flops';
import { sftRunConfig, type SftCheckpointEvent } from './branches';
import { enterFinding, FRESH_WATCH, lostReward, watchStep, type WatchedStep } from './instability';
import { prepareDatasets, type Datasets } from './data/datasets';
import { optimizerAt } from './configuration/optimizer';
import { divergence, type DivergenceReason } from './divergence';
import { restored } from './parameters';
import type { HeldOutScores, SwitchReason } from './evaluation/measurements';
import { expectCeilingCode } from './ceiling-code';
import { ceilingReached, reasonToEnd } from './ending';
import { isRlOver, rlProgress, sftProgress } from './progress';
import { rlStep } from './rl';
import type { RunConfig } from './configuration/run-config';
import {
  evaluationOf,
  INITIAL_STATE,
  tracked,
  type PartialSummary,
  type RunState,
  type TrackPoint,
} from './run-state';
import { epochBatch, evaluationSteps, isDue, nestedBatch } from './configuration/schedule';
import { summarise, summariseSoFar } from './summary';
import { reasonToSwitch } from './switching';
import { nllBatch, selectRows, tokensRead } from './data/token-batches';

/** What the driver may ask for; read between two steps. */
export interface RunRequests {
  /** End SFT now and start RL. */
  switchNow: boolean;
}

export interface RunContext {
  readonly engine: Engine;
  readonly base: { readonly parameters: Float32Array; readonly flops: number };
  readonly resumeFrom: TrainingCheckpoint | null;
  readonly requests: RunRequests;
  /**
   * Ends the run with a checkpoint to resume from; read between two steps and between two parts of a
   * measurement. A run without one cannot be stopped.
   */
  readonly signal?: AbortSignal;
  /** The rows of the library set that the configuration names; absent where it names none. */
  readonly stored?: TrajectoryTable | null;
}

/** An SFT run has no switch to ask for. */
const NO_REQUESTS: RunRequests = { switchNow: false };

/** Rollouts of an RL step that are passed on to be shown. */
const SHOWN_ROLLOUTS = 8;

/** Runs a configuration from the base, or from a checkpoint of the same configuration. */
export async function* trainRun(
  config: RunConfig,
  context: RunContext,
): AsyncGenerator<RunEvent, void> {
  const run = new Run(config, context);
  await run.load();
  yield* untilStopped(run, run.whole());
}

/**
 * The SFT run of branches: SFT to its last step, or until the compute is used up, whatever switch the
 * configuration has. Each evaluation hands out a {@link BranchPoint}, the last one at the end. A run
 * with a switch at such a step gives, from there, what it gives as a whole (branches.ts).
 */
export async function* trainSftRun(
  config: RunConfig,
  context: RunContext,
): AsyncGenerator<RunEvent | SftCheckpointEvent, void> {
  const run = new Run(sftRunConfig(config), context);
  await run.load();
  yield* untilStopped(run, run.sftRun());
}

/** Passes events on; a stop ends them with a checkpoint. */
async function* untilStopped<T>(
  run: Run,
  events: AsyncGenerator<T, unknown>,
): AsyncGenerator<T | RunEvent, void> {
  try {
    for await (const event of events) yield event;
  } catch (error) {
    if (!(error instanceof StopRequest)) throw error;
    yield await run.checkpoint('stop');
    yield { type: 'stopped', summary: run.hasMeasured ? run.summarySoFar() : null };
  }
}

class Run {
  readonly #config: RunConfig;
  readonly #context: RunContext;
  readonly #engine: Engine;
  readonly #datasets: Datasets;
  readonly #evaluator: Evaluator;
  readonly #flopsPerToken: number;
  readonly #evaluationSteps: ReadonlySet<number>;
  #state: RunState;
  /** Parameters at the branch point; null in SFT. */
  #branch: Float32Array | null;

  constructor(config: RunConfig, context: RunContext) {
    this.#config = config;
    this.#context = context;
    this.#engine = context.engine;
    this.#datasets = prepareDatasets(config, context.stored);
    const { engine, base, signal } = context;
    const { parameters } = base;
    const datasets = this.#datasets;
    this.#evaluator = new Evaluator({ config, datasets, engine, base: parameters, signal });
    this.#flopsPerToken = forwardFlopsPerToken(config.model);
    this.#evaluationSteps = new Set(evaluationSteps(config));
    const gpu = engine.info.gpu ?? null;
    this.#state = { ...(context.resumeFrom?.state ?? INITIAL_STATE), gpu };
    this.#branch = context.resumeFrom?.branch ?? null;
  }

  async load(): Promise<void> {
    const { resumeFrom, base } = this.#context;
    await this.#engine.loadParameters(resumeFrom?.parameters ?? base.parameters);
    if (resumeFrom) await this.#engine.loadOptimizer(resumeFrom.optimizer);
  }

  /** SFT, then RL; ends early where it diverges. */
  async *whole(): AsyncGenerator<RunEvent> {
    const finished = (yield* this.#sft()) && (yield* this.#rl());
    if (finished) yield await this.#finish();
  }

  /** SFT alone, with a branch point at each evaluation; ends early where it diverges. */
  async *sftRun(): AsyncGenerator<RunEvent | SftCheckpointEvent> {
    for (;;) {
      const { step } = this.#state;
      const isOver = reasonToSwitch(this.#config, this.#state, NO_REQUESTS) !== null;
      if (isOver || this.#evaluationSteps.has(step)) {
        yield* this.#evaluateSft();
        const parameters = await this.#engine.readParameters();
        yield { type: 'branch-point', isLast: isOver, point: { state: this.#state, parameters } };
      }
      if (isOver) return;
      const diverged = yield* this.#sftStep(step + 1);
      if (diverged) return;
      yield* this.#afterStep();
    }
  }

  /** Trains on the trajectories until the switch; false if it diverged. */
  async *#sft(): AsyncGenerator<RunEvent, boolean> {
    while (this.#state.stage === 'sft') {
      const { step } = this.#state;
      if (this.#evaluationSteps.has(step)) yield* this.#evaluateSft();
      const reason = reasonToSwitch(this.#config, this.#state, this.#context.requests);
      if (reason !== null) {
        this.#patch({ switchReason: reason });
        yield* this.#switch(reason);
        return true;
      }
      const diverged = yield* this.#sftStep(step + 1);
      if (diverged) return false;
      yield* this.#afterStep();
    }
    return true;
  }

  async *#sftStep(step: number): AsyncGenerator<RunEvent, boolean> {
    const { sft } = this.#config;
    const rows = selectRows(this.#datasets.trajectories, this.#sftBatch(step));
    const optimizer = optimizerAt(sft, step, sftProgress(this.#config, this.#state));
    const metrics = await this.#engine.step(nllBatch(rows), optimizer);
    const problem = divergence([metrics]);
    if (problem !== null) {
      yield this.#diverged(problem, step);
      return true;
    }
    const tokens = tokensRead(rows);
    this.#advance(step, { sftCompute: sftFlops(tokens, this.#flopsPerToken) });
    const { learningRate } = optimizer;
    yield { type: 'sft-step', ...this.#position(), learningRate, tokens, metrics };
    const { gradNorm, entropy } = metrics;
    yield* this.#watch({ gradNorm, entropy, reward: null });
    return false;
  }

  #sftBatch(step: number): Uint32Array {
    const { sft, seed } = this.#config;
    const { levels, size } = this.#datasets.trajectories;
    return sft.curriculum === 'nested'
      ? nestedBatch({ levels, seed, steps: sft.steps }, step, sft.batchSize)
      : epochBatch({ size, seed }, step, sft.batchSize);
  }

  /**
   * Validation loss, sub-phase and benchmark at the current step; once, also across a resume. State
   * and events change only when all is measured, so that a stop in between leaves no half of it.
   */
  async *#evaluateSft(): AsyncGenerator<RunEvent> {
    if (this.#state.evaluated) return;
    const { subPhases } = this.#config;
    const loss = yield* this.#evaluator.validationLoss('sft');
    const purpose = this.#state.base === null ? 'base' : 'tracking';
    const measured = yield* this.#measure(purpose);
    const { step, compute } = this.#position();
    const subPhase = advanceSubPhase(this.#state.subPhase, { step, compute, loss }, subPhases);
    this.#patch({
      evaluated: true,
      subPhase,
      validation: [...this.#state.validation, { step, compute, loss }],
      base: this.#state.base ?? measured.result,
      latest: measured.result,
      heldOut: purpose === 'base' ? this.#beyond(purpose, measured) : this.#state.heldOut,
      track: this.#tracked(measured),
    });
    const advice = switchAdvice(subPhase, subPhases);
    yield { type: 'validation', ...this.#position(), loss, phase: subPhase, advice };
    yield* this.#reportBenchmark(purpose, measured);
  }

  /** Measures P_sft and turns to RL with a fresh optimizer. */
  async *#switch(reason: SwitchReason): AsyncGenerator<RunEvent> {
    // The driver may switch between two evaluations: the branch point's validation loss is measured.
    yield* this.#evaluateSft();
    await this.#restore();
    const branch = yield* this.#measure('branch');
    const { step, compute } = this.#position();
    const switched = { step, compute, reason, phase: this.#state.subPhase!.phase };
    const track = this.#tracked(branch);
    yield* this.#reportBenchmark('branch', branch);
    yield { type: 'switch', ...switched };
    this.#branch = await this.#engine.readParameters();
    await this.#engine.loadParameters(this.#branch);
    const heldOut = this.#beyond('branch', branch);
    const { result } = branch;
    this.#patch({ stage: 'rl', step: 0, switched, branch: result, latest: result, heldOut, track });
    // The branch measurement stands for RL's step 0, unless that is also its last.
    this.#patch({ evaluated: !isRlOver(this.#config, this.#state), watch: FRESH_WATCH });
    yield await this.checkpoint('stage-end');
  }

  /** Moves the weights toward the base where that was asked for; once, also across a resume. */
  async #restore(): Promise<void> {
    const { restore } = this.#config;
    if (restore === 0 || this.#state.restored) return;
    const base = this.#context.base.parameters;
    const sft = await this.#engine.readParameters();
    await this.#engine.loadParameters(restored(sft, base, restore));
    this.#patch({ restored: true });
  }

  /** Trains on the policy's own attempts; false if it diverged. */
  async *#rl(): AsyncGenerator<RunEvent, boolean> {
    expectCeilingCode();
    for (;;) {
      const isOver = reasonToEnd(this.#config, this.#state) !== null;
      const isMeasured = isOver || isDue(this.#state.step, this.#config.rl.evaluateEvery, Infinity);
      if (isMeasured) yield* this.#evaluateRl(isOver);
      if (isOver) break;
      const rlEnd = isMeasured ? await ceilingReached(this.#config, this.#state) : null;
      if (rlEnd !== null) {
        // Decided once, also across a resume: the end is still to be measured.
        this.#patch({ rlEnd, evaluated: false });
        continue;
      }
      const diverged = yield* this.#rlStep(this.#state.step + 1);
      if (diverged) return false;
      yield* this.#afterStep();
    }
    yield await this.checkpoint('stage-end');
    return true;
  }

  async *#rlStep(step: number): AsyncGenerator<RunEvent, boolean> {
    const { rl: settings, seed } = this.#config;
    const options = { settings, seed, step, progress: rlProgress(this.#config, this.#state) };
    const result = await rlStep(this.#engine, this.#datasets, options, this.#branch);
    if (result.diverged !== null) {
      yield this.#diverged(result.diverged, step);
      return true;
    }
    const { sampled: rollout, scored, trained } = result.tokens;
    const skipped = trained === 0 ? 1 : 0;
    const rlCompute = rlFlops({ rollout, scored, trained }, this.#flopsPerToken);
    this.#advance(step, { rlCompute, skipped });
    const { metrics } = result;
    yield { type: 'rl-step', ...this.#position(), metrics, tokens: rollout + scored + trained };
    yield { type: 'rollouts', ...this.#position(), rollouts: shownRollouts(result.rollouts) };
    const { grad_norm: gradNorm, entropy, reward } = metrics;
    yield* this.#watch({ gradNorm, entropy, reward });
    const lost = lostReward(this.#state.watch);
    if (lost !== null) yield this.#diverged(lost, step);
    return lost !== null;
  }

  /** Remembers a step for the watch on instability and reports a sign that is seen first. */
  *#watch(step: WatchedStep): Generator<RunEvent> {
    const { watch, found } = watchStep(this.#state.watch, step);
    this.#patch({ watch });
    for (const finding of found) {
      const before = this.#state.instabilities;
      const instabilities = enterFinding(before, finding, this.#position());
      this.#patch({ instabilities });
      if (instabilities.length > before.length) {
        yield { type: 'instability', ...finding, ...this.#position() };
      }
    }
  }

  /** Benchmark at the current step; once, also across a resume. */
  async *#evaluateRl(isLast: boolean): AsyncGenerator<RunEvent> {
    const { step, evaluated, rlCompute, curve, rlEnd } = this.#state;
    if (evaluated) return;
    const purpose = isLast ? 'final' : 'tracking';
    const measured = yield* this.#measure(purpose);
    const { result } = measured;
    const point = { compute: rlCompute, ...evaluationOf(result) };
    this.#patch({
      evaluated: true,
      // The curve that ended RL stays as it was when it did.
      curve: step > 0 && rlEnd === null ? [...curve, point] : curve,
      final: isLast ? result : null,
      latest: result,
      heldOut: isLast ? this.#beyond('final', measured) : this.#state.heldOut,
      track: this.#tracked(measured),
    });
    yield* this.#reportBenchmark(purpose, measured);
  }

  #measure(purpose: BenchmarkPurpose): AsyncGenerator<RunEvent, Measured> {
    const { stage } = this.#state;
    return this.#evaluator.benchmark(purpose, { stage, branch: this.#branch });
  }

  /** The track with this measurement. */
  #tracked({ result }: Measured): readonly TrackPoint[] {
    return tracked(this.#state.track, { ...this.#position(), ...evaluationOf(result) });
  }

  #beyond(when: keyof HeldOutScores, { heldOut }: Measured): HeldOutScores {
    return { ...this.#state.heldOut, [when]: heldOut };
  }

  *#reportBenchmark(
    purpose: BenchmarkPurpose,
    { result, heldOut, shown, drift }: Measured,
  ): Generator<RunEvent> {
    yield { type: 'benchmark', purpose, ...this.#position(), result, heldOut, drift };
    yield { type: 'rollouts', ...this.#position(), rollouts: shown };
  }

  #position(): Position {
    const { stage, step, sftCompute, rlCompute } = this.#state;
    return { stage, step, compute: sftCompute + rlCompute };
  }

  #patch(patch: Partial<RunState>): void {
    this.#state = { ...this.#state, ...patch };
  }

  #advance(
    step: number,
    spent: { sftCompute?: number; rlCompute?: number; skipped?: number },
  ): void {
    const { sftCompute, rlCompute, skippedSteps } = this.#state;
    this.#patch({
      step,
      evaluated: false,
      sftCompute: sftCompute + (spent.sftCompute ?? 0),
      rlCompute: rlCompute + (spent.rlCompute ?? 0),
      skippedSteps: skippedSteps + (spent.skipped ?? 0),
    });
  }

  async *#afterStep(): AsyncGenerator<RunEvent> {
    if (this.#context.signal?.aborted) throw new StopRequest();
    if (this.#state.step % this.#config.checkpointEvery === 0)
      yield await this.checkpoint('interval');
  }

  async checkpoint(reason: 'interval' | 'stage-end' | 'stop'): Promise<RunEvent> {
    const parameters = await this.#engine.readParameters();
    const optimizer = await this.#engine.readOptimizer();
    const checkpoint = { state: this.#state, parameters, optimizer, branch: this.#branch };
    return { type: 'checkpoint', reason, checkpoint };
  }

  get hasMeasured(): boolean {
    return this.#state.base !== null;
  }

  summarySoFar(): PartialSummary {
    return summariseSoFar(this.#state, this.#summaryContext());
  }

  #diverged(reason: DivergenceReason, step: number): RunEvent {
    return { type: 'diverged', reason, ...this.#position(), step, summary: this.summarySoFar() };
  }

  async #finish(): Promise<RunEvent> {
    return { type: 'finished', summary: await summarise(this.#state, this.#summaryContext()) };
  }

  #summaryContext() {
    const baseFlops = this.#context.base.flops;
    return { config: this.#config, baseFlops, datasets: this.#datasets };
  }
}

/** A few attempts of different groups: they show more than one group in full. */
function shownRollouts(rollouts: readonly (() => Rollout)[]): Rollout[] {
  const stride = Math.max(1, Math.floor(rollouts.length / SHOWN_ROLLOUTS));
  const shown = rollouts.filter((_, i) => i % stride === 0).slice(0, SHOWN_ROLLOUTS);
  return shown.map((describe) => describe());
}
