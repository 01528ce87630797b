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

/** Cells with spaces between them, as NumPy and pandas print them: with tabs instead; other texts as they are. */
function tabbed(text: string): string {
  const lines = text.split(/\r\n|\n|\r/);
  const cells = lines.map((line) => line.trim().split(/\s+/));
  const rows = cells.filter(([first]) => first !== '' && !first!.startsWith('#'));
  const width = rows[1]?.length ?? 0;
  const numbers = rows
    .slice(1)
    .flat()
    .filter((cell) => !isNaN(Number(cell)));
  const isSpaced =
    !/[,;\t|]/.test(text) &&
    width > 1 &&
    rows.slice(1).every(({ length }) => length === width) &&
    2 * numbers.length >= width * (rows.length - 1);
  // pandas gives its index no name.
  const isIndexed = rows[0]?.length === width - 1;
  if (!isSpaced || (rows[0]!.length !== width && !isIndexed)) return text;
  return cells
    .map((line) => (isIndexed && line === rows[0] ? ['', ...line] : line).join('\t'))
    .map((line) => line.replace(/^#\s+/, '# '))
    .join('\n');
}

/** The line below the header of a table in Markdown. */
function isRule({ cells }: CsvRecord): boolean {
  const drawn = cells.filter((cell) => cell.trim() !== '');
  return drawn.length > 0 && drawn.every((cell) => /^\s*:?-{2,}:?\s*$/.test(cell));
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
  const spaced = tabbed(line === undefined ? given : given.slice(line.length));
  const { text, comments } = withoutComments(spaced);
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
    if (isRule(record)) continue;
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
