/** What a run found, from its state: all of a finished one, and what there is of one that ended early. */
import { LabError } from '../errors';
import { ceilingCode } from './ceiling-code';
import type { Datasets } from './data/datasets';
import type { RunConfig } from './configuration/run-config';
import { ceilingInput, reasonToEnd } from './ending';
import type { HeldOutScores } from './evaluation/measurements';
import {
  measurementOf,
  type HeldOutSummary,
  type PartialSummary,
  type RunState,
  type RunSummary,
} from './run-state';

interface SummaryContext {
  readonly config: RunConfig;
  /** FLOPs that the base took. */
  readonly baseFlops: number;
  readonly datasets: Pick<Datasets, 'leftOut' | 'unseenLevels' | 'heldOut'>;
}

/**
 * What has been measured by now; no ceiling, which takes the whole curve.
 * @throws Error before the base has been measured
 */
export function summariseSoFar(
  state: RunState,
  { baseFlops, datasets }: Omit<SummaryContext, 'config'>,
): PartialSummary {
  const { base, branch, latest, switched, validation, sftCompute, rlCompute } = state;
  if (!base || !latest) throw new LabError('fault/nothing-measured');
  return {
    base,
    branch,
    final: latest,
    switched,
    minValidationLoss: Math.min(...validation.map((point) => point.loss)),
    ceiling: null,
    noCeilingBecause: { because: 'unfinished' },
    curve: state.curve,
    rlEnd: null,
    track: state.track,
    compute: { base: baseFlops, sft: sftCompute, rl: rlCompute },
    skippedSteps: state.skippedSteps,
    instabilities: state.instabilities,
    unseenLevels: datasets.unseenLevels,
    heldOut: heldOutSummary(state.heldOut, datasets),
    leftOut: datasets.leftOut,
  };
}

/** @throws Error where a measurement is missing: the run has not finished */
export async function summarise(state: RunState, context: SummaryContext): Promise<RunSummary> {
  const { branch, switched, final } = state;
  if (!branch || !switched || !final) {
    throw new LabError('fault/unfinished-run');
  }
  const [points, options] = ceilingInput(context.config, state, branch);
  const { fitCeilingOrReason } = await ceilingCode();
  const { ceiling, reason } = fitCeilingOrReason(points, { ...options, end: measurementOf(final) });
  const rlEnd = reasonToEnd(context.config, state);
  const measured = summariseSoFar(state, context);
  return { ...measured, branch, final, switched, rlEnd, ceiling, noCeilingBecause: reason };
}

function heldOutSummary(
  { base, branch, final }: HeldOutScores,
  { heldOut }: Pick<Datasets, 'heldOut'>,
): HeldOutSummary | null {
  if (!heldOut || !base || !branch || !final) return null;
  const { description, levels } = heldOut.variant;
  return { description, levels, base, branch, final };
}
