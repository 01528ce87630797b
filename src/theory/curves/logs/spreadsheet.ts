/** CSV as spreadsheets and loggers write it: sep= lines, # lines, empty columns, numbers of any country. */
import { csvFormOf, csvRecords, type CsvForm, type CsvRecord } from '../../../files/csv';
import { LabError } from '../../../errors';
import type { BadLine, TableRow } from '../table';

export interface Sheet {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
  readonly badLines: readonly BadLine[];
  readonly delimiter: string;
}

/** Excel says the separator in a line of its own. */
const SEPARATOR = /^\s*"?sep=(.)"?[ \t]*(?=\r\n|\n|\r)/i;

/** Takes the text of comment lines away, so that lines keep their numbers. */
function withoutComments(text: string): { text: string; comments: readonly string[] } {
  const comments: string[] = [];
  const rest = text.replace(/(^|\r\n|\n|\r)#([^\r\n]*)/g, (_, end: string, comment: string) => {
    comments.push(comment.trim());
    return end;
  });
  return { text: rest, comments };
}

/** A header that stands in the last comment, as NumPy writes it, over rows of numbers alone. */
function commentedHeader(
  first: CsvRecord,
  comments: readonly string[],
  { delimiter }: CsvForm,
): readonly string[] | null {
  const cells = comments.at(-1)?.split(delimiter) ?? [];
  const areNumbers = first.cells.every((cell) => cell.trim() !== '' && !isNaN(Number(cell)));
  return areNumbers && cells.length === first.cells.length ? cells : null;
}

function checkHeader(columns: readonly string[]): void {
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i);
  if (twice !== undefined) throw new LabError('curves/column-twice', { column: twice });
}

/** Throws an error of `curves` for what has no header, or a header that names a column twice. */
export async function readSheet(given: string): Promise<Sheet> {
  const [line, separator] = SEPARATOR.exec(given) ?? [];
  const { text, comments } = withoutComments(line === undefined ? given : given.slice(line.length));
  const guessed = (await csvFormOf(text.trimStart())) ?? { delimiter: ',', newline: '\n' as const };
  const form = separator === undefined ? guessed : { ...guessed, delimiter: separator };
  const records: CsvRecord[] = [];
  for await (const record of csvRecords([text], form)) records.push(record);
  const first = records[0];
  if (!first) throw new LabError('curves/empty');
  if (first.isBroken) throw new LabError('curves/open-quote', { row: first.line });
  const commented = commentedHeader(first, comments, form);
  const header = (commented ?? first.cells).map((name) => name.trim());
  checkHeader(header);
  // Columns without a name at the end are what a spreadsheet has beyond its table.
  const width = header.findLastIndex((name) => name !== '') + 1;
  const columns = header.slice(0, width);
  const rows: TableRow[] = [];
  const badLines: BadLine[] = [];
  for (const record of commented ? records : records.slice(1)) {
    const { line: row, cells } = record;
    const used = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
    if (record.isBroken) {
      badLines.push({ line: row, message: `Row ${row} opens a quote that the file never closes.` });
    } else if (used > header.length) {
      const message = `Row ${row} has ${used} cells; the header has ${columns.length}.`;
      badLines.push({ line: row, message });
    } else if (used > 0) {
      const named = columns.map((name, i): [string, string] => [name, (cells[i] ?? '').trim()]);
      rows.push({ line: row, cells: new Map(named) });
    }
  }
  return { columns, rows, badLines, delimiter: form.delimiter };
}
