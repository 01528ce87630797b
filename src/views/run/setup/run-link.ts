/**
 * The part of the address that describes a run: `#/run?preset=micro&seed=3&switch=end`. A link
 * carries only what differs from its preset: by the short name of a setting, or by its path in the
 * configuration, as `rl.learningRate=0.0003`.
 */
import { LabError, messageOf } from '../../../errors';
import { rangeInWords, readNumber } from '../../../settings/number';
import { isMissing, schemaAt } from '../../../settings/schema';
import { engineNamed, nameOfEngine } from '../../../training/configuration/choices';
import { paradigmNamed } from '../../../training/configuration/paradigms';
import { presetNamed, setNamed } from '../../../training/configuration/presets';
import { runConfig, type RunConfig } from '../../../training/configuration/run-config';
import {
  NAMED_SETTINGS,
  PLAIN,
  RUN_NUMBERS,
  SETTINGS,
  standardConfig,
  withSetting,
} from '../../../training/configuration/settings';
import {
  choicesOf,
  choosesSwitch,
  configFrom,
  FIRST_PRESET,
  isKnown,
  NUMBER_NAMES,
  numbersUsed,
  problemOf,
  standardChoices,
  switchPointOf,
  type NumberName,
  type RunChoices,
} from './run-choices';

export interface RunLink {
  readonly choices: RunChoices;
  /** The id of a set of the library, for whoever can look it up; null where none is named. */
  readonly library: string | null;
  /** Start at once, as the link asks; never where something in it is wrong. */
  readonly autostart: boolean;
  /** A sentence for each thing that could not be used. */
  readonly problems: readonly string[];
}

/** Numbers with a short name of their own; the switch step shares one with the switch points. */
const NUMBER_FLAGS = NUMBER_NAMES.flatMap((name) => {
  const { flag }: { flag?: string } = RUN_NUMBERS[name];
  return flag === undefined ? [] : [{ name, flag }];
});
/** What the form has a field for. */
const FIELD_FLAGS = [
  ...['preset', 'paradigm', 'set', 'library', 'engine', 'switch'],
  ...NUMBER_FLAGS.map(({ flag }) => flag),
  'rl-until',
  'autostart',
];
const FURTHER_FLAGS = SETTINGS.flatMap(({ flag }) =>
  flag === undefined || FIELD_FLAGS.includes(flag) ? [] : [flag],
);
const FLAGS = [...FIELD_FLAGS, ...FURTHER_FLAGS];

/** Collects what fails, so that one wrong flag leaves the others working. */
class LinkReader {
  readonly problems: string[] = [];

  constructor(readonly query: URLSearchParams) {}

  /** Passes a flag's value to `use`, if it is there; a thrown message becomes a problem. */
  read(flag: string, use: (text: string) => void): void {
    const text = this.query.get(flag);
    if (text === null) return;
    try {
      use(text);
    } catch (error) {
      this.problems.push(messageOf(error));
    }
  }
}

function readParadigm(text: string): string {
  return text === PLAIN ? PLAIN : paradigmNamed(text).name;
}

/** Whether a name is the path of a setting that has no short name, or one beside it. */
function isPath(name: string): boolean {
  return !FLAGS.includes(name) && !isMissing(schemaAt(runConfig, name.split('.')[0]!));
}

/** A sentence for each flag that is unknown or given more than once. */
function flagProblems(query: URLSearchParams): string[] {
  return [...new Set(query.keys())].flatMap((flag) => {
    if (!FLAGS.includes(flag) && !isPath(flag)) {
      return `The link has an unknown flag “${flag}”, which was left out; known are: ${FLAGS.join(', ')}, and paths of the configuration such as rl.learningRate.`;
    }
    const values = query.getAll(flag);
    if (values.length === 1) return [];
    return `The link gives the flag “${flag}” ${values.length} times (${values.join(', ')}); the first was taken. Give it once.`;
  });
}

/** Reads what the form has no field for; fields then show what it says of them. */
function withFurther(choices: RunChoices, reader: LinkReader): RunChoices {
  const names = [...new Set(reader.query.keys())].filter(
    (name) => FURTHER_FLAGS.includes(name) || isPath(name),
  );
  if (names.length === 0) return choices;
  let config = configFrom(choices);
  for (const name of names) {
    reader.read(name, (text) => (config = withSetting(config, name, text, 'The link')));
  }
  return choicesOf(config);
}

