/** Valibot schemas of the state that a run goes on from. */
import * as v from 'valibot';
import { SUB_PHASES, type SubPhaseState } from '../theory';
import type { Watch } from './instability';
import type { HeldOutScores, SwitchRecord } from './evaluation/measurements';
import {
  benchmarkResult,
  count,
  curve,
  instabilities,
  measured,
  stage,
  track,
  validation,
} from './result-schemas';
import { gpuTuning } from './configuration/run-config';
import type { RunState } from './run-state';

const heldOutScores = v.object({
  base: v.nullable(benchmarkResult),
  branch: v.nullable(benchmarkResult),
  final: v.nullable(benchmarkResult),
}) satisfies v.GenericSchema<unknown, HeldOutScores>;

export const subPhaseState = v.object({
  phase: v.picklist(SUB_PHASES),
  recent: v.array(measured),
  minima: v.array(measured),
  evaluations: count,
  rise: measured,
  plateau: v.array(measured),
  evaluationsNearMinimum: count,
}) satisfies v.GenericSchema<unknown, SubPhaseState>;

export const switchRecord = {
  step: count,
  compute: measured,
  reason: v.string(),
  phase: v.picklist(SUB_PHASES),
} satisfies Record<keyof SwitchRecord, v.GenericSchema>;

const watch = v.object({
  gradNorms: v.array(measured),
  rewards: v.array(measured),
  bestReward: measured,
  startEntropy: measured,
  entropies: count,
}) satisfies v.GenericSchema<unknown, Watch>;

export const runState = v.object({
  stage,
  step: count,
  evaluated: v.boolean(),
  sftCompute: measured,
  rlCompute: measured,
  skippedSteps: count,
  validation,
  subPhase: v.nullable(subPhaseState),
  base: v.nullable(benchmarkResult),
  switchReason: v.nullable(v.string()),
  restored: v.boolean(),
  switched: v.nullable(v.object(switchRecord)),
  branch: v.nullable(benchmarkResult),
  final: v.nullable(benchmarkResult),
  // Runs of earlier versions did not keep it.
  latest: v.optional(v.nullable(benchmarkResult), null),
  // Runs of earlier versions measured none.
  heldOut: v.optional(heldOutScores, { base: null, branch: null, final: null }),
  curve,
  track,
  watch,
  instabilities,
  // Runs of earlier versions kept it in their record alone.
  gpu: v.optional(v.nullable(gpuTuning), null),
}) satisfies v.GenericSchema<unknown, RunState>;
