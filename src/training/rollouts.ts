/** What an RL step gathers: groups of attempts at the same problems, judged by the verifier. */
import type { Engine } from '../engine/engine';
import { deriveSeed, Random } from '../random';
import type { Task } from '../tasks';
import { drawProblems, problemSet, type ProblemSet } from '../trajectories/trajectory-set';
import { groupAdvantages, type AdvantageSettings, type GroupAdvantages } from './advantage';
import {
  concatenate,
  continuePrefixes,
  demonstrationRows,
  interleave,
  rollOut,
  type AttemptRows,
} from './attempts';
import { selectProblems } from './data/demonstrations';
import { describeAttempt } from './evaluation/evaluate';
import type { Rollout } from './events';
import type { Datasets } from './data/datasets';
import { isUnequal, type GatheredRows, type Method } from './methods';
import type { RlSettings } from './configuration/run-config';
import { epochBatch } from './configuration/schedule';
import { selectRows, tokensRead } from './data/token-batches';

/** All rows of an RL step, the groups of all rounds one after another. */
export interface RolloutPool extends GatheredRows, AttemptRows {
  readonly rewards: Float32Array;
  readonly advantages: Float32Array;
  /** Per group: whether all the rewards that are compared are equal. */
  readonly uniform: readonly boolean[];
  readonly rewardStd: number;
  readonly rounds: number;
  /** Rows that are the policy's own from the first token. */
  readonly own: readonly number[];
  /** Per row of `own`: whether it reached the length limit without an end token. */
  readonly endless: readonly boolean[];
  /** A row as text; of few, since most are never shown. */
  readonly describe: (row: number) => Rollout;
  /** Tokens read to sample all this, prompts and prefixes included. */
  readonly sampledTokens: number;
}

export interface RlStepOptions {
  readonly settings: RlSettings;
  readonly seed: number;
  /** Counts from 1. */
  readonly step: number;
  /** Share of the run that is over before this step, 0 to 1. */
  readonly progress: number;
}

type Sources = Pick<Datasets, 'task' | 'trajectories' | 'heldOut'>;

interface Prompts {
  readonly problems: ProblemSet;
  /** Rows of the trajectory set that demonstrate them; null for fresh problems. */
  readonly demonstrations: Uint32Array | null;
}

/** The prompts of a round (from 0) of an RL step. */
export function drawPrompts(
  { task, trajectories, heldOut }: Sources,
  { settings, seed, step }: Omit<RlStepOptions, 'progress'>,
  round: number,
): Prompts {
  const { promptsPerStep, levels, maxRounds } = settings;
  if (settings.prompts === 'set') {
    const order = { size: trajectories.size, seed, reader: 'rl' };
    const rows = epochBatch(order, (step - 1) * maxRounds + round + 1, promptsPerStep);
    return { problems: selectProblems(trajectories, rows), demonstrations: rows };
  }
  const random = Random.from(seed, 'rl', step, 'prompts', round);
  const without = (prompt: string): boolean => heldOut?.variant.includes(prompt) === true;
  const drawn = drawProblems(task, promptsPerStep, levels, { part: 'train', random, without });
  return { problems: problemSet(task, drawn), demonstrations: null };
}

interface Round {
  readonly method: Method;
  readonly options: RlStepOptions;
  /** Counts from 0. */
  readonly round: number;
}

/** The groups of one round. */
async function gatherRound(
  engine: Engine,
  { task, trajectories }: Sources,
  { problems, demonstrations }: Prompts,
  { method, options, round }: Round,
): Promise<AttemptRows> {
  const { seed, step, progress } = options;
  const { temperature } = options.settings;
  const { composition, prefixLength } = method;
  const sampling = {
    perProblem: composition.rollouts,
    temperature,
    seed: deriveSeed(seed, 'rl', step, 'sample', round),
  };
  const parts = [await rollOut(engine, task, problems, sampling)];
  if (demonstrations === null) return parts[0]!;
  const expert = selectRows(trajectories, demonstrations);
  if (prefixLength) {
    const random = Random.from(seed, 'rl', step, 'prefix', round);
    const prefixLengths = expert.completionLengths.map((length) =>
      prefixLength(length, { progress, random }),
    );
    const seedOf = (length: number): number =>
      deriveSeed(seed, 'rl', step, 'continue', round, length);
    parts.push(
      await continuePrefixes(engine, task, expert, { prefixLengths, temperature, seedOf }),
    );
  }
  if (composition.demonstrations > 0) parts.push(demonstrationRows(expert));
  return interleave(parts, problems.size);
}

/** What the verifier says of an attempt, and the attempt as text. */
interface Verdict {
  readonly correct: boolean;
  readonly describe: () => Omit<Rollout, 'advantage'>;
}

