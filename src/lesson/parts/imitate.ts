/** Chapter 2: SFT on an expert's trajectories makes one of them likely, token by token. */
import * as v from 'valibot';
import { exp } from '../../elementary';
import { deriveSeed, Random } from '../../random';
import { seed, type DataOf } from '../../schema/pieces';
import { createTask, type Task } from '../../tasks';
import { rollOut } from '../../training/attempts';
import { optimizerAt } from '../../training/configuration/optimizer';
import { epochBatch } from '../../training/configuration/schedule';
import { nllBatch, completionColumn, selectRows } from '../../training/data/token-batches';
import { makeTrajectorySet } from '../../trajectories/generate';
import {
  drawProblems,
  problemSet,
  type ProblemSet,
  type TrajectorySet,
} from '../../trajectories/trajectory-set';
import { LESSON_CONFIG, type LiveContext } from '../context';

export const TRAJECTORY_CHOICES = [1, 16, 1024] as const;

export const imitateSettings = v.object({ seed, trajectories: v.picklist(TRAJECTORY_CHOICES) });

export interface ImitateSettings extends DataOf<typeof imitateSettings> {}

export const IMITATE_DEFAULTS: ImitateSettings = { seed: 0, trajectories: 1 };

export const IMITATE_STEPS = 120;
/** Steps between two checks on problems that no trajectory shows. */
const CHECK_EVERY = 10;
const CHECKED_PROBLEMS = 128;
/** Four operators: the base has seen no problem as long. */
const HARDEST_ONLY = [0, 0, 0, 1];

export type ImitateNews =
  | {
      readonly type: 'trajectory';
      readonly prompt: string;
      /** The expert's completion, token by token, the end token included. */
      readonly tokens: readonly string[];
    }
  | {
      readonly type: 'scored';
      readonly step: number;
      /** Probability of each token given those before it. */
      readonly probabilities: readonly number[];
      /** Their product: of the whole completion. */
      readonly whole: number;
    }
  | {
      readonly type: 'checked';
      readonly step: number;
      /** Right answers to fresh problems as long. */
      readonly right: number;
      readonly problems: number;
    };

async function countRight(
  { engine }: LiveContext,
  task: Task,
  problems: ProblemSet,
  sampleSeed: number,
): Promise<number> {
  const { sequences } = await rollOut(engine, task, problems, {
    perProblem: 1,
    temperature: 1,
    seed: sampleSeed,
  });
  const { completions, completionLength } = sequences;
  return problems.answers.filter((answer, row) => {
    const completion = completions.subarray(row * completionLength, (row + 1) * completionLength);
    return task.verify(answer, completion).correct;
  }).length;
}

async function scored(
  { engine }: LiveContext,
  watched: TrajectorySet,
  step: number,
): Promise<ImitateNews> {
  const sequences = selectRows(watched, [0]);
  const { logProbs } = await engine.score(nllBatch(sequences));
  const column = completionColumn(sequences, logProbs).subarray(0, sequences.completionLengths[0]);
  const sum = column.reduce((total, logProb) => total + logProb, 0);
  const probabilities = Array.from(column, (logProb) => exp(logProb));
  return { type: 'scored', step, probabilities, whole: exp(sum) };
}

/** SFT on a set whose first trajectory is watched; every few steps fresh problems are answered. */
export async function* imitate(
  context: LiveContext,
  { seed: chosen, trajectories }: ImitateSettings,
): AsyncGenerator<ImitateNews, void> {
  const task = createTask(LESSON_CONFIG.task);
  const { sft, trajectories: recipe } = LESSON_CONFIG;
  const set = makeTrajectorySet(
    task,
    { ...recipe, size: trajectories, levels: HARDEST_ONLY },
    { part: 'train', random: Random.from(chosen, 'lesson', 'imitate') },
  );
  const fresh = problemSet(
    task,
    drawProblems(task, CHECKED_PROBLEMS, HARDEST_ONLY, {
      part: 'benchmark',
      random: Random.from(chosen, 'lesson', 'imitate', 'fresh'),
    }),
  );
  const { engine, base } = context;
  await engine.loadParameters(base.parameters);
  const decode = (ids: Int32Array): string[] => [...ids].map((id) => task.tokenizer.decode([id]));
  const tokens = decode(set.completions.subarray(0, set.completionLengths[0]));
  const prompt = set.prompts.subarray(0, task.promptLength).filter((id) => id !== task.padToken);
  yield { type: 'trajectory', prompt: task.tokenizer.decode(prompt), tokens };
  for (let step = 0; ; step++) {
    yield await scored(context, set, step);
    if (step % CHECK_EVERY === 0) {
      // The same noise each time: what differs is the model.
      const right = await countRight(context, task, fresh, deriveSeed(chosen, 'lesson', 'check'));
      yield { type: 'checked', step, right, problems: CHECKED_PROBLEMS };
    }
    if (step === IMITATE_STEPS) return;
    const rows = epochBatch(
      { size: set.size, seed: chosen },
      step + 1,
      Math.min(sft.batchSize, set.size),
    );
    await engine.step(nllBatch(selectRows(set, rows)), optimizerAt(sft, step + 1, 0));
  }
}
