import { describe, expect, it } from 'vitest';
import { parseStudy } from '../../../src/studies/parse-study';
import { studyPresetNamed } from '../../../src/studies/presets';
import { levelsField } from '../../../src/views/studies/setup/study-fields';

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
