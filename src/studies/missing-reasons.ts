/** Why a cell of a study has no result: facts, as plain JSON. `words/` has the sentences. */
import * as v from 'valibot';
import { countOrZero, measured, type DataOf } from '../schema/pieces';
import { endingReason } from '../training/divergence';

const minimum = v.object({ step: countOrZero, loss: measured });
const last = v.object({
  step: countOrZero,
  /** Loss over the minimum, relative. */
  rise: measured,
});

const branchReason = v.variant('because', [
  /** SFT was evaluated at no step after the base. */
  v.object({ because: v.literal('no-evaluation') }),
  /** Its first evaluation, at `first`, comes after the step that is asked for. */
  v.object({ because: v.literal('step-too-early'), first: countOrZero, step: countOrZero }),
  /** Its first evaluation took more compute than is asked for, in FLOPs. */
  v.object({
    because: v.literal('compute-too-small'),
    first: countOrZero,
    compute: measured,
    flops: measured,
  }),
  /** No evaluation before the minimum was more than the share `margin` above it. */
  v.object({ because: v.literal('never-adapting'), minimum, margin: measured }),
  v.object({ because: v.literal('never-mild'), minimum, last }),
  v.object({ because: v.literal('never-severe'), minimum, last }),
]);

/** Why an SFT run never came to a branch point. */
export type BranchReason = DataOf<typeof branchReason>;

const jobReason = v.variant('because', [
  v.object({ because: v.literal('by-hand') }),
  v.object({ because: v.literal('sft-diverged'), ending: endingReason }),
  /** What it measured is not a number. */
  v.object({ because: v.literal('scores-lost') }),
  ...endingReason.options,
]);

/** Why a job was given up. */
export type JobReason = DataOf<typeof jobReason>;

export const missingReason = v.variant('because', [
  ...branchReason.options,
  /** The SFT run that it branches off was given up. */
  v.object({ because: v.literal('no-sft-run'), why: jobReason }),
  ...jobReason.options,
]);

export type MissingReason = DataOf<typeof missingReason>;
