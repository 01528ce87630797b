import { expect } from 'vitest';
import type { ErrorGroup } from '../../src/errors';

/** Matches an error of the lab of this group, with any code. */
export function labErrorOf(group: ErrorGroup): Error {
  const code: unknown = expect.stringMatching(new RegExp(`^${group}/`));
  return expect.objectContaining({ name: 'LabError', code }) as Error;
}
