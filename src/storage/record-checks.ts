/** How what is read back is checked, whichever object store it comes from. */
import * as v from 'valibot';
import { LabError } from '../errors';

/**
 * The checks for one kind of record.
 * @param remedy what to do with one that is damaged, such as "Delete the run."
 */
export function recordChecks(remedy: string) {
  const damaged = (what: string, how: string): LabError =>
    new LabError('storage/damaged', { what, how, remedy });
  /** The value as the schema describes it; throws `storage/damaged`. */
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
