/**
 * What a person chooses for a run, as the form holds it: text and names, right or wrong. Here it is
 * checked and becomes a {@link RunConfig}.
 */
import type { TaskSettings } from '../../../tasks';
import { SEQUENTIAL } from '../../../theory';
import { numberOf, numberProblem } from '../../../settings/number';
import { differences, withValueAt } from '../../../settings/path';
import { pathInWords, valueInWords } from '../../../settings/words';
import { nameOfEngine } from '../../../training/configuration/choices';
import { paradigms } from '../../../training/configuration/paradigms';
import { presets, presetNamed, type Preset } from '../../../training/configuration/presets';
import {
  parseRunConfig,
  type RlSettings,
  type RunConfig,
} from '../../../training/configuration/run-config';
import {
  checkTogether,
  NAMED_SETTINGS,
  PLAIN,
  RUN_NUMBERS,
  standardConfig,
} from '../../../training/configuration/settings';
import {
  isSameTask,
  librarySetOf,
  withLibrarySet,
  type LibrarySet,
} from '../../../training/data/library-set';

export type NumberName = keyof typeof RUN_NUMBERS;
export const NUMBER_NAMES = Object.keys(RUN_NUMBERS) as readonly NumberName[];

/** Where SFT may end. */
export const SWITCH_POINTS = {
  stable: 'when validation loss is stable',
  mild: 'at mild overfitting',
  severe: 'at severe overfitting',
  step: 'at a given SFT step',
  end: 'after the last SFT step',
} as const;
export type SwitchPoint = keyof typeof SWITCH_POINTS;

export type RlEnd = RlSettings['until'];

/** What may end RL. */
export const RL_END_LABELS = {
  steps: 'after its last step',
  identified: 'once its ceiling is identified',
} as const satisfies Readonly<Record<RlEnd, string>>;

/** The form's contents. Numbers are the text that was typed. */
export interface RunChoices {
  readonly preset: string;
  readonly paradigm: string;
  /** A set of the preset; the first where a set of the library was chosen. */
  readonly set: string;
  readonly librarySet: LibrarySet | null;
  readonly engine: string;
  readonly switchPoint: SwitchPoint;
  readonly rlUntil: RlEnd;
  readonly numbers: Readonly<Record<NumberName, string>>;
  /** What else differs from the preset, by paths of the configuration: a link or an older lab set it. */
  readonly further: Readonly<Record<string, unknown>>;
}

export function switchPointOf({ switch: policy }: Pick<RunConfig, 'switch'>): SwitchPoint {
  return policy.at === 'phase' ? policy.phase : policy.at;
}

function isPlain({ paradigm, computeBudget }: RunConfig): boolean {
  return paradigm === SEQUENTIAL && computeBudget === null;
}

/** The preset whose task this is; undefined where none has it. */
export function presetFor(task: TaskSettings): Preset | undefined {
  return presets().find(({ config }) => isSameTask(config.task, task));
}

/** Parts of a configuration that say where it comes from, or what a device found out. */
const UNCHOSEN = /^(version|preset|paradigm|engine\.gpu)(\.|$)/;

/** The choices that give a configuration back; its preset and paradigm must be of this version. */
export function choicesOf(config: RunConfig): RunChoices {
  const numbers = NUMBER_NAMES.map((name) => [name, RUN_NUMBERS[name].read(config)]);
  const { sets } = presetNamed(config.preset);
  const { name } = config.trajectories;
  const isOfPreset = !config.librarySet && sets.some((set) => set.name === name);
  const choices: RunChoices = {
    preset: config.preset,
    paradigm: isPlain(config) ? PLAIN : config.paradigm,
    set: isOfPreset ? name : sets[0]!.name,
    librarySet: librarySetOf(config),
    engine: nameOfEngine(config.engine),
    switchPoint: switchPointOf(config),
    rlUntil: config.rl.until,
    numbers: Object.fromEntries(numbers) as Record<NumberName, string>,
    further: {},
  };
  const further = differences(configFrom(choices), config)
    .filter(({ path, to }) => to !== undefined && !UNCHOSEN.test(path))
    .map(({ path, to }) => [path, to] as const);
  return { ...choices, further: Object.fromEntries(further) };
}

/** Whether a run's preset and paradigm are of this version, so that choices can describe it. */
export function isKnown({ preset, paradigm }: RunConfig): boolean {
  return (
    presets().some(({ name }) => name === preset) &&
    paradigms().some(({ name }) => name === paradigm)
  );
}

/** A phrase for each setting that no field shows: `RL learning rate 0.0003`. */
export function furtherInWords({ further }: Pick<RunChoices, 'further'>): string[] {
  return Object.entries(further).map(
    ([path, value]) => `${pathInWords(path)} ${valueInWords(value)}`,
  );
}

/** The preset that is offered first. */
export const FIRST_PRESET: Preset = presets()[0]!;

/** Why `text` is not a value for a number; null where it is one. */
export function problemOf(name: NumberName, text: string): string | null {
  return numberProblem(text, RUN_NUMBERS[name].offered);
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

/** The configuration that the fields and what is further describe, whatever they say. */
export function configFrom(choices: RunChoices): RunConfig {
  const { librarySet, numbers, further } = choices;
  const standard = standardConfig(choices.preset, choices.paradigm);
  const onSet = librarySet
    ? withLibrarySet(standard, librarySet)
    : NAMED_SETTINGS.set.write(standard, choices.set);
  const onEngine = NAMED_SETTINGS.engine.write(onSet, choices.engine);
  const used = numbersUsed(choices);
  const switched =
    choosesSwitch(choices) && choices.switchPoint !== 'step'
      ? NAMED_SETTINGS.switch.write(onEngine, choices.switchPoint)
      : onEngine;
  const ended = NAMED_SETTINGS.rlUntil.write(switched, choices.rlUntil);
  const numbered = used.reduce(
    (config, name) => RUN_NUMBERS[name].write(config, numbers[name]),
    ended,
  );
  return Object.entries(further).reduce(
    (config, [path, value]) => withValueAt(config, path, value),
    numbered,
  );
}

/** The configuration for these choices; throws an error of `config` or `setting` where one is wrong. */
export function configOf(choices: RunChoices): RunConfig {
  for (const name of numbersUsed(choices)) {
    numberOf(choices.numbers[name], RUN_NUMBERS[name].offered);
  }
  const config = configFrom(choices);
  checkTogether(config);
  return parseRunConfig(config);
}
