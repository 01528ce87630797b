/** Reads a study's results back, from a folder, the database or a bundle: outside data until checked. */
import * as v from 'valibot';
import { describeIssue } from '../schema/issues';
import { countOrZero, measured } from '../schema/pieces';
import { readStored, storedAs } from '../schema/stored';
import { SUB_PHASES, type Cell } from '../theory';
import {
  benchmarkResult,
  ceilingFit,
  heldOutSummary,
  instabilities,
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
  set: v.nullable(
    v.object({ name: v.string(), size: countOrZero, difficulty: v.nullable(measured) }),
  ),
  seed: countOrZero,
  branch: v.nullable(
    v.object({ step: countOrZero, compute: measured, phase, validationLoss: measured }),
  ),
  minValidationLoss: v.nullable(measured),
  pSft: measurement,
  final: measurement,
  curve: v.array(
    v.object({ compute: measured, performance: measured, nProblems: v.optional(countOrZero) }),
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
  atBase: v.nullable(benchmarkResult),
  atBranch: benchmarkResult,
  atEnd: benchmarkResult,
  unseenLevels: v.array(countOrZero),
  heldOut: v.nullable(heldOutSummary),
  compute: v.object({ base: measured, sft: measured, rl: measured }),
  instabilities,
  seconds: measured,
}) satisfies v.GenericSchema<unknown, CellResult>;

export const sftRunResultSchema = v.object({
  set: v.string(),
  seed: countOrZero,
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
  seed: countOrZero,
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

const RESULTS = storedAs('results', results);

/** Reads results; throws {@link StudyError} naming the place. */
export function parseResults(input: unknown): StudyResults {
  const result = readStored(RESULTS, input);
  if (result.success) {
    const study = { ...result.output, config: parseStudy(result.output.config) };
    requirePlanned(study);
    return study;
  }
  throw new StudyError(`The results cannot be read: ${describeIssue(result.issues, 'the file')}.`);
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
