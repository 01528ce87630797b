/**
 * What a rollout's reward is worth beside those of its group.
 * Population standard deviation and means over the group throughout.
 */
import { LabError } from '../errors';
import { square } from '../elementary';

/**
 * The baseline that a reward is compared with:
 * - `grpo`: (R − mean) / (std + 1e-6) (GRPO, arXiv 2402.03300, outcome supervision);
 * - `dr-grpo`: R − mean, since the division favours very easy and very hard prompts (Dr. GRPO,
 *   arXiv 2503.20783);
 * - `rloo`: R − mean of the others, which is unbiased (RLOO, arXiv 2402.14740);
 * - `reinforce`: R itself (Williams, 1992).
 */
export const BASELINES = ['grpo', 'dr-grpo', 'rloo', 'reinforce'] as const;
export type Baseline = (typeof BASELINES)[number];

/** Keeps the division finite for groups whose rewards are nearly equal. */
const STD_FLOOR = 1e-6;

export interface GroupAdvantages {
  /** One per rollout. */
  readonly advantages: Float32Array;
  /** Per group: whether all its rewards are equal, so that it teaches nothing. */
  readonly uniform: boolean[];
  /** Mean over groups of the standard deviation within a group. */
  readonly rewardStd: number;
}

function advantage(
  reward: number,
  { mean, std, size }: { mean: number; std: number; size: number },
  baseline: Baseline,
): number {
  switch (baseline) {
    case 'grpo':
      return (reward - mean) / (std + STD_FLOOR);
    case 'dr-grpo':
      return reward - mean;
    case 'rloo':
      return ((reward - mean) * size) / (size - 1);
    case 'reinforce':
      return reward;
    default:
      return baseline satisfies never;
  }
}

/**
 * Advantages of rollouts against their group.
 * @param rewards [groups × groupSize], the rollouts of a prompt side by side
 */
export function groupAdvantages(
  rewards: Float32Array,
  groupSize: number,
  baseline: Baseline = 'grpo',
): GroupAdvantages {
  if (groupSize < 2 || rewards.length % groupSize !== 0) {
    throw new LabError('fault/groups', { rewards: rewards.length, groupSize });
  }
  const advantages = new Float32Array(rewards.length);
  const uniform: boolean[] = [];
  let stdSum = 0;
  for (let start = 0; start < rewards.length; start += groupSize) {
    const group = rewards.subarray(start, start + groupSize);
    const mean = group.reduce((sum, r) => sum + r, 0) / groupSize;
    const std = Math.sqrt(group.reduce((sum, r) => sum + square(r - mean), 0) / groupSize);
    group.forEach((reward, i) => {
      advantages[start + i] = advantage(reward, { mean, std, size: groupSize }, baseline);
    });
    uniform.push(group.every((reward) => reward === group[0]));
    stdSum += std;
  }
  return { advantages, uniform, rewardStd: (stdSum * groupSize) / rewards.length };
}
