/** The configuration of a run: plain JSON that holds everything its result depends on. */
import * as v from 'valibot';
import { LabError } from '../../errors';
import { ENGINE_NAMES, TFJS_BACKENDS } from '../../engine/engine';
import { gpuTuning, type GpuTuning } from '../../engine/gpu-tuning';
import { issueOf } from '../../schema/issues';
import {
  count,
  countOrZero,
  name,
  positive,
  positiveOrZero,
  seed,
  share,
  type DataOf,
} from '../../schema/pieces';
import { levelCount } from '../../tasks';
import { taskSettings } from '../../tasks/schema';
import { expertSettings } from '../../tasks/task';
import { SEQUENTIAL, subPhaseSettings } from '../../theory';
import { setRecipe } from '../../tasks/preset';
import { METHODS, methodSettings, needsDemonstrations, OWN_ATTEMPTS } from '../methods';
import { warmupOf } from './optimizer';
import { groupSettings, optimizer } from './rl-settings';

const model = v.object({
  vocabSize: count,
  contextLength: count,
  layers: count,
  dModel: count,
  heads: count,
});

const sft = v.object({
  ...optimizer,
  steps: count,
  /** Passes over the trajectory set, in place of `steps`; null for none. */
  epochs: v.optional(v.nullable(positive), null),
  batchSize: count,
  /** `nested`: easy trajectories first, a level more in each part of SFT (see schedule.ts). */
  curriculum: v.optional(v.picklist(['none', 'nested']), 'none'),
  /** Evaluations, evenly spaced in the logarithm of the step: small sets overfit within 10 steps. */
  evaluations: v.pipe(count, v.minValue(2)),
});

/** What ends RL: its steps, or before them its ceiling, once that is identified. */
export const RL_ENDS = ['steps', 'identified'] as const;

const rl = v.object({
  ...groupSettings.entries,
  /**
   * `identified`: `steps` are the most that there are (see ending.ts). What follows RL's progress, such
   * as a falling learning rate, is laid out over all of them, since nobody knows the end before.
   */
  until: v.optional(v.picklist(RL_ENDS), 'steps'),
  /** What an RL step learns from beside the policy's own attempts: see methods/. */
  method: v.optional(methodSettings, OWN_ATTEMPTS),
});

const evaluation = v.object({
  temperature: positiveOrZero,
  problemsPerLevel: count,
  /** Samples per problem for the evaluations that end up in the summary. */
  samples: count,
  /** Samples per problem for the evaluations that only draw a curve. */
  trackingSamples: count,
  validationSize: count,
  /**
   * Who solves the validation problems: one expert for all trajectory sets, or their losses could not be
   * compared. null: the expert of the set that is trained on, as before this was a setting.
   */
  validationExpert: v.optional(v.nullable(expertSettings), null),
  /** Problems of a kind that no trajectory is of, at base, branch point and end; 0 for none. */
  heldOutPerLevel: v.optional(countOrZero, 0),
});

/** Sub-phases that can end SFT: the first is where every run begins. */
export const SWITCH_PHASES = ['stable', 'mild', 'severe'] as const;

const switchPolicy = v.variant('at', [
  /** After a given SFT step. */
  v.object({ at: v.literal('step'), step: countOrZero }),
  /** At the first evaluation in which the online sub-phase is the named one or a later one. */
  v.object({ at: v.literal('phase'), phase: v.picklist(SWITCH_PHASES) }),
  /** After the last SFT step. */
  v.object({ at: v.literal('end') }),
]);

const engine = v.object({
  /** null: chosen for the device. */
  name: v.nullable(v.picklist(ENGINE_NAMES)),
  backend: v.nullable(v.picklist(TFJS_BACKENDS)),
  /** 'f16' lets a GPU's products be of 16-bit floats; other engines, and GPUs without, stay at 32. */
  precision: v.optional(v.literal('f16')),
  /** Used on that adapter in place of one that is measured; a run writes down the one it uses. */
  gpu: v.optional(gpuTuning),
});

/** The base of a model that nobody has trained yet: see runtime/base.ts. */
export const UNTRAINED_BASE = 'untrained';

/** A set of the library, by its id there and the digest of its rows. */
export const librarySet = v.object({ id: v.string(), digest: v.string() });

