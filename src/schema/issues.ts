/** What a schema holds against a value, as facts; `words/` puts them into words. */
import type * as v from 'valibot';
import { getDotPath } from 'valibot';

/** The first fault that a schema found. */
export interface Issue {
  /** Its place, such as `rl.steps`; null where it is the value itself. */
  readonly path: string | null;
  /** What is there, and what belongs there. */
  readonly received: string;
  readonly expected: string;
}

export function issueOf([issue]: readonly [
  v.BaseIssue<unknown>,
  ...v.BaseIssue<unknown>[],
]): Issue {
  // The type of a check of our own says nothing; its message does.
  const isOwn = issue.type === 'custom' || issue.expected === null;
  const expected = isOwn ? issue.message : issue.expected;
  return { path: getDotPath(issue), received: issue.received, expected };
}