function judge(task: Task, problems: ProblemSet, { sequences }: AttemptRows): Verdict[] {
  const { completionLength, completions } = sequences;
  const rows = sequences.completionLengths.length;
  return Array.from({ length: rows }, (_, row) => {
    const completion = completions.subarray(row * completionLength, (row + 1) * completionLength);
    const problem = Math.floor((row * problems.size) / rows);
    const verdict = task.verify(problems.answers[problem]!, completion);
    const describe = () => describeAttempt(task, problems, problem, completion, verdict);
    return { correct: verdict.correct, describe };
  });
}

function isEndless({ sequences }: AttemptRows, row: number, stop: number): boolean {
  const { completions, completionLength, completionLengths } = sequences;
  return completions[row * completionLength + completionLengths[row]! - 1] !== stop;
}

/**
 * DAPO's overlong penalty (arXiv 2503.14476 eq. 13): 0 up to `longest − buffer` tokens, falling evenly
 * to −1 at `longest`, and −1 for a completion that was cut off there.
 */
export function overlongPenalty(
  length: number,
  { isCut, longest, buffer }: { isCut: boolean; longest: number; buffer: number },
): number {
  if (isCut) return -1;
  const over = length - (longest - buffer);
  return over > 0 ? -over / buffer : 0;
}

function rewardsOf(
  rows: AttemptRows,
  attempts: readonly { correct: boolean }[],
  { task, buffer }: { task: Task; buffer: number | null },
): Float32Array {
  const { completionLengths, completionLength: longest } = rows.sequences;
  return Float32Array.from(attempts, ({ correct }, row) => {
    const length = completionLengths[row]!;
    const isDemonstration = rows.expertLengths[row] === length;
    if (buffer === null || isDemonstration) return Number(correct);
    const isCut = isEndless(rows, row, task.stopToken);
    return Number(correct) + overlongPenalty(length, { isCut, longest, buffer });
  });
}

/** Advantages of the first `compared` rows of each group; an expert's rows beyond have none. */
function advantagesOf(
  rewards: Float32Array,
  { width, compared, settings }: { width: number; compared: number; settings: AdvantageSettings },
): GroupAdvantages {
  const among = rewards.filter((_, row) => row % width < compared);
  const result = groupAdvantages(among, compared, settings);
  if (compared === width) return result;
  const advantages = new Float32Array(rewards.length);
  result.advantages.forEach((advantage, i) => {
    advantages[Math.floor(i / compared) * width + (i % compared)] = advantage;
  });
  return { ...result, advantages };
}

/**
 * Dynamic sampling (DAPO): rounds of prompts until enough groups have unequal rewards, pooled. After
 * `maxRounds` it goes on with what there is.
 */
export async function collectRollouts(
  engine: Engine,
  sources: Sources,
  options: RlStepOptions,
  method: Method,
): Promise<RolloutPool> {
  const { task } = sources;
  const { settings } = options;
  const { promptsPerStep, maxRounds, overlongBuffer: buffer } = settings;
  const { rollouts, hybrids, demonstrations } = method.composition;
  const width = rollouts + hybrids + demonstrations;
  const compared = method.comparesWithExpert ? width : rollouts;
  const rounds: AttemptRows[] = [];
  const attempts: Verdict[] = [];
  let useful = 0;
  while (useful < promptsPerStep && rounds.length < maxRounds) {
    const round = rounds.length;
    const prompts = drawPrompts(sources, options, round);
    const rows = await gatherRound(engine, sources, prompts, { method, options, round });
    const judged = judge(task, prompts.problems, rows);
    rounds.push(rows);
    attempts.push(...judged);
    const correct = Uint8Array.from(judged, (attempt) => Number(attempt.correct));
    for (let start = 0; start < correct.length; start += width) {
      if (isUnequal(correct.subarray(start, start + compared))) useful++;
    }
  }
  const rows = concatenate(rounds);
  const rewards = rewardsOf(rows, attempts, { task, buffer });
  const { advantages, uniform, rewardStd } = advantagesOf(rewards, { width, compared, settings });
  const own = Array.from(rewards.keys()).filter((row) => row % width < rollouts);
  const sampled = Array.from(rewards.keys()).filter((row) => row % width < rollouts + hybrids);
  return {
    ...rows,
    width,
    groups: rewards.length / width,
    correct: Uint8Array.from(attempts, ({ correct }) => Number(correct)),
    rewards,
    advantages,
    uniform,
    rewardStd,
    rounds: rounds.length,
    own,
    endless: own.map((row) => isEndless(rows, row, task.stopToken)),
    describe: (row) => ({ ...attempts[row]!.describe(), advantage: advantages[row]! }),
    sampledTokens: tokensRead(selectRows(rows.sequences, sampled)),
  };
}
