/** How what is read back is checked, whichever object store it comes from. */
import { LabError } from '../errors';
import type { Damage } from '../words/en/storage-errors';
import { issueOf } from '../schema/issues';
import { readStored, type StoredForm } from '../schema/stored';

/**
 * The checks for one kind of record.
 * @param remedy what to do with one that is damaged, such as "Delete the run."
 */
export function recordChecks(remedy: string) {
  const damaged = (what: string, how: Damage): LabError =>
    new LabError('storage/damaged', { what, how, remedy });
  /** The value as its form describes it; throws `storage/damaged`. */
  function check<T>(form: StoredForm<T>, value: unknown, what: string, format?: number): T {
    const result = readStored(form, value, format);
    if (result.success) return result.output;
    throw damaged(what, issueOf(result.issues));
  }
  return { damaged, check };
}
