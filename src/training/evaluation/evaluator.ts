/** Measures a run's policy as it trains; a stop is answered between two parts of a measurement. */
import type { Engine } from '../../engine/engine';
import { deriveSeed } from '../../random';
import { benchmark, validationLoss, type MeasuredBenchmark } from './evaluate';
import type { BenchmarkPurpose, BenchmarkResult, Drift, RunEvent, Stage } from '../events';
import type { Datasets } from '../data/datasets';
import { drift } from '../parameters';
import type { RunConfig } from '../configuration/run-config';

/** A benchmark, with the held-out problems where it is none of tracking, and the drift by then. */
export type Measured = MeasuredBenchmark & {
  readonly heldOut: BenchmarkResult | null;
  readonly drift: Drift;
};

/** Unwinds a run that was asked to stop; never leaves the training generators. */
export class StopRequest extends Error {
  override readonly name = 'StopRequest';
}

interface EvaluatorOptions {
  readonly config: RunConfig;
  readonly datasets: Datasets;
  readonly engine: Engine;
  readonly base: Float32Array;
  readonly signal?: AbortSignal;
}

/** What is examined: the policy in the engine, at a stage of a run. */
interface Evaluated {
  readonly stage: Stage;
  /** Parameters at the branch point; null in SFT. */
  readonly branch: Float32Array | null;
}

export class Evaluator {
  readonly #options: EvaluatorOptions;

  constructor(options: EvaluatorOptions) {
    this.#options = options;
  }

  /** Mean negative log-likelihood of the validation trajectories, nats per token. */
  validationLoss(stage: Stage): AsyncGenerator<RunEvent, number> {
    const { engine, datasets } = this.#options;
    return this.#answering(validationLoss(engine, datasets.validation, stage));
  }

  /** Accuracy on the benchmark, and how far the weights have moved from the base and the branch. */
  async *benchmark(
    purpose: BenchmarkPurpose,
    { stage, branch }: Evaluated,
  ): AsyncGenerator<RunEvent, Measured> {
    const { config, datasets, engine, base } = this.#options;
    const { temperature, samples, trackingSamples } = config.evaluation;
    const options = {
      temperature,
      samplesPerProblem: purpose === 'tracking' ? trackingSamples : samples,
      // The same noise at every evaluation of a run: differences are due to the policy.
      seed: deriveSeed(config.seed, 'evaluation'),
      stage,
    };
    const { task, benchmark: problems, heldOut } = datasets;
    const measured = yield* this.#answering(benchmark(engine, task, problems, options));
    const beyond =
      heldOut && purpose !== 'tracking'
        ? yield* this.#answering(
            benchmark(engine, task, heldOut.problems, {
              ...options,
              levels: heldOut.variant.levels,
            }),
          )
        : null;
    const parameters = await engine.readParameters();
    return {
      ...measured,
      heldOut: beyond && beyond.result,
      drift: {
        fromBase: drift(parameters, base),
        fromBranch: branch && drift(parameters, branch),
      },
    };
  }

  /** Passes on a measurement's progress; throws {@link StopRequest} where a stop is asked for. */
  async *#answering<T>(measurement: AsyncGenerator<RunEvent, T>): AsyncGenerator<RunEvent, T> {
    for (;;) {
      const next = await measurement.next();
      if (next.done) return next.value;
      yield next.value;
      if (this.#options.signal?.aborted) throw new StopRequest();
    }
  }
}
