/** Sets to test with. */
import { presetNamed, setNamed } from '../../../src/training/configuration/presets';
import {
  createTask,
  FULL_GRID,
  type Task,
  type TaskSettings,
  type SetRecipe,
} from '../../../src/tasks';
import { generateTables } from '../../../src/trajectories/generate';
import { joinTables, TableBuilder, type TrajectoryTable } from '../../../src/trajectories/table';

const laptop = presetNamed('laptop');

export const ARITHMETIC: TaskSettings = laptop.config.task;
export const arithmetic = createTask(ARITHMETIC);
export const grid = createTask(FULL_GRID);
export const EXACT = { skip: 0, error: 0, answerOnly: 0 };

export function recipe(size: number, change: Partial<SetRecipe> = {}): SetRecipe {
  return { ...setNamed(laptop, 'uniform'), size, ...change };
}

export function generated(task: Task, from: SetRecipe, seed = 0): TrajectoryTable {
  const tables: TrajectoryTable[] = [];
  for (const event of generateTables(task, from, seed)) {
    if (event.type === 'chunk') tables.push(event.table);
  }
  return joinTables(tables);
}

/** A table of arithmetic trajectories written as text. */
export function tableOf(
  rows: readonly (readonly [prompt: string, completion: string])[],
  task: Task = arithmetic,
): TrajectoryTable {
  const builder = new TableBuilder();
  for (const [prompt, completion] of rows) {
    const { level, answer } = task.read(prompt);
    builder.add({
      prompt: task.tokenizer.encode(prompt),
      completion: task.tokenizer.encode(completion),
      level,
      answer,
    });
  }
  return builder.table();
}
