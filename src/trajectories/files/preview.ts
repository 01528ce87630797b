/** Rows as an import would take them, shown before anything is read: with the verdict on each. */
import {
  answerReader,
  createTask,
  isSameAnswer,
  LARGEST_CONTEXT,
  type AnswerRule,
  type Task,
} from '../../tasks';
import { isLabError } from '../../errors';
import { encodeRow } from './encode-row';
import type { ReadRequest } from './read-file';
import { RowError } from './row-error';
import { rowReader, type TextRow } from './mapping/shapes';
import type { SourceRow } from './rows/source-row';
import { textSplitter } from './mapping/text-splitter';

export interface PreviewRow {
  readonly line: number;
  /** null where the row cannot be read. */
  readonly text: {
    readonly prompt: string;
    readonly completion: string;
    readonly level: string | null;
    /** The right answer, from its column or read out of the completion; null where there is none. */
    readonly answer: string | null;
    /** What the verifier reads out of the completion. */
    readonly read: string | null;
    readonly isRight: boolean;
  } | null;
  /** Why an import would leave the row out; null where it would not. */
  readonly problem: string | null;
}

const SHOWN_ROWS = 3;
const SHOWN_CHARACTERS = 400;

/** The first rows, as the request has them. Throws an error of `task` for a rule that cannot be used. */
export function previewOf(rows: readonly SourceRow[], request: ReadRequest): PreviewRow[] {
  const { task } = request;
  const judge =
    task.is === 'own' ? ownJudge(task.options.answer) : taskJudge(createTask(task.settings));
  const split = task.is === 'own' ? textSplitter(task.options.promptEnd ?? null) : judge.splitText;
  const read = rowReader(request.mapping, split);
  return rows.slice(0, SHOWN_ROWS).map((row) => previewed(row, read, judge));
}

interface Judge {
  readonly splitText: Task['splitText'];
  /** Throws {@link RowError} where the row would be left out. */
  verdict(row: TextRow): { answer: string | null; read: string | null; isRight: boolean };
}

function ownJudge(rule: AnswerRule): Judge {
  const readAnswer = answerReader(rule);
  return {
    splitText: textSplitter(null),
    verdict({ prompt, completion, answer }) {
      const length = [...prompt].length + [...completion].length + 1;
      if (length > LARGEST_CONTEXT) {
        const message = `The row has ${length} tokens; a model of the lab holds ${LARGEST_CONTEXT}.`;
        throw new RowError('completion-too-long', message);
      }
      const read = readAnswer(completion);
      const right = answer ?? read;
      const isRight = read !== null && right !== null && isSameAnswer(rule, read, right);
      return { answer: right, read, isRight };
    },
  };
}

function taskJudge(task: Task): Judge {
  return {
    splitText: (text) => task.splitText(text),
    verdict(row) {
      const { answer, completion } = encodeRow(task, row);
      const { answer: read, correct } = task.verify(answer, completion);
      return { answer, read, isRight: correct };
    },
  };
}

function previewed(
  { line, value, error }: SourceRow,
  read: (value: unknown) => TextRow,
  judge: Judge,
): PreviewRow {
  let row: TextRow | null = null;
  try {
    if (error) throw error;
    row = read(value);
    const verdict = judge.verdict(row);
    const problem = verdict.answer === null ? 'It has no answer.' : null;
    return { line, text: shown(row, verdict), problem };
  } catch (thrown) {
    if (!(thrown instanceof RowError) && !isLabError(thrown, 'task')) throw thrown;
    const nothing = { answer: row?.answer ?? null, read: null, isRight: false };
    return { line, text: row && shown(row, nothing), problem: thrown.message };
  }
}

function shown(
  { prompt, completion, level }: TextRow,
  verdict: ReturnType<Judge['verdict']>,
): PreviewRow['text'] {
  const texts = { prompt: cut(prompt), completion: cut(completion) };
  return { ...texts, level: level === undefined ? null : String(level), ...verdict };
}

function cut(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
