/**
 * Evaluations that failed: a single one far below both of its neighbours, such as the 0 of a grader
 * that crashed. It says nothing about the policy, and one alone would double the noise of a curve.
 */

/** Least fall below both neighbours, in points and in standard deviations of the noise. */
const FALL = { points: 5, deviations: 8 };
/** One of these many evaluations may have failed: a curve with more of them is simply erratic. */
const ONE_IN = 8;

export interface Failure {
  /** Place among the evaluations. */
  readonly at: number;
  /** What the neighbours let expect, in points. */
  readonly expected: number;
}

/**
 * Finds failed evaluations in performances ordered by compute, after `start` (P_sft); none where there
 * are too many of them. `noise` is the standard deviation of an evaluation.
 */
export function findFailed(
  performances: readonly number[],
  { start, noise }: { start: number; noise: number },
): Failure[] {
  const fall = Math.max(FALL.points, FALL.deviations * noise);
  const found = performances.flatMap((performance, at): Failure[] => {
    const before = performances[at - 1] ?? start;
    // The last one has two predecessors for neighbours.
    const beyond = performances[at + 1] ?? performances[at - 2] ?? start;
    if (Math.min(before, beyond) - performance < fall) return [];
    return [{ at, expected: (before + beyond) / 2 }];
  });
  return found.length * ONE_IN <= performances.length ? found : [];
}
