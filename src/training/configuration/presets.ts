/** Ready-made run configurations: what every run has, with what the presets of each task say. */
import { LabError } from '../../errors';
import { parameterLayout } from '../../model/layout';
import type { ModelConfig } from '../../model/config';
import { createTask, TASKS, type BaseRecipe, type SetRecipe, type TaskPreset } from '../../tasks';
import { DEFAULT_SUB_PHASE_SETTINGS, SEQUENTIAL } from '../../theory';
import { USUAL_ADVANTAGE } from '../advantage';
import { OWN_ATTEMPTS } from '../methods';
import { tokensOf } from './model-fit';
import { type RunConfig } from './run-config';

const OPTIMIZER = {
  beta1: 0.9,
  beta2: 0.98,
  maxGradNorm: 1,
  schedule: 'constant',
  rateAtEnd: 0.1,
  warmupShare: null,
} as const;

/** Of SFT, RL and evaluation, where a preset says nothing else. */
const SFT: RunConfig['sft'] = {
  ...OPTIMIZER,
  steps: 1000,
  epochs: null,
  batchSize: 16,
  learningRate: 1e-3,
  warmupSteps: 20,
  weightDecay: 0.01,
  evaluations: 26,
  curriculum: 'none',
};
const RL: RunConfig['rl'] = {
  ...OPTIMIZER,
  steps: 80,
  until: 'steps',
  promptsPerStep: 12,
  groupSize: 8,
  minibatches: 2,
  temperature: 1,
  learningRate: 5e-4,
  warmupSteps: 5,
  weightDecay: 0,
  clipLow: 0.2,
  clipHigh: 0.28,
  entropyCoefficient: 0,
  maxRounds: 3,
  levels: 'balanced',
  evaluateEvery: 4,
  method: OWN_ATTEMPTS,
  ...USUAL_ADVANTAGE,
  aggregation: 'token',
  microBatch: 8,
  dropUniformGroups: true,
  klCoefficient: 0,
  overlongBuffer: null,
  prompts: 'fresh',
};
const EVALUATION: Omit<RunConfig['evaluation'], 'validationExpert'> = {
  temperature: 0.7,
  problemsPerLevel: 250,
  samples: 4,
  trackingSamples: 1,
  validationSize: 400,
  heldOutPerLevel: 0,
};

export interface Preset {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly config: RunConfig;
  readonly base: BaseRecipe;
  /** FLOPs of SFT and RL together at which paradigms are compared. */
  readonly budget: number;
  /** Trajectory sets offered for this task; the first is the preset's own. */
  readonly sets: readonly SetRecipe[];
}

function modelOf({ task: settings, model }: TaskPreset): ModelConfig {
  return { ...tokensOf(createTask(settings)), ...model };
}

function presetOf(given: TaskPreset): Preset {
  const { name, title, description, task, sets, budget, run = {} } = given;
  const config: RunConfig = {
    version: 1,
    preset: name,
    seed: 0,
    task,
    model: modelOf(given),
    base: name,
    paradigm: SEQUENTIAL,
    engine: { name: null, backend: null },
    trajectories: sets[0]!,
    sft: { ...SFT, ...run.sft },
    switch: { at: 'phase', phase: 'stable' },
    subPhases: DEFAULT_SUB_PHASE_SETTINGS,
    restore: 0,
    rl: { ...RL, ...run.rl },
    computeBudget: null,
    evaluation: { ...EVALUATION, ...run.evaluation, validationExpert: sets[0]!.expert },
    checkpointEvery: 25,
  };
  return { name, title, description, config, base: { name, ...given.base }, budget, sets };
}

const made = new WeakMap<TaskPreset, Preset>();

/** The presets of all tasks. The same preset is the same object each time. */
export function presets(): readonly Preset[] {
  return TASKS.all().flatMap(({ presets }) =>
    presets.map((given) => {
      const preset = made.get(given) ?? presetOf(given);
      made.set(given, preset);
      return preset;
    }),
  );
}

/** The preset called `name`; throws an error of `config` listing the known ones. */
export function presetNamed(name: string): Preset {
  const preset = presets().find((p) => p.name === name);
  if (preset) return preset;
  const known = presets()
    .map((p) => p.name)
    .join(', ');
  throw new LabError('config/no-preset', { name, known });
}

/** The set called `name` among those of a preset; throws an error of `config` listing them. */
export function setNamed(preset: Preset, name: string): SetRecipe {
  const found = preset.sets.find((s) => s.name === name);
  if (found) return found;
  const known = preset.sets.map((s) => s.name).join(', ');
  throw new LabError('config/no-preset-set', { preset: preset.name, name, known });
}

/** Number of parameters of a preset's model. */
export function parameterCount(preset: Preset): number {
  return parameterLayout(preset.config.model).size;
}
