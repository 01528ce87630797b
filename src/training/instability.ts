/**
 * Signs that training goes wrong, found step by step. A pure fold: the state goes into checkpoints, so
 * that a resumed run finds the same signs.
 */
import * as v from 'valibot';
import { countOrZero, measured, type DataOf } from '../schema/pieces';
import { stage } from './evaluation/measurements';

/** What is looked for; numbers that are not finite end a run at once (optimizer.ts). */
export const INSTABILITIES = ['gradient-spike', 'entropy-collapse', 'reward-collapse'] as const;
export type InstabilityKind = (typeof INSTABILITIES)[number];

export const instability = v.object({
  kind: v.picklist(INSTABILITIES),
  stage,
  /** First step at which it was seen. */
  step: countOrZero,
  steps: countOrZero,
  reason: v.string(),
});

/** A sign of trouble: where it was seen first, and in how many steps. */
export interface Instability extends DataOf<typeof instability> {}

export const watch = v.object({
  /** Gradient norms of the last updates, oldest first. */
  gradNorms: v.array(measured),
  /** Mean rewards of the last steps. */
  rewards: v.array(measured),
  /** Highest mean of `REWARD_WINDOW` rewards. */
  bestReward: measured,
  /** Mean entropy of the stage's first updates, and how many entered it. */
  startEntropy: measured,
  entropies: countOrZero,
});

/** What the watch remembers of the stage so far. */
export interface Watch extends DataOf<typeof watch> {}

export const FRESH_WATCH: Watch = {
  gradNorms: [],
  rewards: [],
  bestReward: 0,
  startEntropy: 0,
  entropies: 0,
};

export interface WatchedStep {
  readonly gradNorm: number | null;
  readonly entropy: number | null;
  /** null in SFT. */
  readonly reward: number | null;
}

/** A step's finding: the sign with its reason. */
interface InstabilitySign {
  readonly kind: InstabilityKind;
  readonly reason: string;
}

/** A gradient norm this many times the median of those before is a spike. */
const SPIKE = 10;
const SPIKE_WINDOW = 20;
const SPIKE_FROM = 5;
/** Entropy has collapsed below this share of what it was when the stage began. */
const ENTROPY_LEFT = 0.05;
const ENTROPY_WINDOW = 3;
/** The reward has collapsed below this share of its best. */
const REWARD_LEFT = 0.5;
/** Below this share nothing is left to learn from: the run has diverged. */
const REWARD_LOST = 0.1;
const REWARD_WINDOW = 5;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function gradientSpike({ gradNorms }: Watch, gradNorm: number | null): InstabilitySign[] {
  if (gradNorm === null || gradNorms.length < SPIKE_FROM) return [];
  const usual = median(gradNorms);
  if (!(gradNorm > SPIKE * usual)) return [];
  const reason = `The gradient norm is ${gradNorm.toPrecision(3)}, over ${SPIKE} times the ${usual.toPrecision(3)} of the updates before.`;
  return [{ kind: 'gradient-spike', reason }];
}

function entropyCollapse(
  { startEntropy, entropies }: Watch,
  entropy: number | null,
): InstabilitySign[] {
  if (entropy === null || entropies < ENTROPY_WINDOW) return [];
  if (entropy >= ENTROPY_LEFT * startEntropy) return [];
  const reason = `The entropy is ${entropy.toPrecision(3)} nats, under ${100 * ENTROPY_LEFT}% of the ${startEntropy.toPrecision(3)} at the stage's beginning: the policy hardly explores.`;
  return [{ kind: 'entropy-collapse', reason }];
}

function recentReward({ rewards }: Watch): number | null {
  return rewards.length < REWARD_WINDOW ? null : mean(rewards);
}

function rewardCollapse(watch: Watch): InstabilitySign[] {
  const recent = recentReward(watch);
  if (recent === null || !(recent < REWARD_LEFT * watch.bestReward)) return [];
  const reason = `The mean reward of the last ${REWARD_WINDOW} steps is ${recent.toPrecision(3)}, under half of its best, ${watch.bestReward.toPrecision(3)}.`;
  return [{ kind: 'reward-collapse', reason }];
}

/** The watch after one more step, and what it found there. */
export function watchStep(
  before: Watch,
  { gradNorm, entropy, reward }: WatchedStep,
): { watch: Watch; found: InstabilitySign[] } {
  const seesEntropy = entropy !== null && before.entropies < ENTROPY_WINDOW;
  const { startEntropy, entropies } = before;
  const rewards =
    reward === null ? before.rewards : [...before.rewards, reward].slice(-REWARD_WINDOW);
  const after: Watch = {
    gradNorms:
      gradNorm === null ? before.gradNorms : [...before.gradNorms, gradNorm].slice(-SPIKE_WINDOW),
    rewards,
    bestReward: Math.max(before.bestReward, recentReward({ ...before, rewards }) ?? 0),
    startEntropy: seesEntropy
      ? (startEntropy * entropies + entropy) / (entropies + 1)
      : startEntropy,
    entropies: entropies + Number(seesEntropy),
  };
  const found = [
    ...gradientSpike(before, gradNorm),
    ...entropyCollapse(before, entropy),
    ...rewardCollapse(after),
  ];
  return { watch: after, found };
}

/** Why the reward is lost for good; null where it is not. */
export function lostReward(watch: Watch): string | null {
  const recent = recentReward(watch);
  if (recent === null || !(recent < REWARD_LOST * watch.bestReward)) return null;
  return `The mean reward of the last ${REWARD_WINDOW} steps is ${recent.toPrecision(3)}, under a tenth of its best, ${watch.bestReward.toPrecision(3)}: the policy is lost. A lower learning rate usually helps.`;
}

/** The list with a finding entered: each kind once a stage, with the number of steps that showed it. */
export function enterFinding(
  list: readonly Instability[],
  { kind, reason }: InstabilitySign,
  { stage, step }: Pick<Instability, 'stage' | 'step'>,
): readonly Instability[] {
  const known = list.find((entry) => entry.kind === kind && entry.stage === stage);
  if (!known) return [...list, { kind, stage, step, steps: 1, reason }];
  return list.map((entry) => (entry === known ? { ...entry, steps: entry.steps + 1 } : entry));
}
