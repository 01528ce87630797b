/** Measuring a policy: validation loss on expert trajectories, accuracy on the benchmark. */
import type { Engine } from '../../engine/engine';
import { copyRows, placeRows } from '../../engine/rows';
import { streamOf } from '../../engine/sampling';
import { deriveSeed } from '../../random';
import type { Task, Verification } from '../../tasks';
import type { ProblemSet } from '../../trajectories/trajectory-set';
import type { BenchmarkResult, Rollout, RunEvent, Stage } from '../events';
import { passAtK } from './pass-at-k';
import {
  countTokens,
  nllBatch,
  completionColumn,
  selectRows,
  type Sequences,
} from '../data/token-batches';

/** Rows in one engine call: small enough that pause and stop are answered at once. */
const CHUNK_ROWS = 200;

function* chunks(total: number): Generator<{ start: number; size: number }> {
  for (let start = 0; start < total; start += CHUNK_ROWS) {
    yield { start, size: Math.min(CHUNK_ROWS, total - start) };
  }
}

/** Mean negative log-likelihood of the expert's completion tokens, nats per token. */
export async function* validationLoss(
  engine: Engine,
  sequences: Sequences,
  stage: Stage,
): AsyncGenerator<RunEvent, number> {
  const total = sequences.completionLengths.length;
  let sum = 0;
  for (const { start, size } of chunks(total)) {
    yield { type: 'progress', activity: 'Validation loss', stage, done: start, total };
    const part = selectRows(
      sequences,
      Array.from({ length: size }, (_, i) => start + i),
    );
    const { logProbs } = await engine.score(nllBatch(part));
    sum -= completionColumn(part, logProbs).reduce((a, b) => a + b, 0);
  }
  return sum / countTokens(sequences);
}

interface BenchmarkOptions {
  readonly temperature: number;
  readonly samplesPerProblem: number;
  /** Equal seeds give equal noise, so that two policies are compared on the same draws. */
  readonly seed: number;
  readonly stage: Stage;
  /** The task's level of each level of the problems, where they are others. */
  readonly levels?: readonly number[];
}

/** Accuracy, and some of the attempts to look at. */
export interface MeasuredBenchmark {
  readonly result: BenchmarkResult;
  readonly shown: readonly Rollout[];
}

/** How many attempts of an evaluation are kept to be shown, spread over the levels. */
const SHOWN_PER_LEVEL = 2;

interface Tally {
  /** Right samples of each problem. */
  readonly right: Int32Array;
  /** Samples of each level so far. */
  readonly attempts: number[];
  malformed: number;
  readonly shown: Rollout[];
}

function judge(
  task: Task,
  problems: ProblemSet,
  row: number,
  completion: Int32Array,
  tally: Tally,
): void {
  const level = problems.levels[row]!;
  const verdict = task.verify(problems.answers[row]!, completion);
  tally.attempts[level]! += 1;
  if (verdict.correct) tally.right[row]! += 1;
  if (!verdict.wellFormed) tally.malformed += 1;
  if (tally.attempts[level]! > SHOWN_PER_LEVEL) return;
  const attempt = describeAttempt(task, problems, row, completion, verdict);
  tally.shown.push({ ...attempt, advantage: null });
}

/** What the policy wrote and how it was judged, with prompt and completion as text without padding. */
export function describeAttempt(
  task: Task,
  problems: ProblemSet,
  row: number,
  completion: Int32Array,
  { correct, wellFormed }: Verification,
): Omit<Rollout, 'advantage'> {
  const prompt = problems.prompts.subarray(row * task.promptLength, (row + 1) * task.promptLength);
  const end = completion.indexOf(task.stopToken);
  const written = end < 0 ? completion : completion.subarray(0, end + 1);
  return {
    level: problems.levels[row]!,
    prompt: task.tokenizer.decode(prompt.filter((id) => id !== task.padToken)),
    completion: task.tokenizer.decode(written),
    expected: problems.answers[row]!,
    correct,
    wellFormed,
  };
}

/** A sample of a problem. */
interface Draw {
  readonly row: number;
  /** Counts from 0. */
  readonly sample: number;
}

