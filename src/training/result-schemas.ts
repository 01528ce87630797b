/**
 * Valibot schemas of what runs measure, for all that is kept or handed on: the database, study files
 * and bundles.
 */
import * as v from 'valibot';
import { countOrZero, measured } from '../schema/pieces';
import type { CeilingFit } from '../theory';
import { INSTABILITIES, type Instability } from './instability';
import type { BenchmarkResult } from './evaluation/measurements';
import type { HeldOutSummary, TrackPoint, ValidationPoint } from './run-state';

export const stage = v.picklist(['sft', 'rl']);

export const benchmarkResult = v.object({
  score: measured,
  standardError: measured,
  perLevel: v.array(measured),
  passAtK: v.array(v.object({ k: countOrZero, score: measured, perLevel: v.array(measured) })),
  problems: countOrZero,
  samplesPerProblem: countOrZero,
  malformed: measured,
}) satisfies v.GenericSchema<unknown, BenchmarkResult>;

export const heldOutSummary = v.object({
  description: v.string(),
  levels: v.array(countOrZero),
  base: benchmarkResult,
  branch: benchmarkResult,
  final: benchmarkResult,
}) satisfies v.GenericSchema<unknown, HeldOutSummary>;

export const ceilingFit = v.object({
  pSft: measured,
  aPost: measured,
  cMid: measured,
  b: measured,
  aPostLow: measured,
  aPostHigh: measured,
  pSftLow: measured,
  pSftHigh: measured,
  plRl: measured,
  plRlLow: measured,
  plRlHigh: measured,
  identified: v.boolean(),
  notIdentifiedBecause: v.nullable(v.string()),
  residualStd: measured,
  autocorrelation: measured,
  collapsed: v.boolean(),
  collapses: v.array(
    v.object({
      curve: countOrZero,
      compute: measured,
      best: measured,
      after: measured,
      dropped: countOrZero,
    }),
  ),
  seeds: countOrZero,
}) satisfies v.GenericSchema<unknown, CeilingFit>;

export const curve = v.array(
  v.object({ compute: measured, performance: measured, samples: countOrZero }),
);

export const track = v.array(
  v.object({
    stage,
    step: countOrZero,
    compute: measured,
    performance: measured,
    samples: countOrZero,
  }),
) satisfies v.GenericSchema<unknown, TrackPoint[]>;

export const instabilityKind = v.picklist(INSTABILITIES);

export const instabilities = v.array(
  v.object({
    kind: instabilityKind,
    stage,
    step: countOrZero,
    steps: countOrZero,
    reason: v.string(),
  }),
) satisfies v.GenericSchema<unknown, Instability[]>;

export const validation = v.array(
  v.object({ step: countOrZero, compute: measured, loss: measured }),
) satisfies v.GenericSchema<unknown, ValidationPoint[]>;
