/** From the library's columns to the padded rows that a model trains on. */
import { LabError } from '../errors';
import { type SolvedProblem, type Task } from '../tasks';
import { tokensOf, type TrajectoryTable } from './table';
import type { TrajectorySet } from './trajectory-set';

/**
 * A table as a set to train on. Throws an error of `task` where a row does not fit the task, as when
 * the set belongs to another one.
 */
export function paddedSet(task: Task, table: TrajectoryTable, name: string): TrajectorySet {
  const { promptLength, completionLength, padToken } = task;
  const prompts = new Int32Array(table.rows * promptLength);
  const completions = new Int32Array(table.rows * completionLength).fill(padToken);
  const completionLengths = new Int32Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    const [prompt, completion] = [table.prompts, table.completions].map((of) => tokensOf(of, row));
    requireKnown(task, name, prompt!);
    requireKnown(task, name, completion!);
    if (completion!.length > completionLength) {
      throw new LabError('set/completion-length', {
        row: row + 1,
        set: name,
        tokens: completion!.length,
        task: task.name,
        most: completionLength,
      });
    }
    prompts.set(task.padPrompt([...prompt!]), row * promptLength);
    completions.set(completion!, row * completionLength);
    completionLengths[row] = completion!.length;
  }
  const { rows: size, levels, answers } = table;
  const lengths = { promptLength, completionLength };
  return { name, size, ...lengths, prompts, completions, completionLengths, levels, answers };
}

function requireKnown({ name, tokenizer }: Task, set: string, ids: Uint16Array): void {
  const symbols = tokenizer.vocabulary.length;
  const strange = ids.find((id) => id >= symbols);
  if (strange === undefined) return;
  throw new LabError('set/token', { set, token: strange, task: name, largest: symbols - 1 });
}

/** A table as the problems that a task of the user's own draws from. */
export function solvedProblems(task: Task, table: TrajectoryTable): SolvedProblem[] {
  return Array.from({ length: table.rows }, (_, row) => ({
    prompt: task.tokenizer.decode(tokensOf(table.prompts, row)),
    completion: task.tokenizer.decode(tokensOf(table.completions, row).slice(0, -1)),
    answer: table.answers[row]!,
    level: table.levels[row]!,
  }));
}
