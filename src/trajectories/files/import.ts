/** Turns the rows of a file into tables of a task, with a report on every row that is not right. */
import { isLabError } from '../../errors';
import { type Task } from '../../tasks';
import { CHUNK_ROWS, TableBuilder, type TrajectoryRow, type TrajectoryTable } from '../table';
import {
  FaultTally,
  SOFT_FAULTS,
  type ImportReport,
  type RowFault,
  type Shape,
  type SoftFault,
} from './report';
import { readRow, RowError, type TextRow } from './shapes';
import type { SourceRow } from './source';

export interface ImportOptions {
  /** Soft problems whose rows are left out; the others are counted and kept. */
  readonly refuse?: readonly SoftFault[];
}

type ImportEvent =
  | { readonly type: 'progress'; readonly bytes: number; readonly rows: number }
  | { readonly type: 'chunk'; readonly table: TrajectoryTable };

/** Rows between two progress events, or bytes where rows are long. */
const PROGRESS_ROWS = 1024;
const PROGRESS_BYTES = 1 << 20;

/**
 * Reads rows into tables of good rows. Whoever stops reading cancels; nothing is stored here, so the
 * caller decides on the report whether the good rows are kept.
 */
export async function* importRows(
  task: Task,
  source: AsyncIterable<SourceRow>,
  { refuse = [] }: ImportOptions = {},
): AsyncGenerator<ImportEvent, ImportReport> {
  const reader = new RowReader(task, refuse);
  let builder = new TableBuilder();
  let toldBytes = 0;
  for await (const row of source) {
    const good = reader.take(row);
    if (good) builder.add(good);
    if (builder.rows === CHUNK_ROWS) {
      yield { type: 'chunk', table: builder.table() };
      builder = new TableBuilder();
    }
    const isLong = reader.bytes - toldBytes >= PROGRESS_BYTES;
    if (isLong || reader.lines % PROGRESS_ROWS === 0) {
      toldBytes = reader.bytes;
      yield { type: 'progress', bytes: reader.bytes, rows: reader.lines };
    }
  }
  if (builder.rows > 0) yield { type: 'chunk', table: builder.table() };
  return reader.report();
}

/** Judges row after row and remembers what it found. */
class RowReader {
  lines = 0;
  bytes = 0;
  readonly #task: Task;
  readonly #refused: ReadonlySet<RowFault>;
  readonly #tally = new FaultTally();
  readonly #prompts = new Map<string, number>();
  readonly #columns = new Set<string>();
  #shape: { name: Shape; line: number } | null = null;
  #blankLines = 0;
  #crlfLines = 0;
  #hasByteOrderMark = false;
  #kept = 0;

  constructor(task: Task, refuse: readonly SoftFault[]) {
    this.#task = task;
    this.#refused = new Set(refuse);
  }

  /** The row's tokens, or null where it is blank or cannot be kept. */
  take(row: SourceRow): TrajectoryRow | null {
    this.lines += 1;
    this.bytes += row.bytes;
    if (row.endsWithCrlf) this.#crlfLines += 1;
    if (row.hasByteOrderMark) this.#hasByteOrderMark = true;
    if (row.isBlank) {
      this.#blankLines += 1;
      return null;
    }
    try {
      if (row.error) throw row.error;
      const good = this.#read(row);
      this.#kept += 1;
      return good;
    } catch (error) {
      const { fault, message } = rowErrorFrom(error);
      this.#note(fault, message, row);
      return null;
    }
  }

  #note(fault: RowFault, message: string, { line, text }: SourceRow): void {
    this.#tally.add(fault, line, message, text);
  }

  #read(row: SourceRow): TrajectoryRow {
    const text = readRow(row.value, (whole) => this.#task.splitText(whole));
    this.#checkShape(text, row.line);
    const good = encodeRow(this.#task, text);
    const soft = this.#softFaults(good, text.prompt, row.line);
    for (const { fault, message } of soft) {
      if (this.#refused.has(fault)) throw new RowError(fault, message);
    }
    for (const { fault, message } of soft) this.#note(fault, message, row);
    this.#prompts.set(text.prompt, this.#prompts.get(text.prompt) ?? row.line);
    for (const name of Object.keys(text.extras)) this.#columns.add(name);
    return good;
  }

  #checkShape({ shape }: TextRow, line: number): void {
    this.#shape ??= { name: shape, line };
    if (this.#shape.name === shape) return;
    throw new RowError(
      'mixed-shape',
      `The row is of the shape ${shape}; line ${this.#shape.line} and those after it are of the shape ${this.#shape.name}. Put each shape in a file of its own.`,
    );
  }

  #softFaults(
    { completion, answer }: TrajectoryRow,
    prompt: string,
    line: number,
  ): { fault: SoftFault; message: string }[] {
    const found: { fault: SoftFault; message: string }[] = [];
    const verdict = this.#task.verify(answer, completion);
    if (!verdict.correct) {
      const given = verdict.answer === null ? 'no answer' : `the answer "${verdict.answer}"`;
      const message = `The completion gives ${given}; right is "${answer}".`;
      found.push({ fault: 'wrong', message });
    }
    const earlier = this.#prompts.get(prompt);
    if (earlier !== undefined && earlier !== line) {
      found.push({ fault: 'duplicate', message: `Line ${earlier} has the same prompt.` });
    }
    return found;
  }

  report(): ImportReport {
    const isKept = (fault: RowFault): boolean =>
      SOFT_FAULTS.some((soft) => soft === fault) && !this.#refused.has(fault);
    return {
      read: this.lines - this.#blankLines,
      kept: this.#kept,
      shape: this.#shape?.name ?? null,
      faults: this.#tally.reports(isKept),
      blankLines: this.#blankLines,
      crlfLines: this.#crlfLines,
      hasByteOrderMark: this.#hasByteOrderMark,
      columns: [...this.#columns],
      bytes: this.bytes,
    };
  }
}

function rowErrorFrom(error: unknown): RowError {
  if (error instanceof RowError) return error;
  if (isLabError(error, 'vocabulary')) return new RowError('not-in-vocabulary', error.message);
  if (isLabError(error, 'task')) return new RowError('not-a-problem', error.message);
  throw error;
}

/** A row as the task's tokens; throws {@link RowError}, or an error of `vocabulary` or `task`. */
export function encodeRow(task: Task, row: TextRow): TrajectoryRow {
  const { tokenizer, stopToken, padToken, promptLength, completionLength } = task;
  const prompt = tokenizer.encode(row.prompt);
  const stop = tokenizer.separator + tokenizer.vocabulary[stopToken]!;
  const isEnded = row.completion.endsWith(stop);
  const completion = tokenizer.encode(isEnded ? row.completion : row.completion + stop);
  const inner = completion.slice(0, -1);
  if (prompt.length > promptLength) {
    throw new RowError(
      'prompt-too-long',
      `The prompt has ${prompt.length} tokens; ${task.name} allows ${promptLength}.`,
    );
  }
  if (completion.length > completionLength) {
    throw new RowError(
      'completion-too-long',
      `With the end token the completion has ${completion.length} tokens; ${task.name} allows ${completionLength}.`,
    );
  }
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
