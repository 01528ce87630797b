/**
 * The pipeline of one run: SFT from the base with validation and switch rule, then RL, then the
 * decomposition of what was measured. A generator of events: whoever drives it pauses by not asking
 * for the next one. Nothing here reads a clock, a page or a database.
 */
import type { Engine } from '../engine/engine';
import { advanceSubPhase, fitCeilingOrReason, switchAdvice } from '../theory';
import { deriveSeed } from '../random';
import { benchmark, validationLoss, type MeasuredBenchmark } from './evaluate';
import type { BenchmarkPurpose, Position, Rollout, RunEvent, TrainingCheckpoint } from './events';
import { forwardFlopsPerToken, TRAINING_PASSES } from './flops';
import { prepareMaterials, type Materials } from './materials';
import { divergence, optimizerAt } from './optimizer';
import { rlStep, tokensRead } from './rl';
import type { RunConfig } from './run-config';
import { INITIAL_STATE, type RunState, type RunSummary } from './run-state';
import { epochBatch, isDue, logSpacedSteps } from './schedule';
import { reasonToSwitch } from './switching';
import { nllBatch, selectRows } from './token-batches';

/** What the driver may ask for; read between two steps and between two parts of a measurement. */
export interface RunRequests {
  /** End SFT now and start RL. */
  switchNow: boolean;
  /** End the run with a checkpoint to resume from. */
  stop: boolean;
}

export interface RunContext {
  readonly engine: Engine;
  readonly base: { readonly parameters: Float32Array; readonly flops: number };
  readonly resumeFrom: TrainingCheckpoint | null;
  readonly requests: RunRequests;
}

/** Rollouts of an RL step that are passed on to be shown. */
const SHOWN_ROLLOUTS = 8;

/** Runs a configuration from the base, or from a checkpoint of the same configuration. */
export async function* trainRun(
  config: RunConfig,
  context: RunContext,
): AsyncGenerator<RunEvent, void> {
  const run = new Run(config, context);
  await run.load();
  try {
    const finished = (yield* run.sft()) && (yield* run.rl());
    if (finished) yield { type: 'finished', summary: run.summary() };
  } catch (error) {
    if (!(error instanceof StopRequest)) throw error;
    yield await run.checkpoint('stop');
    yield { type: 'stopped' };
  }
}

/** Unwinds a run that was asked to stop; never leaves {@link trainRun}. */
class StopRequest extends Error {
  override readonly name = 'StopRequest';
}

class Run {
  readonly #config: RunConfig;
  readonly #context: RunContext;
  readonly #engine: Engine;
  readonly #materials: Materials;
  readonly #flopsPerToken: number;
  readonly #evaluationSteps: ReadonlySet<number>;
  #state: RunState;

  constructor(config: RunConfig, context: RunContext) {
    this.#config = config;
    this.#context = context;
    this.#engine = context.engine;
    this.#materials = prepareMaterials(config);
    this.#flopsPerToken = forwardFlopsPerToken(config.model);
    this.#evaluationSteps = new Set(logSpacedSteps(config.sft.steps, config.sft.evaluations));
    this.#state = context.resumeFrom?.state ?? INITIAL_STATE;
  }

  async load(): Promise<void> {
    const { resumeFrom, base } = this.#context;
    await this.#engine.loadParameters(resumeFrom?.parameters ?? base.parameters);
    if (resumeFrom) await this.#engine.loadOptimizer(resumeFrom.optimizer);
  }

