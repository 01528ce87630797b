/** Rows of a group: the policy's attempts, an expert's demonstrations, and continued prefixes. */
import type { Engine } from '../engine/engine';
import { copyRows } from '../engine/rows';
import type { Task } from '../tasks';
import type { ProblemSet } from '../trajectories/trajectory-set';
import { selectRows, type Sequences } from './data/token-batches';

/** Sequences with how many tokens at the start of each completion an expert wrote. */
export interface AttemptRows {
  readonly sequences: Sequences;
  readonly expertLengths: Int32Array;
  /**
   * log-probability of each token that the policy drew, at its temperature, [rows × completionLength]; 0 at
   * an expert's tokens and behind the end.
   */
  readonly drawnLogProbs: Float32Array;
}

/** Samples `perProblem` completions to each problem, those to a problem side by side. */
export async function rollOut(
  engine: Engine,
  task: Task,
  problems: ProblemSet,
  { perProblem, temperature, seed }: { perProblem: number; temperature: number; seed: number },
): Promise<AttemptRows> {
  const { promptLength, completionLength } = task;
  const rows = problems.size * perProblem;
  const prompts = new Int32Array(rows * promptLength);
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / perProblem) * promptLength;
    prompts.set(problems.prompts.subarray(from, from + promptLength), row * promptLength);
  }
  const { tokens, lengths, logProbs } = await engine.sample({
    rows,
    promptLength,
    prompts,
    maxNewTokens: completionLength,
    temperature,
    seed,
    stopToken: task.stopToken,
    padToken: task.padToken,
  });
  return {
    sequences: {
      promptLength,
      completionLength,
      prompts,
      completions: tokens,
      completionLengths: lengths,
    },
    expertLengths: new Int32Array(rows),
    drawnLogProbs: logProbs,
  };
}

/** Demonstrations as rows of their own. */
export function demonstrationRows(demonstrations: Sequences): AttemptRows {
  return {
    sequences: demonstrations,
    expertLengths: demonstrations.completionLengths,
    drawnLogProbs: new Float32Array(demonstrations.completions.length),
  };
}

/**
 * Lets the policy continue the first `prefixLengths[row]` tokens of each demonstration. Rows of equal
 * prefix length are sampled together, each length with its own seed.
 */
export async function continuePrefixes(
  engine: Engine,
  task: Task,
  demonstrations: Sequences,
  {
    prefixLengths,
    temperature,
    seedOf,
  }: { prefixLengths: Int32Array; temperature: number; seedOf: (length: number) => number },
): Promise<AttemptRows> {
  const { promptLength, completionLength } = demonstrations;
  const completions = new Int32Array(demonstrations.completions.length).fill(task.padToken);
  const completionLengths = new Int32Array(prefixLengths.length);
  const drawnLogProbs = new Float32Array(completions.length);
  for (const length of new Set(prefixLengths)) {
    const rows = Array.from(prefixLengths.keys()).filter((row) => prefixLengths[row] === length);
    const width = promptLength + length;
    const prompts = new Int32Array(rows.length * width);
    rows.forEach((row, i) => {
      prompts.set(
        demonstrations.prompts.subarray(row * promptLength, (row + 1) * promptLength),
        i * width,
      );
      const start = row * completionLength;
      const prefix = demonstrations.completions.subarray(start, start + length);
      prompts.set(prefix, i * width + promptLength);
      completions.set(prefix, start);
    });
    const free = completionLength - length;
    const { tokens, lengths, logProbs } = await engine.sample({
      rows: rows.length,
      promptLength: width,
      prompts,
      maxNewTokens: free,
      temperature,
      seed: seedOf(length),
      stopToken: task.stopToken,
      padToken: task.padToken,
    });
    rows.forEach((row, i) => {
      const start = row * completionLength + length;
      completions.set(tokens.subarray(i * free, (i + 1) * free), start);
      drawnLogProbs.set(logProbs.subarray(i * free, (i + 1) * free), start);
      completionLengths[row] = length + lengths[i]!;
    });
  }
  return {
    sequences: { ...demonstrations, completions, completionLengths },
    expertLengths: prefixLengths,
    drawnLogProbs,
  };
}

function join<Column extends Int32Array | Float32Array>(
  parts: readonly Column[],
  make: (length: number) => Column,
): Column {
  const joined = make(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Rows one part after another. */
export function concatenate(parts: readonly AttemptRows[]): AttemptRows {
  const { promptLength, completionLength } = parts[0]!.sequences;
  const column = (pick: (part: AttemptRows) => Int32Array): Int32Array =>
    join(parts.map(pick), (length) => new Int32Array(length));
  return {
    sequences: {
      promptLength,
      completionLength,
      prompts: column(({ sequences }) => sequences.prompts),
      completions: column(({ sequences }) => sequences.completions),
      completionLengths: column(({ sequences }) => sequences.completionLengths),
    },
    expertLengths: column(({ expertLengths }) => expertLengths),
    drawnLogProbs: join(
      parts.map(({ drawnLogProbs }) => drawnLogProbs),
      (length) => new Float32Array(length),
    ),
  };
}

/** Takes the parts' rows problem by problem: all of the first problem's, then all of the second's. */
export function interleave(parts: readonly AttemptRows[], problems: number): AttemptRows {
  if (parts.length === 1) return parts[0]!;
  const all = concatenate(parts);
  const order: number[] = [];
  for (let problem = 0; problem < problems; problem++) {
    let offset = 0;
    for (const { expertLengths } of parts) {
      const perProblem = expertLengths.length / problems;
      for (let i = 0; i < perProblem; i++) order.push(offset + problem * perProblem + i);
      offset += expertLengths.length;
    }
  }
  return {
    sequences: selectRows(all.sequences, order),
    expertLengths: Int32Array.from(order, (row) => all.expertLengths[row]!),
    drawnLogProbs: copyRows(new Float32Array(all.drawnLogProbs.length), all.drawnLogProbs, order),
  };
}
