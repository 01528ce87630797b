/** Rows of a group: the policy's attempts, an expert's demonstrations, and continued prefixes. */
import type { Engine } from '../engine/engine';
import type { Task } from '../tasks';
import type { ProblemSet } from '../trajectories/trajectory-set';
import { selectRows, type Sequences } from './data/token-batches';

/** Sequences with how many tokens at the start of each response an expert wrote. */
export interface AttemptRows {
  readonly sequences: Sequences;
  readonly expertLengths: Int32Array;
}

/** Samples `perProblem` responses to each problem at temperature 1, those to a problem side by side. */
export async function rollOut(
  engine: Engine,
  task: Task,
  problems: ProblemSet,
  { perProblem, seed }: { perProblem: number; seed: number },
): Promise<AttemptRows> {
  const { promptLength, responseLength } = task;
  const rows = problems.size * perProblem;
  const prompts = new Int32Array(rows * promptLength);
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / perProblem) * promptLength;
    prompts.set(problems.prompts.subarray(from, from + promptLength), row * promptLength);
  }
  const { tokens, lengths } = await engine.sample({
    rows,
    promptLength,
    prompts,
    maxNewTokens: responseLength,
    temperature: 1,
    seed,
    stopToken: task.stopToken,
    padToken: task.padToken,
  });
  return {
    sequences: {
      promptLength,
      responseLength,
      prompts,
      responses: tokens,
      responseLengths: lengths,
    },
    expertLengths: new Int32Array(rows),
  };
}

/** Demonstrations as rows of their own. */
export function demonstrationRows(demonstrations: Sequences): AttemptRows {
  return { sequences: demonstrations, expertLengths: demonstrations.responseLengths };
}

/**
 * Lets the policy continue the first `prefixLengths[row]` tokens of each demonstration, at
 * temperature 1. Rows of equal prefix length are sampled together, each length with its own seed.
 */
export async function continuePrefixes(
  engine: Engine,
  task: Task,
  demonstrations: Sequences,
  { prefixLengths, seedOf }: { prefixLengths: Int32Array; seedOf: (length: number) => number },
): Promise<AttemptRows> {
  const { promptLength, responseLength } = demonstrations;
  const responses = new Int32Array(demonstrations.responses.length).fill(task.padToken);
  const responseLengths = new Int32Array(prefixLengths.length);
  for (const length of new Set(prefixLengths)) {
    const rows = Array.from(prefixLengths.keys()).filter((row) => prefixLengths[row] === length);
    const width = promptLength + length;
    const prompts = new Int32Array(rows.length * width);
    rows.forEach((row, i) => {
      prompts.set(
        demonstrations.prompts.subarray(row * promptLength, (row + 1) * promptLength),
        i * width,
      );
      const start = row * responseLength;
      const prefix = demonstrations.responses.subarray(start, start + length);
      prompts.set(prefix, i * width + promptLength);
      responses.set(prefix, start);
    });
    const free = responseLength - length;
    const { tokens, lengths } = await engine.sample({
      rows: rows.length,
      promptLength: width,
      prompts,
      maxNewTokens: free,
      temperature: 1,
      seed: seedOf(length),
      stopToken: task.stopToken,
      padToken: task.padToken,
    });
    rows.forEach((row, i) => {
      responses.set(tokens.subarray(i * free, (i + 1) * free), row * responseLength + length);
      responseLengths[row] = length + lengths[i]!;
    });
  }
  return {
    sequences: { ...demonstrations, responses, responseLengths },
    expertLengths: prefixLengths,
  };
}

function join(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Rows one part after another. */
export function concatenate(parts: readonly AttemptRows[]): AttemptRows {
  const { promptLength, responseLength } = parts[0]!.sequences;
  const column = (pick: (part: AttemptRows) => Int32Array): Int32Array => join(parts.map(pick));
  return {
    sequences: {
      promptLength,
      responseLength,
      prompts: column(({ sequences }) => sequences.prompts),
      responses: column(({ sequences }) => sequences.responses),
      responseLengths: column(({ sequences }) => sequences.responseLengths),
    },
    expertLengths: column(({ expertLengths }) => expertLengths),
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
  };
}
