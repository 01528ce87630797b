/** What two sets of one task have in common. */
import { keyOf, type TrajectoryTable } from './table';

export interface SetOverlap {
  /** Different prompts of each set. */
  readonly prompts: readonly [number, number];
  /** Prompts that both have. */
  readonly sharedPrompts: number;
  /** Different trajectories that both have, prompt and completion. */
  readonly sharedTrajectories: number;
}

function keysOf(table: TrajectoryTable): { prompts: Set<string>; trajectories: Set<string> } {
  const prompts = new Set<string>();
  const trajectories = new Set<string>();
  for (let row = 0; row < table.rows; row++) {
    const prompt = keyOf(table.prompts, row);
    prompts.add(prompt);
    trajectories.add(`${prompt}\uffff${keyOf(table.completions, row)}`);
  }
  return { prompts, trajectories };
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let count = 0;
  for (const key of a) if (b.has(key)) count += 1;
  return count;
}

/** Counts what two sets share; their tokens must be of one task. */
export function overlapOf(first: TrajectoryTable, second: TrajectoryTable): SetOverlap {
  const [a, b] = [keysOf(first), keysOf(second)];
  return {
    prompts: [a.prompts.size, b.prompts.size],
    sharedPrompts: shared(a.prompts, b.prompts),
    sharedTrajectories: shared(a.trajectories, b.trajectories),
  };
}
