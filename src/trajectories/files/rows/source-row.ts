/** Rows of a file, whatever its format: each a value, or the reason why there is none. */
import type { RowError } from '../row-error';

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
