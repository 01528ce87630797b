/** The configuration of a run: plain JSON that holds everything its result depends on. */
import * as v from 'valibot';
import { ENGINE_NAMES, TFJS_BACKENDS } from '../engine/engine';
import { expertSettings, taskSettings } from '../tasks/schema';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const countOrZero = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.gtValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const weights = v.pipe(v.array(v.pipe(v.number(), v.minValue(0))), v.readonly());
const levelMix = v.union([v.literal('balanced'), weights]);

const setRecipe = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  size: count,
  levels: levelMix,
  expert: expertSettings,
});

const model = v.object({
  vocabSize: count,
  contextLength: count,
  layers: count,
  dModel: count,
  heads: count,
});

const optimizer = {
  learningRate: positive,
  /** Steps over which the learning rate rises linearly from 0; constant afterwards. */
  warmupSteps: countOrZero,
  weightDecay: v.pipe(v.number(), v.minValue(0)),
  beta1: share,
  beta2: share,
  maxGradNorm: positive,
};

const sft = v.object({
  ...optimizer,
  steps: count,
  batchSize: count,
  /** Evaluations, evenly spaced in the logarithm of the step: small sets overfit within 10 steps. */
  evaluations: v.pipe(count, v.minValue(2)),
});

const rl = v.object({
  ...optimizer,
  steps: countOrZero,
  promptsPerStep: count,
  /** Rollouts per prompt; TRL's num_generations. */
  groupSize: v.pipe(count, v.minValue(2)),
  minibatches: count,
  clipLow: share,
  clipHigh: positive,
  entropyCoefficient: v.number(),
  /** Rounds of fresh prompts until promptsPerStep groups with unequal rewards are found. */
  maxRounds: count,
  levels: levelMix,
  evaluateEvery: count,
});

const evaluation = v.object({
  temperature: v.pipe(v.number(), v.minValue(0)),
  problemsPerLevel: count,
  /** Samples a problem for the evaluations that end up in the summary. */
  samples: count,
  /** Samples a problem for the evaluations that only draw a curve. */
  trackingSamples: count,
  validationSize: count,
});

const switchPolicy = v.variant('at', [
  /** After a given SFT step. */
  v.object({ at: v.literal('step'), step: countOrZero }),
  /** At the first evaluation in which the online sub-phase is the named one or a later one. */
  v.object({ at: v.literal('phase'), phase: v.picklist(['stable', 'mild', 'severe']) }),
  /** After the last SFT step. */
  v.object({ at: v.literal('end') }),
]);

const subPhases = v.object({
  /** Width of a sub-phase around the minimum validation loss, relative: stable within it. */
  stableWithin: positive,
  /** Relative rise over the minimum at which mild overfitting becomes severe. */
  severeFrom: positive,
  /** Evaluations over which the running minimum must have stopped improving. */
  patience: count,
  /** Evaluations in the moving average of the validation loss; 1 for none. */
  smoothing: count,
});

const engine = v.object({
  /** null: chosen for the device. */
  name: v.nullable(v.picklist(ENGINE_NAMES)),
  backend: v.nullable(v.picklist(TFJS_BACKENDS)),
});

const runConfig = v.object({
  version: v.literal(1),
  preset: v.string(),
  seed,
  task: taskSettings,
  model,
  /** Name of the base checkpoint: public/base/NAME.safetensors. */
  base: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  engine,
  trajectories: setRecipe,
  sft,
  switch: switchPolicy,
  subPhases,
  rl,
  evaluation,
  checkpointEvery: count,
});

export type RunConfig = v.InferOutput<typeof runConfig>;
export type SftSettings = RunConfig['sft'];
export type RlSettings = RunConfig['rl'];
export type EvaluationSettings = RunConfig['evaluation'];
export type SwitchPolicy = RunConfig['switch'];
export type EngineChoice = RunConfig['engine'];

/** A run configuration that cannot be run. */
export class RunConfigError extends Error {
  override readonly name = 'RunConfigError';
}

/** Reads a run configuration from outside; throws {@link RunConfigError} naming field and value. */
export function parseRunConfig(input: unknown): RunConfig {
  const result = v.safeParse(runConfig, input);
  if (!result.success) {
    const issue = result.issues[0];
    const path = v.getDotPath(issue) ?? 'the configuration';
    throw new RunConfigError(
      `${path} is ${issue.received}; expected ${issue.expected ?? issue.message}.`,
    );
  }
  const config = result.output;
  if (config.switch.at === 'step' && config.switch.step > config.sft.steps) {
    throw new RunConfigError(
      `The switch to RL is set to SFT step ${config.switch.step}, but SFT ends at step ${config.sft.steps}. Choose a step from 0 to ${config.sft.steps}.`,
    );
  }
  return config;
}
