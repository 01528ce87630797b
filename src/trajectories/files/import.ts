/** Turns the rows of a file into tables of a task, with a report on every row that is not right. */
import type { Task } from '../../tasks';
import { CHUNK_ROWS, TableBuilder, type TrajectoryRow, type TrajectoryTable } from '../table';
import { encodeRow } from './encode-row';
import type { FoundShape } from './mapping/known-shapes';
import {
  FaultTally,
  SOFT_FAULTS,
  type ImportReport,
  type RowFault,
  type SoftFault,
} from './report';
import { RowError } from './row-error';
import { rowReader, type TextRow } from './mapping/shapes';
import type { SourceRow } from './rows/source-row';

export interface ImportOptions extends FoundShape {
  /** Soft problems whose rows are left out; the others are counted and kept. */
  readonly refuse?: readonly SoftFault[];
}

export type ImportEvent =
  | { readonly type: 'progress'; readonly bytes: number; readonly rows: number }
  | { readonly type: 'chunk'; readonly table: TrajectoryTable };

/** Rows between two progress events, or bytes where rows are long. */
export const PROGRESS_ROWS = 1024;
const PROGRESS_BYTES = 1 << 20;

/**
 * Reads rows into tables of good rows. Whoever stops reading cancels; nothing is stored here, so the
 * caller decides on the report whether the good rows are kept.
 */
export async function* importRows(
  task: Task,
  source: AsyncIterable<SourceRow>,
  options: ImportOptions,
): AsyncGenerator<ImportEvent, ImportReport> {
  const reader = new RowReader(task, options);
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
  readonly #shape: string;
  readonly #read: (value: unknown) => TextRow;
  #blankLines = 0;
  #crlfLines = 0;
  #hasByteOrderMark = false;
  #kept = 0;

  constructor(task: Task, { shape, mapping, refuse = [] }: ImportOptions) {
    this.#task = task;
    this.#shape = shape;
    this.#read = rowReader(mapping, (whole) => task.splitText(whole));
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
      const good = this.#good(row);
      this.#kept += 1;
      return good;
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      this.#note(error.fault, error.message, row);
      return null;
    }
  }

  #note(fault: RowFault, message: string, { line, text }: SourceRow): void {
    this.#tally.add(fault, line, message, text);
  }

  #good(row: SourceRow): TrajectoryRow {
    const text = this.#read(row.value);
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
      shape: this.#shape,
      faults: this.#tally.reports(isKept),
      blankLines: this.#blankLines,
      crlfLines: this.#crlfLines,
      hasByteOrderMark: this.#hasByteOrderMark,
      columns: [...this.#columns],
      bytes: this.bytes,
    };
  }
}
