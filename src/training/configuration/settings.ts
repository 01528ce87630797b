/**
 * The settings of a run as people meet them: in the form, in a link and in the terminal alike. What
 * each may be is said once, by the schema of the configuration; here are names and words. A setting
 * without a short name goes by its path: `rl.klCoefficient=0.01`.
 */
import { LabError } from '../../errors';
import { assigned } from '../../settings/assign';
import {
  numberOf,
  numberText,
  rangeInWords,
  readNumber,
  refusal,
  scaled,
  type NamedRange,
} from '../../settings/number';
import { valueAt, withValueAt } from '../../settings/path';
import { isNullableAt, listed, rangeAt } from '../../settings/schema';
import { ENGINE_CHOICES, nameOfEngine, replaceEngine } from './choices';
import { checkModel } from './model-fit';
import { paradigmNamed, withParadigm } from './paradigms';
import { presetNamed, setNamed } from './presets';
import { RECIPES, recipeOf, withRecipe } from './recipes';
import {
  RL_ENDS,
  runConfig,
  SWITCH_PHASES,
  type RlSettings,
  type RunConfig,
  type SwitchSetting,
} from './run-config';

/** A setting with words of its own. */
export interface Setting {
  /** Its short name: `rl-steps=40` in a link, `--rl-steps 40` in the terminal. */
  readonly flag?: string;
  /** Where it is in the configuration. */
  readonly path: string;
  /** What it is called where it stands alone. */
  readonly label: string;
  /** What it may be: `an integer from 1 on`. */
  readonly allowed: string;
  readonly read: (config: RunConfig) => string;
  /** Throws for a text that is not a value, and for a name that is not known. */
  readonly write: (config: RunConfig, text: string) => RunConfig;
}

/** A setting that is a number. */
export interface NumberSetting extends Setting {
  /** In a form where its unit stands behind it. */
  readonly fieldLabel: string;
  readonly unit: string | null;
  readonly help: string | null;
  /** What a configuration may hold. */
  readonly range: NamedRange;
  /** What the page offers: no more than a person would wait for. */
  readonly offered: NamedRange;
}

interface NumberWords {
  readonly flag?: string;
  readonly label: string;
  readonly fieldLabel?: string;
  /** As a sentence about it begins; the label by default. */
  readonly subject?: string;
  readonly unit?: string;
  readonly help?: string;
  readonly example?: string;
  /** Where the page offers less than a configuration may hold. */
  readonly least?: number;
  readonly most?: number;
}

/** The number at a path of the configuration; those with the unit % are written times 100. */
function number(path: string, words: NumberWords): NumberSetting {
  const limits = rangeAt(runConfig, path);
  const { flag, label, fieldLabel = label, unit = null, help = null } = words;
  const { subject = label, example, least = limits.least, most = limits.most } = words;
  const range = { ...limits, subject, example, unit: unit === '%' ? 'percent' : undefined };
  const scale = unit === '%' ? 100 : 1;
  return {
    ...{ flag, path, label, fieldLabel, unit, help, range },
    allowed: rangeInWords(range),
    offered: { ...range, least, most, above: least === undefined ? limits.above : undefined },
    read: (config) => {
      const value = valueAt(config, path);
      if (typeof value !== 'number') return '';
      return numberText(scaled(value, scale), range);
    },
    write: (config, text) => {
      const isNone = text.trim() === '' && isNullableAt(runConfig, path);
      return withValueAt(config, path, isNone ? null : numberOf(text, range) / scale);
    },
  };
}

const steps = { unit: 'steps', most: 100_000 };
const percents = { unit: '%', least: 0.1, most: 1000 };
const evaluations = { unit: 'evaluations', most: 50 };
const problems = { unit: 'problems per level', most: 2000 };

/** An SFT step to switch at; where the switch is elsewhere, the last step is proposed. */
const switchStep = number('switch.step', {
  label: 'Switch at SFT step',
  subject: 'The switch step',
  most: steps.most,
});

