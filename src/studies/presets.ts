/** Ready-made studies, from one for continuous integration to the paper's whole investigation. */
import { EXPERT, presetNamed, setNamed } from '../training/presets';
import type { LevelMix, SetRecipe } from '../trajectories/trajectory-set';
import { StudyError } from './parse-study';
import type { StudyBranch, StudyConfig, StudySet } from './study-config';

const MICRO = presetNamed('micro');
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

function recipe(name: string, size: number, levels: LevelMix): SetRecipe {
  return { name, size, levels, expert: EXPERT };
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

const EASY = [0.3, 0.28, 0.22, 0.15, 0.05, 0];
const HARD = [0, 0.05, 0.15, 0.2, 0.3, 0.3];
const UNIFORM = [1, 1, 1, 1, 1, 1];

const LAPTOP_RUN: StudyConfig['run'] = { ...LAPTOP.config, computeBudget: LAPTOP.budget };

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
  seeds: [0, 1],
};

const talk: StudyConfig = {
  ...micro,
  name: 'talk',
  title: 'For a talk',
  description:
    'One set, one seed, RL from each sub-phase and RL alone: when to switch, while people watch.',
  run: {
    ...MICRO_RUN,
    trajectories: MICRO_UNIFORM.recipe,
    rl: { ...MICRO_RUN.rl, steps: 60 },
    computeBudget: 9e10,
  },
  sets: [MICRO_UNIFORM],
  paradigms: ['dapo'],
  seeds: [0],
};

const SCALE_SIZE = 300;

const scaleDifficulty: StudyConfig = {
  version: 1,
  name: 'scale-difficulty',
  title: 'Data scale and difficulty',
  description:
    'Five trajectory sets from 40 to 1,500 and from easy to hard: how far each raises the ceiling, and when to switch.',
  run: {
    ...MICRO.config,
    trajectories: { ...setNamed(MICRO, 'uniform'), size: SCALE_SIZE },
    sft: { ...MICRO.config.sft, evaluations: 20 },
    rl: { ...MICRO.config.rl, steps: 60 },
    evaluation: {
      ...MICRO.config.evaluation,
      problemsPerLevel: 200,
      samples: 4,
      trackingSamples: 1,
      validationSize: 300,
    },
    computeBudget: 1e11,
  },
  sets: [
    set({ ...setNamed(MICRO, 'uniform'), size: SCALE_SIZE }, 500, ALL_PHASES),
    set({ ...setNamed(MICRO, 'tiny'), size: 40 }, 120, RIGHT_TIME),
    set({ ...setNamed(MICRO, 'easy'), size: SCALE_SIZE }, 500, RIGHT_TIME),
    set({ ...setNamed(MICRO, 'hard'), size: SCALE_SIZE }, 500, RIGHT_TIME),
    set({ ...setNamed(MICRO, 'uniform'), name: 'large', size: 1500 }, 800, RIGHT_TIME),
  ],
  branches: [...PHASES],
  paradigms: ['dapo', 'sft'],
  seeds: [0, 1, 2, 3, 4],
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
    'The same questions on the laptop task: ten operators, six levels, sets from 60 to 2,000; an hour or two on two cores.',
  run: LAPTOP_STUDY_RUN,
  sets: [
    set(setNamed(LAPTOP, 'uniform'), 240, ALL_PHASES),
    set(setNamed(LAPTOP, 'tiny'), 40, ['mild']),
    set(setNamed(LAPTOP, 'easy'), 160, ['mild']),
    set(setNamed(LAPTOP, 'hard'), 160, ['mild']),
    set(recipe('large', 2000, UNIFORM), 400, ['mild']),
  ],
  branches: [...PHASES],
  paradigms: ['dapo', 'sft'],
  seeds: [0, 1, 2],
};

const whenToSwitch: StudyConfig = {
  ...laptop,
  name: 'when-to-switch',
  title: 'When to switch',
  description:
    'RL from six points of the same SFT run, from long before its lowest validation loss to long after it.',
  run: { ...LAPTOP_RUN, computeBudget: null },
  sets: [
    set(setNamed(LAPTOP, 'uniform'), 600, ['early', ...ALL_PHASES, 'last']),
    set(setNamed(LAPTOP, 'hard'), 400, ALL_PHASES),
  ],
  branches: [{ name: 'early', at: 'step', step: 8 }, ...PHASES, { name: 'last', at: 'end' }],
  paradigms: [],
};

const paradigms: StudyConfig = {
  ...laptop,
  name: 'paradigms',
  title: 'Paradigms at equal compute',
  description:
    'SFT then RL against SFT alone, RL alone and the mixtures, each with the same compute, problems and demonstrations.',
  run: {
    ...LAPTOP_RUN,
    rl: { ...LAPTOP_RUN.rl, steps: 400, prompts: 'set' },
    evaluation: { ...LAPTOP_RUN.evaluation, heldOutPerLevel: 100 },
  },
  sets: [set(setNamed(LAPTOP, 'uniform'), 600, RIGHT_TIME)],
  paradigms: ['sft', 'dapo', 'grpo', 'luffy', 'hpt', 'srft', 'prefix-rft'],
};

const indicator: StudyConfig = {
  ...laptop,
  name: 'indicator',
  title: 'What predicts the ceiling',
  description:
    'Nine sets of three sizes and three difficulties: does the lowest validation loss foretell the highest ceiling?',
  run: { ...LAPTOP_RUN, computeBudget: null },
  sets: [100, 400, 1600].flatMap((size) => [
    set(recipe(`easy-${size}`, size, EASY), size < 1000 ? 250 : 600, RIGHT_TIME),
    set(recipe(`uniform-${size}`, size, UNIFORM), size < 1000 ? 300 : 700, RIGHT_TIME),
    set(recipe(`hard-${size}`, size, HARD), size < 1000 ? 400 : 800, RIGHT_TIME),
  ]),
  paradigms: [],
};

export const STUDY_PRESETS: readonly StudyConfig[] = [
  scaleDifficulty,
  talk,
  micro,
  laptop,
  whenToSwitch,
  paradigms,
  indicator,
];

/** The study preset called `name`; throws {@link StudyError} listing the known ones. */
export function studyPresetNamed(name: string): StudyConfig {
  const preset = STUDY_PRESETS.find((one) => one.name === name);
  if (preset) return preset;
  const known = STUDY_PRESETS.map((one) => one.name).join(', ');
  throw new StudyError(`There is no study "${name}"; choose one of: ${known}.`);
}
