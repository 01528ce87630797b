/**
 * Ready-made runs of a task, as far as they are the task's own: what a run needs beside it is the same
 * for all of them, and training puts both together (training/configuration/presets.ts).
 */
import * as v from 'valibot';
import { count, positiveOrZero, type DataOf } from '../schema/pieces';
import { expertSettings, type ExpertSettings, type TaskSettings } from './task';

/** How many of each level: in equal turns, or drawn in proportion to weights (one per level). */
export const levelMix = v.union([v.literal('balanced'), v.array(positiveOrZero)]);
export type LevelMix = DataOf<typeof levelMix>;

export const setRecipe = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  size: count,
  levels: levelMix,
  expert: expertSettings,
  /**
   * Sets of one nest, mix and expert contain one another in each seed: a smaller one is the first
   * trajectories of a larger one. Absent: a set is drawn by its name.
   */
  nest: v.optional(v.string()),
});

/** All that is needed to make a set again. */
export interface SetRecipe extends DataOf<typeof setRecipe> {}

/** How a base model is pre-trained. */
export interface BaseRecipe {
  readonly name: string;
  readonly seed: number;
  readonly documents: number;
  readonly levels: readonly number[];
  readonly expert: ExpertSettings;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Where they differ from those of every base. */
  readonly beta2?: number;
  readonly schedule?: 'constant' | 'linear' | 'cosine';
}

/** Settings that the lab has sets for. */
interface TaskVariant<Settings extends TaskSettings = TaskSettings> {
  readonly name: string;
  readonly task: Settings;
  /** The sets offered; the first is a run's own. */
  readonly sets: readonly SetRecipe[];
}

/** A variant without a base, of which sets are made. */
export interface SetVariant<
  Settings extends TaskSettings = TaskSettings,
> extends TaskVariant<Settings> {
  /** What tells it from the task's other variants, such as `8 walls`. */
  readonly note: string;
}

/** A variant with a base and all that a run of it does otherwise than every run. */
export interface TaskPreset<
  Settings extends TaskSettings = TaskSettings,
> extends TaskVariant<Settings> {
  readonly title: string;
  readonly description: string;
  readonly model: { readonly layers: number; readonly dModel: number; readonly heads: number };
  /** Its base; the preset's name is the base's too. */
  readonly base: Omit<BaseRecipe, 'name'>;
  /** FLOPs of SFT and RL together at which paradigms are compared. */
  readonly budget: number;
  readonly run?: PresetRun;
}

type Numbers<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** Settings of a run by which a preset may differ; their names are a run configuration's. */
interface PresetRun {
  readonly sft?: Numbers<'steps' | 'batchSize' | 'learningRate' | 'beta2' | 'evaluations'>;
  readonly rl?: Numbers<
    'steps' | 'promptsPerStep' | 'learningRate' | 'beta2' | 'maxRounds' | 'evaluateEvery'
  > & { readonly schedule?: BaseRecipe['schedule'] };
  readonly evaluation?: Numbers<
    | 'temperature'
    | 'problemsPerLevel'
    | 'samples'
    | 'trackingSamples'
    | 'validationSize'
    | 'heldOutPerLevel'
  >;
}
