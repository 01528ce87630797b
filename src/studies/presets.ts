/** Ready-made studies, from one for continuous integration to the paper's whole investigation. */
import { LabError } from '../errors';
import { presetNamed, setNamed } from '../training/configuration/presets';
import type { SetRecipe } from '../tasks';
import type { StudyBranch, StudyConfig, StudySet } from './study-config';

const MICRO = presetNamed('micro');
const LADDER = presetNamed('ladder');
const LAPTOP = presetNamed('laptop');

/** A branch point in each sub-phase, by its name. */
const PHASES: readonly StudyBranch[] = [
  { name: 'adaptation', at: 'phase', phase: 'adaptation' },
  { name: 'stable', at: 'phase', phase: 'stable' },
  { name: 'mild', at: 'phase', phase: 'mild' },
  { name: 'severe', at: 'phase', phase: 'severe' },
];

const RIGHT_TIME = ['stable', 'mild'];
const ALL_PHASES = ['adaptation', 'stable', 'mild', 'severe'];

function set(recipe: SetRecipe, sftSteps: number, branches: readonly string[]): StudySet {
  return { recipe: { ...recipe }, sftSteps, branches: [...branches] };
}

const MICRO_RUN: StudyConfig['run'] = {
  ...MICRO.config,
  sft: { ...MICRO.config.sft, evaluations: 20 },
  rl: { ...MICRO.config.rl, steps: 40 },
  evaluation: {
    ...MICRO.config.evaluation,
    problemsPerLevel: 150,
    samples: 4,
    trackingSamples: 1,
    validationSize: 300,
    heldOutPerLevel: 0,
  },
  computeBudget: 6e10,
};

/** Small enough to overfit severely within its steps, so that each sub-phase occurs. */
const MICRO_SIZE = 400;
const MICRO_UNIFORM = set({ ...setNamed(MICRO, 'uniform'), size: MICRO_SIZE }, 800, ALL_PHASES);

const micro: StudyConfig = {
  version: 1,
  name: 'micro',
  title: 'Micro',
  description:
    'Every question at its smallest: four sets, four branch points, two other paradigms, two seeds, in some minutes on any machine.',
  run: {
    ...MICRO_RUN,
    trajectories: MICRO_UNIFORM.recipe,
    evaluation: { ...MICRO_RUN.evaluation, heldOutPerLevel: 50 },
  },
  sets: [
    MICRO_UNIFORM,
    set(setNamed(MICRO, 'tiny'), 150, ['mild']),
    set({ ...setNamed(MICRO, 'easy'), size: MICRO_SIZE }, 800, ['mild']),
    set({ ...setNamed(MICRO, 'hard'), size: MICRO_SIZE }, 800, ['mild']),
  ],
  branches: [...PHASES],
  paradigms: ['dapo', 'sft'],
  furtherRl: null,
  seeds: [0, 1],
};

const LADDER_UNIFORM = setNamed(LADDER, 'uniform');

/** Without a budget: what branches off an SFT run takes all its RL steps. */
const LADDER_SHORT: StudyConfig['run'] = {
  ...LADDER.config,
  rl: { ...LADDER.config.rl, steps: 200, evaluateEvery: 5 },
};

/** Well before the lowest validation loss of any set but the smallest. */
const EARLY: StudyBranch = { name: 'early', at: 'step', step: 64 };

const scaleDifficulty: StudyConfig = {
  version: 1,
  name: 'scale-difficulty',
  title: 'Data scale and difficulty',
  description:
    'Five trajectory sets from 80 to 4,000 and from easy to hard: how far each raises the ceiling, and when to switch.',
  run: { ...LADDER.config, computeBudget: LADDER.budget },
  sets: [
    set(LADDER_UNIFORM, 1200, ['early', ...ALL_PHASES]),
    set(setNamed(LADDER, 'tiny'), 150, RIGHT_TIME),
    set(setNamed(LADDER, 'easy'), 600, RIGHT_TIME),
    set(setNamed(LADDER, 'hard'), 1500, ['early', ...ALL_PHASES]),
    // It does not overfit within its steps: the last one is its lowest validation loss.
    set(setNamed(LADDER, 'large'), 1500, ['early', 'stable']),
  ],
  branches: [EARLY, ...PHASES],
  paradigms: ['dapo', 'sft'],
  furtherRl: null,
  seeds: [30, 31, 32, 33, 34, 35, 36, 37, 38, 39],
};

