/** Lines of a file that arrives in pieces, of which only one line is held in memory at a time. */
import { LabError } from '../../errors';

export type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; null where it cannot be given, for the reason in `fault`. */
  readonly text: string | null;
  readonly fault: 'not-utf8' | 'long-line' | null;
  /** Bytes of the line, its end not included. */
  readonly bytes: number;
  readonly endsWithCrlf: boolean;
  /** A byte order mark stood before the line; it is no part of the text. */
  readonly hasByteOrderMark: boolean;
}

/**
 * A row of the largest context has some kilobytes; extra columns may add to that. Longer lines are
 * read over without being held.
 */
export const LONGEST_LINE = 1 << 20;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const BYTE_ORDER_MARK = '\ufeff';

/** First bytes of files that are often taken for text, by what they are. */
const SIGNATURES: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['a ZIP archive (or a spreadsheet)', [0x50, 0x4b, 0x03, 0x04]],
  ['compressed with gzip', [0x1f, 0x8b]],
  ['compressed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['text in UTF-16', [0xff, 0xfe]],
  ['text in UTF-16', [0xfe, 0xff]],
];

/** Throws an error of `file` where a file's beginning shows that it holds no lines of text. */
function checkIsText(beginning: Uint8Array): void {
  const signature = SIGNATURES.find(([, bytes]) => bytes.every((b, i) => beginning[i] === b));
  const what = signature?.[0] ?? (beginning.includes(0) ? 'binary data' : null);
  if (what === null) return;
  throw new LabError('file/format', { what });
}

/** Gathers the pieces of one line and gives it out. */
class LineBuffer {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  #number = 0;
  #endsWithReturn = false;

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    this.#endsWithReturn = piece.at(-1) === CARRIAGE_RETURN;
    if (this.#bytes <= LONGEST_LINE) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  /** The line, if it is over; the buffer begins the next one. */
  take(): Line {
    const endsWithCrlf = this.#endsWithReturn;
    const bytes = this.#bytes - (endsWithCrlf ? 1 : 0);
    const isLong = this.#bytes > LONGEST_LINE;
    const decoded = isLong ? null : this.#decode(bytes);
    const fault = isLong ? 'long-line' : decoded === null ? 'not-utf8' : null;
    const hasByteOrderMark = this.#number === 0 && decoded?.startsWith(BYTE_ORDER_MARK) === true;
    const text = hasByteOrderMark ? decoded.slice(1) : decoded;
    this.#number += 1;
    this.#pieces = [];
    this.#bytes = 0;
    this.#endsWithReturn = false;
    return { number: this.#number, text, fault, bytes, endsWithCrlf, hasByteOrderMark };
  }

  #decode(bytes: number): string | null {
    try {
      return this.#decoder.decode(this.#joined().subarray(0, bytes));
    } catch {
      return null;
    }
  }

  #joined(): Uint8Array {
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const whole = new Uint8Array(this.#bytes);
    let used = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, used);
      used += piece.length;
    }
    return whole;
  }
}

/**
 * Cuts bytes into lines. Throws an error of `file` for a file without content and for one that holds
 * no text.
 */
export async function* linesOf(file: Bytes): AsyncGenerator<Line> {
  const buffer = new LineBuffer();
  let isFirst = true;
  for await (const piece of file) {
    if (piece.length === 0) continue;
    if (isFirst) {
      checkIsText(piece.subarray(0, 4096));
      isFirst = false;
    }
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      buffer.add(piece.subarray(start, end));
      yield buffer.take();
      start = end + 1;
    }
    buffer.add(piece.subarray(start));
  }
  if (isFirst) throw new LabError('file/empty');
  if (!buffer.isEmpty) yield buffer.take();
}
