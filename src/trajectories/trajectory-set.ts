/** Sets of expert trajectories, held in columns so that a large set is a few typed arrays. */
import { LabError } from '../errors';
import type { Random } from '../random';
import { encodePrompt, type LevelMix, type Part, type Problem, type Task } from '../tasks';

/** Problems in columns. */
export interface ProblemSet {
  readonly size: number;
  /** Encoded prompts, [size × task.promptLength]. */
  readonly prompts: Int32Array;
  readonly levels: Uint8Array;
  readonly answers: readonly string[];
}

/** Problems with an expert's completion of each, as a model trains on them. */
export interface TrajectorySet extends ProblemSet {
  readonly name: string;
  readonly promptLength: number;
  readonly completionLength: number;
  /** Encoded completions, padded after the end token, [size × task.completionLength]. */
  readonly completions: Int32Array;
  /** Tokens of each completion, the end token included. */
  readonly completionLengths: Int32Array;
}

export interface DrawOptions {
  readonly part: Part;
  /** Names the random stream; the set's own name belongs into it. */
  readonly random: Random;
  /** The stream of an expert's solutions; `random` where it is left out. */
  readonly solutions?: Random;
  /** Problems that are drawn again, by their prompt. */
  readonly without?: (prompt: string) => boolean;
}

/** Throws an error of `task` unless a set of this size and mix can be made of the task. */
export function checkRecipe(task: Task, size: number, levels: LevelMix): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new LabError('set/size', { size });
  }
  if (levels === 'balanced') return;
  if (levels.length !== task.levels.length) {
    throw new LabError('set/level-weights', { weights: levels.length, levels: task.levels.length });
  }
  if (levels.some((w) => !(w >= 0) || !Number.isFinite(w)) || levels.every((w) => w === 0)) {
    throw new LabError('set/no-level', { weights: levels });
  }
}

/** What is left out is rare: far beyond bad luck. */
const MOST_DRAWS = 1000;

/** Draws `size` problems of one part. */
export function drawProblems(
  task: Task,
  size: number,
  levels: LevelMix,
  options: DrawOptions,
): Problem[] {
  checkRecipe(task, size, levels);
  return Array.from({ length: size }, (_, i) => drawProblem(task, i, levels, options));
}

/** Draws the problem at a place of a set. */
export function drawProblem(
  task: Task,
  place: number,
  levels: LevelMix,
  { part, random, without }: DrawOptions,
): Problem {
  const level = levels === 'balanced' ? place % task.levels.length : random.weighted(levels);
  for (let i = 0; i < MOST_DRAWS; i++) {
    const problem = task.draw(random, level, part);
    if (without?.(problem.prompt) !== true) return problem;
  }
  throw new LabError('set/level-draws', { draws: MOST_DRAWS, level: level + 1 });
}

/** Puts problems into columns. */
export function problemSet(task: Task, problems: readonly Problem[]): ProblemSet {
  const prompts = new Int32Array(problems.length * task.promptLength);
  problems.forEach((problem, i) => {
    prompts.set(encodePrompt(task, problem.prompt), i * task.promptLength);
  });
  return {
    size: problems.length,
    prompts,
    levels: Uint8Array.from(problems, (problem) => problem.level),
    answers: problems.map((problem) => problem.answer),
  };
}