/** Fields and their limits, one by one; {@link parseRunConfig} checks them together too. */
export const runConfig = v.object({
  version: v.literal(1),
  preset: v.string(),
  seed,
  task: taskSettings,
  model,
  /** Name of the base checkpoint: public/base/NAME.safetensors; or `untrained`. */
  base: name,
  engine,
  /** The paradigm that the settings were made for; a label, see paradigms.ts. */
  paradigm: v.optional(v.string(), SEQUENTIAL),
  trajectories: setRecipe,
  /**
   * A stored set to train on, as it was when its digest was taken; `trajectories` then tells its name,
   * size and levels. Absent where the run makes its own set.
   */
  librarySet: v.optional(librarySet),
  sft,
  switch: switchPolicy,
  subPhases: subPhaseSettings,
  /** Share of the base in the weights that RL begins with; 0 leaves them as SFT made them. */
  restore: v.optional(share, 0),
  rl,
  /** FLOPs of SFT and RL together after which the run ends; null leaves it to the steps. */
  computeBudget: v.optional(v.nullable(positive), null),
  evaluation,
  checkpointEvery: count,
});

export interface RunConfig extends DataOf<typeof runConfig> {}
export type RlSettings = RunConfig['rl'];
export type SwitchSetting = RunConfig['switch'];
export type EngineChoice = RunConfig['engine'];

/** The configuration with the code that the GPU's products are made with; as it is where there is none. */
export function withGpuTuning(config: RunConfig, gpu: GpuTuning | null | undefined): RunConfig {
  if (!gpu) return config;
  const { adapter, tuning } = gpu;
  return { ...config, engine: { ...config.engine, gpu: { adapter, tuning } } };
}

/** Reads a run configuration from outside; throws an error of `config` naming field and value. */
export function parseRunConfig(input: unknown): RunConfig {
  const result = v.safeParse(runConfig, input);
  if (!result.success) {
    throw new LabError('config/value', issueOf(result.issues));
  }
  const config = withEpochs(result.output);
  checkTogether(config);
  return config;
}

/** The configuration with the SFT steps that its epochs are; as it is where it has none. */
export function withEpochs(config: RunConfig): RunConfig {
  const steps = stepsOfEpochs(config.sft, config.trajectories);
  return steps === null ? config : { ...config, sft: { ...config.sft, steps } };
}

/** The SFT steps in which a set is read so often as the epochs say; null where they say nothing. */
export function stepsOfEpochs(
  { epochs, batchSize }: Pick<RunConfig['sft'], 'epochs' | 'batchSize'>,
  { size }: { readonly size: number },
): number | null {
  return epochs === null ? null : Math.max(1, Math.ceil((epochs * size) / batchSize));
}

/** Refuses rates that fall before they have risen, and attempts that are all the same. */
function checkSchedules({ sft, rl }: Pick<RunConfig, 'sft' | 'rl'>): void {
  for (const [stage, settings] of Object.entries({ sft, rl })) {
    const { schedule, steps } = settings;
    const warmupSteps = warmupOf(settings);
    if (schedule === 'constant' || steps === 0 || warmupSteps <= steps) continue;
    throw new LabError('config/warmup', { stage, schedule, steps, warmupSteps });
  }
  const { temperature } = rl;
  if (temperature === 0) throw new LabError('config/rl-temperature', { temperature });
}

/** Limits that involve more than one field. */
function checkTogether({ switch: policy, sft, rl, task, trajectories }: RunConfig): void {
  if (policy.at === 'step' && policy.step > sft.steps) {
    throw new LabError('config/switch-step', { step: policy.step, last: sft.steps });
  }
  checkSchedules({ sft, rl });
  const { method, prompts } = rl;
  if (needsDemonstrations(rl) && prompts !== 'set') {
    throw new LabError('config/prompts', { prompts, method: method.kind });
  }
  METHODS.named(method.kind).check?.(method);
  const levels = levelCount(task);
  for (const [field, mix] of [
    ['trajectories.levels', trajectories.levels],
    ['rl.levels', rl.levels],
  ] as const) {
    if (mix !== 'balanced' && mix.length !== levels) {
      throw new LabError('config/level-weights', { field, weights: mix.length, levels });
    }
    if (mix !== 'balanced' && mix.every((weight) => weight === 0)) {
      throw new LabError('config/no-level', { field });
    }
  }
}
