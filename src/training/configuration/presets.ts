/** Ready-made run configurations, and the trajectory sets to choose from. */
import { parameterLayout } from '../../model/layout';
import type { ModelConfig } from '../../model/config';
import { createTask, SMALL_GRID, type ExpertSettings, type TaskSettings } from '../../tasks';
import { SEQUENTIAL } from '../../theory';
import type { LevelMix, SetRecipe } from '../../trajectories/trajectory-set';
import { RunConfigError, type RunConfig } from './run-config';
import type { RateSchedule } from './schedule';

/** The expert of the arithmetic presets: it leaves out a running value once in four steps and never errs. */
export const EXPERT: ExpertSettings = { skip: 0.25, error: 0, answerOnly: 0 };

const OPTIMIZER = {
  beta1: 0.9,
  beta2: 0.98,
  maxGradNorm: 1,
  schedule: 'constant',
  rateAtEnd: 0.1,
} as const;

/** How a base model is pre-trained. */
interface BaseRecipe {
  readonly name: string;
  readonly seed: number;
  readonly documents: number;
  readonly levels: readonly number[];
  readonly expert: ExpertSettings;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  /** Where they differ from those of base.ts. */
  readonly beta2?: number;
  readonly schedule?: RateSchedule;
}

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

function modelFor(
  task: TaskSettings,
  sizes: Pick<ModelConfig, 'layers' | 'dModel' | 'heads'>,
): ModelConfig {
  const { tokenizer, promptLength, responseLength } = createTask(task);
  return {
    vocabSize: tokenizer.vocabulary.length,
    contextLength: promptLength + responseLength,
    ...sizes,
  };
}

function set(name: string, size: number, levels: LevelMix): SetRecipe {
  return { name, size, levels, expert: EXPERT };
}

const MICRO_TASK = {
  kind: 'arithmetic',
  modulus: 5,
  operatorWeights: [1, 1, 0],
  operatorsPerLevel: [1, 2, 3, 4],
} as const satisfies TaskSettings;

const UNIFORM_4 = [1, 1, 1, 1];
const MICRO_SETS: readonly SetRecipe[] = [
  set('uniform', 1000, UNIFORM_4),
  set('tiny', 60, UNIFORM_4),
  set('easy', 1000, [0.45, 0.35, 0.2, 0]),
  set('hard', 1000, [0, 0.2, 0.35, 0.45]),
];

const MICRO: Preset = {
  name: 'micro',
  title: 'Micro',
  description:
    'Arithmetic modulo 5 with up to four operators: SFT, then RL, in about a minute on any machine.',
  config: {
    version: 1,
    preset: 'micro',
    seed: 0,
    task: MICRO_TASK,
    model: modelFor(MICRO_TASK, { layers: 2, dModel: 32, heads: 4 }),
    base: 'micro',
    paradigm: SEQUENTIAL,
    engine: { name: null, backend: null },
    trajectories: MICRO_SETS[0]!,
    sft: {
      ...OPTIMIZER,
      steps: 1000,
      batchSize: 16,
      learningRate: 1e-3,
      warmupSteps: 20,
      weightDecay: 0.01,
      evaluations: 26,
      curriculum: 'none',
    },
    switch: { at: 'phase', phase: 'stable' },
    subPhases: { stableWithin: 0.02, severeFrom: 0.1, patience: 4, smoothing: 1 },
    restore: 0,
    rl: {
      ...OPTIMIZER,
      steps: 80,
      promptsPerStep: 12,
      groupSize: 8,
      minibatches: 2,
      learningRate: 5e-4,
      warmupSteps: 5,
      weightDecay: 0,
      clipLow: 0.2,
      clipHigh: 0.28,
      entropyCoefficient: 0,
      maxRounds: 3,
      levels: 'balanced',
      evaluateEvery: 4,
      method: { kind: 'group-relative' },
      baseline: 'grpo',
      aggregation: 'token',
      dropUniformGroups: true,
      klCoefficient: 0,
      overlongBuffer: null,
      prompts: 'fresh',
    },
    computeBudget: null,
    evaluation: {
      temperature: 0.7,
      problemsPerLevel: 250,
      samples: 4,
      trackingSamples: 1,
      validationSize: 400,
      heldOutPerLevel: 0,
    },
    checkpointEvery: 25,
  },
  base: {
    name: 'micro',
    seed: 0,
    documents: 20_000,
    levels: [0.3, 0.4, 0.3, 0],
    expert: { skip: 0.3, error: 0.05, answerOnly: 0.1 },
    steps: 600,
    batchSize: 32,
    learningRate: 4e-3,
    warmupSteps: 50,
  },
  budget: 9e10,
  sets: MICRO_SETS,
};

