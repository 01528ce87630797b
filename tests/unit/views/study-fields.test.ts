import { describe, expect, it } from 'vitest';
import { parseStudy } from '../../../src/studies/parse-study';
import { studyPresetNamed } from '../../../src/studies/presets';
import type { StudyConfig } from '../../../src/studies/study-config';
import {
  branchKind,
  BRANCH_KINDS,
  branchName,
  branchNumber,
  branchPhase,
  withBranch,
  withoutBranch,
} from '../../../src/views/studies/setup/branch-fields';
import { branchesField, levelsField } from '../../../src/views/studies/setup/set-fields';

const MICRO = studyPresetNamed('micro');

describe('the level weights of a set', () => {
  const levels = levelsField(1);

  it('are read and written as numbers with commas, of that set alone', () => {
    const study = parseStudy(levels.write(MICRO, '1, 2; 3 4'));
    expect(study.sets.map(({ recipe }) => recipe.levels)).toEqual(
      MICRO.sets.map(({ recipe }, i) => (i === 1 ? [1, 2, 3, 4] : recipe.levels)),
    );
    expect(levels.read(study)).toBe('1, 2, 3, 4');
    expect(levels.read(parseStudy(levels.write(study, 'balanced')))).toBe('balanced');
  });

  it('change with those that the paradigms learn from, where the set is theirs', () => {
    const study = parseStudy(levelsField(0).write(MICRO, '1, 1, 1, 0'));
    expect(study.run.trajectories).toEqual(study.sets[0]!.recipe);
  });

  it.each(['1, 2', '1, x, 3, 4', '', '0, 0, 0, 0', '-1, 1, 1, 1'])(
    'are refused as “%s”',
    (text) => {
      expect(() => parseStudy(levels.write(MICRO, text))).toThrow(/level|weight/i);
    },
  );
});

describe('a branch point', () => {
  it('is renamed wherever it is used', () => {
    const study = parseStudy(branchName(2).write(MICRO, 'soft'));
    expect(study.branches[2]).toEqual({ name: 'soft', at: 'phase', phase: 'mild' });
    expect(study.sets.map(({ branches }) => branches.includes('soft'))).toEqual(
      MICRO.sets.map(({ branches }) => branches.includes('mild')),
    );
  });

  it.each(BRANCH_KINDS)('may be of the kind $label, with a value that is valid', ({ value }) => {
    const study = parseStudy(branchKind(0).write(MICRO, value));
    expect(study.branches[0]).toMatchObject({ name: 'adaptation', at: value });
  });

  it('is at the step, the compute or the sub-phase that is written', () => {
    const atStep = branchKind(0).write(MICRO, 'step');
    expect(branchNumber(0, 'step').write(atStep, '70').branches[0]).toMatchObject({ step: 70 });
    const atCompute = branchKind(0).write(MICRO, 'compute');
    const changed = parseStudy(branchNumber(0, 'compute').write(atCompute, '3e9'));
    expect(changed.branches[0]).toMatchObject({ flops: 3e9 });
    expect(branchNumber(0, 'compute').read(changed)).toBe('3e9');
    expect(branchPhase(0).write(MICRO, 'severe').branches[0]).toMatchObject({ phase: 'severe' });
  });

  it.each<[string, StudyConfig, RegExp]>([
    ['with the name of another', branchName(0).write(MICRO, 'mild'), /mild is there twice/],
    [
      'without a name',
      branchName(0).write(MICRO, ''),
      /branches\.0\.name is ""; expected letters a–z/,
    ],
    [
      'after the last step of a set',
      branchNumber(2, 'step').write(branchKind(2).write(MICRO, 'step'), '151'),
      /"mild" is at SFT step 151, but SFT of the set "tiny" ends at step 150/,
    ],
    ['that is the only one of a set', withoutBranch(MICRO, 2), /set "tiny" has no branch point/],
    ['that no set has', branchesField(1).write(MICRO, ''), /Choose one of: adaptation/],
  ])('%s is refused', (_what, study, problem) => {
    expect(() => parseStudy(study)).toThrow(problem);
  });

  it('is added to every set under a free name, and taken out of every set', () => {
    const twice = parseStudy(withBranch(withBranch(MICRO)));
    expect(twice.branches.slice(4).map(({ name }) => name)).toEqual(['point', 'point-2']);
    expect(twice.sets.every(({ branches }) => branches.includes('point-2'))).toBe(true);
    expect(withoutBranch(withoutBranch(twice, 5), 4)).toEqual(MICRO);
  });

  it('stands in a set in the order of the study', () => {
    const study = branchesField(1).write(MICRO, 'mild, adaptation');
    expect(study.sets[1]!.branches).toEqual(['adaptation', 'mild']);
  });
});
