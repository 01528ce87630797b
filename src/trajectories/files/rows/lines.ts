/** Lines of a file that arrives in pieces, of which only one line is held in memory at a time. */
import type { Bytes } from '../../../files/compression';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; null where it cannot be given, for the reason in `fault`. */
  readonly text: string | null;
  readonly fault: 'not-utf8' | 'long-line' | null;
  /** Bytes of the line, its end not included. */
  readonly bytes: number;
  readonly endsWithCrlf: boolean;
  /** A byte order mark stood before the line; it is not part of the text. */
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

/** Cuts bytes into lines. */
export async function* linesOf(file: Bytes): AsyncGenerator<Line> {
  const buffer = new LineBuffer();
  for await (const piece of file) {
    let start = 0;
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
      buffer.add(piece.subarray(start, end));
      yield buffer.take();
      start = end + 1;
    }
    buffer.add(piece.subarray(start));
  }
  if (!buffer.isEmpty) yield buffer.take();
}
