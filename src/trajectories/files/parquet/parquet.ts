/** Rows of a Parquet file, read by hyparquet a batch at a time. */
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { LabError, messageOf } from '../../../errors';
import { EXACT_PARSERS, plainReader, withExactDecimals } from './parquet-values';
import type { SourceRow } from '../rows/source-row';

/** A file whose parts can be read in any order. */
export interface RandomAccessFile {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer;
  /** Told of the bytes that are decoded next in one piece, which lets nothing else happen. */
  readonly announce?: (bytes: number) => void;
}

/**
 * For every part of a row group that is read, lists and structs of the whole group are decoded anew: a
 * group is read at once, unless it is so large that its rows would fill the memory.
 */
const MOST_PART_ROWS = 1 << 17;
const MOST_PART_BYTES = 1 << 26;

/** What a file unpacks to is seldom more than so many times as much: damaged ones state what they like. */
const MOST_UNPACKED = 10;

interface Part {
  readonly rowStart: number;
  readonly rowEnd: number;
  /** Of its row group, unpacked: all of it is decoded. */
  readonly bytes: number;
}

/** Ranges of rows to read at a time, none of which is of two row groups. */
function* partsOf({ row_groups }: FileMetaData): Generator<Part> {
  let first = 0;
  for (const { num_rows, total_byte_size } of row_groups) {
    const rows = Number(num_rows);
    const byBytes = Math.floor((rows * MOST_PART_BYTES) / Math.max(1, Number(total_byte_size)));
    const most = Math.max(1, Math.min(MOST_PART_ROWS, byBytes));
    for (let start = 0; start < rows; start += most) {
      const [rowStart, rowEnd] = [first + start, first + Math.min(rows, start + most)];
      yield { rowStart, rowEnd, bytes: Number(total_byte_size) };
    }
    first += rows;
  }
}

/** A table with more of them holds no trajectories; what a row takes grows with their depth too. */
const MOST_COLUMNS = 2000;
const MOST_DEPTH = 64;

function checkSchema(schema: readonly SchemaElement[]): void {
  /** Children of each open group that are still to come. */
  const open: number[] = [];
  let depth = 0;
  for (const { num_children: children = 0 } of schema) {
    if (open.length > 0) open[open.length - 1]! -= 1;
    if (children > 0) open.push(children);
    depth = Math.max(depth, open.length);
    while (open.at(-1) === 0) open.pop();
  }
  if (schema.length <= MOST_COLUMNS && depth <= MOST_DEPTH) return;
  const limits = { mostColumns: MOST_COLUMNS, mostDepth: MOST_DEPTH };
  throw new LabError('file/parquet-schema', { columns: schema.length, depth, ...limits });
}

/** Rows that no group holds would be read without end. */
function checkRows({ num_rows: stated, row_groups: groups }: FileMetaData): void {
  const held = groups.reduce((sum, { num_rows: rows }) => sum + rows, 0n);
  if (held === stated) return;
  throw new LabError('file/parquet', { reason: `it states ${stated} rows and holds ${held}` });
}

class ParquetRow implements SourceRow {
  constructor(
    readonly line: number,
    readonly value: unknown,
    readonly bytes: number,
  ) {}

  /** Written when a report asks, which it does for few rows. */
  get text(): string {
    return JSON.stringify(this.value);
  }
}

/** Rows of a Parquet file. Throws an error of `file` where it is none, or uses what cannot be read. */
export async function* parquetRows(file: RandomAccessFile): AsyncGenerator<SourceRow> {
  // Few users import Parquet; the page need not load its reader for the others.
  const [{ parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  try {
    const metadata = await parquetMetadataAsync(file);
    checkSchema(metadata.schema);
    checkRows(metadata);
    metadata.schema = withExactDecimals(metadata.schema);
    const plain = plainReader(parquetSchema(metadata));
    const total = Number(metadata.num_rows);
    const bytes = file.byteLength / total;
    for (const { rowStart, rowEnd, bytes: unpacked } of partsOf(metadata)) {
      file.announce?.(Math.min(unpacked, MOST_UNPACKED * file.byteLength));
      const range = { file, metadata, rowStart, rowEnd };
      const rows = await parquetReadObjects({ ...range, compressors, parsers: EXACT_PARSERS });
      for (let i = 0; i < rows.length; i++) {
        const value = plain(rows[i]);
        // What was read is let go of: the rows of a group are many.
        rows[i] = {};
        yield new ParquetRow(rowStart + i + 1, value, bytes);
      }
    }
  } catch (error) {
    // Such as a cancel, which comes between two pieces of the file.
    if (error instanceof LabError) throw error;
    const reason = messageOf(error);
    throw new LabError('file/parquet', { reason }, { cause: error });
  }
}
