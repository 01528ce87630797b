/** Pre-training of the base model: plain SFT on a large, careless corpus. */
import { LabError } from '../errors';
import type { Engine } from '../engine/engine';
import { initialParameters } from '../model/init';
import { Random } from '../random';
import { makeTrajectorySet } from '../trajectories/generate';
import { benchmark } from './evaluation/evaluate';
import type { BenchmarkResult } from './events';
import { forwardFlopsPerToken, sftFlops } from '../model/flops';
import { prepareDatasets } from './data/datasets';
import { optimizerAt } from './configuration/optimizer';
import { divergence } from './divergence';
import type { Preset } from './configuration/presets';
import { epochBatch } from './configuration/schedule';
import { nllBatch, selectRows, tokensRead } from './data/token-batches';

interface BaseResult {
  readonly parameters: Float32Array;
  readonly flops: number;
  readonly benchmark: BenchmarkResult;
}

type BaseEvent = { readonly step: number; readonly steps: number; readonly loss: number };

/** A recipe's own settings come before these. */
const OPTIMIZER = {
  beta1: 0.9,
  beta2: 0.98,
  weightDecay: 0.01,
  maxGradNorm: 1,
  schedule: 'constant',
  rateAtEnd: 0.1,
  warmupShare: null,
} as const;

/** Trains a preset's base from its seed; yields the loss of every step. */
export async function* pretrainBase(
  preset: Preset,
  engine: Engine,
): AsyncGenerator<BaseEvent, BaseResult> {
  const { base: recipe, config } = preset;
  const datasets = prepareDatasets(config);
  const { task } = datasets;
  const corpus = makeTrajectorySet(
    task,
    { name: 'base', size: recipe.documents, levels: recipe.levels, expert: recipe.expert },
    { part: 'train', random: Random.from(recipe.seed, 'base', 'corpus') },
  );
  await engine.loadParameters(initialParameters(config.model, recipe.seed));
  let tokens = 0;
  for (let step = 1; step <= recipe.steps; step++) {
    const order = { size: recipe.documents, seed: recipe.seed };
    const rows = selectRows(corpus, epochBatch(order, step, recipe.batchSize));
    const metrics = await engine.step(
      nllBatch(rows),
      optimizerAt({ ...OPTIMIZER, ...recipe }, step, (step - 1) / recipe.steps),
    );
    const problem = divergence([metrics]);
    if (problem) {
      const { loss, gradNorm } = problem;
      throw new LabError('base/diverged', { base: recipe.name, loss, gradNorm });
    }
    tokens += tokensRead(rows);
    yield { step, steps: recipe.steps, loss: metrics.loss };
  }
  const measured = benchmark(engine, task, datasets.benchmark, {
    temperature: config.evaluation.temperature,
    samplesPerProblem: config.evaluation.samples,
    seed: recipe.seed,
    stage: 'sft',
  });
  let next = await measured.next();
  while (!next.done) next = await measured.next();
  return {
    parameters: await engine.readParameters(),
    flops: sftFlops(tokens, forwardFlopsPerToken(config.model)),
    benchmark: next.value.result,
  };
}
