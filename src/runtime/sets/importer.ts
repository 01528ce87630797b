/**
 * Imports of the library. A file is read to its end first; its report then lets the user decide
 * whether the good rows become a set or nothing does.
 */
import { LabError } from '../../errors';
import {
  createTask,
  OwnSurvey,
  type OwnOptions,
  type OwnSettings,
  type Task,
  type TaskSettings,
} from '../../tasks';
import { encodeRow, importRows, type ImportOptions } from '../../trajectories/files/import';
import { parquetRows } from '../../trajectories/files/parquet';
import { summaryOf, type FileFormat, type ImportReport } from '../../trajectories/files/report';
import { readRow, RowError, type TextRow } from '../../trajectories/files/shapes';
import { jsonLines, type SourceRow } from '../../trajectories/files/source';
import type { SetRecord, SetStore } from '../stores/sets';
import type { TrajectoryTable } from '../../trajectories/table';
import { draftOf } from './library';
import { LibraryWork, type LibraryListener, type LibraryNews } from './library-work';

/** What is read from a file at a time. */
const PIECE_BYTES = 1 << 20;

/** A file of the user's; its name goes into the set's origin. */
interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** Rows by which the task of a file is guessed. */
const GUESSED_ROWS = 40;

interface Pending {
  readonly file: NamedFile;
  readonly format: FileFormat;
  readonly task: TaskSettings;
  readonly report: ImportReport;
  readonly tables: readonly TrajectoryTable[];
}

export class Importer {
  readonly #store: SetStore;
  readonly #work: LibraryWork;
  #pending: Pending | null = null;

  constructor(store: SetStore, listener: LibraryListener, now: () => number) {
    this.#store = store;
    this.#work = new LibraryWork(listener, now);
  }

  /** Ends the reading at hand, which then rejects; without effect where there is none. */
  cancel(): void {
    this.#work.cancel();
  }

  /**
   * Which of some tasks the first rows of a file belong to: the index of the one that takes most of
   * them; null where none takes half. Throws an error of `file` for a file that holds no text.
   */
  guess(file: NamedFile, tasks: readonly TaskSettings[]): Promise<number | null> {
    return this.#work.run((signal) => guessing(file, tasks, signal));
  }

  /** Reads a file once to find the settings of the task that its rows make. */
  survey(file: NamedFile, options: OwnOptions): Promise<OwnSettings> {
    return this.#work.run((signal) => surveying(file, options, signal));
  }

  /** Reads a file to its end and holds its good rows until they are kept or discarded. */
  read(file: NamedFile, task: TaskSettings, options: ImportOptions = {}): Promise<ImportReport> {
    return this.#work.run((signal) => this.#read(file, task, { ...options, signal }));
  }

  /** Makes a set of the good rows of the file that was read last. */
  keep(name: string): Promise<SetRecord> {
    return this.#work.run(() => this.#keep(name));
  }

  /** Forgets the file that was read last. */
  discard(): void {
    this.#pending = null;
  }

  async *#read(
    file: NamedFile,
    task: TaskSettings,
    { signal, ...options }: ImportOptions & { readonly signal: AbortSignal },
  ): AsyncGenerator<LibraryNews, ImportReport> {
    this.#pending = null;
    const format = await formatOf(file);
    const tables: TrajectoryTable[] = [];
    const reading = importRows(createTask(task), rowsOf(file, format, signal), options);
    let next = await reading.next();
    for (; !next.done; next = await reading.next()) {
      if (next.value.type === 'chunk') tables.push(next.value.table);
      else yield newsOf(file, next.value.bytes);
    }
    this.#pending = { file, format, task, report: next.value, tables };
    return next.value;
  }

  async *#keep(name: string): AsyncGenerator<LibraryNews, SetRecord> {
    if (!this.#pending) throw new LabError('library/no-file');
    const { file, format, task, report, tables } = this.#pending;
    if (report.kept === 0) {
      throw new LabError('library/no-rows', { rows: report.read, file: file.name });
    }
    const origin = {
      kind: 'imported',
      file: { name: file.name, bytes: file.content.size, format },
      summary: summaryOf(report),
    } as const;
    const draft = yield* draftOf({ name, task, origin }, tables);
    const record = await this.#store.createSet(draft, tables);
    this.#pending = null;
    return record;
  }
}

