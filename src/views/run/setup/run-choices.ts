/**
 * What a person chooses for a run, as the form holds it: text and names, right or wrong. Here it is
 * checked and becomes a {@link RunConfig}.
 */
import type { TaskSettings } from '../../../tasks';
import { SEQUENTIAL } from '../../../theory';
import { engineNamed, nameOfEngine } from '../../../training/configuration/choices';
import {
  isSameTask,
  librarySetOf,
  withLibrarySet,
  type LibrarySet,
} from '../../../training/data/library-set';
import { paradigmNamed, withParadigm } from '../../../training/configuration/paradigms';
import {
  presets,
  presetNamed,
  setNamed,
  type Preset,
} from '../../../training/configuration/presets';
import {
  parseRunConfig,
  RunConfigError,
  type RunConfig,
  type SwitchSetting,
} from '../../../training/configuration/run-config';

/** A number that the form asks for. */
export interface NumberSpec {
  /** Its name in a link. */
  readonly flag: string;
  readonly label: string;
  /** As a sentence about it begins. */
  readonly subject: string;
  readonly least: number;
  readonly most: number;
  readonly integer: boolean;
  /** Shown behind the field. */
  readonly unit: string | null;
  readonly help: string | null;
  /** Its value in a configuration; null where it has none. */
  read(config: RunConfig): number | null;
}

const steps = { least: 1, most: 100_000, integer: true, unit: 'steps', help: null };
const percents = { least: 0.1, most: 1000, integer: false, unit: '%' };
const evaluations = { least: 1, most: 50, integer: true, unit: 'evaluations' };

/** Every number of the form, in the order of a link. */
export const NUMBERS = {
  seed: {
    flag: 'seed',
    label: 'Seed',
    subject: 'The seed',
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    integer: true,
    unit: null,
    help: 'Every random draw follows from it: the same seed gives the same run.',
    read: (config) => config.seed,
  },
  switchStep: {
    ...steps,
    flag: 'switch',
    label: 'Switch at SFT step',
    subject: 'The switch step',
    least: 0,
    unit: null,
    read: ({ switch: policy, sft }) => (policy.at === 'step' ? policy.step : sft.steps),
  },
  sftSteps: {
    ...steps,
    flag: 'sft-steps',
    label: 'SFT, at most',
    subject: 'The number of SFT steps',
    read: (config) => config.sft.steps,
  },
  rlSteps: {
    ...steps,
    flag: 'rl-steps',
    label: 'RL',
    subject: 'The number of RL steps',
    read: (config) => config.rl.steps,
  },
  budget: {
    flag: 'budget',
    label: 'Compute budget',
    subject: 'The compute budget',
    least: 1e6,
    most: 1e18,
    integer: false,
    unit: 'FLOPs',
    help: 'SFT and RL together end here: paradigms are compared at equal compute.',
    read: (config) => config.computeBudget,
  },
  stableWithin: {
    ...percents,
    flag: 'stable-within',
    label: 'Stable within',
    subject: 'The width of the stable sub-phase',
    help: 'Of the lowest validation loss.',
    read: (config) => 100 * config.subPhases.stableWithin,
  },
  severeFrom: {
    ...percents,
    flag: 'severe-from',
    label: 'Severe from',
    subject: 'The rise at which overfitting is severe',
    help: 'Above the lowest validation loss; more than “stable within”.',
    read: (config) => 100 * config.subPhases.severeFrom,
  },
  patience: {
    ...evaluations,
    flag: 'patience',
    label: 'Patience',
    subject: 'The patience',
    help: 'Without improvement before the loss counts as stable.',
    read: (config) => config.subPhases.patience,
  },
  smoothing: {
    ...evaluations,
    flag: 'smoothing',
    label: 'Smoothing',
    subject: 'The smoothing',
    help: 'In the moving average of the loss; 1 for none.',
    read: (config) => config.subPhases.smoothing,
  },
  problems: {
    flag: 'problems',
    label: 'Benchmark',
    subject: 'The number of benchmark problems',
    least: 10,
    most: 2000,
    integer: true,
    unit: 'problems a level',
    help: 'More problems measure more exactly and take longer.',
    read: (config) => config.evaluation.problemsPerLevel,
  },
  heldOut: {
    flag: 'held-out',
    label: 'Held-out kind',
    subject: 'The number of held-out problems',
    least: 0,
    most: 2000,
    integer: true,
    unit: 'problems a level',
    help: 'Of a kind that is never trained on, at base, branch and end; 0 for none.',
    read: (config) => config.evaluation.heldOutPerLevel,
  },
} as const satisfies Record<string, NumberSpec>;

