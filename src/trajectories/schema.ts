/** Schemas of what is known about sets, for records that are read back. */
import * as v from 'valibot';
import { count, countOrZero, positiveOrZero, seed } from '../schema/pieces';
import { expertSettings } from '../tasks/schema';
import type { DeriveReport, DeriveRule } from './derive';
import type { DifficultySettings } from './difficulty';
import { ROW_FAULTS, SHAPES, type ImportSummary, type RowFault } from './files/report';
import type { SetOrigin } from './origin';
import type { LengthStatistics, SetStatistics } from './statistics';
import type { MeasureSummary } from './difficulty';
import type { LevelMix, SetRecipe } from '../tasks';

const counts = v.pipe(v.array(countOrZero), v.readonly());

export const levelMix = v.union([
  v.literal('balanced'),
  v.pipe(v.array(positiveOrZero), v.readonly()),
]) satisfies v.GenericSchema<unknown, LevelMix>;

export const setRecipe = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  size: count,
  levels: levelMix,
  expert: expertSettings,
}) satisfies v.GenericSchema<unknown, SetRecipe>;

const deriveRule = v.variant('kind', [
  v.object({
    kind: v.literal('band'),
    band: v.picklist(['easy', 'uniform', 'hard']),
    size: count,
    order: v.variant('by', [
      v.object({ by: v.literal('level') }),
      v.object({ by: v.literal('measure'), measure: v.string() }),
    ]),
    seed,
  }),
  v.object({ kind: v.literal('subset'), size: count, seed }),
  v.object({ kind: v.literal('dedupe'), by: v.picklist(['prompt', 'trajectory']) }),
  v.object({
    kind: v.literal('without-parts'),
    parts: v.pipe(v.array(v.picklist(['validation', 'benchmark'])), v.readonly()),
  }),
  v.object({ kind: v.literal('correct') }),
  v.object({
    kind: v.literal('split'),
    side: v.picklist(['train', 'validation']),
    share: v.number(),
    seed,
  }),
  v.object({ kind: v.literal('merge') }),
  v.object({ kind: v.literal('copy') }),
]) satisfies v.GenericSchema<unknown, DeriveRule>;

const deriveReport = v.object({
  read: countOrZero,
  kept: countOrZero,
  removed: v.record(v.string(), countOrZero),
}) satisfies v.GenericSchema<unknown, DeriveReport>;

const importSummary = v.object({
  read: countOrZero,
  kept: countOrZero,
  shape: v.nullable(v.picklist(SHAPES)),
  faults: v.pipe(
    v.array(
      v.object({ fault: v.picklist(Object.keys(ROW_FAULTS) as RowFault[]), count: countOrZero }),
    ),
    v.readonly(),
  ),
}) satisfies v.GenericSchema<unknown, ImportSummary>;

const setReference = v.object({ id: v.string(), name: v.string(), digest: v.string() });

export const setOrigin = v.variant('kind', [
  v.object({ kind: v.literal('generated'), seed, recipe: setRecipe }),
  v.object({
    kind: v.literal('imported'),
    file: v.object({
      name: v.string(),
      bytes: countOrZero,
      format: v.picklist(['jsonl', 'parquet']),
    }),
    summary: importSummary,
  }),
  v.object({
    kind: v.literal('derived'),
    sources: v.pipe(v.array(setReference), v.minLength(1), v.readonly()),
    rule: deriveRule,
    report: deriveReport,
  }),
]) satisfies v.GenericSchema<unknown, SetOrigin>;

const lengthStatistics = v.object({
  mean: v.number(),
  shortest: countOrZero,
  longest: countOrZero,
  counts,
}) satisfies v.GenericSchema<unknown, LengthStatistics>;

export const setStatistics = v.object({
  size: count,
  bytes: countOrZero,
  perLevel: counts,
  promptTokens: lengthStatistics,
  completionTokens: lengthStatistics,
  duplicatePrompts: countOrZero,
  duplicateTrajectories: countOrZero,
  inValidation: countOrZero,
  inBenchmark: countOrZero,
  correct: countOrZero,
  malformed: countOrZero,
}) satisfies v.GenericSchema<unknown, SetStatistics>;

const difficultySettings = v.variant('kind', [
  v.object({ kind: v.literal('failure-rate'), samples: count, temperature: v.number(), seed }),
  v.object({ kind: v.literal('loss') }),
]) satisfies v.GenericSchema<unknown, DifficultySettings>;

export const measureSummary = v.object({
  id: v.string(),
  settings: difficultySettings,
  policy: v.object({ name: v.string(), digest: v.string() }),
  mean: v.number(),
}) satisfies v.GenericSchema<unknown, MeasureSummary>;
