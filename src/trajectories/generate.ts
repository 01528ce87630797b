/** Makes a set for the library, in chunks between which a caller can report, listen and stop. */
import { Random } from '../random';
import { type Problem, type Task, type SetRecipe } from '../tasks';
import { CHUNK_ROWS, TableBuilder, type TrajectoryTable } from './table';
import { checkRecipe, drawProblem } from './trajectory-set';

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

/**
 * Makes the trajectories that a run with the same task, recipe and seed trains on, row for row: all
 * problems are drawn before the first is solved, as `makeTrajectorySet` does.
 */
export function* generateTables(
  task: Task,
  recipe: SetRecipe,
  seed: number,
): Generator<GenerateEvent> {
  const { name, size: total, levels, expert } = recipe;
  checkRecipe(task, total, levels);
  const random = Random.from(seed, 'trajectories', name);
  const problems: Problem[] = [];
  while (problems.length < total) {
    if (problems.length % PROGRESS_ROWS === 0) {
      yield { type: 'progress', activity: 'Problems', done: problems.length, total };
    }
    problems.push(drawProblem(task, problems.length, levels, { part: 'train', random }));
  }
  for (let first = 0; first < total; first += CHUNK_ROWS) {
    yield { type: 'progress', activity: 'Solutions', done: first, total };
    const builder = new TableBuilder();
    for (const problem of problems.slice(first, first + CHUNK_ROWS)) {
      builder.add({
        prompt: task.tokenizer.encode(problem.prompt),
        completion: task.tokenizer.encode(task.solve(problem, random, expert)),
        level: problem.level,
        answer: problem.answer,
      });
    }
    yield { type: 'chunk', table: builder.table() };
  }
}
