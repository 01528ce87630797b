/** What a finished run found, from its state. */
import { fitCeilingOrReason } from '../theory';
import { deriveSeed } from '../random';
import type { Datasets } from './data/datasets';
import type { RunConfig } from './configuration/run-config';
import type { HeldOutScores } from './evaluation/measurements';
import type { HeldOutSummary, RunState, RunSummary } from './run-state';

/** @throws Error where a measurement is missing: the run has not finished */
export function summarise(
  state: RunState,
  {
    config,
    baseFlops,
    datasets,
  }: {
    config: RunConfig;
    baseFlops: number;
    datasets: Pick<Datasets, 'leftOut' | 'unseenLevels' | 'heldOut'>;
  },
): RunSummary {
  const { base, branch, switched, final, validation, curve, sftCompute, rlCompute } = state;
  if (!base || !branch || !switched || !final) {
    throw new Error('The run has not finished: a measurement is missing.');
  }
  const pSft = { value: branch.score, standardError: branch.standardError };
  const fit = fitCeilingOrReason(
    curve.map(({ compute, performance, samples }) => ({
      compute,
      performance,
      nProblems: samples,
    })),
    { pSft, seed: deriveSeed(config.seed, 'ceiling') },
  );
  return {
    base,
    branch,
    final,
    switched,
    minValidationLoss: Math.min(...validation.map((point) => point.loss)),
    ceiling: fit.ceiling,
    noCeilingBecause: fit.reason,
    curve,
    track: state.track,
    compute: { base: baseFlops, sft: sftCompute, rl: rlCompute },
    skippedSteps: state.skippedSteps,
    instabilities: state.instabilities,
    unseenLevels: datasets.unseenLevels,
    heldOut: heldOutSummary(state.heldOut, datasets),
    leftOut: datasets.leftOut,
  };
}

function heldOutSummary(
  { base, branch, final }: HeldOutScores,
  { heldOut }: Pick<Datasets, 'heldOut'>,
): HeldOutSummary | null {
  if (!heldOut || !base || !branch || !final) return null;
  const { description, levels } = heldOut.variant;
  return { description, levels, base, branch, final };
}
