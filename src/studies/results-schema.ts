/** Reads a study's results back, from a folder, the database or a bundle: outside data until checked. */
import * as v from 'valibot';
import { SUB_PHASES, type Cell } from '../theory';
import {
  benchmarkResult,
  ceilingFit,
  count,
  heldOutSummary,
  instabilities,
  measured,
  track,
  validation,
} from '../training/result-schemas';
import { parseStudy, StudyError } from './parse-study';
import { planStudy } from './plan';
import type { CellResult, MissingCell, StudyResults, SftRunResult } from './study-results';

const phase = v.picklist(SUB_PHASES);

const measurement = v.object({ value: measured, standardError: v.nullable(measured) });

const cell = v.object({
  run: v.string(),
  paradigm: v.string(),
  set: v.nullable(v.object({ name: v.string(), size: count, difficulty: v.nullable(measured) })),
  seed: count,
  branch: v.nullable(v.object({ step: count, compute: measured, phase, validationLoss: measured })),
  minValidationLoss: v.nullable(measured),
  pSft: measurement,
  final: measurement,
  curve: v.array(
    v.object({ compute: measured, performance: measured, nProblems: v.optional(count) }),
  ),
  ceiling: v.nullable(ceilingFit),
  candidates: v.record(v.string(), measured),
}) satisfies v.GenericSchema<unknown, Cell>;

export const cellResultSchema = v.object({
  id: v.string(),
  cell,
  branch: v.nullable(v.string()),
  status: v.picklist(['finished', 'diverged']),
  failure: v.nullable(v.string()),
  track,
  // Results of earlier versions have none.
  atBase: v.optional(v.nullable(benchmarkResult), null),
  atBranch: benchmarkResult,
  atEnd: benchmarkResult,
  unseenLevels: v.array(count),
  heldOut: v.optional(v.nullable(heldOutSummary), null),
  compute: v.object({ base: measured, sft: measured, rl: measured }),
  instabilities,
  seconds: measured,
}) satisfies v.GenericSchema<unknown, CellResult>;

export const sftRunResultSchema = v.object({
  set: v.string(),
  seed: count,
  validation,
  phases: v.array(phase),
  track,
  base: benchmarkResult,
  seconds: measured,
}) satisfies v.GenericSchema<unknown, SftRunResult>;

export const missingCellSchema = v.object({
  id: v.string(),
  set: v.nullable(v.string()),
  branch: v.string(),
  seed: count,
  status: v.picklist(['not-reached', 'failed', 'skipped']),
  reason: v.string(),
}) satisfies v.GenericSchema<unknown, MissingCell>;

const results = v.object({
  version: v.literal(1),
  config: v.unknown(),
  trunks: v.array(sftRunResultSchema),
  cells: v.array(cellResultSchema),
  missing: v.array(missingCellSchema),
});

/** Reads results; throws {@link StudyError} naming the place. */
export function parseResults(input: unknown): StudyResults {
  const result = v.safeParse(results, input);
  if (result.success) {
    const study = { ...result.output, config: parseStudy(result.output.config) };
    requirePlanned(study);
    return study;
  }
  const issue = result.issues[0];
  const path = v.getDotPath(issue) ?? 'the file';
  throw new StudyError(
    `The results cannot be read: ${path} is ${issue.received}, expected ${issue.expected ?? issue.message}.`,
  );
}

/** Results of another study would be shown under this one's settings. */
function requirePlanned({ config, trunks, cells, missing }: StudyResults): void {
  const planned = new Set(planStudy(config).order.map(({ id }) => id));
  const ids = [
    ...trunks.map(({ set, seed }) => `${set}/${seed}`),
    ...[...cells, ...missing].map(({ id }) => id),
  ];
  const stranger = ids.find((id) => !planned.has(id));
  if (stranger === undefined) return;
  throw new StudyError(
    `The results have "${stranger}", which the study's configuration does not have: they belong to another study.`,
  );
}
