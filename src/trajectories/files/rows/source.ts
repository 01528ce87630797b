/** Finds out what a file is by its content, and reads its rows: names are often wrong. */
import { LabError } from '../../../errors';
import { joined } from '../../../files/bytes';
import { compressionOf, unpacked, type Bytes, type Compression } from '../../../files/compression';
import { csvFormOf, type CsvForm } from '../../../files/csv';
import { SIGNATURE_BYTES, signatureOf } from '../../../files/signature';
import { asUtf8, wideEncodingOf } from '../../../files/wide-text';
import { csvRows } from './csv-rows';
import { documentRows, pythonListRows } from './json-document';
import { jsonLines, parsedJson, pythonLines } from './line-rows';
import { isRecord } from '../mapping/mapping';
import { parquetRows, type RandomAccessFile } from '../parquet/parquet';
import type { FileFormat } from '../report';
import type { SourceRow } from './source-row';

export interface Source {
  readonly format: FileFormat;
  readonly compression: Compression | null;
  /** The rows, from the first on at each call. */
  rows(): AsyncIterable<SourceRow>;
}

/** What is read from a file at a time. */
const PIECE_BYTES = 1 << 20;
/** By so much of its beginning the format of a text is judged. */
const JUDGED_BYTES = 1 << 16;
/** A document is read whole; so much of it is a string that every browser holds. */
const MOST_DOCUMENT = 1 << 28;

/** Throws an error of `file` where the file is empty, damaged or of a format that is not read. */
export async function openSource(file: RandomAccessFile): Promise<Source> {
  if (file.byteLength === 0) throw new LabError('file/empty');
  const start = new Uint8Array(await file.slice(0, SIGNATURE_BYTES));
  const compression = compressionOf(start);
  if (isParquet(start)) {
    return { format: 'parquet', compression, rows: () => parquetRows(file) };
  }
  let taken = 0;
  const packed = (): Bytes => piecesOf(file, (bytes) => (taken = bytes));
  const plain = compression ? () => unpacked(packed(), compression) : packed;
  const encoded = compression ? await beginningOf(plain()) : start;
  const wide = wideEncodingOf(encoded);
  if (!wide) checkIsText(encoded, compression);
  const bytes = wide ? () => asUtf8(plain(), wide) : plain;
  const read = await readerOf(await beginningOf(bytes()), file);
  if (!read) throw new LabError('file/format', { what: 'text that is neither JSON nor a table' });
  const rows = (): AsyncIterable<SourceRow> => read.rows(bytes());
  if (!compression && !wide) return { format: read.format, compression, rows };
  // Progress is told in bytes of the file.
  return { format: read.format, compression, rows: () => measured(rows(), () => taken) };
}

function isParquet(start: Uint8Array): boolean {
  return String.fromCharCode(...start.subarray(0, 4)) === 'PAR1';
}

function checkIsText(start: Uint8Array, compression: Compression | null): void {
  if (start.length === 0) throw new LabError('file/empty');
  const what = signatureOf(start);
  if (what === null) return;
  const packing = compression === null ? '' : `, compressed with ${compression} as a whole`;
  throw new LabError('file/format', { what: `${what}${packing}` });
}

async function* piecesOf(
  file: RandomAccessFile,
  tell: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < file.byteLength; start += PIECE_BYTES) {
    const end = Math.min(start + PIECE_BYTES, file.byteLength);
    tell(end);
    yield new Uint8Array(await file.slice(start, end));
  }
}

async function beginningOf(bytes: Bytes): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of bytes) {
    pieces.push(piece);
    length += piece.length;
    if (length >= JUDGED_BYTES) break;
  }
  return joined(pieces, length).subarray(0, JUDGED_BYTES);
}

/** Rows of a compressed file, each with its share of what was taken from the file. */
async function* measured(
  rows: AsyncIterable<SourceRow>,
  taken: () => number,
): AsyncGenerator<SourceRow> {
  let told = 0;
  for await (const row of rows) {
    const bytes = taken() - told;
    told += bytes;
    yield { ...row, bytes };
  }
}

interface Reader {
  readonly format: FileFormat;
  rows(bytes: Bytes): AsyncIterable<SourceRow>;
}

const JSONL: Reader = { format: 'jsonl', rows: jsonLines };
const PYTHON: Reader = { format: 'python', rows: pythonLines };

/** How a text is read, by its beginning; null where nothing tells. */
async function readerOf(beginning: Uint8Array, file: RandomAccessFile): Promise<Reader | null> {
  const inWhole = wholeReader(file);
  const text = new TextDecoder().decode(beginning);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const objects = lines.filter((line) => line.startsWith('{') && isRecord(parsedJson(line).value));
  // The last element of an array may be a line of its own.
  const isArray = /^\s*\[/.test(text) && 2 * objects.length < lines.length;
  if (objects.length > 0 && !isArray && !(lines.length === 1 && isDocument(text))) return JSONL;
  if (lines.some((line) => /^\{\s*'/.test(line))) return PYTHON;
  if (/^\s*[[(]\s*[{[]\s*'/.test(text)) return { format: 'python', rows: inWhole(pythonListRows) };
  // Lines that would be JSON, were they not damaged.
  if (!isArray && lines.filter((line) => /^\{\s*"/.test(line)).length > 1) return JSONL;
  if (/^\s*[[{]/.test(text)) return { format: 'json', rows: inWhole(documentRows) };
  const form = (await csvFormOf(text)) ?? oneColumnForm(text);
  return form && { format: 'csv', rows: (bytes) => csvRows(bytes, form) };
}

/** A table of one column has no separator, but may have a name that says what it is. */
function oneColumnForm(text: string): CsvForm | null {
  const end = /^"?(?:text|messages|conversations?)"?(\r\n|\r|\n)/i.exec(text)?.[1];
  if (end === undefined) return null;
  return { delimiter: ',', newline: end as CsvForm['newline'] };
}

/** Whether an object in one line is a document with rows in it, and no row itself. */
function isDocument(line: string): boolean {
  const [first, second] = documentRows(line);
  return (
    second !== undefined || JSON.stringify(first?.value) !== JSON.stringify(parsedJson(line).value)
  );
}

/** Readers of texts that are parsed as a whole. */
function wholeReader({ announce }: RandomAccessFile) {
  return (rowsOf: (text: string) => Iterable<SourceRow>) =>
    async function* (bytes: Bytes): AsyncGenerator<SourceRow> {
      const pieces: string[] = [];
      const decoder = new TextDecoder();
      let length = 0;
      for await (const piece of bytes) {
        length += piece.length;
        if (length > MOST_DOCUMENT) {
          throw new LabError('file/document-size', { most: MOST_DOCUMENT });
        }
        pieces.push(decoder.decode(piece, { stream: true }));
      }
      announce?.(length);
      yield* rowsOf(pieces.join('') + decoder.decode());
    };
}
