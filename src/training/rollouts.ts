/** Rollouts: groups of the policy's own attempts at fresh problems, judged by the verifier. */
import type { Engine } from '../engine/engine';
import { deriveSeed, Random } from '../random';
import type { Task } from '../tasks';
import { drawProblems, problemSet, type ProblemSet } from '../trajectories/trajectory-set';
import { groupAdvantages } from './advantage';
import { describeAttempt } from './evaluate';
import type { Rollout } from './events';
import type { RlSettings } from './run-config';
import type { Sequences } from './token-batches';

/** All rollouts of an RL step, the groups of all rounds one after another. */
export interface RolloutPool {
  readonly sequences: Sequences;
  readonly rewards: Float32Array;
  readonly advantages: Float32Array;
  /** Per group: whether all its rewards are equal. */
  readonly uniform: readonly boolean[];
  readonly rewardStd: number;
  /** Per rollout: whether it reached the length limit without an end token. */
  readonly endless: readonly boolean[];
  readonly rounds: number;
  /** The same attempts as text. */
  readonly rollouts: readonly Rollout[];
}

export interface RlStepOptions {
  readonly settings: RlSettings;
  readonly seed: number;
  /** Counts from 1. */
  readonly step: number;
}

/** Samples `groupSize` responses to each problem at temperature 1. */
async function rollOut(
  engine: Engine,
  task: Task,
  problems: ProblemSet,
  { groupSize, seed }: { groupSize: number; seed: number },
): Promise<Sequences> {
  const { promptLength, responseLength } = task;
  const rows = problems.size * groupSize;
  const prompts = new Int32Array(rows * promptLength);
  for (let row = 0; row < rows; row++) {
    const from = Math.floor(row / groupSize) * promptLength;
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
  return { promptLength, responseLength, prompts, responses: tokens, responseLengths: lengths };
}

function judge(
  task: Task,
  problems: ProblemSet,
  sequences: Sequences,
): Omit<Rollout, 'advantage'>[] {
  const { responseLength, responses } = sequences;
  const rows = sequences.responseLengths.length;
  return Array.from({ length: rows }, (_, row) => {
    const response = responses.subarray(row * responseLength, (row + 1) * responseLength);
    const problem = Math.floor((row * problems.size) / rows);
    const verdict = task.verify(problems.answers[problem]!, response);
    return describeAttempt(task, problems, problem, response, verdict);
  });
}

function groupsWithSignal(attempts: readonly { correct: boolean }[], groupSize: number): number {
  let groups = 0;
  for (let start = 0; start < attempts.length; start += groupSize) {
    const group = attempts.slice(start, start + groupSize);
    if (group.some(({ correct }) => correct !== group[0]!.correct)) groups++;
  }
  return groups;
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

function concatenate(parts: readonly Sequences[]): Sequences {
  const { promptLength, responseLength } = parts[0]!;
  return {
    promptLength,
    responseLength,
    prompts: join(parts.map((part) => part.prompts)),
    responses: join(parts.map((part) => part.responses)),
    responseLengths: join(parts.map((part) => part.responseLengths)),
  };
}

function endless(
  { responses, responseLength, responseLengths }: Sequences,
  stop: number,
): boolean[] {
  return Array.from(
    responseLengths,
    (length, row) => responses[row * responseLength + length - 1] !== stop,
  );
}

/**
 * Dynamic sampling (DAPO): rounds of fresh prompts until enough groups have unequal rewards, pooled.
 * After `maxRounds` it goes on with what there is.
 */
export async function collectRollouts(
  engine: Engine,
  task: Task,
  { settings, seed, step }: RlStepOptions,
): Promise<RolloutPool> {
  const { groupSize, promptsPerStep, levels, maxRounds } = settings;
  const rounds: Sequences[] = [];
  const attempts: Omit<Rollout, 'advantage'>[] = [];
  let useful = 0;
  while (useful < promptsPerStep && rounds.length < maxRounds) {
    const round = rounds.length;
    const random = Random.from(seed, 'rl', step, 'prompts', round);
    const drawn = drawProblems(task, promptsPerStep, levels, { part: 'train', random });
    const problems = problemSet(task, drawn);
    const roundSeed = deriveSeed(seed, 'rl', step, 'sample', round);
    const sequences = await rollOut(engine, task, problems, { groupSize, seed: roundSeed });
    const judged = judge(task, problems, sequences);
    rounds.push(sequences);
    attempts.push(...judged);
    useful += groupsWithSignal(judged, groupSize);
  }
  const rewards = Float32Array.from(attempts, ({ correct }) => Number(correct));
  const { advantages, uniform, rewardStd } = groupAdvantages(rewards, groupSize);
  const sequences = concatenate(rounds);
  return {
    sequences,
    rewards,
    advantages,
    uniform,
    rewardStd,
    endless: endless(sequences, task.stopToken),
    rounds: rounds.length,
    rollouts: attempts.map((attempt, row) => ({ ...attempt, advantage: advantages[row]! })),
  };
}

/** Rows of the groups that teach something, at most `promptsPerStep` groups. */
export function keptRows(pool: RolloutPool, { groupSize, promptsPerStep }: RlSettings): number[] {
  return Array.from(pool.rewards.keys())
    .filter((row) => !pool.uniform[Math.floor(row / groupSize)])
    .slice(0, promptsPerStep * groupSize);
}
