/**
 * A study as plain JSON: what is the same in every cell, and what varies over them. It expands into
 * cells: each set in each seed is trained by SFT once, and each branch point starts RL from there;
 * each further paradigm is a run of its own.
 */
import * as v from 'valibot';
import { count, name, positive, seed, type DataOf } from '../schema/pieces';
import { SUB_PHASES } from '../theory';
import { librarySet, runConfig } from '../training/configuration/run-config';
import { setRecipe } from '../tasks/preset';

/** Where RL starts from an SFT run: an evaluation of it, chosen after the fact. */
const branchPoint = v.variant('at', [
  v.strictObject({ name, at: v.literal('step'), step: count }),
  /** The last evaluation with at most so many FLOPs of SFT. */
  v.strictObject({ name, at: v.literal('compute'), flops: positive }),
  v.strictObject({ name, at: v.literal('phase'), phase: v.picklist(SUB_PHASES) }),
  v.strictObject({ name, at: v.literal('end') }),
]);

const studySet = v.strictObject({
  recipe: setRecipe,
  /** The stored set that it is; `recipe` then tells its name, size and levels. Absent: it is made. */
  librarySet: v.optional(librarySet),
  /** SFT steps; small sets need fewer. */
  sftSteps: count,
  /** Branch points of this set, by name; one at least. */
  branches: v.array(v.string()),
});

const furtherRl = v.strictObject({
  /** RL steps that a cell gets at a time, whatever compute it has used. */
  steps: count,
  /** Cells that get them before all are ranked again. */
  cells: count,
  /** RL steps in all. */
  total: count,
});

export const studyConfig = v.strictObject({
  version: v.literal(1),
  name,
  title: v.string(),
  description: v.string(),
  /** Shared by all cells; seed, set, SFT steps, switch and paradigm are put in cell by cell. */
  run: runConfig,
  sets: v.array(studySet),
  branches: v.array(branchPoint),
  /**
   * Other paradigms (see training/configuration/paradigms.ts), each at the compute budget of `run`. The
   * sequence is one of them where there are no sets for it to branch off: it then switches as `run` says.
   */
  paradigms: v.array(v.string()),
  /** Further RL where the doubt moves a finding most (see further-rl.ts); null for none. */
  furtherRl: v.optional(v.nullable(furtherRl), null),
  /** One at least. */
  seeds: v.array(seed),
});

export interface StudyConfig extends DataOf<typeof studyConfig> {}
export type StudySet = StudyConfig['sets'][number];
export type StudyBranch = StudyConfig['branches'][number];
