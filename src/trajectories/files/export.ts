/**
 * Writes a set as JSONL in the shapes of `shapes.ts`, without padding and end tokens, with `level`,
 * `answer` and the columns that came with it: TRL's trainers take it as it is (SFTTrainer the shapes,
 * GRPOTrainer the prompt column, which hands the other columns to the reward).
 */
import type { Task, TaskSettings } from '../../tasks';
import type { SetOrigin } from '../origin';
import type { SetStatistics } from '../statistics';
import { tokensOf, type ExtraValue, type TrajectoryTable } from '../table';
import type { Shape } from './report';

/** One line per row, each with its line end. */
export function* exportLines(task: Task, table: TrajectoryTable, shape: Shape): Generator<string> {
  for (let row = 0; row < table.rows; row++) {
    yield `${JSON.stringify(exportedRow(task, table, row, shape))}\n`;
  }
}

function exportedRow(
  task: Task,
  table: TrajectoryTable,
  row: number,
  shape: Shape,
): Record<string, ExtraValue> {
  const { tokenizer } = task;
  const prompt = tokenizer.decode(tokensOf(table.prompts, row));
  const completion = tokenizer.decode(tokensOf(table.completions, row).subarray(0, -1));
  const extras = Object.entries(table.extras)
    .map(([name, values]) => [name, values[row]] as const)
    .filter(([, value]) => value !== undefined);
  return {
    ...textFields(prompt, completion, { shape, separator: tokenizer.separator }),
    level: levelName(task, table.levels[row]!),
    answer: table.answers[row]!,
    ...Object.fromEntries(extras),
  };
}

function textFields(
  prompt: string,
  completion: string,
  { shape, separator }: { shape: Shape; separator: string },
): Record<string, ExtraValue> {
  switch (shape) {
    case 'prompt-completion':
      return { prompt, completion };
    case 'messages':
      return {
        messages: [
          { role: 'user', content: prompt },
          { role: 'assistant', content: completion },
        ],
      };
    case 'text':
      return { text: prompt + (completion === '' ? '' : separator + completion) };
    default:
      return shape satisfies never;
  }
}

/** The lab's own levels are numbered from 1; levels of a user's file are called as they were. */
function levelName(task: Task, level: number): string | number {
  if (!task.hasLevelNames) return level + 1;
  const name = task.levels[level]!;
  return String(Number(name)) === name ? Number(name) : name;
}

/** What is written beside an exported set: all that is known about it, as plain JSON. */
export interface SetCard {
  readonly format: 'plasticity-lab trajectory set';
  readonly version: 1;
  readonly name: string;
  readonly task: TaskSettings;
  readonly origin: SetOrigin;
  readonly statistics: SetStatistics;
  /** Of the content; equal content has an equal digest. */
  readonly digest: string;
  readonly file: {
    readonly name: string;
    readonly shape: Shape;
    readonly columns: readonly string[];
  };
}

/** What a card is made from. */
interface CardFacts {
  readonly name: string;
  readonly task: TaskSettings;
  readonly origin: SetOrigin;
  readonly statistics: SetStatistics;
  readonly digest: string;
}

/** @param extras names of the columns that came with the set */
export function setCard(
  { name, task, origin, statistics, digest }: CardFacts,
  { shape, extras }: { shape: Shape; extras: readonly string[] },
): SetCard {
  const columns = [...Object.keys(textFields('', '', { shape, separator: '' })), 'level', 'answer'];
  return {
    format: 'plasticity-lab trajectory set',
    version: 1,
    name,
    task,
    origin,
    statistics,
    digest,
    file: { name: `${fileStem(name)}.jsonl`, shape, columns: [...columns, ...extras] },
  };
}

/** A set's name as a file's: letters, digits and hyphens. */
export function fileStem(name: string): string {
  const stem = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return stem === '' ? 'trajectories' : stem;
}
