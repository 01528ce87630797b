/** What a schema holds against a value, in words. */
import type * as v from 'valibot';
import { getDotPath } from 'valibot';

/**
 * The first fault: its place, what is there and what belongs there, such as "rl.steps is -1; expected
 * >=0", without a full stop.
 * @param whole what to call the value itself, where the fault is no part of it
 */
export function describeIssue(
  [issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]],
  whole: string,
): string {
  // The type of a check of our own says nothing; its message does.
  const isOwn = issue.type === 'custom' || issue.expected === null;
  return `${getDotPath(issue) ?? whole} is ${issue.received}; expected ${isOwn ? issue.message : issue.expected}`;
}