/** The numbers of the form of a run, in the order of a link. */
export const RUN_NUMBERS = {
  seed: number('seed', {
    flag: 'seed',
    label: 'Seed',
    subject: 'The seed',
    help: 'Every random draw follows from it: the same seed gives the same run.',
    example: '0',
  }),
  switchStep: {
    ...switchStep,
    read: (config) => switchStep.read(config) || String(config.sft.steps),
    write: (config, text) => ({
      ...config,
      switch: { at: 'step', step: numberOf(text, switchStep.range) },
    }),
  },
  sftSteps: number('sft.steps', {
    ...steps,
    flag: 'sft-steps',
    label: 'SFT steps',
    fieldLabel: 'SFT, at most',
    subject: 'The number of SFT steps',
  }),
  rlSteps: number('rl.steps', {
    ...steps,
    flag: 'rl-steps',
    label: 'RL steps',
    fieldLabel: 'RL',
    subject: 'The number of RL steps',
    least: 1,
  }),
  budget: number('computeBudget', {
    flag: 'budget',
    label: 'Compute budget',
    subject: 'The compute budget',
    unit: 'FLOPs',
    help: 'SFT and RL together end here: paradigms are compared at equal compute.',
    example: '9e10',
    least: 1e6,
    most: 1e18,
  }),
  stableWithin: number('subPhases.stableWithin', {
    ...percents,
    flag: 'stable-within',
    label: 'Stable within',
    subject: 'The width of the stable sub-phase',
    help: 'Of the lowest validation loss.',
  }),
  severeFrom: number('subPhases.severeFrom', {
    ...percents,
    flag: 'severe-from',
    label: 'Severe from',
    subject: 'The rise at which overfitting is severe',
    help: 'Above the lowest validation loss; more than “stable within”.',
  }),
  patience: number('subPhases.patience', {
    ...evaluations,
    flag: 'patience',
    label: 'Patience',
    subject: 'The patience',
    help: 'Without improvement before the loss counts as stable.',
  }),
  smoothing: number('subPhases.smoothing', {
    ...evaluations,
    flag: 'smoothing',
    label: 'Smoothing',
    subject: 'The smoothing',
    help: 'In the moving average of the loss; 1 for none.',
  }),
  problems: number('evaluation.problemsPerLevel', {
    ...problems,
    flag: 'problems',
    label: 'Problems per level',
    fieldLabel: 'Benchmark',
    subject: 'The number of benchmark problems',
    help: 'More problems measure more exactly and take longer.',
    least: 10,
  }),
  heldOut: number('evaluation.heldOutPerLevel', {
    ...problems,
    flag: 'held-out',
    label: 'Held-out problems per level',
    fieldLabel: 'Held-out kind',
    subject: 'The number of held-out problems',
    help: 'Of a kind that is never trained on, at base, branch and end; 0 for none.',
  }),
} as const satisfies Readonly<Record<string, NumberSetting>>;

/** Numbers that the builder of studies asks for beside those. */
export const MORE_NUMBERS = {
  sftLearningRate: number('sft.learningRate', { label: 'SFT learning rate' }),
  sftEvaluations: number('sft.evaluations', { label: 'SFT evaluations' }),
  rlLearningRate: number('rl.learningRate', { label: 'RL learning rate' }),
  promptsPerStep: number('rl.promptsPerStep', { label: 'Prompts per RL step' }),
  groupSize: number('rl.groupSize', { label: 'Attempts per prompt' }),
  evaluateEvery: number('rl.evaluateEvery', { label: 'RL steps between evaluations' }),
  samples: number('evaluation.samples', { flag: 'samples', label: 'Samples per problem' }),
  trackingSamples: number('evaluation.trackingSamples', { label: 'Samples on the way' }),
} as const satisfies Readonly<Record<string, NumberSetting>>;

const SWITCH_WORDS = listed([...SWITCH_PHASES, 'end', 'the number of an SFT step']);

/** Where SFT ends, as one word or number. */
function readSwitch(text: string): SwitchSetting {
  if (text === 'end') return { at: 'end' };
  const phase = SWITCH_PHASES.find((one) => one === text);
  if (phase) return { at: 'phase', phase };
  const step = readNumber(text, switchStep.range);
  if (step !== null) return { at: 'step', step };
  throw refusal('The switch point', text, SWITCH_WORDS);
}

