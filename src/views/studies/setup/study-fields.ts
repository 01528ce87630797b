/** The settings of a study that have a field of their own; all others are edited as JSON. */
import { replaceEngine } from '../../../training/configuration/choices';
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

export function numberOf(label: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new Error(`${label} is “${text}”; it must be a number.`);
}

/** The words of a list with commas or spaces. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}

export function numbersOf(label: string, text: string): number[] {
  return wordsOf(text).map((word) => numberOf(label, word));
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
  // As the terminal takes them; ten of them have room.
  read: ({ seeds }) => seeds.join(','),
  write: (study, text) => ({ ...study, seeds: numbersOf('A seed', text) }),
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

/** Other paradigms, by their names. */
export const RIVALS: StudyField = {
  id: 'paradigms',
  label: 'Compared with',
  read: ({ paradigms }) => paradigms.join(', '),
  write: (study, text) => ({ ...study, paradigms: wordsOf(text) }),
};

/** The name with the first number from 2 on that is not taken. */
export function freeName(name: string, taken: readonly string[]): string {
  const base = name.replace(/-\d+$/, '');
  const numbers = Array.from({ length: taken.length + 1 }, (_, i) => i + 2);
  return numbers.map((number) => `${base}-${number}`).find((free) => !taken.includes(free))!;
}

export function withEngine(study: StudyConfig, name: string): StudyConfig {
  return { ...study, run: { ...study.run, engine: replaceEngine(study.run.engine, name) } };
}
