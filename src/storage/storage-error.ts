/** What can go wrong with storage, in sentences for people. */

type StorageProblem =
  /** The browser gives this page no database, as in some private windows. */
  | 'refused'
  | 'full'
  /** The database was made by a newer version of the lab, or an older one holds it open. */
  | 'version'
  /** There is no such run or set. */
  | 'missing'
  /** What was read back is not what the lab writes. */
  | 'damaged'
  /** The run is being trained, here or in another tab. */
  | 'live'
  | 'failed';

/** Storage did not do what was asked, and holds what it held before. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  /** Lost on the way between workers, which keeps name and message only. */
  readonly problem: StorageProblem;

  constructor(problem: StorageProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}

const SENTENCES = {
  full: 'The browser’s storage is full: delete runs or trajectory sets that are no longer needed, or free disk space.',
  version:
    'The stored runs belong to a newer version of the lab: reload this page, and close other tabs of the lab.',
} as const;

/** The error that a failed database request stands for. */
export function storageErrorFrom(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const options = { cause: error };
  if (name === 'QuotaExceededError') return new StorageError('full', SENTENCES.full, options);
  if (name === 'VersionError') return new StorageError('version', SENTENCES.version, options);
  return new StorageError('failed', `The browser’s storage failed (${name}: ${message}).`, options);
}
