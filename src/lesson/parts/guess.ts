/** Chapter 1: the base model guesses, and a success rate is measured as samples come in. */
import * as v from 'valibot';
import { deriveSeed, Random } from '../../random';
import { seed, type DataOf } from '../../schema/pieces';
import { createTask, type Task } from '../../tasks';
import { rollOut } from '../../training/attempts';
import { describeAttempt } from '../../training/evaluation/evaluate';
import type { Rollout } from '../../training/events';
import { drawProblems, problemSet, type ProblemSet } from '../../trajectories/trajectory-set';
import { LESSON_CONFIG, type LiveContext } from '../context';

/** How many problems of each level are answered. */
export const SAMPLE_CHOICES = [16, 64, 256, 1024] as const;

export const guessSettings = v.object({ seed, samples: v.picklist(SAMPLE_CHOICES) });

export interface GuessSettings extends DataOf<typeof guessSettings> {}

export const GUESS_DEFAULTS: GuessSettings = { seed: 0, samples: 256 };

/** The one problem that is looked at closely has two operators. */
const WATCHED_LEVEL = 1;
const WATCHED_ATTEMPTS = 16;
/** Problems of each level between two points of the curve. */
const ROUND = 4;

export type GuessNews =
  | { readonly type: 'attempts'; readonly attempts: readonly Rollout[] }
  | {
      readonly type: 'counted';
      /** Problems of each level so far, one sample each. */
      readonly samples: number;
      /** Right answers of each level. */
      readonly right: readonly number[];
    };

async function attempt(
  { engine }: LiveContext,
  task: Task,
  problems: ProblemSet,
  options: { perProblem: number; seed: number },
): Promise<Rollout[]> {
  const { sequences } = await rollOut(engine, task, problems, { ...options, temperature: 1 });
  const { completions, completionLength } = sequences;
  return Array.from(sequences.completionLengths.keys(), (row) => {
    const completion = completions.subarray(row * completionLength, (row + 1) * completionLength);
    const problem = Math.floor(row / options.perProblem);
    const verdict = task.verify(problems.answers[problem]!, completion);
    return {
      ...describeAttempt(task, problems, problem, completion, verdict),
      advantage: null,
    };
  });
}

/** Sixteen attempts at one problem, then one attempt at each of ever more problems of every level. */
export async function* guess(
  context: LiveContext,
  { seed: chosen, samples }: GuessSettings,
): AsyncGenerator<GuessNews, void> {
  const task = createTask(LESSON_CONFIG.task);
  await context.engine.loadParameters(context.base.parameters);
  const random = Random.from(chosen, 'lesson', 'guess');
  const one = task.draw(random, WATCHED_LEVEL, 'benchmark');
  const watched = await attempt(context, task, problemSet(task, [one]), {
    perProblem: WATCHED_ATTEMPTS,
    seed: deriveSeed(chosen, 'lesson', 'guess', 'one'),
  });
  yield { type: 'attempts', attempts: watched };
  const right = task.levels.map(() => 0);
  for (let done = ROUND; done <= samples; done += ROUND) {
    const drawn = drawProblems(task, ROUND * task.levels.length, 'balanced', {
      part: 'benchmark',
      random,
    });
    const attempts = await attempt(context, task, problemSet(task, drawn), {
      perProblem: 1,
      seed: deriveSeed(chosen, 'lesson', 'guess', done),
    });
    for (const { level, correct } of attempts) right[level]! += Number(correct);
    yield { type: 'counted', samples: done, right: [...right] };
  }
}