/** What ends RL before its last step, if anything does. */
function readRlEnd(text: string): RlSettings['until'] {
  const until = RL_ENDS.find((one) => one === text);
  if (until) return until;
  throw refusal('What ends RL', text, listed([...RL_ENDS]));
}

/** Settings with a name for each value; what they set is an object in the configuration. */
export const NAMED_SETTINGS = {
  recipe: {
    flag: 'recipe',
    path: 'recipe',
    label: 'Recipe',
    allowed: listed([...RECIPES]),
    read: recipeOf,
    write: (config, text) => {
      const recipe = RECIPES.find((one) => one === text);
      if (recipe) return withRecipe(config, recipe);
      throw refusal('The recipe', text, listed([...RECIPES]));
    },
  },
  engine: {
    flag: 'engine',
    path: 'engine',
    label: 'Engine',
    allowed: listed(Object.keys(ENGINE_CHOICES)),
    read: ({ engine }) => nameOfEngine(engine),
    write: (config, text) => ({ ...config, engine: replaceEngine(config.engine, text) }),
  },
  set: {
    flag: 'set',
    path: 'trajectories',
    label: 'Trajectory set',
    allowed: 'the name of a set of the preset',
    read: ({ trajectories }) => trajectories.name,
    write: (config, text) => ({
      ...config,
      trajectories: setNamed(presetNamed(config.preset), text),
    }),
  },
  switch: {
    flag: 'switch',
    path: 'switch',
    label: 'Switch to RL',
    allowed: SWITCH_WORDS,
    read: ({ switch: policy }) => {
      if (policy.at === 'step') return String(policy.step);
      return policy.at === 'phase' ? policy.phase : policy.at;
    },
    write: (config, text) => ({ ...config, switch: readSwitch(text) }),
  },
  rlUntil: {
    flag: 'rl-until',
    path: 'rl.until',
    label: 'RL ends',
    allowed: listed([...RL_ENDS]),
    read: ({ rl }) => rl.until,
    write: (config, text) => ({ ...config, rl: { ...config.rl, until: readRlEnd(text) } }),
  },
} as const satisfies Readonly<Record<string, Setting>>;

/** All settings with words of their own. */
export const SETTINGS: readonly Setting[] = [
  ...Object.values(NAMED_SETTINGS),
  ...Object.values(RUN_NUMBERS),
  ...Object.values(MORE_NUMBERS),
];

/**
 * The setting that has a word of its own for what `text` says; undefined where the schema alone knows
 * it. What a name stands for may be written out in JSON, too.
 */
export function settingFor(name: string, text: string): Setting | undefined {
  if (text.trimStart().startsWith('{')) return undefined;
  return (
    SETTINGS.find(({ flag }) => flag === name) ??
    Object.values(NAMED_SETTINGS).find(({ path }) => path === name)
  );
}

/**
 * A configuration with another value of the setting called `name`, its short name or its path. Only
 * the value is checked, not how it goes with others: see {@link checkTogether} and parseRunConfig.
 * @param by who sets it, as a sentence begins: `The link`
 */
export function withSetting(config: RunConfig, name: string, text: string, by: string): RunConfig {
  const setting = settingFor(name, text);
  if (setting) return setting.write(config, text);
  return assigned(config, name, text, { schema: runConfig, what: 'run', by });
}

/** Throws an error of `config` where settings that are right one by one do not go together. */
export function checkTogether(config: RunConfig): void {
  checkModel(config);
  checkSubPhases(config);
}

function checkSubPhases(config: RunConfig): void {
  const { stableWithin, severeFrom } = config.subPhases;
  if (severeFrom > stableWithin) return;
  const [severe, stable] = [RUN_NUMBERS.severeFrom, RUN_NUMBERS.stableWithin];
  throw new LabError('config/severe-width', {
    severe: severe.read(config),
    stable: stable.read(config),
  });
}

/** The sequence as a preset has it, with steps and no compute to end it. */
export const PLAIN = 'preset';

/** The configuration that a preset gives a paradigm, before anything is changed. */
export function standardConfig(presetName: string, paradigm: string): RunConfig {
  const preset = presetNamed(presetName);
  return paradigm === PLAIN ? preset.config : withParadigm(preset, paradigmNamed(paradigm));
}
