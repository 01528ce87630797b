/** Valibot schemas of what a study keeps of the training behind its results. */
import * as v from 'valibot';
import type { JobCheckpoint } from './api';
import type { SftCheckpoint } from '../../training/branches';
import { count, measured } from '../../training/result-schemas';
import { runState } from '../../training/state-schemas';

const floats = v.instance(Float32Array);

export const branchPoint = v.object({
  state: runState,
  parameters: floats,
}) satisfies v.GenericSchema<unknown, SftCheckpoint>;

export const jobCheckpoint = v.object({
  checkpoint: v.object({
    state: runState,
    parameters: floats,
    optimizer: v.object({ firstMoment: floats, secondMoment: floats, step: count }),
    branch: v.nullable(floats),
  }),
  seconds: measured,
}) satisfies v.GenericSchema<unknown, JobCheckpoint>;