export type NumberName = keyof typeof NUMBERS;
export const NUMBER_NAMES = Object.keys(NUMBERS) as readonly NumberName[];

/** Where SFT may end. */
export const SWITCH_POINTS = {
  stable: 'when validation loss is stable',
  mild: 'at mild overfitting',
  severe: 'at severe overfitting',
  step: 'at a given SFT step',
  end: 'after the last SFT step',
} as const;
export type SwitchPoint = keyof typeof SWITCH_POINTS;

/** The form's contents. Numbers are the text that was typed. */
export interface RunChoices {
  readonly preset: string;
  readonly paradigm: string;
  /** A set of the preset; the first where a set of the library was chosen. */
  readonly set: string;
  readonly librarySet: LibrarySet | null;
  readonly engine: string;
  readonly switchPoint: SwitchPoint;
  readonly numbers: Readonly<Record<NumberName, string>>;
}

/** Large amounts as powers of ten, such as 9e10; an integer with all of its digits. */
function textOf(value: number | null, { integer }: NumberSpec): string {
  if (value === null) return '';
  const rounded = Number(value.toPrecision(10));
  return integer || rounded < 1e6 ? String(rounded) : rounded.toExponential().replace('+', '');
}

function switchPointOf(policy: SwitchSetting): SwitchPoint {
  return policy.at === 'phase' ? policy.phase : policy.at;
}

/** The sequence as the preset has it, with steps and no compute to end it. */
export const PLAIN = 'preset';

function isPlain({ paradigm, computeBudget }: RunConfig): boolean {
  return paradigm === SEQUENTIAL && computeBudget === null;
}

function firstSetOf(config: RunConfig): string {
  return presets().find(({ name }) => name === config.preset)?.sets[0]?.name ?? '';
}

/** The preset whose task this is; undefined where none has it. */
export function presetFor(task: TaskSettings): Preset | undefined {
  return presets().find(({ config }) => isSameTask(config.task, task));
}

/** The choices that give a configuration back. */
export function choicesOf(config: RunConfig): RunChoices {
  const numbers = NUMBER_NAMES.map((name) => [
    name,
    textOf(NUMBERS[name].read(config), NUMBERS[name]),
  ]);
  return {
    preset: config.preset,
    paradigm: isPlain(config) ? PLAIN : config.paradigm,
    set: config.librarySet ? firstSetOf(config) : config.trajectories.name,
    librarySet: librarySetOf(config),
    engine: nameOfEngine(config.engine),
    switchPoint: switchPointOf(config.switch),
    numbers: Object.fromEntries(numbers) as Record<NumberName, string>,
  };
}

/** The preset that is offered first. */
export const FIRST_PRESET: Preset = presets()[0]!;

const EXAMPLES: Partial<Record<NumberName, string>> = {
  seed: ', for example 0',
  budget: ', for example 9e10',
};

