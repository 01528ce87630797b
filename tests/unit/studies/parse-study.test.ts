import { describe, expect, it } from 'vitest';
import { parseStudy, parseStudyText } from '../../../src/studies/parse-study';
import { STUDY_PRESETS, studyPresetNamed } from '../../../src/studies/presets';
import type { StudyConfig } from '../../../src/studies/study-config';

const MICRO = studyPresetNamed('micro');
const [UNIFORM, ...OTHERS] = MICRO.sets as [StudyConfig['sets'][number]];

describe('a study file', () => {
  it.each(STUDY_PRESETS.map((preset) => [preset.name, preset] as const))(
    'may be the preset %s, written and read again',
    (_name, preset) => {
      expect(parseStudyText(JSON.stringify(preset))).toEqual(preset);
    },
  );

  it.each<[string, object, RegExp]>([
    ['a newer version', { version: 2 }, /version 2; this lab reads up to 1/],
    ['an unknown key', { sedes: [0] }, /sedes/],
    ['an unknown key in a run', { run: { ...MICRO.run, learningRate: 1 } }, /"run.learningRate"/],
    ['no seed', { seeds: [] }, /no seed; give it one/],
    ['a seed twice', { seeds: [1, 1] }, /seed 1 is there twice/],
    ['a seed that is none', { seeds: [-1] }, /seeds\.0 is -1/],
    [
      'a branch point that is missing',
      { sets: [{ ...UNIFORM, branches: ['late'] }] },
      /no branch point "late"; the study has: adaptation, stable, mild, severe/,
    ],
    ['an unknown paradigm', { paradigms: ['ppo'] }, /no paradigm "ppo"/],
    ['the sequence as a paradigm', { paradigms: ['sft-then-rl'] }, /what the branches of the sets/],
    [
      'a branch point after the last step',
      {
        branches: [...MICRO.branches, { name: 'late', at: 'step', step: 801 }],
        sets: [{ ...UNIFORM, branches: ['late'] }],
      },
      /"late" is at SFT step 801, but SFT of the set "uniform" ends at step 800/,
    ],
    ['a set twice', { sets: [UNIFORM, UNIFORM] }, /set uniform is there twice/],
    [
      'a set whose name makes no file',
      { sets: [{ ...UNIFORM, recipe: { ...UNIFORM.recipe, name: '../up' } }] },
      /called "..\/up"/,
    ],
    [
      'a set of another task',
      {
        sets: [{ ...UNIFORM, recipe: { ...UNIFORM.recipe, levels: [1, 1] } }, ...OTHERS],
        paradigms: [],
      },
      /has 2 weights, but the task has 4 levels/,
    ],
    [
      'paradigms without a budget',
      { run: { ...MICRO.run, computeBudget: null } },
      /equal compute: set it in FLOPs/,
    ],
    [
      'RL that ends early and paradigms at equal compute',
      { run: { ...MICRO.run, rl: { ...MICRO.run.rl, until: 'identified' } } },
      /run\.rl\.until is "identified".*take the paradigms out/,
    ],
    [
      'less further RL than a turn takes',
      { furtherRl: { steps: 20, cells: 2, total: 10 } },
      /20 RL steps at a time, but has 10 in all: give it 20 or more/,
    ],
    [
      'further RL at a rate that has fallen',
      {
        run: { ...MICRO.run, rl: { ...MICRO.run.rl, schedule: 'cosine' } },
        furtherRl: { steps: 20, cells: 2, total: 40 },
      },
      /"cosine".*set it to "constant"/,
    ],
    [
      'further RL and nothing that branches off',
      {
        ...{ sets: [], branches: [], paradigms: ['sft-then-rl', 'dapo'] },
        furtherRl: { steps: 20, cells: 2, total: 40 },
      },
      /the study has no set: add one/,
    ],
    [
      'paradigms on a set of their own',
      { run: { ...MICRO.run, trajectories: { ...UNIFORM.recipe, size: 7 } } },
      /none of the study's sets/,
    ],
    ['mixtures without demonstrations', { paradigms: ['luffy'] }, /luffy needs a demonstration/],
    ['nothing to run', { sets: [], paradigms: [] }, /nothing to run/],
  ])('with %s is refused with place and reason', (_what, change, message) => {
    expect(() => parseStudy({ ...MICRO, ...change })).toThrow(message);
  });

  it('may have the sequence as a paradigm where no sets are there to branch off', () => {
    const alone = { ...MICRO, sets: [], branches: [], paradigms: ['sft-then-rl', 'dapo'] };
    expect(parseStudy(alone)).toEqual(alone);
  });

  it('that is not JSON is refused', () => {
    expect(() => parseStudyText('{"version": 1,')).toThrow(/not JSON/);
    expect(() => parseStudyText('[]')).toThrow(/not a JSON object/);
  });
});
