/** How ceilings are fitted, as the form holds it: text, right or wrong. Here it is checked. */
import type { FitSettings } from '../../runtime/ceilings/api';
import { numberProblem, numberText, scaled, type NamedRange } from '../../settings/number';
import { DEFAULT_CEILING_SETTINGS } from '../../theory';

interface FitSetting extends NamedRange {
  readonly label: string;
  /** Shown behind a field. */
  readonly behind: string | null;
  readonly help: string;
  /** The number of the settings that one in the form stands for is this many times smaller. */
  readonly scale: number;
  /** Whether it may be left to the fit. */
  readonly mayBeBlank?: boolean;
}

/** The numbers of the form, in its order. */
export const FIT_NUMBERS = {
  draws: {
    label: 'Draws',
    subject: 'The number of draws',
    least: 20,
    most: 5000,
    isInteger: true,
    behind: null,
    help: 'Of the bootstrap; more make the interval steadier.',
    scale: 1,
  },
  confidence: {
    label: 'Confidence',
    subject: 'The confidence',
    least: 50,
    most: 99,
    behind: '%',
    help: 'How often the interval should hold the true ceiling.',
    scale: 100,
  },
  widest: {
    label: 'Widest interval',
    subject: 'The widest interval',
    least: 0.1,
    most: 100,
    behind: 'points',
    help: 'A ceiling with a wider one is not identified.',
    scale: 1,
  },
  latestMid: {
    label: 'Latest midpoint',
    subject: 'The latest midpoint',
    least: 5,
    most: 100,
    behind: '%',
    help: 'Of the compute seen: with half of the gain later, the curve has not bent.',
    scale: 100,
  },
  chance: {
    label: 'Chance level',
    subject: 'The chance level',
    least: 0,
    most: 99,
    behind: '%',
    help: 'Right answers by guessing, where a file has levels; blank: estimated.',
    scale: 100,
    mayBeBlank: true,
  },
  seed: {
    label: 'Seed',
    subject: 'The seed',
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    isInteger: true,
    behind: null,
    help: 'Of the draws: another one moves the ends a little.',
    scale: 1,
  },
} as const satisfies Record<keyof FitSettings, FitSetting>;

type FitNumber = keyof typeof FIT_NUMBERS;
export const FIT_NUMBER_NAMES = Object.keys(FIT_NUMBERS) as readonly FitNumber[];
export type FitChoices = Readonly<Record<FitNumber, string>>;

/** What `lab fit` uses. */
export const STANDARD_FIT: FitSettings = {
  draws: DEFAULT_CEILING_SETTINGS.draws,
  confidence: DEFAULT_CEILING_SETTINGS.confidence,
  widest: DEFAULT_CEILING_SETTINGS.widest,
  latestMid: DEFAULT_CEILING_SETTINGS.latestMid,
  chance: null,
  seed: 0,
};

export function choicesOfFit(settings: FitSettings): FitChoices {
  const texts = FIT_NUMBER_NAMES.map((name) => {
    const value = settings[name];
    if (value === null) return [name, ''];
    const { scale } = FIT_NUMBERS[name];
    return [name, numberText(scaled(value, scale), FIT_NUMBERS[name])];
  });
  return Object.fromEntries(texts) as Record<FitNumber, string>;
}

/** Why `text` is not a value for a number; null where it is one. */
export function fitNumberProblem(name: FitNumber, text: string): string | null {
  const setting: FitSetting = FIT_NUMBERS[name];
  if (setting.mayBeBlank && text.trim() === '') return null;
  return numberProblem(text, setting);
}

/** The settings for these choices; null while one is wrong. */
export function fitSettingsOf(choices: FitChoices): FitSettings | null {
  if (FIT_NUMBER_NAMES.some((name) => fitNumberProblem(name, choices[name]) !== null)) return null;
  const number = (name: FitNumber): number => Number(choices[name]) / FIT_NUMBERS[name].scale;
  return {
    draws: number('draws'),
    confidence: number('confidence'),
    widest: number('widest'),
    latestMid: number('latestMid'),
    chance: choices.chance.trim() === '' ? null : number('chance'),
    seed: number('seed'),
  };
}