const LADDER_TASK: TaskSettings = { ...MICRO_TASK, operatorsPerLevel: [1, 2, 3, 4, 5, 6] };

const UNIFORM_6 = [1, 1, 1, 1, 1, 1];
const EASY_6 = [0.3, 0.28, 0.22, 0.15, 0.05, 0];
const HARD_6 = [0, 0.05, 0.15, 0.2, 0.3, 0.3];

const LADDER_SETS: readonly SetRecipe[] = [
  set('uniform', 800, UNIFORM_6),
  set('tiny', 80, UNIFORM_6),
  set('easy', 800, EASY_6),
  set('hard', 800, HARD_6),
  set('large', 4000, UNIFORM_6),
];

const LADDER: Preset = {
  name: 'ladder',
  title: 'Ladder',
  description:
    'Arithmetic modulo 5 with up to six operators, the long ones rare in the base: what trajectories add, in a few minutes.',
  config: {
    ...MICRO.config,
    preset: 'ladder',
    task: LADDER_TASK,
    model: modelFor(LADDER_TASK, { layers: 2, dModel: 32, heads: 4 }),
    base: 'ladder',
    trajectories: LADDER_SETS[0]!,
    sft: { ...MICRO.config.sft, steps: 1200, evaluations: 50 },
    rl: { ...MICRO.config.rl, steps: 300, evaluateEvery: 6 },
    evaluation: {
      ...MICRO.config.evaluation,
      problemsPerLevel: 150,
      validationSize: 300,
      heldOutPerLevel: 50,
    },
  },
  base: { ...MICRO.base, name: 'ladder', levels: [0.3, 0.35, 0.25, 0.06, 0.03, 0.01] },
  budget: 4e11,
  sets: LADDER_SETS,
};

const LAPTOP_TASK: TaskSettings = {
  kind: 'arithmetic',
  modulus: 10,
  operatorWeights: [0.4, 0.4, 0.2],
  operatorsPerLevel: [1, 2, 4, 6, 8, 10],
};

const LAPTOP_SETS: readonly SetRecipe[] = [
  set('uniform', 600, UNIFORM_6),
  set('tiny', 60, UNIFORM_6),
  set('easy', 600, EASY_6),
  set('hard', 600, HARD_6),
  set('large', 10_000, UNIFORM_6),
];

const LAPTOP: Preset = {
  name: 'laptop',
  title: 'Laptop',
  description:
    'Arithmetic modulo 10 with up to ten operators: a full experiment, in a few minutes.',
  config: {
    ...MICRO.config,
    preset: 'laptop',
    task: LAPTOP_TASK,
    model: modelFor(LAPTOP_TASK, { layers: 2, dModel: 64, heads: 4 }),
    base: 'laptop',
    trajectories: LAPTOP_SETS[0]!,
    sft: {
      ...MICRO.config.sft,
      steps: 600,
      batchSize: 32,
    },
    rl: {
      ...MICRO.config.rl,
      steps: 100,
      promptsPerStep: 16,
      learningRate: 2e-4,
      evaluateEvery: 5,
    },
    evaluation: {
      temperature: 0.7,
      problemsPerLevel: 100,
      samples: 7,
      trackingSamples: 2,
      validationSize: 600,
      heldOutPerLevel: 0,
    },
  },
  base: {
    name: 'laptop',
    seed: 0,
    documents: 40_000,
    levels: [0.22, 0.34, 0.38, 0.04, 0.01, 0.01],
    expert: { skip: 0.3, error: 0.1, answerOnly: 0.2 },
    steps: 1200,
    batchSize: 64,
    learningRate: 1.5e-3,
    warmupSteps: 50,
  },
  budget: 1.5e12,
  sets: LAPTOP_SETS,
};

