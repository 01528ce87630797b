/** A row's texts as a task's tokens. */
import { isLabError } from '../../errors';
import type { Task } from '../../tasks';
import type { TrajectoryRow } from '../table';
import { RowError } from './row-error';
import type { TextRow } from './mapping/shapes';

/** Throws {@link RowError}. */
export function encodeRow(task: Task, row: TextRow): TrajectoryRow {
  try {
    return encoded(task, row);
  } catch (error) {
    throw rowErrorFrom(error);
  }
}

function rowErrorFrom(error: unknown): Error {
  if (isLabError(error, 'vocabulary')) return new RowError('not-in-vocabulary', error.message);
  if (isLabError(error, 'task/no-answer')) return new RowError('no-answer', error.message);
  if (isLabError(error, 'task/no-level') || isLabError(error, 'task/unknown-level')) {
    return new RowError('no-level', error.message);
  }
  if (isLabError(error, 'task')) return new RowError('not-a-problem', error.message);
  return error as Error;
}

function encoded(task: Task, row: TextRow): TrajectoryRow {
  const { tokenizer, stopToken, padToken } = task;
  const stop = tokenizer.separator + tokenizer.vocabulary[stopToken]!;
  const isEnded = row.completion.endsWith(stop);
  const ended = isEnded ? row.completion : row.completion + stop;
  // Where each character is a token, a long row is long, whatever characters it has.
  const mayBeLong = row.prompt.length > task.promptLength || ended.length > task.completionLength;
  if (mayBeLong && tokenizer.separator === '') {
    checkLengths(task, [...row.prompt].length, [...ended].length);
  }
  const prompt = tokenizer.encode(row.prompt);
  const completion = tokenizer.encode(ended);
  const inner = completion.slice(0, -1);
  checkLengths(task, prompt.length, completion.length);
  if (prompt.includes(padToken) || inner.includes(padToken) || inner.includes(stopToken)) {
    const [end, pad] = [stopToken, padToken].map((id) => tokenizer.vocabulary[id]);
    throw new RowError(
      'not-in-vocabulary',
      `The row uses ${pad}, the padding, or ${end}, the end token, before its end.`,
    );
  }
  const { answer, level } = task.read(row.prompt, {
    answer: row.answer,
    level: row.level,
    completion: isEnded ? row.completion.slice(0, -stop.length) : row.completion,
  });
  return { prompt, completion, level, answer, extras: row.extras };
}

function checkLengths(
  { name, promptLength, completionLength }: Task,
  prompt: number,
  completion: number,
): void {
  if (prompt > promptLength) {
    throw new RowError(
      'prompt-too-long',
      `The prompt has ${prompt} tokens; ${name} allows ${promptLength}.`,
    );
  }
  if (completion > completionLength) {
    throw new RowError(
      'completion-too-long',
      `With the end token the completion has ${completion} tokens; ${name} allows ${completionLength}.`,
    );
  }
}
