/** Valibot schemas of the state that a run goes on from. */
import * as v from 'valibot';
import { countOrZero, measured } from '../schema/pieces';
import { SUB_PHASES, type SubPhaseState } from '../theory';
import type { Watch } from './instability';
import type { HeldOutScores, SwitchRecord } from './evaluation/measurements';
import { benchmarkResult, curve, instabilities, stage, track, validation } from './result-schemas';
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
  evaluations: countOrZero,
  rise: measured,
  plateau: v.array(measured),
  evaluationsNearMinimum: countOrZero,
}) satisfies v.GenericSchema<unknown, SubPhaseState>;

export const switchRecord = {
  step: countOrZero,
  compute: measured,
  reason: v.string(),
  phase: v.picklist(SUB_PHASES),
} satisfies Record<keyof SwitchRecord, v.GenericSchema>;

const watch = v.object({
  gradNorms: v.array(measured),
  rewards: v.array(measured),
  bestReward: measured,
  startEntropy: measured,
  entropies: countOrZero,
}) satisfies v.GenericSchema<unknown, Watch>;

export const runState = v.object({
  stage,
  step: countOrZero,
  evaluated: v.boolean(),
  sftCompute: measured,
  rlCompute: measured,
  skippedSteps: countOrZero,
  validation,
  subPhase: v.nullable(subPhaseState),
  base: v.nullable(benchmarkResult),
  switchReason: v.nullable(v.string()),
  restored: v.boolean(),
  switched: v.nullable(v.object(switchRecord)),
  branch: v.nullable(benchmarkResult),
  final: v.nullable(benchmarkResult),
  latest: v.nullable(benchmarkResult),
  heldOut: heldOutScores,
  curve,
  track,
  watch,
  instabilities,
  gpu: v.nullable(gpuTuning),
}) satisfies v.GenericSchema<unknown, RunState>;
