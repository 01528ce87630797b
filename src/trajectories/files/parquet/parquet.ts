/** Rows of a Parquet file, read by hyparquet a batch at a time. */
import { LabError, messageOf } from '../../../errors';
import { CHUNK_ROWS } from '../../table';
import { EXACT_PARSERS, plainValue, withExactDecimals } from './parquet-values';
import type { SourceRow } from '../rows/source-row';

/** A file whose parts can be read in any order. */
export interface RandomAccessFile {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer;
}

/** Rows of a Parquet file. Throws an error of `file` where it is none, or uses what cannot be read. */
export async function* parquetRows(file: RandomAccessFile): AsyncGenerator<SourceRow> {
  // Few users import Parquet; the page need not load its reader for the others.
  const [{ parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  try {
    const metadata = await parquetMetadataAsync(file);
    metadata.schema = withExactDecimals(metadata.schema);
    const tree = parquetSchema(metadata);
    const total = Number(metadata.num_rows);
    for (let first = 0; first < total; first += CHUNK_ROWS) {
      const rowEnd = Math.min(total, first + CHUNK_ROWS);
      const range = { file, metadata, rowStart: first, rowEnd };
      const rows = await parquetReadObjects({ ...range, compressors, parsers: EXACT_PARSERS });
      const bytes = (file.byteLength * rows.length) / total;
      for (const [i, row] of rows.entries()) {
        const value = plainValue(row, tree);
        const text = JSON.stringify(value);
        yield { line: first + i + 1, value, text, bytes: bytes / rows.length };
      }
    }
  } catch (error) {
    // Such as a cancel, which comes between two pieces of the file.
    if (error instanceof LabError) throw error;
    const reason = messageOf(error);
    throw new LabError('file/parquet', { reason }, { cause: error });
  }
}
