/** Rows of a table in CSV: a header, then a row for each record. */
import { csvRecords, type CsvForm, type CsvRecord } from '../../../files/csv';
import type { Bytes } from '../../../files/compression';
import { RowError } from '../row-error';
import type { SourceRow } from './source-row';

/** What a decoder writes for bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/** Rows of a CSV file; blank cells are absent. */
export async function* csvRows(file: Bytes, form: CsvForm): AsyncGenerator<SourceRow> {
  let header: readonly string[] | null = null;
  const encoder = new TextEncoder();
  for await (const record of csvRecords(textOf(file), form)) {
    if (!header) {
      if (isSeparatorLine(record)) continue;
      header = columnNames(record.cells);
      continue;
    }
    const { line, text } = record;
    // Encoding is slow, and most files are of plain letters.
    const bytes = isPlain(text) ? text.length : encoder.encode(text).length;
    const row = { line, text, bytes: bytes + 1 };
    const fault = faultOf(record, header);
    if (fault) yield { ...row, error: fault };
    else yield { ...row, value: rowOf(record.cells, header) };
  }
}

async function* textOf(file: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const piece of file) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

function isPlain(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

/** Excel's `sep=;`, which is not a row. */
function isSeparatorLine({ text }: CsvRecord): boolean {
  return /^sep=.?$/i.test(text);
}

/** Every column gets a name of its own; spreadsheets leave some without one, and repeat others. */
function columnNames(cells: readonly string[]): string[] {
  const names: string[] = [];
  cells.forEach((cell, i) => {
    const name = cell.trim() === '' ? `column ${i + 1}` : cell.trim();
    names.push(names.includes(name) ? `${name} (${i + 1})` : name);
  });
  return names;
}

function faultOf({ cells, isBroken, text }: CsvRecord, header: readonly string[]): RowError | null {
  if (isBroken) {
    return new RowError('broken-record', 'A quote is opened in the line and not closed.');
  }
  const last = cells.findLastIndex((cell) => cell.trim() !== '');
  if (last >= header.length) {
    return new RowError(
      'broken-record',
      `The row has ${last + 1} cells; the header names ${header.length} columns. Put a cell with the separator in it into quotes.`,
    );
  }
  if (!text.includes(REPLACEMENT)) return null;
  return new RowError('not-utf8', 'The row is not valid UTF-8. Save the file in that encoding.');
}

function rowOf(cells: readonly string[], header: readonly string[]): Record<string, string> {
  const row: Record<string, string> = {};
  for (let i = 0; i < header.length; i++) {
    const cell = cells[i];
    if (cell !== undefined && cell !== '') row[header[i]!] = cell;
  }
  return row;
}
