/** Where a set comes from: plain JSON from which a generated or derived set can be made again. */
import * as v from 'valibot';
import { countOrZero, seed, type DataOf } from '../schema/pieces';
import { setRecipe } from '../tasks/preset';
import { deriveReport, deriveRule } from './derive';
import { fieldMapping } from './files/mapping/mapping';
import { fileFormat, importSummary } from './files/report';

/** A set as another one refers to it: the digest tells whether it still is what it was. */
const setReference = v.object({ id: v.string(), name: v.string(), digest: v.string() });

export const setOrigin = v.variant('kind', [
  v.object({ kind: v.literal('generated'), seed, recipe: setRecipe }),
  v.object({
    kind: v.literal('imported'),
    file: v.object({ name: v.string(), bytes: countOrZero, format: fileFormat }),
    /** Which columns were read; null where that was not kept. */
    mapping: v.nullable(fieldMapping),
    summary: importSummary,
  }),
  v.object({
    kind: v.literal('derived'),
    sources: v.pipe(v.array(setReference), v.minLength(1)),
    rule: deriveRule,
    report: deriveReport,
  }),
]);

export type SetOrigin = DataOf<typeof setOrigin>;
