/** Measures how fast a device is on a study's model: what its time is estimated from. */
import type { Engine } from '../../engine/engine';
import type { DeviceSpeed } from '../../studies/estimate';
import { prepareDatasets, type Datasets } from '../../training/data/datasets';
import { optimizerAt } from '../../training/configuration/optimizer';
import type { RunConfig } from '../../training/configuration/run-config';
import { nllBatch, selectRows, tokensRead } from '../../training/data/token-batches';
import type { StudyEnvironment } from './study-trainer';

/** Each kind of work is repeated for so long, after one that does not count. */
const LEAST_MS = 250;
/** Rows in one call, as in the benchmark. */
const ROWS = 200;

/** Trains, scores and samples for about a second; the weights are thrown away. */
export async function measureSpeed(
  environment: StudyEnvironment,
  config: RunConfig,
): Promise<DeviceSpeed> {
  const base = await environment.loadBase(config);
  const { engine } = await environment.createEngine(config.model, config.engine);
  try {
    await engine.loadParameters(base.parameters);
    return await measure(engine, environment, config);
  } finally {
    engine.dispose();
  }
}

async function measure(
  engine: Engine,
  { now }: StudyEnvironment,
  config: RunConfig,
): Promise<DeviceSpeed> {
  // The rows that it would train on are not needed: those of the validation set are as long.
  const datasets = prepareDatasets({ ...config, librarySet: undefined });
  const { batchSize } = config.sft;
  const { validation } = datasets;
  const available = validation.completionLengths.length;
  const rows = Array.from({ length: batchSize }, (_, i) => i % available);
  const sequences = selectRows(validation, rows);
  const tokens = tokensRead(sequences);
  const batch = nllBatch(sequences);
  const optimizer = { ...optimizerAt(config.sft, 1, 0), learningRate: 1e-9 };
  const train = await secondsOf(now, () => engine.step(batch, optimizer));
  const score = await secondsOf(now, () => engine.score(batch));
  const sample = await secondsOf(now, () => attempt(engine, datasets, config));
  const tokensPerRow = tokens / batchSize;
  return {
    tokensPerRow,
    trainedTokensPerSecond: tokens / train,
    scoredTokensPerSecond: tokens / score,
    sampledTokensPerSecond: (ROWS * tokensPerRow) / sample,
  };
}

function attempt(engine: Engine, { task, benchmark }: Datasets, config: RunConfig) {
  const { promptLength } = task;
  const prompts = new Int32Array(ROWS * promptLength);
  for (let row = 0; row < ROWS; row++) {
    const from = (row % benchmark.size) * promptLength;
    prompts.set(benchmark.prompts.subarray(from, from + promptLength), row * promptLength);
  }
  return engine.sample({
    rows: ROWS,
    promptLength,
    prompts,
    maxNewTokens: task.completionLength,
    temperature: config.evaluation.temperature,
    seed: 0,
    stopToken: task.stopToken,
    padToken: task.padToken,
  });
}

/** Mean seconds of an action; the first one, which may prepare things, is left out. */
async function secondsOf(now: () => number, action: () => Promise<unknown>): Promise<number> {
  await action();
  const started = now();
  let times = 0;
  let passed: number;
  do {
    await action();
    times += 1;
    passed = now() - started;
  } while (passed < LEAST_MS);
  return passed / 1000 / times;
}
