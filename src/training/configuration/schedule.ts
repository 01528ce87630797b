/** When things happen in a run: learning rates, evaluations, batches. */
import { cosineOfTurns, exp, log } from '../../elementary';
import { Random } from '../../random';

/** Linear warm-up from 0, then all of the learning rate. `step` counts from 1. */
export function warmupRate(learningRate: number, warmupSteps: number, step: number): number {
  return warmupSteps > 0 ? learningRate * Math.min(1, step / warmupSteps) : learningRate;
}

/** How a learning rate goes on after its warm-up. */
export const RATE_SCHEDULES = ['constant', 'cosine', 'linear'] as const;
export type RateSchedule = (typeof RATE_SCHEDULES)[number];

/**
 * Share of the learning rate at a part of a stage, from 1 at its beginning to `end` at its end.
 * @param progress share of the stage that is over, 0 to 1
 */
export function rateShare(schedule: RateSchedule, end: number, progress: number): number {
  switch (schedule) {
    case 'constant':
      return 1;
    case 'cosine':
      return cosineBetween(1, end, progress);
    case 'linear':
      return 1 + (end - 1) * Math.min(1, Math.max(0, progress));
    default:
      return schedule satisfies never;
  }
}

/** Half a cosine wave from one value (progress 0) to another (progress 1). */
export function cosineBetween(from: number, to: number, progress: number): number {
  const left = 0.5 * (1 + cosineOfTurns(Math.min(1, Math.max(0, progress)) / 2));
  return to + left * (from - to);
}

/** First step of the logarithmic grid: before it the learning rate has hardly warmed up. */
const FIRST_EVALUATION = 4;

/**
 * Steps at which SFT is evaluated: 0, then `evaluations` steps evenly spaced in log(step) up to and
 * including the last. Steps that round to the same integer are taken once.
 */
export function logSpacedSteps(steps: number, evaluations: number): number[] {
  const first = Math.min(FIRST_EVALUATION, steps);
  const reach = log(steps / first);
  const grid = Array.from({ length: evaluations }, (_, i) =>
    Math.round(first * exp((i / (evaluations - 1)) * reach)),
  );
  return [...new Set([0, ...grid])];
}

/**
 * Steps at which a run's SFT is evaluated. They depend on its steps: a branch keeps those of its SFT run,
 * so that it is evaluated where the SFT run was.
 */
export function evaluationSteps({
  sft: { steps, evaluations },
}: {
  readonly sft: { readonly steps: number; readonly evaluations: number };
}): number[] {
  return logSpacedSteps(steps, evaluations);
}

/** Whether an evaluation falls on `step` when there is one every `every` steps and at the end. */
export function isDue(step: number, every: number, last: number): boolean {
  return step % every === 0 || step === last;
}

/** A set that is read in a fresh order each epoch. */
interface ReadingOrder {
  readonly size: number;
  readonly seed: number;
  /** Readers of different names have different orders. */
  readonly reader?: string;
}

/**
 * Rows of the batch of a step (from 1) when a set is read in a fresh order each epoch. A batch may
 * span two epochs, so every trajectory is read equally often.
 */
export function epochBatch(
  { size, seed, reader = 'sft' }: ReadingOrder,
  step: number,
  batchSize: number,
): Uint32Array {
  const rows = new Uint32Array(batchSize);
  let order: Uint32Array | null = null;
  let epoch = -1;
  for (let i = 0; i < batchSize; i++) {
    const cursor = (step - 1) * batchSize + i;
    const wanted = Math.floor(cursor / size);
    if (order === null || wanted !== epoch) {
      epoch = wanted;
      order = Random.from(seed, reader, 'epoch', epoch).permutation(size);
    }
    rows[i] = order[cursor % size]!;
  }
  return rows;
}

/**
 * Nested curriculum: the steps fall into as many equal parts as there are levels with trajectories,
 * and part k reads those of the k easiest. Each part reads its trajectories in epochs of its own; the
 * last reads all.
 * @param levels level of each trajectory
 */
export function nestedBatch(
  { levels, seed, steps }: { levels: ArrayLike<number>; seed: number; steps: number },
  step: number,
  batchSize: number,
): Uint32Array {
  const present = [...new Set(Array.from(levels))].sort((a, b) => a - b);
  const length = Math.max(1, Math.ceil(steps / present.length));
  const part = Math.min(present.length - 1, Math.floor((step - 1) / length));
  const hardest = present[part]!;
  const rows = Uint32Array.from(Array.from(levels).keys()).filter((row) => levels[row]! <= hardest);
  const reader = `sft-part-${part}`;
  const order = epochBatch({ size: rows.length, seed, reader }, step - part * length, batchSize);
  return order.map((i) => rows[i]!);
}
