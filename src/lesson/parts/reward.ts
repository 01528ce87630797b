/** Chapter 4: eight attempts, their rewards and advantages, and what a few RL steps make of them. */
import * as v from 'valibot';
import type { Engine } from '../../engine/engine';
import { exp } from '../../elementary';
import { deriveSeed, Random } from '../../random';
import { seed, type DataOf } from '../../schema/pieces';
import { createTask, type Task } from '../../tasks';
import { rollOut } from '../../training/attempts';
import { optimizerAt } from '../../training/configuration/optimizer';
import { completionColumn, nllBatch, type Sequences } from '../../training/data/token-batches';
import { describeAttempt } from '../../training/evaluation/evaluate';
import type { Rollout } from '../../training/events';
import type { Experience } from '../../training/methods/experience';
import { groupRelativeTable } from '../../training/methods/group-relative';
import { problemSet } from '../../trajectories/trajectory-set';
import { LESSON_CONFIG, type LiveContext } from '../context';
import { withRewards } from '../pushes';

export const GROUP_SIZE = 8;

/** `verifier`, or a 0 or 1 for each attempt. */
const rewardsText = v.pipe(
  v.string(),
  v.check(
    (text) => text === 'verifier' || /^[01]{8}$/.test(text),
    'eight digits, each 0 or 1, such as 10010000, or “verifier”',
  ),
);

export const rewardSettings = v.object({ seed, rewards: rewardsText });

export interface RewardSettings extends DataOf<typeof rewardSettings> {}

export const REWARD_DEFAULTS: RewardSettings = { seed: 0, rewards: 'verifier' };

/** What the live part is asked for: the attempts alone, or steps on them with given rewards. */
export interface RewardRequest {
  readonly seed: number;
  /** null to draw the attempts and learn nothing. */
  readonly rewards: readonly number[] | null;
}

export const REWARD_STEPS = 24;
/** Three operators: the base is right about every other time. */
const LEVEL = 2;
const MOST_DRAWS = 50;
/** A group in which so many are right has something to compare. */
const FEWEST_RIGHT = 2;
const MOST_RIGHT = 6;

export type RewardNews =
  | {
      readonly type: 'attempts';
      readonly attempts: readonly Rollout[];
      /** The tokens of each attempt, the end token included. */
      readonly tokens: readonly (readonly string[])[];
      /** With the verifier's rewards; its advantages are 0 until rewards are compared. */
      readonly experience: Experience;
    }
  | {
      readonly type: 'stepped';
      readonly step: number;
      /** How many times as probable each attempt is as when it was written. */
      readonly ratios: readonly number[];
      /** Shares of tokens that the clip held back in the step. */
      readonly clipped: number;
    };

interface Group {
  readonly attempts: readonly Rollout[];
  readonly sequences: Sequences;
}

/** Eight attempts at the first problem of the seed at which some are right and some wrong. */
async function drawGroup(engine: Engine, task: Task, chosen: number): Promise<Group> {
  const random = Random.from(chosen, 'lesson', 'reward');
  for (let draw = 1; ; draw++) {
    const problems = problemSet(task, [task.draw(random, LEVEL, 'train')]);
    const { sequences } = await rollOut(engine, task, problems, {
      perProblem: GROUP_SIZE,
      temperature: 1,
      seed: deriveSeed(chosen, 'lesson', 'reward', draw),
    });
    const { completions, completionLength: width } = sequences;
    const attempts = Array.from({ length: GROUP_SIZE }, (_, row) => {
      const completion = completions.subarray(row * width, (row + 1) * width);
      const verdict = task.verify(problems.answers[0]!, completion);
      return { ...describeAttempt(task, problems, 0, completion, verdict), advantage: null };
    });
    const right = attempts.filter(({ correct }) => correct).length;
    const isMixed = right >= FEWEST_RIGHT && right <= MOST_RIGHT;
    if (isMixed || draw === MOST_DRAWS) return { attempts, sequences };
  }
}

async function experienceOf(engine: Engine, { sequences, attempts }: Group): Promise<Experience> {
  const { logProbs, entropies } = await engine.score(nllBatch(sequences));
  return {
    sequences,
    expertLengths: new Int32Array(GROUP_SIZE),
    rewards: Float32Array.from(attempts, ({ correct }) => Number(correct)),
    advantages: new Float32Array(GROUP_SIZE),
    oldLogProbs: completionColumn(sequences, logProbs),
    entropies: completionColumn(sequences, entropies),
    referenceLogProbs: null,
  };
}

function textTokens(task: Task, { completions, completionLength, completionLengths }: Sequences) {
  return Array.from(completionLengths, (length, row) => {
    const ids = completions.subarray(row * completionLength, row * completionLength + length);
    return Array.from(ids, (id) => task.tokenizer.decode([id]));
  });
}

/** Of each row, π now over π when it was written. */
async function ratiosTo(engine: Engine, { sequences, oldLogProbs }: Experience): Promise<number[]> {
  const { logProbs } = await engine.score(nllBatch(sequences));
  const now = completionColumn(sequences, logProbs);
  const { completionLength: width, completionLengths } = sequences;
  return Array.from(completionLengths, (length, row) => {
    let sum = 0;
    for (let t = row * width; t < row * width + length; t++) sum += now[t]! - oldLogProbs[t]!;
    return exp(sum);
  });
}

/**
 * Draws a group of attempts; with rewards, takes steps on it as the lab's RL does on a group, again and
 * again on the same attempts, so that the clip is seen at work.
 */
export async function* reward(
  { engine, base }: LiveContext,
  { seed: chosen, rewards }: RewardRequest,
): AsyncGenerator<RewardNews, void> {
  const { task: settings, rl } = LESSON_CONFIG;
  const task = createTask(settings);
  await engine.loadParameters(base.parameters);
  const group = await drawGroup(engine, task, chosen);
  const drawn = await experienceOf(engine, group);
  const tokens = textTokens(task, group.sequences);
  yield { type: 'attempts', attempts: group.attempts, tokens, experience: drawn };
  if (rewards === null) return;
  const experience = withRewards(drawn, rewards, rl);
  const table = groupRelativeTable(experience, rl);
  yield { type: 'stepped', step: 0, ratios: rewards.map(() => 1), clipped: 0 };
  for (let step = 1; step <= REWARD_STEPS; step++) {
    const metrics = await engine.step(table, optimizerAt(rl, step, 0));
    const clipped = metrics.clipRatioLow + metrics.clipRatioHigh;
    yield { type: 'stepped', step, ratios: await ratiosTo(engine, experience), clipped };
  }
}
