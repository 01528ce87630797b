/**
 * The paradigms that are compared: each turns a preset's configuration into its own. A run is SFT for
 * some steps, which may be none, and then RL for some steps, which may be none; what a paradigm adds
 * is when the one ends and what a step of the other learns from (methods/).
 *
 * Terms are equal: the same base, model and trajectory set; RL's prompts are the set's problems, since
 * methods that mix need a demonstration of each; the same benchmark; and the same compute, counted for
 * sampling, scoring and training, at which every run ends.
 */
import { SEQUENTIAL } from '../../theory';
import type { Preset } from './presets';
import { RunConfigError, type RlSettings, type RunConfig } from './run-config';

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

/** Problems a level of the kind that nothing is learned from, where a preset measures none. */
const HELD_OUT_PER_LEVEL = 100;

function withRl(config: RunConfig, rl: Partial<RlSettings>): RunConfig {
  return { ...config, rl: { ...config.rl, ...rl } };
}

/** RL from the first step on. */
function fromBase(config: RunConfig, rl: Partial<RlSettings> = {}): RunConfig {
  return withRl({ ...config, switch: { at: 'step', step: 0 } }, rl);
}

/** SFT to its last step, then RL. */
function toTheEnd(config: RunConfig): RunConfig {
  return { ...config, switch: { at: 'end' } };
}

/** One round of prompts, all groups kept: all but DAPO. */
const PLAIN = { maxRounds: 1, dropUniformGroups: false, clipLow: 0.2, clipHigh: 0.2 } as const;

/** What the mixing methods share; the entropy coefficient is that of their scripts. */
const MIXED = {
  ...PLAIN,
  baseline: 'dr-grpo',
  aggregation: 'constant',
  entropyCoefficient: 0.001,
} as const;

/** One update a step: its ratios are 1, so that no clip is at work. */
const ON_POLICY = { ...PLAIN, minibatches: 1, aggregation: 'constant' } as const;

export const PARADIGMS: readonly Paradigm[] = [
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
      sft: { ...config.sft, steps: ENOUGH * config.sft.steps },
    }),
  },
  {
    name: 'dapo',
    title: 'RL only (DAPO)',
    description:
      'RL from the base: clip-higher, token-level loss, refilled groups, a penalty for responses that do not end.',
    source: 'arXiv 2503.14476',
    // The longest right response fills its slot: there is no room for a soft zone.
    configure: (config) =>
      fromBase(config, {
        clipLow: 0.2,
        clipHigh: 0.28,
        dropUniformGroups: true,
        overlongBuffer: 0,
      }),
  },
  {
    name: 'grpo',
    title: 'RL only (GRPO)',
    description: 'RL from the base: sequence-level loss, symmetric clip, KL to the base.',
    source: 'arXiv 2402.03300',
    configure: (config) =>
      fromBase(config, { ...PLAIN, aggregation: 'sequence', klCoefficient: 0.04 }),
  },
  {
    name: 'rloo',
    title: 'RL only (RLOO)',
    description: 'RL from the base: the mean reward of the other attempts as baseline.',
    source: 'arXiv 2402.14740',
    configure: (config) => fromBase(config, { ...ON_POLICY, baseline: 'rloo' }),
  },
  {
    name: 'reinforce',
    title: 'RL only (REINFORCE)',
    description: 'RL from the base: the bare reward, no baseline.',
    source: 'Williams, 1992',
    configure: (config) => fromBase(config, { ...ON_POLICY, baseline: 'reinforce' }),
  },
  {
    name: 'luffy',
    title: 'LUFFY',
    description: 'A demonstration joins each group of attempts, by a shaped ratio.',
    source: 'arXiv 2504.14945',
    configure: (config) => fromBase(config, { ...MIXED, method: { kind: 'luffy', gamma: 0.1 } }),
  },
  {
    name: 'hpt',
    title: 'HPT',
    description: 'Each prompt gets SFT where all attempts fail, RL where one succeeds.',
    source: 'arXiv 2509.04419',
    configure: (config) => fromBase(config, { ...MIXED, method: { kind: 'hpt', gate: 0 } }),
  },
  {
    name: 'srft',
    title: 'SRFT',
    description: 'SFT and RL in one loss, weighed by the policy’s entropy.',
    source: 'arXiv 2506.19767',
    configure: (config) =>
      fromBase(config, {
        ...MIXED,
        method: { kind: 'srft', demonstrationWeight: 0.5, positiveWeight: 0.1 },
      }),
  },
  {
    name: 'prefix-rft',
    title: 'Prefix-RFT',
    description: 'One attempt of each group continues the beginning of a demonstration.',
    source: 'arXiv 2507.01679',
    configure: (config) =>
      fromBase(config, {
        ...MIXED,
        method: { kind: 'prefix-rft', from: 0.95, to: 0.05, topEntropy: 0.2 },
      }),
  },
  {
    name: 'curriculum',
    title: 'Easy first, then RL',
    description: 'SFT that starts with the easiest level and adds one after another, then RL.',
    source: 'nested curriculum, beyond arXiv 2512.11470',
    // Validation loss rises while hard levels are held back: it cannot tell when to switch.
    configure: (config) => ({
      ...toTheEnd(config),
      sft: { ...config.sft, steps: Math.ceil(0.6 * config.sft.steps), curriculum: 'nested' },
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

/** The paradigm called `name`; throws {@link RunConfigError} listing the known ones. */
export function paradigmNamed(name: string): Paradigm {
  const paradigm = PARADIGMS.find((p) => p.name === name);
  if (paradigm) return paradigm;
  const known = PARADIGMS.map((p) => p.name).join(', ');
  throw new RunConfigError(`There is no paradigm "${name}"; choose one of: ${known}.`);
}

/** The title of a configuration's paradigm, or its name where it is none of this version. */
export function paradigmTitle({ paradigm }: Pick<RunConfig, 'paradigm'>): string {
  return PARADIGMS.find(({ name }) => name === paradigm)?.title ?? paradigm;
}

/** A configuration for one paradigm, with its compute budget as the only end. */
export function configureParadigm(config: RunConfig, { name, configure }: Paradigm): RunConfig {
  return {
    ...configure(withRl(config, { steps: ENOUGH * config.rl.steps })),
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
