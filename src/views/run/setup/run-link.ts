/**
 * The part of the address that describes a run: `#/run?preset=micro&seed=3&switch=end`. A link
 * carries only what differs from its preset.
 */
import { messageOf } from '../../../errors';
import { engineNamed } from '../../../training/configuration/choices';
import { paradigmNamed, paradigms } from '../../../training/configuration/paradigms';
import { presets, presetNamed, setNamed } from '../../../training/configuration/presets';
import type { RunConfig } from '../../../training/configuration/run-config';
import {
  choicesOf,
  choosesSwitch,
  FIRST_PRESET,
  NUMBER_NAMES,
  numberProblem,
  NUMBERS,
  numbersUsed,
  PLAIN,
  standardChoices,
  SWITCH_POINTS,
  type NumberName,
  type RunChoices,
  type SwitchPoint,
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

/** Numbers with a flag of their own; the switch step shares one with the switch points. */
const NUMBER_FLAGS = NUMBER_NAMES.filter((name) => name !== 'switchStep');
const FLAGS = [
  'preset',
  'paradigm',
  'set',
  'library',
  'engine',
  'switch',
  ...NUMBER_FLAGS.map((name) => NUMBERS[name].flag),
  'autostart',
];

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

function isSwitchPoint(text: string): text is SwitchPoint {
  return text !== 'step' && Object.hasOwn(SWITCH_POINTS, text);
}

function readSwitch(text: string): { point: SwitchPoint; step: string | null } {
  if (isSwitchPoint(text)) return { point: text, step: null };
  if (numberProblem('switchStep', text) === null) return { point: 'step', step: text };
  throw new Error(
    `There is no switch point “${text}”; choose stable, mild, severe, end, or the number of an SFT step.`,
  );
}

function readParadigm(text: string): string {
  return text === PLAIN ? PLAIN : paradigmNamed(text).name;
}

/** A sentence for each flag that is unknown or given more than once. */
function flagProblems(query: URLSearchParams): string[] {
  return [...new Set(query.keys())].flatMap((flag) => {
    if (!FLAGS.includes(flag)) {
      return `The link has an unknown flag “${flag}”, which was left out; known are: ${FLAGS.join(', ')}.`;
    }
    const values = query.getAll(flag);
    if (values.length === 1) return [];
    return `The link gives the flag “${flag}” ${values.length} times (${values.join(', ')}); the first was taken. Give it once.`;
  });
}

/** Reads the query of an address. What is wrong is named in `problems` and left at its default. */
export function readRunLink(queryText: string): RunLink {
  const reader = new LinkReader(new URLSearchParams(queryText));
  reader.problems.push(...flagProblems(reader.query));
  let preset = FIRST_PRESET;
  reader.read('preset', (name) => (preset = presetNamed(name)));
  let paradigm: string = PLAIN;
  reader.read('paradigm', (name) => (paradigm = readParadigm(name)));
  const standard = standardChoices(preset.name, paradigm);
  let { set, engine, switchPoint } = standard;
  const numbers: Record<NumberName, string> = { ...standard.numbers };
  reader.read('set', (name) => (set = setNamed(preset, name).name));
  reader.read('engine', (name) => {
    engineNamed(name);
    engine = name;
  });
  reader.read('switch', (text) => {
    if (!choosesSwitch({ paradigm })) {
      throw new Error(
        `The link has switch=${text}, but the paradigm ${paradigm} has a switch of its own; it was left out.`,
      );
    }
    const { point, step } = readSwitch(text);
    switchPoint = point;
    if (step !== null) numbers.switchStep = step;
  });
  for (const name of NUMBER_FLAGS) {
    reader.read(NUMBERS[name].flag, (text) => {
      const problem = numberProblem(name, text);
      if (problem !== null) throw new Error(`${problem} The link’s value was left out.`);
      numbers[name] = text;
    });
  }
  let library: string | null = null;
  reader.read('library', (id) => (library = id));
  let wantsStart = false;
  reader.read('autostart', (text) => {
    if (text !== '1' && text !== '0') {
      throw new Error(`The flag autostart is “${text}”; it must be 1 or 0.`);
    }
    wantsStart = text === '1';
  });
  const { problems } = reader;
  return {
    choices: {
      preset: preset.name,
      paradigm,
      set,
      librarySet: null,
      engine,
      switchPoint,
      numbers,
    },
    library,
    autostart: wantsStart && problems.length === 0,
    problems,
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
  for (const name of NUMBER_FLAGS) {
    const text = choices.numbers[name];
    const usable = used.includes(name) && numberProblem(name, text) === null;
    if (usable && text !== standard.numbers[name]) query.set(NUMBERS[name].flag, text);
  }
  return query.toString().replaceAll('%3A', ':');
}

/** The query that describes a run; null where its preset or paradigm is not of this version. */
export function linkTo(config: RunConfig): string | null {
  const isKnown = presets().some(({ name }) => name === config.preset);
  const isKnownParadigm = paradigms().some(({ name }) => name === config.paradigm);
  return isKnown && isKnownParadigm ? writeRunLink(choicesOf(config)) : null;
}
