/**
 * Branches of one SFT run: RL that starts at an evaluation of it, without its SFT being done again.
 * The SFT run (trainSftRun in run.ts) hands out its branch points; with branchConfig and branchCheckpoint
 * trainRun goes on from one, and gives to the bit what the whole run with that switch gives.
 */
import * as v from 'valibot';
import { floats, type DataOf } from '../schema/pieces';
import type { TrainingCheckpoint } from './events';
import type { RunConfig } from './configuration/run-config';
import { runState } from './run-state';

export const sftCheckpoint = v.object({
  /** With the SFT run's compute, base measurement, validation losses and scores so far. */
  state: runState,
  parameters: floats,
});

/** An evaluated SFT step: all that a branch needs, plain data that can be kept. */
export interface SftCheckpoint extends DataOf<typeof sftCheckpoint> {}

export interface SftCheckpointEvent {
  readonly type: 'branch-point';
  readonly point: SftCheckpoint;
  /** Whether the SFT run ends here. */
  readonly isLast: boolean;
}

/** SFT to its last step. */
export function sftRunConfig(config: RunConfig): RunConfig {
  return { ...config, switch: { at: 'end' } };
}

/**
 * The configuration of a branch at an SFT step of the SFT run. It keeps the SFT run's number of SFT steps,
 * on which the steps of its evaluations depend; RL's settings and `restore` may differ from branch to
 * branch.
 */
export function branchConfig(
  sftRun: RunConfig,
  { state }: Pick<SftCheckpoint, 'state'>,
): RunConfig {
  return { ...sftRun, switch: { at: 'step', step: state.step } };
}

/**
 * The checkpoint from which a branch starts. The optimizer is a fresh one: RL begins with one of its
 * own, and no SFT step comes before.
 */
export function branchCheckpoint({ state, parameters }: SftCheckpoint): TrainingCheckpoint {
  const zeros = (): Float32Array => new Float32Array(parameters.length);
  const optimizer = { firstMoment: zeros(), secondMoment: zeros(), step: 0 };
  return { state, parameters, optimizer, branch: null };
}
