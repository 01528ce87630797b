/** When things happen in a run: learning rates, evaluations, batches. */
import { Random } from '../random';

/** Linear warm-up from 0, then constant. `step` counts from 1. */
export function warmupRate(learningRate: number, warmupSteps: number, step: number): number {
  return warmupSteps > 0 ? learningRate * Math.min(1, step / warmupSteps) : learningRate;
}

/** First step of the logarithmic grid: before it the learning rate has hardly warmed up. */
const FIRST_EVALUATION = 4;

/**
 * Steps at which SFT is evaluated: 0, then `evaluations` steps evenly spaced in log(step) up to and
 * including the last. Steps that round to the same integer are taken once.
 */
export function logSpacedSteps(steps: number, evaluations: number): number[] {
  const first = Math.min(FIRST_EVALUATION, steps);
  const grid = Array.from({ length: evaluations }, (_, i) =>
    Math.round(first * (steps / first) ** (i / (evaluations - 1))),
  );
  return [...new Set([0, ...grid])];
}

/** Whether an evaluation falls on `step` when there is one every `every` steps and at the end. */
export function isDue(step: number, every: number, last: number): boolean {
  return step % every === 0 || step === last;
}

/**
 * Rows of the batch of a step (from 1) when a set is read in a fresh order each epoch. A batch may
 * span two epochs, so every trajectory is read equally often.
 */
export function epochBatch(
  { size, seed }: { size: number; seed: number },
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
      order = Random.from(seed, 'sft', 'epoch', epoch).permutation(size);
    }
    rows[i] = order[cursor % size]!;
  }
  return rows;
}