async function* guessing(
  file: NamedFile,
  tasks: readonly TaskSettings[],
  signal: AbortSignal,
): AsyncGenerator<LibraryNews, number | null> {
  const rows: SourceRow[] = [];
  let bytes = 0;
  for await (const row of rowsOf(file, await formatOf(file), signal)) {
    yield newsOf(file, (bytes += row.bytes));
    if (!row.isBlank && !row.error) rows.push(row);
    if (rows.length === GUESSED_ROWS) break;
  }
  const taken = tasks.map((settings) => {
    const task = createTask(settings);
    return rows.filter((row) => isOf(task, row)).length;
  });
  const most = Math.max(0, ...taken);
  return most > 0 && 2 * most >= rows.length ? taken.indexOf(most) : null;
}

async function* surveying(
  file: NamedFile,
  options: OwnOptions,
  signal: AbortSignal,
): AsyncGenerator<LibraryNews, OwnSettings> {
  const survey = new OwnSurvey();
  const splitText = textSplitter(options.promptEnd ?? null);
  let bytes = 0;
  for await (const row of rowsOf(file, await formatOf(file), signal)) {
    yield newsOf(file, (bytes += row.bytes));
    const text = textOf(row, splitText);
    if (text) survey.add(text);
  }
  return survey.settings(options);
}

/** @param bytes read so far; the last line counts an end that the file may lack */
function newsOf({ content: { size: total } }: NamedFile, bytes: number): LibraryNews {
  return { activity: 'Import', done: Math.min(bytes, total), total };
}

/** The file's rows; a cancel is heard before each piece too, since a row may be as long as the file. */
function rowsOf(
  { content }: NamedFile,
  format: FileFormat,
  signal: AbortSignal,
): AsyncIterable<SourceRow> {
  const read = async (start: number, end?: number): Promise<ArrayBuffer> => {
    if (signal.aborted) throw new LabError('cancelled');
    return content.slice(start, end).arrayBuffer();
  };
  return format === 'jsonl'
    ? jsonLines(piecesOf(content.size, read))
    : parquetRows({ byteLength: content.size, slice: read });
}

async function* piecesOf(
  size: number,
  read: (start: number, end: number) => Promise<ArrayBuffer>,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < size; start += PIECE_BYTES) {
    yield new Uint8Array(await read(start, start + PIECE_BYTES));
  }
}

/** By what the file begins with: names are often wrong. */
async function formatOf({ content }: NamedFile): Promise<FileFormat> {
  return (await content.slice(0, 4).text()) === 'PAR1' ? 'parquet' : 'jsonl';
}

function isOf(task: Task, row: SourceRow): boolean {
  try {
    encodeRow(
      task,
      readRow(row.value, (whole) => task.splitText(whole)),
    );
    return true;
  } catch {
    return false;
  }
}

function textSplitter(promptEnd: string | null) {
  return (text: string): { prompt: string; completion: string } => {
    const at = promptEnd === null ? -1 : text.indexOf(promptEnd);
    if (promptEnd === null || at < 0) {
      throw new RowError('missing-field', 'The row does not say where its prompt ends.');
    }
    const end = at + promptEnd.length;
    return { prompt: text.slice(0, end), completion: text.slice(end) };
  };
}

/** The row's texts, or null where it has none: the import that follows reports it. */
function textOf(row: SourceRow, splitText: ReturnType<typeof textSplitter>): TextRow | null {
  if (row.isBlank || row.error) return null;
  try {
    return readRow(row.value, splitText);
  } catch (error) {
    if (error instanceof RowError) return null;
    throw error;
  }
}