  /** Trains on the trajectories until the switch; false if it diverged. */
  async *sft(): AsyncGenerator<RunEvent, boolean> {
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
    const { sft, seed } = this.#config;
    const { trajectories } = this.#materials;
    const size = trajectories.responseLengths.length;
    const rows = selectRows(trajectories, epochBatch({ size, seed }, step, sft.batchSize));
    const optimizer = optimizerAt(sft, step);
    const metrics = await this.#engine.step(nllBatch(rows), optimizer);
    const problem = divergence([metrics]);
    if (problem !== null) {
      yield { type: 'diverged', reason: problem, ...this.#position(), step };
      return true;
    }
    const tokens = tokensRead(rows);
    this.#advance(step, { sftCompute: tokens * TRAINING_PASSES * this.#flopsPerToken });
    const { learningRate } = optimizer;
    yield { type: 'sft-step', ...this.#position(), learningRate, tokens, metrics };
    return false;
  }

  /**
   * Validation loss, sub-phase and benchmark at the current step; once, also across a resume. State
   * and events change only when all is measured, so that a stop in between leaves no half of it.
   */
  async *#evaluateSft(): AsyncGenerator<RunEvent> {
    if (this.#state.evaluated) return;
    const { subPhases } = this.#config;
    const { validation } = this.#materials;
    const loss = yield* this.#measure(validationLoss(this.#engine, validation, 'sft'));
    const purpose = this.#state.base === null ? 'base' : 'tracking';
    const measured = yield* this.#benchmark(purpose);
    const { step, compute } = this.#position();
    const subPhase = advanceSubPhase(this.#state.subPhase, { step, compute, loss }, subPhases);
    this.#patch({
      evaluated: true,
      subPhase,
      validation: [...this.#state.validation, { step, compute, loss }],
      base: this.#state.base ?? measured.result,
    });
    const advice = switchAdvice(subPhase, subPhases);
    yield { type: 'validation', ...this.#position(), loss, phase: subPhase, advice };
    yield* this.#reportBenchmark(purpose, measured);
  }

  /** Measures P_sft and turns to RL with a fresh optimizer. */
  async *#switch(reason: string): AsyncGenerator<RunEvent> {
    // The driver may switch between two evaluations: the branch point's validation loss is measured.
    yield* this.#evaluateSft();
    const branch = yield* this.#benchmark('branch');
    const { step, compute } = this.#position();
    const switched = { step, compute, reason, phase: this.#state.subPhase!.phase };
    yield* this.#reportBenchmark('branch', branch);
    yield { type: 'switch', ...switched };
    await this.#engine.loadParameters(await this.#engine.readParameters());
    // The branch measurement stands for RL's step 0, unless that is also its last.
    const evaluated = this.#config.rl.steps > 0;
    this.#patch({ stage: 'rl', step: 0, evaluated, switched, branch: branch.result });
    yield await this.checkpoint('stage-end');
  }

  /** Trains on the policy's own attempts; false if it diverged. */
  async *rl(): AsyncGenerator<RunEvent, boolean> {
    const { rl, seed } = this.#config;
    for (;;) {
      const { step } = this.#state;
      if (isDue(step, rl.evaluateEvery, rl.steps)) yield* this.#evaluateRl();
      if (step >= rl.steps) break;
      const result = await rlStep(this.#engine, this.#materials.task, {
        settings: rl,
        seed,
        step: step + 1,
      });
      if (result.diverged !== null) {
        yield { type: 'diverged', reason: result.diverged, ...this.#position(), step: step + 1 };
        return false;
      }
      // Rollouts are one forward pass, scoring another, training three (DESIGN §7).
      const passes = result.rolloutTokens + result.trainedTokens * (1 + TRAINING_PASSES);
      const skipped = result.trainedTokens === 0 ? 1 : 0;
      this.#advance(step + 1, { rlCompute: passes * this.#flopsPerToken, skipped });
      const tokens = result.rolloutTokens + 2 * result.trainedTokens;
      yield { type: 'rl-step', ...this.#position(), metrics: result.metrics, tokens };
      yield { type: 'rollouts', ...this.#position(), rollouts: shownRollouts(result.rollouts) };
      yield* this.#afterStep();
    }
    yield await this.checkpoint('stage-end');
    return true;
  }

  /** Benchmark at the current step; once, also across a resume. */
  async *#evaluateRl(): AsyncGenerator<RunEvent> {
    const { step, evaluated, rlCompute, curve } = this.#state;
    if (evaluated) return;
    const isLast = step >= this.#config.rl.steps;
    const purpose = isLast ? 'final' : 'tracking';
    const measured = yield* this.#benchmark(purpose);
    const { result } = measured;
    const samples = result.problems * result.samplesPerProblem;
    const point = { compute: rlCompute, performance: result.score, samples };
    this.#patch({
      evaluated: true,
      curve: step > 0 ? [...curve, point] : curve,
      final: isLast ? result : null,
    });
    yield* this.#reportBenchmark(purpose, measured);
  }

  /** Passes on a measurement's progress; a stop is answered between two of its parts. */
  async *#measure<T>(measurement: AsyncGenerator<RunEvent, T>): AsyncGenerator<RunEvent, T> {
    for (;;) {
      const next = await measurement.next();
      if (next.done) return next.value;
      yield next.value;
      if (this.#context.requests.stop) throw new StopRequest();
    }
  }

  async *#benchmark(purpose: BenchmarkPurpose): AsyncGenerator<RunEvent, MeasuredBenchmark> {
    const { evaluation, seed } = this.#config;
    const { task, benchmark: problems } = this.#materials;
    const options = {
      temperature: evaluation.temperature,
      samplesPerProblem: purpose === 'tracking' ? evaluation.trackingSamples : evaluation.samples,
      // The same noise at every evaluation of a run: differences are due to the policy.
      seed: deriveSeed(seed, 'evaluation'),
      stage: this.#state.stage,
    };
    return yield* this.#measure(benchmark(this.#engine, task, problems, options));
  }

  *#reportBenchmark(
    purpose: BenchmarkPurpose,
    { result, shown }: MeasuredBenchmark,
  ): Generator<RunEvent> {
    yield { type: 'benchmark', purpose, ...this.#position(), result };
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
    if (this.#context.requests.stop) throw new StopRequest();
    if (this.#state.step % this.#config.checkpointEvery === 0)
      yield await this.checkpoint('interval');
  }

  async checkpoint(reason: 'interval' | 'stage-end' | 'stop'): Promise<RunEvent> {
    const parameters = await this.#engine.readParameters();
    const optimizer = await this.#engine.readOptimizer();
    const checkpoint = { state: this.#state, parameters, optimizer };
    return { type: 'checkpoint', reason, checkpoint };
  }

  summary(): RunSummary {
    const { base, branch, switched, final, validation, curve, sftCompute, rlCompute } = this.#state;
    if (!base || !branch || !switched || !final) {
      throw new Error('The run has not finished: a measurement is missing.');
    }
    const pSft = { value: branch.score, standardError: branch.standardError };
    const fit = fitCeilingOrReason(
      curve.map(({ compute, performance, samples }) => ({
        compute,
        performance,
        nProblems: samples,
      })),
      { pSft, seed: deriveSeed(this.#config.seed, 'ceiling') },
    );
    return {
      base,
      branch,
      final,
      switched,
      minValidationLoss: Math.min(...validation.map((point) => point.loss)),
      ceiling: fit.ceiling,
      noCeilingBecause: fit.reason,
      curve,
      compute: { base: this.#context.base.flops, sft: sftCompute, rl: rlCompute },
      skippedSteps: this.#state.skippedSteps,
    };
  }
}

/** A few attempts of different groups: they show more than one group in full. */
function shownRollouts(rollouts: readonly Rollout[]): Rollout[] {
  const stride = Math.max(1, Math.floor(rollouts.length / SHOWN_ROLLOUTS));
  return rollouts.filter((_, i) => i % stride === 0).slice(0, SHOWN_ROLLOUTS);
}