/** The expert of the grid walks a shortest path. */
const GUIDE: ExpertSettings = { skip: 0, error: 0, answerOnly: 0 };

function paths(name: string, size: number, levels: LevelMix): SetRecipe {
  return { name, size, levels, expert: GUIDE };
}

const GRID_SETS: readonly SetRecipe[] = [
  paths('uniform', 256, UNIFORM_4),
  paths('tiny', 32, UNIFORM_4),
  paths('easy', 256, [1, 1, 0, 0]),
  paths('hard', 256, [0, 1, 1, 2]),
  paths('large', 4096, UNIFORM_4),
];

const GRID: Preset = {
  name: 'grid',
  title: 'Grid',
  description:
    'Shortest paths around the walls of a 4\u00a0×\u00a04 grid, in under a minute on most machines.',
  config: {
    ...MICRO.config,
    preset: 'grid',
    task: SMALL_GRID,
    model: modelFor(SMALL_GRID, { layers: 2, dModel: 32, heads: 2 }),
    base: 'grid',
    trajectories: GRID_SETS[0]!,
    sft: { ...MICRO.config.sft, beta2: 0.95, steps: 300, batchSize: 64 },
    rl: {
      ...MICRO.config.rl,
      beta2: 0.95,
      steps: 600,
      promptsPerStep: 16,
      schedule: 'linear',
      maxRounds: 1,
      evaluateEvery: 20,
    },
    // Greedy: the path that the policy holds for the best, the same at every look.
    evaluation: {
      temperature: 0,
      problemsPerLevel: 250,
      samples: 1,
      trackingSamples: 1,
      validationSize: 600,
      // They have fewer walls: no training problem is ever left out for them.
      heldOutPerLevel: 250,
    },
  },
  base: {
    name: 'grid',
    seed: 0,
    documents: 25_600,
    levels: UNIFORM_4,
    expert: { ...GUIDE, wander: 1 },
    steps: 400,
    batchSize: 64,
    learningRate: 3e-3,
    warmupSteps: 50,
    beta2: 0.95,
    schedule: 'cosine',
  },
  budget: 2.5e11,
  sets: GRID_SETS,
};

export const PRESETS: readonly Preset[] = [MICRO, LADDER, LAPTOP, GRID];

/** The preset called `name`; throws {@link RunConfigError} listing the known ones. */
export function presetNamed(name: string): Preset {
  const preset = PRESETS.find((p) => p.name === name);
  if (preset) return preset;
  const known = PRESETS.map((p) => p.name).join(', ');
  throw new RunConfigError(`There is no preset "${name}"; choose one of: ${known}.`);
}

/** The set called `name` among those of a preset; throws {@link RunConfigError} listing them. */
export function setNamed(preset: Preset, name: string): SetRecipe {
  const found = preset.sets.find((s) => s.name === name);
  if (found) return found;
  const known = preset.sets.map((s) => s.name).join(', ');
  throw new RunConfigError(
    `The preset ${preset.name} has no trajectory set "${name}"; choose one of: ${known}.`,
  );
}

/** Number of parameters of a preset's model. */
export function parameterCount(preset: Preset): number {
  return parameterLayout(preset.config.model).size;
}