const LADDER_LARGE = setNamed(LADDER, 'large');
/** By then SFT has spent half of the budget, and RL learns the rest within the other half. */
const TALK_SFT_STEPS = 700;

/** While people watch: chosen so that what it says holds over seeds; docs/experiments.md says what was tried. */
const talk: StudyConfig = {
  ...scaleDifficulty,
  name: 'talk',
  title: 'For a talk',
  description:
    'SFT on 4,000 trajectories, then RL, against RL alone at equal compute, with three seeds: what imitation is worth, while people watch.',
  run: {
    ...LADDER.config,
    trajectories: { ...LADDER_LARGE },
    rl: { ...LADDER.config.rl, steps: 80, evaluateEvery: 4 },
    evaluation: { ...LADDER.config.evaluation, heldOutPerLevel: 0 },
    computeBudget: 8e10,
  },
  sets: [set(LADDER_LARGE, TALK_SFT_STEPS, ['sft-700'])],
  branches: [{ name: 'sft-700', at: 'step', step: TALK_SFT_STEPS }],
  paradigms: ['dapo'],
  seeds: [0, 1, 2],
};

/** SFT steps go a little past severe overfitting, where validation loss tells nothing new. */
const LAPTOP_STUDY_RUN: StudyConfig['run'] = {
  ...LAPTOP.config,
  sft: { ...LAPTOP.config.sft, evaluations: 20 },
  rl: { ...LAPTOP.config.rl, steps: 80 },
  evaluation: { ...LAPTOP.config.evaluation, samples: 4, trackingSamples: 1, validationSize: 400 },
  computeBudget: 8e11,
};

const laptop: StudyConfig = {
  version: 1,
  name: 'laptop',
  title: 'Data scale and difficulty, larger',
  description:
    'The same questions on the laptop task: ten operators, six levels, sets from 60 to 2,000; ten minutes or more on two cores.',
  run: LAPTOP_STUDY_RUN,
  sets: [
    set(setNamed(LAPTOP, 'uniform'), 240, ALL_PHASES),
    set(setNamed(LAPTOP, 'tiny'), 40, ['mild']),
    set(setNamed(LAPTOP, 'easy'), 160, ['mild']),
    set(setNamed(LAPTOP, 'hard'), 160, ['mild']),
    set({ ...setNamed(LAPTOP, 'large'), size: 2000 }, 400, ['mild']),
  ],
  branches: [...PHASES],
  paradigms: ['dapo', 'sft'],
  furtherRl: null,
  seeds: [0, 1, 2],
};

const whenToSwitch: StudyConfig = {
  ...scaleDifficulty,
  name: 'when-to-switch',
  title: 'When to switch',
  description:
    'RL from six points of the same SFT run, from long before its lowest validation loss to long after it.',
  run: LADDER_SHORT,
  sets: [
    set(LADDER_UNIFORM, 2400, ['early', ...ALL_PHASES, 'half']),
    set(setNamed(LADDER, 'hard'), 2400, ['early', ...ALL_PHASES]),
  ],
  // Half of SFT's steps is overfitting, but less of it than at the end.
  branches: [EARLY, ...PHASES, { name: 'half', at: 'step', step: 1200 }],
  paradigms: [],
  seeds: [0, 1, 2],
};

