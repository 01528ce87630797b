/** Reads a study from outside: every fault is named with its place, its value and the remedy. */
import * as v from 'valibot';
import { LabError, messageOf } from '../errors';
import { issueOf } from '../schema/issues';
import { upgraded } from '../schema/upgrades';
import { SEQUENTIAL } from '../theory';
import {
  configureParadigm,
  paradigmNamed,
  paradigms as allParadigms,
} from '../training/configuration/paradigms';
import { parseRunConfig, stepsOfEpochs } from '../training/configuration/run-config';
import { unknownKey } from '../settings/unknown-key';
import { studyConfig, type StudyBranch, type StudyConfig, type StudySet } from './study-config';

/** The newest version of study files that this lab reads. */
const STUDY_VERSION = 1;

/** Reads a study's JSON text; throws an error of `study`. */
export function parseStudyText(text: string): StudyConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = messageOf(error);
    throw new LabError('study/json', { reason });
  }
  return parseStudy(upgraded('study', value));
}

/** Checks a study; throws an error of `study` naming place, value and remedy. */
export function parseStudy(input: unknown): StudyConfig {
  checkVersion(input);
  const result = v.safeParse(studyConfig, input);
  if (!result.success) {
    throw new LabError('study/value', issueOf(result.issues));
  }
  const study = withEpochsOfSets(result.output);
  const unknown = unknownKey(input, study);
  if (unknown !== null) {
    throw new LabError('study/unknown-key', { key: unknown });
  }
  checkNames(study);
  checkBranches(study);
  checkParadigms(study);
  checkFurtherRl(study);
  checkRuns(study);
  return study;
}

/** Each set with the SFT steps that the epochs of the run are on it, where it has some. */
function withEpochsOfSets(study: StudyConfig): StudyConfig {
  const { sft } = study.run;
  const sets = study.sets.map((set) => ({
    ...set,
    sftSteps: stepsOfEpochs(sft, set.recipe) ?? set.sftSteps,
  }));
  return { ...study, sets };
}

function checkVersion(input: unknown): void {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new LabError('study/no-object');
  }
  const version = 'version' in input ? input.version : undefined;
  if (typeof version === 'number' && version > STUDY_VERSION) {
    throw new LabError('study/version', { version, newest: STUDY_VERSION });
  }
}

function requireDistinct(what: string, names: readonly (string | number)[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new LabError('study/twice', { what, name: twice });
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
  if (seeds.length === 0) throw new LabError('study/no-seed');
  for (const { recipe } of sets) {
    if (/^[a-z0-9-]+$/.test(recipe.name)) continue;
    throw new LabError('study/set-name', { name: recipe.name });
  }
  const both = sets.find(({ recipe }) => paradigms.includes(recipe.name));
  if (both) {
    throw new LabError('study/ambiguous', { name: both.recipe.name });
  }
  if (sets.length === 0 && paradigms.length === 0) {
    throw new LabError('study/empty');
  }
}

/** The branch point called `name`; throws an error of `study` listing the known ones. */
export function branchNamed(
  { branches }: Pick<StudyConfig, 'branches'>,
  name: string,
): StudyBranch {
  const branch = branches.find((one) => one.name === name);
  if (branch) return branch;
  const known = branches.map((one) => one.name).join(', ') || 'none';
  throw new LabError('study/no-branch', { name, known });
}

function checkBranches(study: StudyConfig): void {
  for (const { recipe, sftSteps, branches } of study.sets) {
    requireDistinct(`branch point of ${recipe.name}`, branches);
    if (branches.length === 0) {
      const known = study.branches.map((one) => one.name).join(', ') || 'none yet';
      throw new LabError('study/set-unbranched', { set: recipe.name, known });
    }
    for (const name of branches) {
      const branch = branchNamed(study, name);
      if (branch.at !== 'step' || branch.step <= sftSteps) continue;
      throw new LabError('study/branch-late', {
        branch: name,
        step: branch.step,
        set: recipe.name,
        last: sftSteps,
      });
    }
  }
}

function checkParadigms({ paradigms, run, sets }: StudyConfig): void {
  for (const name of paradigms) {
    if (name === SEQUENTIAL && sets.length > 0) {
      const others = allParadigms()
        .map((paradigm) => paradigm.name)
        .filter((one) => one !== SEQUENTIAL);
      throw new LabError('study/sequential', { name: SEQUENTIAL, known: others });
    }
    paradigmNamed(name);
  }
  if (paradigms.length === 0) return;
  if (run.computeBudget === null) {
    throw new LabError('study/no-budget');
  }
  if (run.rl.until !== 'steps') throw new LabError('study/until-compared', { until: run.rl.until });
  if (sets.length > 0 && !sets.some((set) => isSetOfParadigms(run, set))) {
    throw new LabError('study/paradigm-set', {
      set: run.trajectories.name,
      known: sets.map(({ recipe }) => recipe.name),
    });
  }
}

/** A learning rate that falls is laid out over the base budget, and has nothing left for more. */
function checkFurtherRl({ furtherRl, run, sets }: StudyConfig): void {
  if (!furtherRl) return;
  const { steps, total } = furtherRl;
  if (total < steps) throw new LabError('study/further-total', { steps, total });
  if (sets.length === 0) throw new LabError('study/further-unbranched');
  if (run.rl.schedule === 'constant') return;
  throw new LabError('study/further-schedule', { schedule: run.rl.schedule });
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
