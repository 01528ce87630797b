/** All that the lab knows of a method of RL: who needs something of it asks its entry. */
import type * as v from 'valibot';
import type { GroupSettings } from '../configuration/rl-settings';
import type { Method } from './experience';

/** A method's settings as a configuration holds them; `kind` tells whose they are. */
export interface MethodSettings {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/** A method as it is compared with others: from the base, at equal compute. */
interface MethodParadigm {
  readonly name: string;
  readonly title: string;
  /** A sentence for people. */
  readonly description: string;
  /** Where it is defined. */
  readonly source: string;
  /** In which it differs from the preset's RL. */
  readonly rl: Partial<GroupSettings>;
  /** The method's own settings where they are not the defaults. */
  readonly method?: Readonly<Record<string, unknown>>;
}

export interface MethodEntry<Settings extends MethodSettings = MethodSettings> {
  /** What `kind` says in its settings. */
  readonly kind: Settings['kind'];
  /** The settings, field by field; each has the value of its paper where it is left out. */
  readonly settings: v.GenericSchema<unknown, Settings>;
  /** Throws an error of `config` where settings do not go together. */
  check?(settings: Settings): void;
  /** Whether groups hold an expert's rows, so that each prompt must be one of the trajectory set. */
  readonly needsDemonstrations: boolean;
  /** How it learns. */
  create(rl: GroupSettings, settings: Settings): Method;
  /** How it is compared at equal compute, with its own settings left at their defaults. */
  readonly paradigms: readonly MethodParadigm[];
}

/** One round of prompts, all groups kept: all but DAPO. */
export const PLAIN = {
  maxRounds: 1,
  dropUniformGroups: false,
  clipLow: 0.2,
  clipHigh: 0.2,
} as const satisfies Partial<GroupSettings>;

/** What the mixing methods share: Dr. GRPO's advantage, and the entropy coefficient of their scripts. */
export const MIXED = {
  ...PLAIN,
  baseline: 'dr-grpo',
  aggregation: 'constant',
  entropyCoefficient: 0.001,
} as const satisfies Partial<GroupSettings>;

/**
 * As LUFFY's script runs, exp_scripts/train.sh of ElliottYan/LUFFY 01f4ae0, and those of HPT and SRFT
 * which build on it (exp_scripts/train.sh and train_srft.sh of TsinghuaC3I/Unify-Post-Training ae332f5):
 * grpo_use_std=False, loss_remove_token_mean=True, loss_remove_clip=True, entropy_coeff=0.001, no KL.
 * A mini-batch of 64 rows on 8 GPUs gives each 8 rows.
 */
export const AS_IN_LUFFYS_CODE = {
  ...MIXED,
  aggregation: 'micro-batch',
  microBatch: 8,
  // Bounds that no ratio meets.
  clipLow: 1,
  clipHigh: 1e6,
} as const satisfies Partial<GroupSettings>;