/** Reads the query of an address. What is wrong is named in `problems` and left at its default. */
export function readRunLink(queryText: string): RunLink {
  const reader = new LinkReader(new URLSearchParams(queryText));
  reader.problems.push(...flagProblems(reader.query));
  let preset = FIRST_PRESET;
  reader.read('preset', (name) => (preset = presetNamed(name)));
  let paradigm: string = PLAIN;
  reader.read('paradigm', (name) => (paradigm = readParadigm(name)));
  const standard = standardConfig(preset.name, paradigm);
  let { set, engine, switchPoint, rlUntil } = choicesOf(standard);
  const numbers: Record<NumberName, string> = { ...choicesOf(standard).numbers };
  reader.read('set', (name) => (set = setNamed(preset, name).name));
  reader.read('engine', (name) => {
    engine = nameOfEngine(engineNamed(name));
  });
  reader.read('switch', (text) => {
    if (!choosesSwitch({ paradigm })) {
      throw new LabError('config/link-switch', { text, paradigm });
    }
    const config = NAMED_SETTINGS.switch.write(standard, text);
    if (config.switch.at === 'step') setNumber('switchStep', text);
    switchPoint = switchPointOf(config);
  });
  reader.read('rl-until', (text) => {
    rlUntil = NAMED_SETTINGS.rlUntil.write(standard, text).rl.until;
  });
  for (const { name, flag } of NUMBER_FLAGS) {
    reader.read(flag, (text) => setNumber(name, text));
  }
  function setNumber(name: NumberName, text: string): void {
    const { offered } = RUN_NUMBERS[name];
    if (readNumber(text, offered) === null) {
      const { subject } = offered;
      throw new LabError('config/link-value', { subject, text, allowed: rangeInWords(offered) });
    }
    numbers[name] = text;
  }
  let library: string | null = null;
  reader.read('library', (id) => (library = id));
  let wantsStart = false;
  reader.read('autostart', (text) => {
    if (text !== '1' && text !== '0') {
      throw new LabError('config/autostart', { text });
    }
    wantsStart = text === '1';
  });
  const fields = { set, librarySet: null, engine, switchPoint, rlUntil, numbers, further: {} };
  const choices = withFurther({ preset: preset.name, paradigm, ...fields }, reader);
  return {
    choices,
    library,
    autostart: wantsStart && reader.problems.length === 0,
    problems: reader.problems,
  };
}

/** The query that describes these choices, without a question mark; the preset is always in it. */
export function writeRunLink(choices: RunChoices): string {
  const standard = standardChoices(choices.preset, choices.paradigm);
  const query = new URLSearchParams({ preset: choices.preset });
  if (choices.paradigm !== PLAIN) query.set('paradigm', choices.paradigm);
  if (choices.librarySet) query.set('library', choices.librarySet.id);
  else if (choices.set !== standard.set) query.set('set', choices.set);
  if (choices.engine !== standard.engine) query.set('engine', choices.engine);
  const used = numbersUsed(choices);
  const isSwitchChosen = choosesSwitch(choices);
  if (isSwitchChosen && choices.switchPoint === 'step')
    query.set('switch', choices.numbers.switchStep);
  else if (isSwitchChosen && choices.switchPoint !== standard.switchPoint)
    query.set('switch', choices.switchPoint);
  if (choices.rlUntil !== standard.rlUntil) query.set('rl-until', choices.rlUntil);
  for (const { name, flag } of NUMBER_FLAGS) {
    const text = choices.numbers[name];
    const usable = used.includes(name) && problemOf(name, text) === null;
    if (usable && text !== standard.numbers[name]) query.set(flag, text);
  }
  for (const [path, value] of Object.entries(choices.further)) {
    query.set(path, JSON.stringify(value));
  }
  return query.toString().replaceAll('%3A', ':');
}

/** The query that describes a run; null where its preset or paradigm is not of this version. */
export function linkTo(config: RunConfig): string | null {
  return isKnown(config) ? writeRunLink(choicesOf(config)) : null;
}
