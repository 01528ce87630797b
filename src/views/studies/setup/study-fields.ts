/** The settings of a study that have a field of their own; all others are edited as JSON. */
import { engineNamed } from '../../../training/choices';
import type { StudyConfig } from '../../../studies/study-config';

export interface StudyField {
  readonly id: string;
  readonly label: string;
  readonly unit?: string;
  readonly help?: string;
  readonly read: (study: StudyConfig) => string;
  /** The study with another value; throws with a sentence for a text that is none. */
  readonly write: (study: StudyConfig, text: string) => StudyConfig;
}

function numberOf(label: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new Error(`${label} is “${text}”; it must be a number.`);
}

function seedsOf(text: string): number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map((part) => numberOf('A seed', part));
}

type Section = 'sft' | 'rl' | 'evaluation';

/** A number in one of the parts of a run's configuration. */
function runNumber<S extends Section>(
  section: S,
  key: keyof StudyConfig['run'][S] & string,
  { label, unit, help }: Pick<StudyField, 'label' | 'unit' | 'help'>,
): StudyField {
  return {
    id: `${section}-${key}`,
    label,
    unit,
    help,
    read: ({ run }) => String(run[section][key]),
    write: (study, text) => {
      const part = { ...study.run[section], [key]: numberOf(label, text) };
      return { ...study, run: { ...study.run, [section]: part } };
    },
  };
}

export const SEEDS: StudyField = {
  id: 'seeds',
  label: 'Seeds',
  help: 'Numbers with commas: each repeats the whole study.',
  read: ({ seeds }) => seeds.join(', '),
  write: (study, text) => ({ ...study, seeds: seedsOf(text) }),
};

export const BUDGET: StudyField = {
  id: 'budget',
  label: 'Compute budget',
  unit: 'FLOPs',
  help: 'Of SFT and RL together, at which paradigms are compared; empty for none.',
  read: ({ run }) => run.computeBudget?.toExponential().replace('+', '') ?? '',
  write: (study, text) => {
    const computeBudget = text.trim() === '' ? null : numberOf('The compute budget', text);
    return { ...study, run: { ...study.run, computeBudget } };
  },
};

export const MAIN_FIELDS: readonly StudyField[] = [
  SEEDS,
  runNumber('rl', 'steps', { label: 'RL steps' }),
  runNumber('evaluation', 'problemsPerLevel', { label: 'Problems a level', help: 'Benchmark.' }),
  BUDGET,
];

export const MORE_FIELDS: readonly StudyField[] = [
  runNumber('sft', 'learningRate', { label: 'SFT learning rate' }),
  runNumber('sft', 'evaluations', { label: 'SFT evaluations' }),
  runNumber('rl', 'learningRate', { label: 'RL learning rate' }),
  runNumber('rl', 'promptsPerStep', { label: 'Prompts an RL step' }),
  runNumber('rl', 'groupSize', { label: 'Attempts a prompt' }),
  runNumber('rl', 'evaluateEvery', { label: 'RL steps an evaluation' }),
  runNumber('evaluation', 'samples', { label: 'Samples a problem' }),
  runNumber('evaluation', 'trackingSamples', { label: 'Samples on the way' }),
];

/** Size and SFT steps of a set. */
export function setFields(index: number): StudyField[] {
  const change = (
    study: StudyConfig,
    patch: (set: StudyConfig['sets'][number]) => StudyConfig['sets'][number],
  ): StudyConfig => ({
    ...study,
    sets: study.sets.map((set, i) => (i === index ? patch(set) : set)),
  });
  return [
    {
      id: `set-${index}-size`,
      label: 'Trajectories',
      read: ({ sets }) => String(sets[index]?.recipe.size ?? ''),
      write: (study, text) => {
        const size = numberOf('The number of trajectories', text);
        const before = study.sets[index]?.recipe;
        const changed = change(study, (set) => ({ ...set, recipe: { ...set.recipe, size } }));
        // Paradigms learn from one of the sets, whose recipe is written twice.
        const isShared = JSON.stringify(before) === JSON.stringify(study.run.trajectories);
        if (!isShared) return changed;
        return {
          ...changed,
          run: { ...changed.run, trajectories: { ...study.run.trajectories, size } },
        };
      },
    },
    {
      id: `set-${index}-steps`,
      label: 'SFT steps',
      read: ({ sets }) => String(sets[index]?.sftSteps ?? ''),
      write: (study, text) =>
        change(study, (set) => ({ ...set, sftSteps: numberOf('SFT steps', text) })),
    },
  ];
}

export function withEngine(study: StudyConfig, name: string): StudyConfig {
  return { ...study, run: { ...study.run, engine: engineNamed(name) } };
}