/**
 * All draws, those side by side whose prompts begin alike: an engine may read such beginnings once. What is
 * drawn does not depend on the order.
 */
function orderedDraws(
  { prompts, size }: ProblemSet,
  promptLength: number,
  samples: number,
): Draw[] {
  const textOf = Array.from({ length: size }, (_, row) =>
    String.fromCharCode(...prompts.subarray(row * promptLength, (row + 1) * promptLength)),
  );
  return Array.from(textOf.keys())
    .sort((a, b) => Number(textOf[a]! > textOf[b]!) - Number(textOf[a]! < textOf[b]!) || a - b)
    .flatMap((row) => Array.from({ length: samples }, (_, sample) => ({ row, sample })));
}

/** Accuracy on a benchmark, in percent, with some of the attempts to look at. */
export async function* benchmark(
  engine: Engine,
  task: Task,
  problems: ProblemSet,
  { temperature, samplesPerProblem, seed, stage, levels: ofTask }: BenchmarkOptions,
): AsyncGenerator<RunEvent, MeasuredBenchmark> {
  const { promptLength, completionLength } = task;
  const levels = Math.max(...problems.levels) + 1;
  const zeros = (): number[] => Array.from({ length: levels }, () => 0);
  const right = new Int32Array(problems.size);
  const tally: Tally = { right, attempts: zeros(), malformed: 0, shown: [] };
  const seeds = Array.from({ length: samplesPerProblem }, (_, sample) =>
    deriveSeed(seed, 'benchmark', sample),
  );
  const draws = orderedDraws(problems, promptLength, samplesPerProblem);
  const total = draws.length;
  /** Sample by sample, of all problems. */
  const completions = new Int32Array(total * completionLength);
  for (const { start, size } of chunks(total)) {
    yield { type: 'progress', activity: 'Benchmark', stage, done: start, total };
    const part = draws.slice(start, start + size);
    const rows = part.map(({ row }) => row);
    const { tokens } = await engine.sample({
      rows: size,
      promptLength,
      prompts: copyRows(new Int32Array(size * promptLength), problems.prompts, rows),
      maxNewTokens: completionLength,
      temperature,
      seed,
      streams: Uint32Array.from(part, ({ row, sample }) => streamOf(seeds[sample]!, row)),
      stopToken: task.stopToken,
      padToken: task.padToken,
    });
    const places = part.map(({ row, sample }) => sample * problems.size + row);
    placeRows(completions, tokens, places);
  }
  for (let i = 0; i < total; i++) {
    const completion = completions.subarray(i * completionLength, (i + 1) * completionLength);
    judge(task, problems, i % problems.size, completion, tally);
  }
  const result = benchmarkResult(tally, problems, samplesPerProblem, ofTask);
  return { result, shown: tally.shown };
}

function benchmarkResult(
  { right, attempts, malformed }: Tally,
  { levels: levelOf, size: problems }: ProblemSet,
  samplesPerProblem: number,
  ofTask?: readonly number[],
): BenchmarkResult {
  const correct = attempts.map(() => 0);
  right.forEach((count, row) => {
    correct[levelOf[row]!]! += count;
  });
  const rates = correct.map((n, level) => n / Math.max(1, attempts[level]!));
  const levels = rates.length;
  const variance = rates.reduce(
    (sum, p, level) => sum + (p * (1 - p)) / Math.max(1, attempts[level]!),
    0,
  );
  return {
    score: (100 * rates.reduce((sum, p) => sum + p, 0)) / levels,
    standardError: (100 * Math.sqrt(variance)) / levels,
    perLevel: rates.map((p) => 100 * p),
    levels: attempts.map((samples, level) => ({
      level: ofTask?.[level] ?? level,
      successes: correct[level]!,
      samples,
      problems: samples / samplesPerProblem,
    })),
    passAtK: passAtK(right, levelOf, { levels, samples: samplesPerProblem }),
    problems,
    samplesPerProblem,
    malformed: malformed / (problems * samplesPerProblem),
  };
}
