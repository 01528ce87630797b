/**
 * The paradigms that are compared: each turns a preset's configuration into its own. A run is SFT for
 * some steps, which may be none, and then RL for some steps, which may be none; what a paradigm adds
 * is when the one ends and what a step of the other learns from (methods/).
 *
 * Terms are equal: the same base, model and trajectory set; RL's prompts are the set's problems, since
 * methods that mix need a demonstration of each; the same benchmark; and the same compute, counted for
 * sampling, scoring and training, at which every run ends.
 */
import { LabError } from '../../errors';
import { SEQUENTIAL } from '../../theory';
import { METHODS, settingsOf, type MethodEntry } from '../methods';
import type { Preset } from './presets';
import { withEpochs, type RlSettings, type RunConfig } from './run-config';

export interface Paradigm {
  readonly name: string;
  readonly title: string;
  /** A sentence for people. */
  readonly description: string;
  /** Where it is defined. */
  readonly source: string;
  readonly configure: (config: RunConfig) => RunConfig;
}

/** The compute ends a run; the steps only have to be enough. */
const ENOUGH = 4;

/** Problems per level of the kind that nothing is learned from, where a preset measures none. */
const HELD_OUT_PER_LEVEL = 100;

function withRl(config: RunConfig, rl: Partial<RlSettings>): RunConfig {
  return { ...config, rl: { ...config.rl, ...rl } };
}

/** SFT to its last step, then RL. */
function toTheEnd(config: RunConfig): RunConfig {
  return { ...config, switch: { at: 'end' } };
}

/** How one goes from SFT to RL. */
const SHORT_SFT: readonly Paradigm[] = [
  {
    name: SEQUENTIAL,
    title: 'SFT, then RL',
    description: 'SFT up to the switch, then RL (DAPO) with what compute is left.',
    source: 'arXiv 2512.11470',
    configure: (config) => config,
  },
  {
    name: 'sft',
    title: 'SFT only',
    description: 'SFT with all of the compute.',
    source: 'maximum likelihood of the demonstrations',
    configure: (config) => ({
      ...withRl(toTheEnd(config), { steps: 0 }),
      sft: { ...config.sft, epochs: null, steps: ENOUGH * config.sft.steps },
    }),
  },
];

/** RL from the first step on, by one of the methods. */
function fromBase({ kind, paradigms: own }: MethodEntry): Paradigm[] {
  return own.map(({ rl, method, ...words }) => ({
    ...words,
    configure: (config) => ({
      ...withRl(config, { ...rl, method: settingsOf(kind, method) }),
      switch: { at: 'step', step: 0 },
    }),
  }));
}

/** Other ways to go from SFT to RL than the paper's. */
const LONG_SFT: readonly Paradigm[] = [
  {
    name: 'curriculum',
    title: 'Easy first, then RL',
    description: 'SFT that starts with the easiest level and adds one after another, then RL.',
    source: 'nested curriculum, beyond arXiv 2512.11470',
    // Validation loss rises while hard levels are held back: it cannot tell when to switch.
    configure: (config) => ({
      ...toTheEnd(config),
      sft: {
        ...config.sft,
        epochs: null,
        steps: Math.ceil(0.6 * config.sft.steps),
        curriculum: 'nested',
      },
    }),
  },
  {
    name: 'overtrained',
    title: 'Long SFT, then RL',
    description: 'SFT to its last step, then RL with what compute is left.',
    source: 'arXiv 2512.11470',
    configure: toTheEnd,
  },
  {
    name: 'restored',
    title: 'Long SFT, restored, then RL',
    description: 'As long SFT, but RL begins with weights moved 30% of the way back to the base.',
    source: 'arXiv 2606.09932, first part',
    configure: (config) => ({ ...toTheEnd(config), restore: 0.3 }),
  },
];

/** All of them: SFT with RL after it and without, RL from the base by each method, long SFT with RL. */
export function paradigms(): readonly Paradigm[] {
  return [...SHORT_SFT, ...METHODS.all().flatMap(fromBase), ...LONG_SFT];
}

/** The paradigm called `name`; throws an error of `config` listing the known ones. */
export function paradigmNamed(name: string): Paradigm {
  const all = paradigms();
  const paradigm = all.find((p) => p.name === name);
  if (paradigm) return paradigm;
  const known = all.map((p) => p.name).join(', ');
  throw new LabError('config/no-paradigm', { name, known });
}

/** The title of a configuration's paradigm, or its name where it is none of this version. */
export function paradigmTitle({ paradigm }: Pick<RunConfig, 'paradigm'>): string {
  return paradigms().find(({ name }) => name === paradigm)?.title ?? paradigm;
}

/** A configuration for one paradigm, with its compute budget as the only end. */
export function configureParadigm(config: RunConfig, { name, configure }: Paradigm): RunConfig {
  return {
    ...configure(withRl(withEpochs(config), { steps: ENOUGH * config.rl.steps })),
    paradigm: name,
  };
}

/** A preset's configuration on the terms that all paradigms share. */
export function onEqualTerms({ config, budget }: Preset): RunConfig {
  const { evaluation } = config;
  const heldOutPerLevel = evaluation.heldOutPerLevel || HELD_OUT_PER_LEVEL;
  return {
    ...withRl(config, { prompts: 'set' }),
    evaluation: { ...evaluation, heldOutPerLevel },
    computeBudget: budget,
  };
}

/** A preset's configuration for one paradigm. */
export function withParadigm(preset: Preset, paradigm: Paradigm): RunConfig {
  return configureParadigm(onEqualTerms(preset), paradigm);
}
