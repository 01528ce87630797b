/** What a rollout's reward is worth beside those of its group. */
import { LabError } from '../errors';
import { square } from '../elementary';

/**
 * The baseline that a reward is compared with:
 * - `grpo`: (R − mean) / (std + ε) (GRPO, arXiv 2402.03300, outcome supervision);
 * - `dr-grpo`: R − mean, since the division favours very easy and very hard prompts (Dr. GRPO,
 *   arXiv 2503.20783);
 * - `rloo`: R − mean of the others, which is unbiased (RLOO, arXiv 2402.14740);
 * - `reinforce`: R itself (Williams, 1992).
 */
export const BASELINES = ['grpo', 'dr-grpo', 'rloo', 'reinforce'] as const;
export type Baseline = (typeof BASELINES)[number];

/**
 * The standard deviation within a group of G: `unbiased` divides the squares by G − 1, `population` by G,
 * which makes advantages larger by √(G / (G − 1)), 7% in a group of eight. GRPO's paper leaves it open. Both
 * trainers of the field take the unbiased one: torch.std in compute_grpo_outcome_advantage of
 * verl/trainer/ppo/core_algos.py with ε = 1e-6 (verl b178a3c), nanstd in trl/trainer/grpo_trainer.py with
 * ε = 1e-4 (huggingface/trl f2cd577).
 */
export const DEVIATIONS = ['unbiased', 'population'] as const;
type Deviation = (typeof DEVIATIONS)[number];

/** How rewards of a group are compared. */
export interface AdvantageSettings {
  readonly baseline: Baseline;
  readonly deviation: Deviation;
  /** ε, added to the standard deviation that `grpo` divides by: it keeps nearly equal rewards finite. */
  readonly deviationFloor: number;
}

/** As verl compares them. */
export const USUAL_ADVANTAGE: AdvantageSettings = {
  baseline: 'grpo',
  deviation: 'unbiased',
  deviationFloor: 1e-6,
};

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
  { baseline, deviationFloor }: AdvantageSettings,
): number {
  switch (baseline) {
    case 'grpo':
      // Equal rewards are worth nothing, also where nothing is added to their standard deviation.
      return std > 0 ? (reward - mean) / (std + deviationFloor) : 0;
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
  settings: Partial<AdvantageSettings> = {},
): GroupAdvantages {
  if (groupSize < 2 || rewards.length % groupSize !== 0) {
    throw new LabError('fault/groups', { rewards: rewards.length, groupSize });
  }
  const given = { ...USUAL_ADVANTAGE, ...settings };
  const degrees = given.deviation === 'unbiased' ? groupSize - 1 : groupSize;
  const advantages = new Float32Array(rewards.length);
  const uniform: boolean[] = [];
  let stdSum = 0;
  for (let start = 0; start < rewards.length; start += groupSize) {
    const group = rewards.subarray(start, start + groupSize);
    const mean = group.reduce((sum, r) => sum + r, 0) / groupSize;
    const std = Math.sqrt(group.reduce((sum, r) => sum + square(r - mean), 0) / degrees);
    group.forEach((reward, i) => {
      advantages[start + i] = advantage(reward, { mean, std, size: groupSize }, given);
    });
    uniform.push(group.every((reward) => reward === group[0]));
    stdSum += std;
  }
  return { advantages, uniform, rewardStd: (stdSum * groupSize) / rewards.length };
}
