import type { ExpertSettings } from '../task';
import type { LevelMix, SetRecipe, TaskPreset } from '../preset';
import type { ArithmeticSettings } from './settings';

/** It leaves out a running value once in four steps and never errs. */
const EXPERT: ExpertSettings = { skip: 0.25, error: 0, answerOnly: 0 };

function set(name: string, size: number, levels: LevelMix): SetRecipe {
  return { name, size, levels, expert: EXPERT };
}

const UNIFORM_4 = [1, 1, 1, 1];
const UNIFORM_6 = [1, 1, 1, 1, 1, 1];
const EASY_6 = [0.3, 0.28, 0.22, 0.15, 0.05, 0];
const HARD_6 = [0, 0.05, 0.15, 0.2, 0.3, 0.3];

/** The sets of a task of six levels; the tiny one is a tenth of the others. */
function setsOfSix({ size, large }: { size: number; large: number }): SetRecipe[] {
  return [
    set('uniform', size, UNIFORM_6),
    set('tiny', size / 10, UNIFORM_6),
    set('easy', size, EASY_6),
    set('hard', size, HARD_6),
    set('large', large, UNIFORM_6),
  ];
}

const MICRO: TaskPreset<ArithmeticSettings> = {
  name: 'micro',
  title: 'Micro',
  description:
    'Arithmetic modulo 5 with up to four operators: SFT, then RL, in about a minute on any machine.',
  task: {
    kind: 'arithmetic',
    modulus: 5,
    operatorWeights: [1, 1, 0],
    operatorsPerLevel: [1, 2, 3, 4],
  },
  model: { layers: 2, dModel: 32, heads: 4 },
  sets: [
    set('uniform', 1000, UNIFORM_4),
    set('tiny', 60, UNIFORM_4),
    set('easy', 1000, [0.45, 0.35, 0.2, 0]),
    set('hard', 1000, [0, 0.2, 0.35, 0.45]),
  ],
  base: {
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
};

const LADDER: TaskPreset<ArithmeticSettings> = {
  name: 'ladder',
  title: 'Ladder',
  description:
    'Arithmetic modulo 5 with up to six operators, the long ones rare in the base: what trajectories add, in a few minutes.',
  task: { ...MICRO.task, operatorsPerLevel: [1, 2, 3, 4, 5, 6] },
  model: MICRO.model,
  sets: setsOfSix({ size: 800, large: 4000 }),
  base: { ...MICRO.base, levels: [0.3, 0.35, 0.25, 0.06, 0.03, 0.01] },
  budget: 4e11,
  run: {
    sft: { steps: 1200, evaluations: 50 },
    rl: { steps: 300, evaluateEvery: 6 },
    evaluation: { problemsPerLevel: 150, validationSize: 300, heldOutPerLevel: 50 },
  },
};

const LAPTOP: TaskPreset<ArithmeticSettings> = {
  name: 'laptop',
  title: 'Laptop',
  description:
    'Arithmetic modulo 10 with up to ten operators: a full experiment, in a few minutes.',
  task: {
    kind: 'arithmetic',
    modulus: 10,
    operatorWeights: [0.4, 0.4, 0.2],
    operatorsPerLevel: [1, 2, 4, 6, 8, 10],
  },
  model: { layers: 2, dModel: 64, heads: 4 },
  sets: setsOfSix({ size: 600, large: 10_000 }),
  base: {
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
  run: {
    sft: { steps: 600, batchSize: 32 },
    rl: { steps: 100, promptsPerStep: 16, learningRate: 2e-4, evaluateEvery: 5 },
    evaluation: { problemsPerLevel: 100, samples: 7, trackingSamples: 2, validationSize: 600 },
  },
};

export const ARITHMETIC_PRESETS = [MICRO, LADDER, LAPTOP];
