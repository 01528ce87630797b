/** How what is read back is checked, whichever object store it comes from. */
import * as v from 'valibot';
import { StorageError } from './storage-error';

/**
 * The checks for one kind of record.
 * @param remedy what to do with one that is damaged, such as "Delete the run."
 */
export function recordChecks(remedy: string) {
  const damaged = (what: string, how: string): StorageError =>
    new StorageError(
      'damaged',
      `${what} cannot be read: ${how}. It was damaged, or written by another version of the lab. ${remedy}`,
    );
  /** The value as the schema describes it; throws {@link StorageError} naming the damage. */
  function check<Output>(
    schema: v.GenericSchema<unknown, Output>,
    value: unknown,
    what: string,
  ): Output {
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    const issue = result.issues[0];
    const path = v.getDotPath(issue) ?? 'the record';
    throw damaged(
      what,
      `${path} is ${issue.received}, expected ${issue.expected ?? issue.message}`,
    );
  }
  return { damaged, check };
}
