/** What a run found, from its state: all of a finished one, and what there is of one that ended early. */
import { LabError } from '../errors';
import { fitCeilingOrReason } from '../theory';
import { deriveSeed } from '../random';
import type { Datasets } from './data/datasets';
import type { RunConfig } from './configuration/run-config';
import type { HeldOutScores } from './evaluation/measurements';
import {
  measurementOf,
  observationOf,
  type HeldOutSummary,
  type PartialSummary,
  type RunState,
  type RunSummary,
} from './run-state';

interface SummaryContext {
  readonly config: Pick<RunConfig, 'seed'>;
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
export function summarise(state: RunState, context: SummaryContext): RunSummary {
  const { branch, switched, final, curve } = state;
  if (!branch || !switched || !final) {
    throw new LabError('fault/unfinished-run');
  }
  const { ceiling, reason } = fitCeilingOrReason(curve.map(observationOf), {
    pSft: measurementOf(branch),
    end: measurementOf(final),
    seed: deriveSeed(context.config.seed, 'ceiling'),
  });
  const measured = summariseSoFar(state, context);
  return { ...measured, branch, final, switched, ceiling, noCeilingBecause: reason };
}

function heldOutSummary(
  { base, branch, final }: HeldOutScores,
  { heldOut }: Pick<Datasets, 'heldOut'>,
): HeldOutSummary | null {
  if (!heldOut || !base || !branch || !final) return null;
  const { description, levels } = heldOut.variant;
  return { description, levels, base, branch, final };
}
