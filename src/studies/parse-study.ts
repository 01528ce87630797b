/** Reads a study from outside: every fault is named with its place, its value and the remedy. */
import * as v from 'valibot';
import { messageOf } from '../errors';
import { describeIssue } from '../schema/issues';
import { upgraded } from '../schema/upgrades';
import { SEQUENTIAL } from '../theory';
import {
  configureParadigm,
  paradigmNamed,
  paradigms as allParadigms,
} from '../training/configuration/paradigms';
import { parseRunConfig } from '../training/configuration/run-config';
import { unknownKey } from '../settings/unknown-key';
import { studyConfig, type StudyBranch, type StudyConfig, type StudySet } from './study-config';

/** A study that cannot be run. */
export class StudyError extends Error {
  override readonly name = 'StudyError';
}

/** The newest version of study files that this lab reads. */
const STUDY_VERSION = 1;

/** Reads a study's JSON text; throws {@link StudyError}. */
export function parseStudyText(text: string): StudyConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = messageOf(error);
    throw new StudyError(`The study is not JSON: ${reason}.`);
  }
  return parseStudy(upgraded('study', value));
}

/** Checks a study; throws {@link StudyError} naming place, value and remedy. */
export function parseStudy(input: unknown): StudyConfig {
  checkVersion(input);
  const result = v.safeParse(studyConfig, input);
  if (!result.success) {
    throw new StudyError(`${describeIssue(result.issues, 'the study')}.`);
  }
  const study = result.output;
  const unknown = unknownKey(input, study);
  if (unknown !== null) {
    throw new StudyError(
      `The study has the unknown key "${unknown}": it would have no effect. Remove it or correct its name.`,
    );
  }
  checkNames(study);
  checkBranches(study);
  checkParadigms(study);
  checkRuns(study);
  return study;
}

function checkVersion(input: unknown): void {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new StudyError('The study is no JSON object with "version", "run", "sets" and "seeds".');
  }
  const version = 'version' in input ? input.version : undefined;
  if (typeof version === 'number' && version > STUDY_VERSION) {
    throw new StudyError(
      `The study has version ${version}; this lab reads up to ${STUDY_VERSION}. Open it with a newer lab.`,
    );
  }
}

function requireDistinct(what: string, names: readonly (string | number)[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new StudyError(`The ${what} ${twice} is there twice; cells need names of their own.`);
}

function checkNames({ sets, branches, paradigms, seeds }: StudyConfig): void {
  requireDistinct(
    'set',
    sets.map(({ recipe }) => recipe.name),
  );
  requireDistinct(
    'branch point',
    branches.map(({ name }) => name),
  );
  requireDistinct('paradigm', paradigms);
  requireDistinct('seed', seeds);
  if (seeds.length === 0) throw new StudyError('The study has no seed; give it one, such as [0].');
  for (const { recipe } of sets) {
    if (/^[a-z0-9-]+$/.test(recipe.name)) continue;
    throw new StudyError(
      `A set is called "${recipe.name}"; names of files are made of it, so use a–z, 0–9 and - only.`,
    );
  }
  const both = sets.find(({ recipe }) => paradigms.includes(recipe.name));
  if (both) {
    throw new StudyError(
      `"${both.recipe.name}" is a set and a paradigm of the study; give the set another name.`,
    );
  }
  if (sets.length === 0 && paradigms.length === 0) {
    throw new StudyError('The study has neither a set nor a paradigm: there is nothing to run.');
  }
}

/** The branch point called `name`; throws {@link StudyError} listing the known ones. */
export function branchNamed(
  { branches }: Pick<StudyConfig, 'branches'>,
  name: string,
): StudyBranch {
  const branch = branches.find((one) => one.name === name);
  if (branch) return branch;
  const known = branches.map((one) => one.name).join(', ') || 'none';
  throw new StudyError(`There is no branch point "${name}"; the study has: ${known}.`);
}

function checkBranches(study: StudyConfig): void {
  for (const { recipe, sftSteps, branches } of study.sets) {
    requireDistinct(`branch point of ${recipe.name}`, branches);
    if (branches.length === 0) {
      const known = study.branches.map((one) => one.name).join(', ') || 'none yet';
      throw new StudyError(
        `The set "${recipe.name}" has no branch point, so RL would start nowhere. Choose one of: ${known}.`,
      );
    }
    for (const name of branches) {
      const branch = branchNamed(study, name);
      if (branch.at !== 'step' || branch.step <= sftSteps) continue;
      throw new StudyError(
        `The branch point "${name}" is at SFT step ${branch.step}, but SFT of the set "${recipe.name}" ends at step ${sftSteps}. Choose a step from 1 to ${sftSteps}, or more SFT steps.`,
      );
    }
  }
}

function checkParadigms({ paradigms, run, sets }: StudyConfig): void {
  for (const name of paradigms) {
    if (name === SEQUENTIAL && sets.length > 0) {
      const others = allParadigms()
        .map((paradigm) => paradigm.name)
        .filter((one) => one !== SEQUENTIAL);
      throw new StudyError(
        `"${SEQUENTIAL}" is what the branches of the sets are; as a paradigm choose from: ${others.join(', ')}.`,
      );
    }
    paradigmNamed(name);
  }
  if (paradigms.length === 0) return;
  if (run.computeBudget === null) {
    throw new StudyError(
      'run.computeBudget is null, but paradigms are compared at equal compute: set it in FLOPs, such as 1e12.',
    );
  }
  if (sets.length > 0 && !sets.some((set) => isSetOfParadigms(run, set))) {
    throw new StudyError(
      `The paradigms learn from run.trajectories, "${run.trajectories.name}", which is none of the study's sets: there would be nothing to compare with. Choose one of: ${sets.map(({ recipe }) => recipe.name).join(', ')}.`,
    );
  }
}

/** Whether the paradigms learn from this set of the study. */
export function isSetOfParadigms(
  { trajectories, librarySet }: StudyConfig['run'],
  set: Pick<StudySet, 'recipe' | 'librarySet'>,
): boolean {
  return (
    JSON.stringify([set.recipe, set.librarySet]) === JSON.stringify([trajectories, librarySet])
  );
}

/** What the settings of a run forbid together, set by set. */
function checkRuns({ run, sets, paradigms, seeds }: StudyConfig): void {
  const seed = seeds[0]!;
  parseRunConfig({ ...run, seed });
  for (const name of paradigms) parseRunConfig(configureParadigm(run, paradigmNamed(name)));
  for (const { recipe, sftSteps } of sets) {
    const sft = { ...run.sft, steps: sftSteps };
    parseRunConfig({ ...run, seed, trajectories: recipe, sft, switch: { at: 'end' } });
  }
}
