/** A first look at a file: what it is, how its columns are mapped, and how its answers are read. */
import {
  answerReader,
  createTask,
  isSameAnswer,
  type AnswerRule,
  type Task,
  type TaskSettings,
} from '../../../tasks';
import { encodeRow } from '../encode-row';
import { shapeOfRows, type FoundShape } from './known-shapes';
import { columnPaths, isRecord, isWhole, type FieldMapping } from './mapping';
import { rowReader, type TextRow } from './shapes';
import type { Source } from '../rows/source';
import type { SourceRow } from '../rows/source-row';
import { remarksOn, type LookRemark } from './remarks';
import { promptEndIn, textSplitter } from './text-splitter';

/** Rows by which a file is judged. */
const JUDGED_ROWS = 40;

export interface ColumnOverview {
  readonly path: string;
  /** The beginning of the first value. */
  readonly example: string;
}

/** What the first rows of a file say, before anything is decided. */
export interface FileLook extends FoundShape, Pick<Source, 'format' | 'compression'> {
  readonly columns: readonly ColumnOverview[];
  /** Index of the task whose problems the rows are; null where they are of none of them. */
  readonly task: number | null;
  /** How answers are read, for a task of the file's own. */
  readonly answer: AnswerRule;
  /** With what a prompt ends, where a row is one text; null where that is not known. */
  readonly promptEnd: string | null;
  /** What a person should decide, or know, before the rows are read. */
  readonly remarks: readonly LookRemark[];
}

/** The first rows of a file, of which some may be damaged. */
export async function firstRows(source: Source): Promise<SourceRow[]> {
  const rows: SourceRow[] = [];
  for await (const row of source.rows()) {
    if (!row.isBlank) rows.push(row);
    if (rows.length === JUDGED_ROWS) break;
  }
  return rows;
}

/** @param tasks those that the rows may belong to */
export function lookAt(
  { format, compression }: Pick<Source, 'format' | 'compression'>,
  rows: readonly SourceRow[],
  tasks: readonly TaskSettings[],
): FileLook {
  const good = rows.filter(({ error }) => !error);
  const found = shapeOfRows(good.map(({ value }) => value));
  const promptEnd = promptEndOf(good, found.mapping);
  const texts = textsOf(good, found.mapping, textSplitter(promptEnd));
  return {
    ...{ format, compression, ...found, promptEnd },
    remarks: remarksOn(good, found.mapping, texts),
    columns: columnsOf(good),
    task: taskOf(good, found.mapping, tasks.map(createTask)),
    answer: ruleFor(texts),
  };
}

const EXAMPLE = 60;

function columnsOf(rows: readonly SourceRow[]): ColumnOverview[] {
  const paths = columnPaths(rows.map(({ value }) => value).filter(isRecord));
  return [...paths].map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return { path, example: text.length > EXAMPLE ? `${text.slice(0, EXAMPLE)}…` : text };
  });
}

function promptEndOf(rows: readonly SourceRow[], { text }: FieldMapping): string | null {
  if (text === null) return null;
  const texts = rows.map(({ value }) => (isRecord(value) ? value[text] : null));
  return promptEndIn(texts.filter((each) => typeof each === 'string'));
}

/** The texts of the rows that can be read. */
function textsOf(
  rows: readonly SourceRow[],
  mapping: FieldMapping,
  splitText: Task['splitText'],
): TextRow[] {
  if (!isWhole(mapping)) return [];
  const read = rowReader(mapping, splitText);
  return rows.flatMap(({ value }) => {
    try {
      return [read(value)];
    } catch {
      return [];
    }
  });
}

/** The task that takes most of the rows; null where none takes half. */
function taskOf(
  rows: readonly SourceRow[],
  mapping: FieldMapping,
  tasks: readonly Task[],
): number | null {
  const taken = tasks.map(
    (task) =>
      textsOf(rows, mapping, (text) => task.splitText(text)).filter((row) => isOf(task, row))
        .length,
  );
  const most = Math.max(0, ...taken);
  return most > 0 && 2 * most >= rows.length ? taken.indexOf(most) : null;
}

function isOf(task: Task, row: TextRow): boolean {
  try {
    encodeRow(task, row);
    return true;
  } catch {
    return false;
  }
}

/** Ways in which the field writes answers, the surest first. */
const RULES: readonly AnswerRule[] = [
  { by: 'marker', marker: '####' },
  { by: 'boxed' },
  { by: 'marker', marker: '#' },
  { by: 'exact' },
  { by: 'last-number' },
];

/** The rule by which most answers are found and right; the whole completion where none finds any. */
function ruleFor(rows: readonly TextRow[]): AnswerRule {
  const areGiven = rows.some(({ answer }) => answer !== undefined);
  const scored = RULES.filter(({ by }) => areGiven || by !== 'exact').map((rule) => {
    const read = answerReader(rule);
    const right = rows.filter(({ completion, answer }) => {
      const given = read(completion);
      return given !== null && (answer === undefined || isSameAnswer(rule, given, answer));
    });
    return { rule, right: right.length };
  });
  const best = scored.reduce((a, b) => (b.right > a.right ? b : a));
  return best.right > 0 ? best.rule : rows.length > 0 ? { by: 'exact' } : RULES[2]!;
}
