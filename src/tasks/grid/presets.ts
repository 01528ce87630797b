/** The two grids that the lab has sets for; the small one has a base, too. */
import type { LevelMix, SetRecipe, SetVariant, TaskPreset } from '../preset';
import { FAULTLESS } from '../task';
import type { GridSettings } from './settings';

/** The expert walks a shortest path. */
function set(name: string, size: number, levels: LevelMix): SetRecipe {
  return { name, size, levels, expert: FAULTLESS };
}

/** Vocabulary 20, context 21. */
export const SMALL_GRID: GridSettings = {
  kind: 'grid',
  side: 4,
  walls: 5,
  longestPerLevel: [2, 4, 6, 10],
  responseLength: 12,
};

const UNIFORM_4 = [1, 1, 1, 1];

const GRID: TaskPreset<GridSettings> = {
  name: 'grid',
  title: 'Grid',
  description:
    'Shortest paths around the walls of a 4\u00a0×\u00a04 grid, in under a minute on most machines.',
  task: SMALL_GRID,
  model: { layers: 2, dModel: 32, heads: 2 },
  sets: [
    set('uniform', 256, UNIFORM_4),
    set('tiny', 32, UNIFORM_4),
    set('easy', 256, [1, 1, 0, 0]),
    set('hard', 256, [0, 1, 1, 2]),
    set('large', 4096, UNIFORM_4),
  ],
  base: {
    seed: 0,
    documents: 25_600,
    levels: UNIFORM_4,
    expert: { ...FAULTLESS, wander: 1 },
    steps: 400,
    batchSize: 64,
    learningRate: 3e-3,
    warmupSteps: 50,
    beta2: 0.95,
    schedule: 'cosine',
  },
  budget: 2.5e11,
  run: {
    sft: { beta2: 0.95, steps: 300, batchSize: 64 },
    rl: {
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
};

export const GRID_PRESETS = [GRID];

/** Vocabulary 29, context 30. */
export const FULL_GRID: GridSettings = {
  kind: 'grid',
  side: 5,
  walls: 8,
  longestPerLevel: [2, 4, 6, 8, 10, 15],
  responseLength: 18,
};

const UNIFORM_6 = [1, 1, 1, 1, 1, 1];

/** Easy sets have the two lowest levels, hard ones the two highest. */
const FULL: SetVariant<GridSettings> = {
  name: 'grid-full',
  note: `${FULL_GRID.walls} walls`,
  task: FULL_GRID,
  sets: [
    set('tiny', 128, UNIFORM_6),
    set('easy', 2048, [1, 1, 0, 0, 0, 0]),
    set('uniform', 2048, UNIFORM_6),
    set('hard', 2048, [0, 0, 0, 0, 1, 1]),
    set('large', 16_384, UNIFORM_6),
  ],
};

export const GRID_VARIANTS = [FULL];
