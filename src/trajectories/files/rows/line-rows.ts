/** Rows of files with a value on each line: JSONL, and what Python prints of dicts. */
import { messageOf } from '../../../errors';
import type { Bytes } from '../../../files/compression';
import { pythonLiteral } from '../../../files/python-literal';
import { linesOf } from './lines';
import { parseJson } from './parsed-text';
import { RowError } from '../row-error';
import type { SourceRow } from './source-row';

type Parsed = Pick<SourceRow, 'value' | 'error'>;

/** Rows of a JSONL file. */
export function jsonLines(file: Bytes): AsyncGenerator<SourceRow> {
  return lineRows(file, parsedJson);
}

/** Rows of a file with one of Python's dicts on each line. */
export function pythonLines(file: Bytes): AsyncGenerator<SourceRow> {
  return lineRows(file, parsedPython);
}

async function* lineRows(file: Bytes, parse: (text: string) => Parsed): AsyncGenerator<SourceRow> {
  for await (const { number, text, fault, bytes, ...ends } of linesOf(file)) {
    const row = { line: number, text: text ?? '', bytes: bytes + 1, ...ends };
    if (text === null) {
      yield { ...row, error: faultOf(fault ?? 'not-utf8', bytes) };
    } else if (text.trim() === '') {
      yield { ...row, isBlank: true };
    } else {
      yield { ...row, ...parse(text) };
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

/** A row's text as its value, or the reason why it is none. */
export function parsedJson(text: string): Parsed {
  try {
    return { value: parseJson(text) };
  } catch (error) {
    const reason = messageOf(error);
    return { error: new RowError('broken-json', `The line is not JSON: ${reason}.`) };
  }
}

function parsedPython(text: string): Parsed {
  const value = pythonLiteral(text);
  if (value !== undefined) return { value };
  return { error: new RowError('broken-record', 'The line is not a dict as Python prints it.') };
}
