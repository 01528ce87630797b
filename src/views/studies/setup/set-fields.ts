/** The fields of a set in a study, and how sets come to it and go. */
import { isSetOfParadigms } from '../../../studies/parse-study';
import type { StudyConfig, StudySet } from '../../../studies/study-config';
import type { LibrarySet } from '../../../training/data/library-set';
import { freeName, numberAt, numbersOf, wordsOf, type StudyField } from './study-fields';

type SetPatch = (set: StudySet) => StudySet;

function changeSet(study: StudyConfig, index: number, patch: SetPatch): StudyConfig {
  return { ...study, sets: study.sets.map((set, i) => (i === index ? patch(set) : set)) };
}

function changeRecipe(
  study: StudyConfig,
  index: number,
  patch: Partial<StudySet['recipe']>,
): StudyConfig {
  const before = study.sets[index];
  const changed = changeSet(study, index, (set) => ({
    ...set,
    recipe: { ...set.recipe, ...patch },
  }));
  // Paradigms learn from one of the sets, whose recipe is written twice.
  if (!before || !isSetOfParadigms(study.run, before)) return changed;
  const trajectories = { ...study.run.trajectories, ...patch };
  return { ...changed, run: { ...changed.run, trajectories } };
}

/** The set that the paradigms learn from, by its name. */
export const LEARNS_FROM: StudyField = {
  id: 'learns-from',
  label: 'They learn from',
  read: ({ run }) => run.trajectories.name,
  write: (study, text) => {
    const set = study.sets.find(({ recipe }) => recipe.name === text);
    if (!set) return study;
    const { recipe: trajectories, librarySet } = set;
    return { ...study, run: { ...study.run, trajectories, librarySet } };
  },
};

/** Size and SFT steps of a set. */
export function setFields(index: number): StudyField[] {
  return [
    {
      id: `sets-${index}-size`,
      label: 'Trajectories',
      read: ({ sets }) => String(sets[index]?.recipe.size ?? ''),
      write: (study, text) =>
        changeRecipe(study, index, {
          size: numberAt(study, `sets.${index}.recipe.size`, 'The number of trajectories', text),
        }),
    },
    {
      id: `sets-${index}-steps`,
      label: 'SFT steps',
      read: ({ sets }) => String(sets[index]?.sftSteps ?? ''),
      write: (study, text) =>
        changeSet(study, index, (set) => ({
          ...set,
          sftSteps: numberAt(study, `sets.${index}.sftSteps`, 'The number of SFT steps', text),
        })),
    },
  ];
}

/** The share of each level in a set, from the easiest on. */
export function levelsField(index: number): StudyField {
  return {
    id: `sets-${index}-levels`,
    label: 'Level weights',
    read: ({ sets }) => {
      const levels = sets[index]?.recipe.levels ?? 'balanced';
      return levels === 'balanced' ? levels : levels.join(', ');
    },
    write: (study, text) => {
      const isBalanced = text.trim() === 'balanced';
      const levels = isBalanced
        ? 'balanced'
        : numbersOf(text, { subject: 'A level’s weight', least: 0 });
      return changeRecipe(study, index, { levels });
    },
  };
}

/** The branch points that a set uses, by their names. */
export function branchesField(index: number): StudyField {
  return {
    id: `sets-${index}-branches`,
    label: 'RL from',
    read: ({ sets }) => sets[index]?.branches.join(', ') ?? '',
    write: (study, text) => {
      const chosen = wordsOf(text);
      // In the order of the study's list, whatever was chosen first.
      const names = study.branches.map(({ name }) => name).filter((name) => chosen.includes(name));
      return changeSet(study, index, (set) => ({ ...set, branches: names }));
    },
  };
}

/** With a copy of the last set that the study makes, under a name of its own, to be changed. */
export function withSet(study: StudyConfig): StudyConfig {
  const recipe =
    study.sets.findLast(({ librarySet }) => !librarySet)?.recipe ?? study.run.trajectories;
  const taken = study.sets.map((set) => set.recipe.name);
  return withOne(study, { recipe: { ...recipe, name: freeName(recipe.name, taken) } });
}

/** With a set of the library, which is trained on and branches off as the last one does. */
export function withStoredSet(study: StudyConfig, set: LibrarySet): StudyConfig {
  const { id, digest, size, perLevel } = set;
  const { expert } = study.run.trajectories;
  const stem =
    set.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'set';
  const taken = [...study.sets.map(({ recipe }) => recipe.name), ...study.paradigms];
  const name = taken.includes(stem) ? freeName(stem, taken) : stem;
  const recipe = { name, size, levels: [...perLevel], expert };
  return withOne(study, { recipe, librarySet: { id, digest } });
}

function withOne(study: StudyConfig, set: Pick<StudySet, 'recipe' | 'librarySet'>): StudyConfig {
  const last = study.sets.at(-1);
  const added = {
    ...set,
    sftSteps: last?.sftSteps ?? study.run.sft.steps,
    branches: last?.branches ?? study.branches.map(({ name }) => name),
  };
  return { ...study, sets: [...study.sets, added] };
}

export function withoutSet(study: StudyConfig, index: number): StudyConfig {
  return { ...study, sets: study.sets.filter((_, i) => i !== index) };
}
