/** What a study keeps of its work, as the database and a folder read it back. */
import * as v from 'valibot';
import type { JobCheckpoint } from './api';
import { countOrZero, floats, measured } from '../../schema/pieces';
import { storedAs } from '../../schema/stored';
import {
  cellResultSchema,
  missingCellSchema,
  sftRunResultSchema,
} from '../../studies/results-schema';
import type { SftCheckpoint } from '../../training/branches';
import { runState } from '../../training/state-schemas';

const branchPoint = v.object({
  state: runState,
  parameters: floats,
}) satisfies v.GenericSchema<unknown, SftCheckpoint>;

const jobCheckpoint = v.object({
  checkpoint: v.object({
    state: runState,
    parameters: floats,
    optimizer: v.object({ firstMoment: floats, secondMoment: floats, step: countOrZero }),
    branch: v.nullable(floats),
  }),
  seconds: measured,
}) satisfies v.GenericSchema<unknown, JobCheckpoint>;

export const SFT_RUN = storedAs('sft-run', sftRunResultSchema);
export const CELL = storedAs('cell', cellResultSchema);
export const MISSING_CELL = storedAs('missing-cell', missingCellSchema);
export const JOB_CHECKPOINT = storedAs('kept-checkpoint', jobCheckpoint);
export const SFT_CHECKPOINT = storedAs('checkpoint', branchPoint);
export const WEIGHTS = storedAs('weights', floats);
/** Rows of a set of the library. */
export const SET_TEXT = storedAs('set-text', v.string());
