/** A row that cannot be used, with the reason. */
import type { RowFault } from './report';

export class RowError extends Error {
  override readonly name = 'RowError';

  constructor(
    readonly fault: RowFault,
    message: string,
  ) {
    super(message);
  }
}
