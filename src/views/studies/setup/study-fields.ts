/** The settings of a study that have a field of their own; all others are edited as JSON. */
import { numberOf, type NamedRange } from '../../../settings/number';
import { rangeAt } from '../../../settings/schema';
import { studyConfig, type StudyConfig } from '../../../studies/study-config';
import {
  MORE_NUMBERS,
  NAMED_SETTINGS,
  RUN_NUMBERS,
  type NumberSetting,
} from '../../../training/configuration/settings';

export interface StudyField {
  readonly id: string;
  readonly label: string;
  readonly unit?: string;
  readonly help?: string;
  readonly read: (study: StudyConfig) => string;
  /** The study with another value; throws with a sentence for a text that is none. */
  readonly write: (study: StudyConfig, text: string) => StudyConfig;
}

/** The words of a list with commas or spaces. */
export function wordsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '');
}

/** The numbers of such a list. */
export function numbersOf(text: string, range: NamedRange): number[] {
  return wordsOf(text).map((word) => numberOf(word, range));
}

/** The number that is typed for a place of the study, within the limits of its schema. */
export function numberAt(study: StudyConfig, path: string, subject: string, text: string): number {
  return numberOf(text, { subject, ...rangeAt(studyConfig, path, study) });
}

/** A number of the run that all cells share. */
function runNumber(
  setting: NumberSetting,
  { unit, help }: Pick<StudyField, 'unit' | 'help'> = {},
): StudyField {
  return {
    id: setting.path,
    label: setting.label,
    unit,
    help,
    read: ({ run }) => setting.read(run),
    write: (study, text) => ({ ...study, run: setting.write(study.run, text) }),
  };
}

export const SEEDS: StudyField = {
  id: 'seeds',
  label: 'Seeds',
  help: 'Numbers with commas: each repeats the whole study.',
  // As the terminal takes them; ten of them have room.
  read: ({ seeds }) => seeds.join(','),
  write: (study, text) => ({ ...study, seeds: numbersOf(text, { subject: 'A seed' }) }),
};

export const BUDGET = runNumber(RUN_NUMBERS.budget, {
  unit: 'FLOPs',
  help: 'Of SFT and RL together, at which paradigms are compared; empty for none.',
});

export const MAIN_FIELDS: readonly StudyField[] = [
  SEEDS,
  runNumber(RUN_NUMBERS.rlSteps),
  runNumber(RUN_NUMBERS.problems, { help: 'Benchmark.' }),
  BUDGET,
];

export const MORE_FIELDS = Object.values(MORE_NUMBERS).map((setting) => runNumber(setting));

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
  return { ...study, run: NAMED_SETTINGS.engine.write(study.run, name) };
}
