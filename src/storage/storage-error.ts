/** The errors that a failed database stands for. */
import { isLabError, LabError, messageOf } from '../errors';

/** The error that a failed database request stands for. */
export function storageErrorFrom(error: unknown): LabError {
  if (isLabError(error, 'storage')) return error;
  const name = error instanceof Error ? error.name : 'Error';
  const options = { cause: error };
  if (name === 'QuotaExceededError') return new LabError('storage/full', {}, options);
  if (name === 'VersionError') return new LabError('storage/newer', {}, options);
  return new LabError('storage/failed', { name, message: messageOf(error) }, options);
}
