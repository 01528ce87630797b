/**
 * Measured difficulty: how often a policy fails at a trajectory's problem, and how unlikely it finds
 * the expert's completion. The paper sorts its sets by the first (arXiv 2512.11470).
 */
import * as v from 'valibot';
import { LabError } from '../errors';
import type { Engine } from '../engine/engine';
import { repeated } from '../engine/sampling';
import { deriveSeed } from '../random';
import { count, seed, type DataOf } from '../schema/pieces';
import type { Task } from '../tasks';
import { parametersDigest } from './digest';
import { paddedSet } from './padded';
import { selectTableRows, type TrajectoryTable } from './table';

/** Which policy measured. */
const policyIdentitySchema = v.object({
  /** For people: "base laptop" or "uniform, seed 0, after SFT". */
  name: v.string(),
  /** Of its parameters: a policy of the same name with other parameters is another one. */
  digest: v.string(),
});

interface PolicyIdentity extends DataOf<typeof policyIdentitySchema> {}

const difficultySettings = v.variant('kind', [
  /** Share of `samples` attempts that the verifier finds wrong. */
  v.object({ kind: v.literal('failure-rate'), samples: count, temperature: v.number(), seed }),
  /** Mean negative log-likelihood of the completion's tokens, nats, the end token included. */
  v.object({ kind: v.literal('loss') }),
]);

export type DifficultySettings = DataOf<typeof difficultySettings>;

export const measureSummary = v.object({
  /** Equal for equal settings and policy. */
  id: v.string(),
  settings: difficultySettings,
  policy: policyIdentitySchema,
  mean: v.number(),
});

/** A measure without its numbers, one for each trajectory. */
export interface MeasureSummary extends DataOf<typeof measureSummary> {}

/** A measure as it is stored beside the set. */
export interface DifficultyMeasure extends MeasureSummary {
  /** Per trajectory; [rows of the set]. */
  readonly values: Float32Array;
}

export interface DifficultyProgress {
  readonly done: number;
  readonly total: number;
}

/** Rows in one engine call: small enough that a cancel is answered at once. */
const BATCH_ROWS = 200;

/** The identity of the policy that an engine holds. */
export async function policyIdentity(engine: Engine, name: string): Promise<PolicyIdentity> {
  return { name, digest: parametersDigest(await engine.readParameters()) };
}

/**
 * Measures every trajectory of a table under the engine's policy. Yields progress before each call
 * of the engine; whoever stops reading cancels.
 */
export async function* measureDifficulty(
  engine: Engine,
  task: Task,
  table: TrajectoryTable,
  settings: DifficultySettings,
  policyName: string,
): AsyncGenerator<DifficultyProgress, DifficultyMeasure> {
  checkSettings(settings, engine, task);
  const policy = await policyIdentity(engine, policyName);
  const values =
    settings.kind === 'loss'
      ? yield* losses(engine, task, table)
      : yield* failureRates(engine, task, table, settings);
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, table.rows);
  return { id: measureId(settings, policy), settings, policy, mean, values };
}

/** The name under which a measure is stored and a rule refers to it. */
export function measureId(settings: DifficultySettings, { digest }: PolicyIdentity): string {
  switch (settings.kind) {
    case 'loss':
      return `loss ${digest}`;
    case 'failure-rate': {
      const { samples, temperature, seed } = settings;
      return `failure-rate ${digest} samples ${samples} temperature ${temperature} seed ${seed}`;
    }
    default:
      return settings satisfies never;
  }
}

function checkSettings(settings: DifficultySettings, { config }: Engine, task: Task): void {
  const vocabulary = task.tokenizer.vocabulary.length;
  const context = task.promptLength + task.completionLength;
  if (config.vocabSize !== vocabulary || config.contextLength < context) {
    throw new LabError('set/policy', {
      hasVocabulary: config.vocabSize,
      hasContext: config.contextLength,
      task: task.name,
      vocabulary,
      context,
    });
  }
  if (settings.kind === 'loss') return;
  const { samples } = settings;
  if (!Number.isInteger(samples) || samples < 1 || samples > 1000) {
    throw new LabError('set/attempts', { attempts: samples });
  }
}

function* batches(
  table: TrajectoryTable,
  most = BATCH_ROWS,
): Generator<{ first: number; part: TrajectoryTable }> {
  for (let first = 0; first < table.rows; first += most) {
    const length = Math.min(most, table.rows - first);
    const rows = Array.from({ length }, (_, i) => first + i);
    yield { first, part: selectTableRows(table, rows) };
  }
}

async function* failureRates(
  engine: Engine,
  task: Task,
  table: TrajectoryTable,
  { samples, temperature, seed }: Extract<DifficultySettings, { kind: 'failure-rate' }>,
): AsyncGenerator<DifficultyProgress, Float32Array> {
  const { promptLength, completionLength } = task;
  const failures = new Float32Array(table.rows);
  const total = samples * table.rows;
  const seeds = Array.from({ length: samples }, (_, sample) =>
    deriveSeed(seed, 'difficulty', sample),
  );
  const most = Math.max(1, Math.floor(BATCH_ROWS / samples));
  for (const { first, part } of batches(table, most)) {
    yield { done: samples * first, total };
    const request = {
      rows: part.rows,
      promptLength,
      prompts: paddedSet(task, part, 'the set').prompts,
      maxNewTokens: completionLength,
      temperature,
      firstRow: first,
      stopToken: task.stopToken,
      padToken: task.padToken,
    };
    const { tokens } = await engine.sample(repeated(request, seeds));
    for (let i = 0; i < samples * part.rows; i++) {
      const row = i % part.rows;
      const completion = tokens.subarray(i * completionLength, (i + 1) * completionLength);
      if (!task.verify(part.answers[row]!, completion).correct) failures[first + row]! += 1;
    }
  }
  return failures.map((count) => count / samples);
}

async function* losses(
  engine: Engine,
  task: Task,
  table: TrajectoryTable,
): AsyncGenerator<DifficultyProgress, Float32Array> {
  const { promptLength, completionLength } = task;
  const length = promptLength + completionLength - 1;
  const values = new Float32Array(table.rows);
  for (const { first, part } of batches(table)) {
    yield { done: first, total: table.rows };
    const { prompts, completions, completionLengths } = paddedSet(task, part, 'the set');
    const tokens = new Int32Array(part.rows * length);
    const targets = new Int32Array(part.rows * length);
    const whole = new Int32Array(length + 1);
    for (let row = 0; row < part.rows; row++) {
      whole.set(prompts.subarray(row * promptLength, (row + 1) * promptLength));
      whole.set(
        completions.subarray(row * completionLength, (row + 1) * completionLength),
        promptLength,
      );
      tokens.set(whole.subarray(0, length), row * length);
      targets.set(whole.subarray(1), row * length);
    }
    const { logProbs } = await engine.score({ rows: part.rows, length, tokens, targets });
    completionLengths.forEach((count, row) => {
      // The first token of the completion is predicted at the prompt's last position.
      const start = row * length + promptLength - 1;
      const sum = logProbs.subarray(start, start + count).reduce((a, b) => a + b, 0);
      values[first + row] = -sum / count;
    });
  }
  return values;
}
