/**
 * Writes a set in the shapes that the field's trainers read, without padding and end tokens, with
 * `level`, `answer` and the columns that came with it. TRL's trainers take JSONL as it is (SFTTrainer
 * the shapes, GRPOTrainer the prompt column, which hands the other columns to the reward), verl's the
 * Parquet.
 */
import type { Task, TaskSettings } from '../../tasks';
import type { SetOrigin } from '../origin';
import type { SetStatistics } from '../statistics';
import { tokensOf, type ExtraValue, type TrajectoryTable } from '../table';

export const EXPORT_SHAPES = [
  ...(['prompt-completion', 'messages', 'text', 'gsm8k'] as const),
  ...(['verl-rl', 'verl-sft'] as const),
] as const;
export type ExportShape = (typeof EXPORT_SHAPES)[number];

/** verl reads Parquet alone. */
export function isParquetShape(shape: ExportShape): boolean {
  return shape === 'verl-rl' || shape === 'verl-sft';
}

export type ExportedRow = Readonly<Record<string, ExtraValue>>;

/** One line per row, each with its line end. */
export function* exportLines(
  task: Task,
  table: TrajectoryTable,
  shape: ExportShape,
): Generator<string> {
  for (const row of exportedRows(task, table, shape)) yield `${JSON.stringify(row)}\n`;
}

/** @param first place of the table's first row in its set */
export function* exportedRows(
  task: Task,
  table: TrajectoryTable,
  shape: ExportShape,
  first = 0,
): Generator<ExportedRow> {
  const names = Object.keys(table.extras).map((name) => [name, columnName(name)] as const);
  for (let row = 0; row < table.rows; row++) {
    const extras = names
      .map(([name, written]) => [written, table.extras[name]![row]] as const)
      .filter(([, value]) => value !== undefined);
    yield {
      ...ownFields(writtenRow(task, table, row), shape, first + row),
      ...Object.fromEntries(extras),
    };
  }
}

/** What a row of a set says, as text. */
interface WrittenRow {
  readonly prompt: string;
  readonly completion: string;
  readonly level: string | number;
  readonly answer: string;
  readonly separator: string;
}

function writtenRow(task: Task, table: TrajectoryTable, row: number): WrittenRow {
  const { tokenizer } = task;
  return {
    prompt: tokenizer.decode(tokensOf(table.prompts, row)),
    completion: tokenizer.decode(tokensOf(table.completions, row).subarray(0, -1)),
    level: levelName(task, table.levels[row]!),
    answer: table.answers[row]!,
    separator: tokenizer.separator,
  };
}

/** The fields of a shape. @param index the row's place in its set */
function ownFields(
  { prompt, completion, level, answer, separator }: WrittenRow,
  shape: ExportShape,
  index: number,
): ExportedRow {
  const asked = { role: 'user', content: prompt };
  const answered = { role: 'assistant', content: completion };
  switch (shape) {
    case 'prompt-completion':
      return { prompt, completion, level, answer };
    case 'messages':
    case 'verl-sft':
      return { messages: [asked, answered], level, answer };
    case 'text':
      return { text: prompt + (completion === '' ? '' : separator + completion), level, answer };
    case 'gsm8k':
      return { question: prompt, answer: withMarkedAnswer(completion, answer), level };
    case 'verl-rl':
      return {
        data_source: 'plasticity-lab',
        prompt: [asked],
        ability: 'math',
        reward_model: { style: 'rule', ground_truth: answer },
        extra_info: { split: 'train', index, question: prompt, answer: completion },
        level,
      };
    default:
      return shape satisfies never;
  }
}

/** GSM8K's solutions end with their answer behind `####`. */
function withMarkedAnswer(completion: string, answer: string): string {
  const at = completion.lastIndexOf('####');
  const isMarked = at >= 0 && completion.slice(at + 4).trim() === answer;
  return isMarked ? completion : `${completion}\n#### ${answer}`;
}

/** Names that mean something in some shape: no further column may have them. */
const TAKEN = new Set([
  ...['prompt', 'completion', 'messages', 'text', 'level', 'answer', 'question'],
  ...['data_source', 'ability', 'reward_model', 'extra_info'],
]);
const PREFIX = 'extra_';

/** What a column that came with a set is called beside the set's own: `prompt` becomes `extra_prompt`. */
function columnName(name: string): string {
  return TAKEN.has(withoutPrefixes(name)) ? PREFIX + name : name;
}

/** The column that {@link columnName} called so. */
export function nameOfColumn(written: string): string {
  const isRenamed = written.startsWith(PREFIX) && TAKEN.has(withoutPrefixes(written));
  return isRenamed ? written.slice(PREFIX.length) : written;
}

/** A column may be called `extra_prompt` already. */
function withoutPrefixes(name: string): string {
  let rest = name;
  while (rest.startsWith(PREFIX) && !TAKEN.has(rest)) rest = rest.slice(PREFIX.length);
  return rest;
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
    readonly shape: ExportShape;
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
  { shape, extras }: { shape: ExportShape; extras: readonly string[] },
): SetCard {
  const blank = { prompt: '', completion: '', level: '', answer: '', separator: '' };
  const columns = [...Object.keys(ownFields(blank, shape, 0)), ...extras.map(columnName)];
  const extension = isParquetShape(shape) ? 'parquet' : 'jsonl';
  return {
    format: 'plasticity-lab trajectory set',
    version: 1,
    name,
    task,
    origin,
    statistics,
    digest,
    file: { name: `${fileStem(name)}.${extension}`, shape, columns },
  };
}

/** A set's name as a file's: letters, digits and hyphens. */
export function fileStem(name: string): string {
  const stem = name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return stem === '' ? 'trajectories' : stem;
}
