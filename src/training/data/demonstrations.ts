/** Trajectory sets as a run takes them in: of the right task, and clear of the benchmark. */
import { LabError } from '../../errors';
import { type HeldOutVariant, type Task } from '../../tasks';
import { keyOfTokens } from '../../trajectories/table';
import type { ProblemSet, TrajectorySet } from '../../trajectories/trajectory-set';
import { copyRows } from '../../engine/rows';

/** Throws an error of `task` unless the set is one of this task's and has trajectories. */
export function checkTask(task: Task, set: TrajectorySet): void {
  const { promptLength, completionLength, tokenizer, levels } = task;
  if (set.size < 1) {
    throw new LabError('set/empty', { set: set.name, size: set.size });
  }
  const refuse = (what: string, has: number, wanted: string): never => {
    throw new LabError('set/other-task', { set: set.name, what, has, task: task.name, wanted });
  };
  if (set.prompts.length !== set.size * promptLength) {
    refuse('its prompts have a length of', set.prompts.length / set.size, `${promptLength}`);
  }
  if (set.completions.length !== set.size * completionLength) {
    refuse(
      'its completions have a slot of',
      set.completions.length / set.size,
      `${completionLength}`,
    );
  }
  const symbols = tokenizer.vocabulary.length;
  const strange = [...set.prompts, ...set.completions].find((id) => id < 0 || id >= symbols);
  if (strange !== undefined) refuse('it has token', strange, `0 to ${symbols - 1}`);
  const level = set.levels.find((value) => value >= levels.length);
  if (level !== undefined) refuse('it has level', level + 1, `1 to ${levels.length}`);
}

/** The prompt of each row with its padding, a view. */
function promptsOf({ promptLength }: Task, { prompts, size }: ProblemSet): Int32Array[] {
  return Array.from({ length: size }, (_, row) =>
    prompts.subarray(row * promptLength, (row + 1) * promptLength),
  );
}

function columns(from: Int32Array, rows: ArrayLike<number>, width: number): Int32Array {
  return copyRows(new Int32Array(rows.length * width), from, rows);
}

/** Some of a set's problems, in the given order. */
export function selectProblems(from: ProblemSet, rows: ArrayLike<number>): ProblemSet {
  return {
    size: rows.length,
    prompts: columns(from.prompts, rows, from.prompts.length / from.size),
    levels: Uint8Array.from(rows, (row) => from.levels[row]!),
    answers: Array.from(rows, (row) => from.answers[row]!),
  };
}

/**
 * The set without trajectories whose prompt is also in one of the measuring sets, or of the kind that
 * is held out: nothing is measured on what was learned. Throws an error of `task` where none is left.
 */
export function withoutMeasured(
  task: Task,
  set: TrajectorySet,
  { measured, heldOut }: { measured: readonly ProblemSet[]; heldOut?: HeldOutVariant },
): { set: TrajectorySet; leftOut: number } {
  const { tokenizer, padToken } = task;
  // The same task pads the same prompt to the same tokens.
  const known = new Set(
    measured.flatMap((problems) => promptsOf(task, problems)).map((ids) => keyOfTokens(ids)),
  );
  const isHeldOut = (ids: Int32Array): boolean =>
    heldOut?.includes(tokenizer.decode(ids.filter((id) => id !== padToken))) === true;
  const rows = promptsOf(task, set).flatMap((ids, row) =>
    known.has(keyOfTokens(ids)) || isHeldOut(ids) ? [] : [row],
  );
  if (rows.length === set.size) return { set, leftOut: 0 };
  if (rows.length === 0) {
    throw new LabError('set/nothing-left', { size: set.size, set: set.name });
  }
  const kept: TrajectorySet = {
    ...set,
    ...selectProblems(set, rows),
    completions: columns(set.completions, rows, task.completionLength),
    completionLengths: Int32Array.from(rows, (row) => set.completionLengths[row]!),
  };
  return { set: kept, leftOut: set.size - rows.length };
}