/** Why `text` is no value for a number; null where it is one. */
export function numberProblem(name: NumberName, text: string): string | null {
  const { subject, least, most, integer, unit }: NumberSpec = NUMBERS[name];
  const value = Number(text);
  const form = integer ? /^\d+$/ : /^\d+(\.\d+)?(e\+?\d+)?$/;
  if (form.test(text.trim()) && value >= least && value <= most) return null;
  const kind = integer ? 'an integer' : 'a number';
  const example = EXAMPLES[name] ?? '';
  const of = unit === '%' ? ' percent' : '';
  return `${subject} is “${text}”; it must be ${kind} from ${least} to ${most}${of}${example}.`;
}

/** The configuration that a preset gives a paradigm, before a person changes anything. */
function standardConfig(presetName: string, paradigm: string): RunConfig {
  const preset = presetNamed(presetName);
  return paradigm === PLAIN ? preset.config : withParadigm(preset, paradigmNamed(paradigm));
}

/** The choices of {@link standardConfig}. */
export function standardChoices(preset: string, paradigm: string): RunChoices {
  return choicesOf(standardConfig(preset, paradigm));
}

/** Whether these choices leave the moment of the switch to a person. */
export function choosesSwitch({ paradigm }: Pick<RunChoices, 'paradigm'>): boolean {
  return paradigm === PLAIN || paradigm === SEQUENTIAL;
}

/** Names of the numbers that matter for these choices. */
export function numbersUsed(choices: RunChoices): NumberName[] {
  const { rl, switch: policy } = standardConfig(choices.preset, choices.paradigm);
  const skipsSft = !choosesSwitch(choices) && policy.at === 'step' && policy.step === 0;
  const isUsed: Partial<Record<NumberName, boolean>> = {
    switchStep: choosesSwitch(choices) && choices.switchPoint === 'step',
    sftSteps: !skipsSft,
    rlSteps: rl.steps > 0,
    budget: choices.paradigm !== PLAIN,
  };
  return NUMBER_NAMES.filter((name) => isUsed[name] ?? true);
}

function switchPolicy({ switchPoint, numbers }: RunChoices): SwitchSetting {
  if (switchPoint === 'end') return { at: 'end' };
  if (switchPoint === 'step') return { at: 'step', step: Number(numbers.switchStep) };
  return { at: 'phase', phase: switchPoint };
}

/** The configuration for these choices; throws {@link RunConfigError} where one is wrong. */
export function configOf(choices: RunChoices): RunConfig {
  for (const name of numbersUsed(choices)) {
    const problem = numberProblem(name, choices.numbers[name]);
    if (problem !== null) throw new RunConfigError(problem);
  }
  const preset = presetNamed(choices.preset);
  const { librarySet } = choices;
  const used = new Set(numbersUsed(choices));
  const standard = standardConfig(choices.preset, choices.paradigm);
  const config = librarySet
    ? withLibrarySet(standard, librarySet)
    : { ...standard, trajectories: setNamed(preset, choices.set) };
  const number = (name: NumberName): number =>
    used.has(name) ? Number(choices.numbers[name]) : (NUMBERS[name].read(config) ?? 0);
  const [stableWithin, severeFrom] = [number('stableWithin') / 100, number('severeFrom') / 100];
  if (severeFrom <= stableWithin) {
    throw new RunConfigError(
      `Severe overfitting is set to begin at ${choices.numbers.severeFrom}%, which is not above the stable width of ${choices.numbers.stableWithin}%. Raise the first or lower the second.`,
    );
  }
  return parseRunConfig({
    ...config,
    seed: number('seed'),
    engine: engineNamed(choices.engine),
    sft: { ...config.sft, steps: number('sftSteps') },
    rl: { ...config.rl, steps: number('rlSteps') },
    computeBudget: used.has('budget') ? number('budget') : null,
    switch: choosesSwitch(choices) ? switchPolicy(choices) : config.switch,
    subPhases: {
      stableWithin,
      severeFrom,
      patience: number('patience'),
      smoothing: number('smoothing'),
    },
    evaluation: {
      ...config.evaluation,
      problemsPerLevel: number('problems'),
      heldOutPerLevel: number('heldOut'),
    },
  });
}