const paradigms: StudyConfig = {
  ...scaleDifficulty,
  name: 'paradigms',
  title: 'Paradigms at equal compute',
  description:
    'SFT then RL against SFT alone, RL alone and the mixtures, each with the same compute, problems and demonstrations.',
  run: {
    ...LADDER.config,
    // More steps than the compute budget allows: it ends every run.
    rl: { ...LADDER.config.rl, steps: 400, prompts: 'set' },
    computeBudget: 2.5e11,
  },
  sets: [set(LADDER_UNIFORM, 600, RIGHT_TIME)],
  branches: [...PHASES],
  paradigms: ['sft', 'dapo', 'grpo', 'luffy', 'hpt', 'hpt-code', 'srft', 'prefix-rft'],
  seeds: [0, 1, 2],
};

function resized(name: string, size: number): SetRecipe {
  return { ...setNamed(LADDER, name), name: `${name}-${size}`, size };
}

const indicator: StudyConfig = {
  ...scaleDifficulty,
  name: 'indicator',
  title: 'What predicts the ceiling',
  description:
    'Nine sets of three sizes and three difficulties: does the lowest validation loss foretell the highest ceiling?',
  run: LADDER_SHORT,
  sets: [
    { size: 100, steps: 200 },
    { size: 400, steps: 500 },
    { size: 1600, steps: 1200 },
  ].flatMap(({ size, steps }) =>
    ['easy', 'uniform', 'hard'].map((name) => set(resized(name, size), steps, ['stable'])),
  ),
  branches: [...PHASES],
  paradigms: [],
  seeds: [0, 1, 2],
};

/** SFT steps go past the lowest validation loss of all sizes but the two largest. */
const MAP_SIZES = [
  { size: 80, steps: 150 },
  { size: 250, steps: 300 },
  { size: 800, steps: 700 },
  { size: 2500, steps: 1000 },
  { size: 8000, steps: 1200 },
];

/** All have all levels, so that size alone decides how much there is of the longest. */
const MAP_MIXES = [
  { name: 'easy', levels: [6, 5, 4, 3, 2, 1] },
  { name: 'uniform', levels: [1, 1, 1, 1, 1, 1] },
  { name: 'hard', levels: [1, 2, 3, 4, 5, 6] },
];

/**
 * Terser than elsewhere, and nested: a set holds the smaller ones of its mix, so that size alone tells
 * them apart. docs/experiments.md says what was tried for a slope everywhere.
 */
function mapSet({ name, levels }: (typeof MAP_MIXES)[number], size: number): SetRecipe {
  const { expert } = LADDER_UNIFORM;
  return { name: `${name}-${size}`, size, levels, expert: { ...expert, skip: 0.6 }, nest: name };
}

const map: StudyConfig = {
  ...scaleDifficulty,
  name: 'map',
  title: 'The map',
  description:
    'Five nested sizes from 80 to 8,000 trajectories, each easy, uniform and hard: the ceiling as a surface, and whether difficulty multiplies what scale gives or adds to it.',
  run: {
    ...LADDER_SHORT,
    trajectories: mapSet(MAP_MIXES[1]!, 800),
    evaluation: { ...LADDER.config.evaluation, heldOutPerLevel: 0 },
    computeBudget: 3e11,
  },
  sets: MAP_SIZES.flatMap(({ size, steps }) =>
    MAP_MIXES.map((mix) => set(mapSet(mix, size), steps, ['stable'])),
  ),
  branches: [{ name: 'stable', at: 'phase', phase: 'stable' }],
  paradigms: ['dapo'],
  seeds: [40, 41, 42, 43, 44],
};

export const STUDY_PRESETS: readonly StudyConfig[] = [
  scaleDifficulty,
  map,
  talk,
  micro,
  laptop,
  whenToSwitch,
  paradigms,
  indicator,
];

/** The study preset called `name`; throws an error of `study` listing the known ones. */
export function studyPresetNamed(name: string): StudyConfig {
  const preset = STUDY_PRESETS.find((one) => one.name === name);
  if (preset) return preset;
  const known = STUDY_PRESETS.map((one) => one.name).join(', ');
  throw new LabError('study/no-preset', { name, known });
}
