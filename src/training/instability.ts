/**
 * Signs that training goes wrong, found step by step. A pure fold: the state goes into checkpoints, so
 * that a resumed run finds the same signs.
 */
import * as v from 'valibot';
import { countOrZero, measured, told, type DataOf } from '../schema/pieces';
import type { DivergenceReason } from './divergence';
import { stage } from './evaluation/measurements';

/** What is looked for; numbers that are not finite end a run at once (optimizer.ts). */
const INSTABILITIES = ['gradient-spike', 'entropy-collapse', 'reward-collapse'] as const;
export type InstabilityKind = (typeof INSTABILITIES)[number];

const signReason = v.variant('because', [
  /** The norm is over `times` times the median of the updates before. */
  v.object({
    because: v.literal('gradient-spike'),
    gradNorm: measured,
    usual: measured,
    times: measured,
  }),
  /** The entropy, in nats, is under this share of what it was when the stage began. */
  v.object({
    because: v.literal('entropy-collapse'),
    entropy: measured,
    start: measured,
    share: measured,
  }),
  /** The mean over the last steps is under half of its best. */
  v.object({
    because: v.literal('reward-collapse'),
    reward: measured,
    best: measured,
    steps: countOrZero,
  }),
  told,
]);

/** What a sign of trouble was seen by; `words/` has the sentences. */
export type SignReason = DataOf<typeof signReason>;

export const instability = v.object({
  kind: v.picklist(INSTABILITIES),
  stage,
  /** First step at which it was seen. */
  step: countOrZero,
  steps: countOrZero,
  reason: signReason,
});

/** A sign of trouble: where it was seen first, and in how many steps. */
interface Instability extends DataOf<typeof instability> {}

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
  readonly reason: SignReason;
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

function sign(reason: Exclude<SignReason, { because: 'told' }>): InstabilitySign {
  return { kind: reason.because, reason };
}

function gradientSpike({ gradNorms }: Watch, gradNorm: number | null): InstabilitySign[] {
  if (gradNorm === null || gradNorms.length < SPIKE_FROM) return [];
  const usual = median(gradNorms);
  if (!(gradNorm > SPIKE * usual)) return [];
  return [sign({ because: 'gradient-spike', gradNorm, usual, times: SPIKE })];
}

function entropyCollapse(
  { startEntropy, entropies }: Watch,
  entropy: number | null,
): InstabilitySign[] {
  if (entropy === null || entropies < ENTROPY_WINDOW) return [];
  if (entropy >= ENTROPY_LEFT * startEntropy) return [];
  const start = startEntropy;
  return [sign({ because: 'entropy-collapse', entropy, start, share: ENTROPY_LEFT })];
}

function recentReward({ rewards }: Watch): number | null {
  return rewards.length < REWARD_WINDOW ? null : mean(rewards);
}

function rewardCollapse(watch: Watch): InstabilitySign[] {
  const recent = recentReward(watch);
  if (recent === null || !(recent < REWARD_LEFT * watch.bestReward)) return [];
  const best = watch.bestReward;
  return [sign({ because: 'reward-collapse', reward: recent, best, steps: REWARD_WINDOW })];
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
export function lostReward(watch: Watch): DivergenceReason | null {
  const recent = recentReward(watch);
  if (recent === null || !(recent < REWARD_LOST * watch.bestReward)) return null;
  return { because: 'reward-lost', reward: recent, best: watch.bestReward, steps: REWARD_WINDOW };
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
