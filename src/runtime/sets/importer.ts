/**
 * Imports of the library. A file is looked at first, so that its columns can be mapped; then it is read
 * to its end, and its report lets the user decide whether the good rows become a set or nothing does.
 */
import { LabError } from '../../errors';
import type { TaskSettings } from '../../tasks';
import type { FieldMapping } from '../../trajectories/files/mapping/mapping';
import { firstRows, lookAt, type FileLook } from '../../trajectories/files/mapping/look';
import type { RandomAccessFile } from '../../trajectories/files/parquet/parquet';
import { previewOf, type PreviewRow } from '../../trajectories/files/preview';
import { readFile, type FileReading, type ReadRequest } from '../../trajectories/files/read-file';
import { summaryOf, type FileFormat } from '../../trajectories/files/report';
import { openSource, type Source } from '../../trajectories/files/rows/source';
import type { SourceRow } from '../../trajectories/files/rows/source-row';
import type { SetRecord, SetStore } from '../stores/sets';
import type { TrajectoryTable } from '../../trajectories/table';
import { draftOf } from './library';
import { announceBytes, decoding } from './decoding';
import { LibraryWork, type LibraryListener, type LibraryNews } from './library-work';

/** A file of the user's; its name goes into the set's origin. */
interface NamedFile {
  readonly name: string;
  readonly content: Blob;
}

/** A file that was looked at, for previews. */
interface Looked {
  readonly content: Blob;
  readonly rows: readonly SourceRow[];
}

interface Pending extends FileReading {
  readonly file: NamedFile;
  readonly format: FileFormat;
  readonly mapping: FieldMapping;
  readonly tables: readonly TrajectoryTable[];
}

export class Importer {
  readonly #store: SetStore;
  readonly #work: LibraryWork;
  #looked: Looked | null = null;
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
   * What a file is and how its columns are mapped, by its first rows.
   * @param tasks those that the rows may belong to
   * @throws LabError of `file` for a file that is empty, damaged or holds no rows that are read
   */
  look(file: NamedFile, tasks: readonly TaskSettings[]): Promise<FileLook> {
    return decoding(0, () => this.#work.run((signal) => this.#look(file, tasks, signal)));
  }

  /** The first rows of the file that was looked at last, as a request would read them. */
  async preview(request: ReadRequest): Promise<readonly PreviewRow[]> {
    if (!this.#looked) throw new LabError('library/no-file');
    return previewOf(this.#looked.rows, request);
  }

  /** Reads a file to its end and holds its good rows until they are kept. */
  read(file: NamedFile, request: ReadRequest): Promise<FileReading> {
    return decoding(0, () => this.#work.run((signal) => this.#read(file, request, signal)));
  }

  /** Makes a set of the good rows of the file that was read last. */
  keep(name: string): Promise<SetRecord> {
    return this.#work.run(() => this.#keep(name));
  }

  async *#look(
    file: NamedFile,
    tasks: readonly TaskSettings[],
    signal: AbortSignal,
  ): AsyncGenerator<LibraryNews, FileLook> {
    yield newsOf(file, 0);
    const source = await sourceOf(file, signal);
    const rows = await firstRows(source);
    this.#looked = { content: file.content, rows };
    return lookAt(source, rows, tasks);
  }

  async *#read(
    file: NamedFile,
    request: ReadRequest,
    signal: AbortSignal,
  ): AsyncGenerator<LibraryNews, FileReading> {
    this.#pending = null;
    const source = await sourceOf(file, signal);
    const tables: TrajectoryTable[] = [];
    const reading = readFile(source, request);
    let next = await reading.next();
    for (; !next.done; next = await reading.next()) {
      if (next.value.type === 'chunk') tables.push(next.value.table);
      else yield newsOf(file, next.value.bytes);
    }
    const { mapping } = request;
    this.#pending = { file, format: source.format, mapping, tables, ...next.value };
    return next.value;
  }

  async *#keep(name: string): AsyncGenerator<LibraryNews, SetRecord> {
    if (!this.#pending) throw new LabError('library/no-file');
    const { file, format, mapping, task, report, tables } = this.#pending;
    if (task === null || report.kept === 0) {
      throw new LabError('library/no-rows', { rows: report.read, file: file.name });
    }
    const origin = {
      kind: 'imported',
      file: { name: file.name, bytes: file.content.size, format },
      mapping,
      summary: summaryOf(report),
    } as const;
    const draft = yield* draftOf({ name, task, origin }, tables);
    const record = await this.#store.createSet(draft, tables);
    this.#pending = null;
    return record;
  }
}

/** @param bytes read so far; the last line counts an end that the file may lack */
function newsOf({ content: { size: total } }: NamedFile, bytes: number): LibraryNews {
  return { activity: 'Import', done: Math.min(bytes, total), total };
}

/** The file's rows; a cancel is heard before each piece too, since a row may be as long as the file. */
function sourceOf({ content }: NamedFile, signal: AbortSignal): Promise<Source> {
  const file: RandomAccessFile = {
    byteLength: content.size,
    announce: announceBytes,
    slice: async (start, end) => {
      if (signal.aborted) throw new LabError('cancelled');
      return content.slice(start, end).arrayBuffer();
    },
  };
  return openSource(file);
}
