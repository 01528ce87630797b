/** What decoders of files from elsewhere may take for a piece of work in which their worker hears nothing. */
import { expectPiece } from '../workers/pulse';

/** Bytes a second on the slowest device that is still of use: about a tenth of what one core of a laptop does. */
const SLOWEST = 1.5e6;

/** Tells that so many bytes are decoded next, in one piece. */
export function announceBytes(bytes: number): void {
  expectPiece(bytes / SLOWEST);
}

/** Work whose first piece decodes so many bytes; after it, silence is again what it was. */
export async function decoding<T>(bytes: number, work: () => T | Promise<T>): Promise<T> {
  announceBytes(bytes);
  try {
    return await work();
  } finally {
    announceBytes(0);
  }
}
