/** In which direction a step of RL pushes each token of a group, before any step is taken. */
import { activeTokens, evaluateObjective } from '../engine/objective';
import type { GroupSettings } from '../training/configuration/rl-settings';
import { groupAdvantages, type AdvantageSettings } from '../training/advantage';
import type { Experience } from '../training/methods/experience';
import { groupRelativeTable } from '../training/methods/group-relative';

/** The experience of one group as it is with these rewards. */
export function withRewards(
  experience: Experience,
  rewards: readonly number[],
  settings: AdvantageSettings,
): Experience {
  const given = Float32Array.from(rewards);
  const { advantages } = groupAdvantages(given, given.length, settings);
  return { ...experience, rewards: given, advantages };
}

/**
 * How hard the loss pushes the log-probability of each token: up where above 0, down where below.
 * This is −d(loss)/d(log π) of the token table that the step would learn from, at the policy that
 * wrote the attempts.
 * @returns one list for each attempt, one number for each of its tokens
 */
export function tokenPushes(experience: Experience, settings: GroupSettings): number[][] {
  const table = groupRelativeTable(experience, settings);
  const active = activeTokens(table);
  const { completionLengths, completionLength } = experience.sequences;
  const logProbs: number[] = [];
  completionLengths.forEach((length, row) => {
    const start = row * completionLength;
    logProbs.push(...experience.oldLogProbs.subarray(start, start + length));
  });
  // Without an entropy bonus entropies have no part in the slopes.
  const entropies = new Float32Array(active.length);
  const { slopes } = evaluateObjective(table, active, Float32Array.from(logProbs), entropies);
  let next = 0;
  return Array.from(completionLengths, (length) => {
    const own = slopes.subarray(next, next + length);
    next += length;
    return Array.from(own, (slope) => (slope === 0 ? 0 : -slope));
  });
}

/**
 * The push on each token with those of all attempts that had written the same up to there: the model
 * sees the same tokens before it, so their pushes act on one and the same probability.
 * @param tokens of each attempt, and `pushes` of each of them
 */
export function netPushes(
  tokens: readonly (readonly string[])[],
  pushes: readonly (readonly number[])[],
): number[][] {
  const sums = new Map<string, number>();
  const placeOf = (row: number, end: number): string => tokens[row]!.slice(0, end + 1).join(' ');
  pushes.forEach((own, row) => {
    own.forEach((push, t) => {
      const place = placeOf(row, t);
      sums.set(place, (sums.get(place) ?? 0) + push);
    });
  });
  return pushes.map((own, row) => own.map((_, t) => sums.get(placeOf(row, t)) ?? 0));
}
