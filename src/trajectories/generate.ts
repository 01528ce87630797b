/** Makes a set for the library, in chunks between which a caller can report, listen and stop. */
import { Random } from '../random';
import type { Problem, SetRecipe, Task } from '../tasks';
import { paddedSet } from './padded';
import { CHUNK_ROWS, joinTables, TableBuilder, type TrajectoryTable } from './table';
import { checkRecipe, drawProblem, type DrawOptions, type TrajectorySet } from './trajectory-set';

type GenerateEvent =
  | {
      readonly type: 'progress';
      readonly activity: 'Problems' | 'Solutions';
      readonly done: number;
      readonly total: number;
    }
  | { readonly type: 'chunk'; readonly table: TrajectoryTable };

/** Problems between two progress events; a hard one of the grid takes up to a millisecond. */
const PROGRESS_ROWS = 256;

/** Makes the trajectories that a run with the same task, recipe and seed trains on, row for row. */
export function generateTables(
  task: Task,
  recipe: SetRecipe,
  seed: number,
): Generator<GenerateEvent> {
  return makeTables(task, recipe, trainingStreams(recipe, seed));
}

/** As {@link generateTables}, at once. */
export function makeTrainingSet(task: Task, recipe: SetRecipe, seed: number): TrajectorySet {
  return makeTrajectorySet(task, recipe, trainingStreams(recipe, seed));
}

/** Sets of a nest have a stream for solutions of their own: else it would begin after the last problem. */
function trainingStreams({ name, nest }: SetRecipe, seed: number): DrawOptions {
  const streamOf = (...path: string[]): Random => Random.from(seed, 'trajectories', ...path);
  const random = streamOf(nest ?? name);
  return { part: 'train', random, solutions: nest ? streamOf(nest, 'solutions') : random };
}

/** A set that is made at once, in the columns that a model trains on. */
export function makeTrajectorySet(
  task: Task,
  recipe: SetRecipe,
  options: DrawOptions,
): TrajectorySet {
  const events = [...makeTables(task, recipe, options)];
  const tables = events.flatMap((event) => (event.type === 'chunk' ? [event.table] : []));
  return paddedSet(task, joinTables(tables), recipe.name);
}

/** All problems are drawn before the first is solved. */
function* makeTables(
  task: Task,
  { size: total, levels, expert }: SetRecipe,
  options: DrawOptions,
): Generator<GenerateEvent> {
  checkRecipe(task, total, levels);
  const problems: Problem[] = [];
  while (problems.length < total) {
    if (problems.length % PROGRESS_ROWS === 0) {
      yield { type: 'progress', activity: 'Problems', done: problems.length, total };
    }
    problems.push(drawProblem(task, problems.length, levels, options));
  }
  for (let first = 0; first < total; first += CHUNK_ROWS) {
    yield { type: 'progress', activity: 'Solutions', done: first, total };
    const builder = new TableBuilder();
    for (const problem of problems.slice(first, first + CHUNK_ROWS)) {
      builder.add({
        prompt: task.tokenizer.encode(problem.prompt),
        completion: task.tokenizer.encode(
          task.solve(problem, options.solutions ?? options.random, expert),
        ),
        level: problem.level,
        answer: problem.answer,
      });
    }
    yield { type: 'chunk', table: builder.table() };
  }
}
