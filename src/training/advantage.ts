/** Group-relative advantages (GRPO, arXiv 2402.03300; population standard deviation, DESIGN §7). */

/** Keeps the division finite for groups whose rewards are nearly equal. */
const STD_FLOOR = 1e-6;

export interface GroupAdvantages {
  /** (reward − group mean) / (group std + 1e-6), one per rollout. */
  readonly advantages: Float32Array;
  /** Per group: whether all its rewards are equal, so that it teaches nothing. */
  readonly uniform: boolean[];
  /** Mean over groups of the standard deviation within a group. */
  readonly rewardStd: number;
}

/**
 * Advantages of rollouts against the mean of their group.
 * @param rewards [groups × groupSize], the rollouts of a prompt side by side
 */
export function groupAdvantages(rewards: Float32Array, groupSize: number): GroupAdvantages {
  if (groupSize < 2 || rewards.length % groupSize !== 0) {
    throw new RangeError(
      `${rewards.length} rewards in groups of ${groupSize}: a group needs at least 2 rollouts and all groups must be full.`,
    );
  }
  const advantages = new Float32Array(rewards.length);
  const uniform: boolean[] = [];
  let stdSum = 0;
  for (let start = 0; start < rewards.length; start += groupSize) {
    const group = rewards.subarray(start, start + groupSize);
    const mean = group.reduce((sum, r) => sum + r, 0) / groupSize;
    const std = Math.sqrt(group.reduce((sum, r) => sum + (r - mean) ** 2, 0) / groupSize);
    group.forEach((reward, i) => {
      advantages[start + i] = (reward - mean) / (std + STD_FLOOR);
    });
    uniform.push(group.every((reward) => reward === group[0]));
    stdSum += std;
  }
  return { advantages, uniform, rewardStd: (stdSum * groupSize) / rewards.length };
}
