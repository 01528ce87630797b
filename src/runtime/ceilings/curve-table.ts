/** A file of curves as a table, whatever logged them. */
import { checkCurveFileSize, readLog, textOf, type Table } from '../../theory';

export interface CurveTable {
  readonly text: string;
  readonly table: Table;
}

/** Throws an error of `curves` or `file` for a file that is too large, damaged or no table. */
export async function readCurveTable(file: Blob): Promise<CurveTable> {
  checkCurveFileSize(file.size);
  const text = await textOf(new Uint8Array(await file.arrayBuffer()));
  return { text, table: await readLog(text) };
}
