/** Rows of a Parquet file, read by hyparquet a batch at a time. */
import { isLabError, LabError, messageOf } from '../../errors';
import { CHUNK_ROWS, type ExtraValue } from '../table';
import type { SourceRow } from './source';

/** A file whose parts can be read in any order. */
interface RandomAccessFile {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer;
}

/** Rows of a Parquet file. Throws an error of `file` where it is none, or uses what cannot be read. */
export async function* parquetRows(file: RandomAccessFile): AsyncGenerator<SourceRow> {
  if (file.byteLength === 0) {
    throw new LabError('file/empty');
  }
  // Few users import Parquet; the page need not load its reader for the others.
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  try {
    const metadata = await parquetMetadataAsync(file);
    const total = Number(metadata.num_rows);
    for (let first = 0; first < total; first += CHUNK_ROWS) {
      const rowEnd = Math.min(total, first + CHUNK_ROWS);
      const rows = await parquetReadObjects({ file, metadata, rowStart: first, rowEnd });
      const bytes = (file.byteLength * rows.length) / total;
      for (const [i, row] of rows.entries()) {
        const value = plainValue(row);
        const text = JSON.stringify(value);
        yield { line: first + i + 1, value, text, bytes: bytes / rows.length };
      }
    }
  } catch (error) {
    // Such as a cancel, which comes between two pieces of the file.
    if (isLabError(error, 'file') || error instanceof LabError) throw error;
    const reason = messageOf(error);
    throw new LabError('file/parquet', { reason }, { cause: error });
  }
}

/** As JSON has it. Integers beyond 2^53 become their digits, dates ISO text, null a missing field. */
function plainValue(value: unknown): ExtraValue {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === 'object' && value !== null) {
    // A date, in whatever realm it was made.
    if ('toISOString' in value) return JSON.parse(JSON.stringify(value)) as ExtraValue;
    const fields = Object.entries(value).filter(([, field]) => field !== null);
    return Object.fromEntries(fields.map(([name, field]) => [name, plainValue(field)]));
  }
  return value as ExtraValue;
}
