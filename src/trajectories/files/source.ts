/** Rows of a file, whatever its format: each a value, or the reason why there is none. */
import { messageOf } from '../../errors';
import { linesOf, type Bytes } from './lines';
import { RowError } from './shapes';

export interface SourceRow {
  /** From 1: the line of the file, or the row of a table. */
  readonly line: number;
  /** What the line says; absent where it is blank or `error` tells why it cannot be read. */
  readonly value?: unknown;
  readonly error?: RowError;
  readonly isBlank?: boolean;
  readonly endsWithCrlf?: boolean;
  readonly hasByteOrderMark?: boolean;
  /** The line itself, for a report. */
  readonly text: string;
  readonly bytes: number;
}

/** Rows of a JSONL file. Throws an error of `file` where the file is empty or holds no text. */
export async function* jsonLines(file: Bytes): AsyncGenerator<SourceRow> {
  for await (const { number, text, fault, bytes, ...ends } of linesOf(file)) {
    const row = { line: number, text: text ?? '', bytes: bytes + 1, ...ends };
    if (text === null) {
      yield { ...row, error: faultOf(fault ?? 'not-utf8', bytes) };
    } else if (text.trim() === '') {
      yield { ...row, isBlank: true };
    } else {
      yield { ...row, ...parsed(text) };
    }
  }
}

function faultOf(fault: 'not-utf8' | 'long-line', bytes: number): RowError {
  const message =
    fault === 'long-line'
      ? `The line has ${bytes} bytes; a row may have 1,048,576.`
      : 'The line is not valid UTF-8. Save the file in that encoding.';
  return new RowError(fault, message);
}

function parsed(text: string): Pick<SourceRow, 'value' | 'error'> {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const reason = messageOf(error);
    return { error: new RowError('broken-json', `The line is not JSON: ${reason}.`) };
  }
}
