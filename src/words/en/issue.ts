/** What a schema holds against a value. */
import type { Issue } from '../../schema/issues';

/**
 * Such as "rl.steps is -1; expected >=0", without a full stop.
 * @param whole what to call the value itself, where the fault is not part of it
 */
export function issueWords({ path, received, expected }: Issue, whole: string): string {
  return `${path ?? whole} is ${received}; expected ${expected}`;
}
