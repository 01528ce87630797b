import { describe, expect, it } from 'vitest';
import { STUDY_PRESETS } from '../../../src/studies/presets';
import { branchKind, branchNumber } from '../../../src/views/studies/setup/branch-fields';
import {
  BUDGET,
  MAIN_FIELDS,
  MORE_FIELDS,
  SEEDS,
  withEngine,
} from '../../../src/views/studies/setup/study-fields';
import { setFields, withoutSet } from '../../../src/views/studies/setup/set-fields';
import { StudySetup } from '../../../src/views/studies/setup/study-setup.svelte';

const SPEED = {
  tokensPerRow: 30,
  trainedTokensPerSecond: 1e5,
  scoredTokensPerSecond: 3e5,
  sampledTokensPerSecond: 1e5,
};

function setupOf(preset: string): StudySetup {
  const setup = new StudySetup();
  setup.choosePreset(preset);
  return setup;
}

describe('the builder of studies', () => {
  it.each(STUDY_PRESETS.map(({ name }) => name))('begins with the preset %s as it is', (name) => {
    const setup = setupOf(name);
    expect(setup.query).toBe(`preset=${name}`);
    expect(setup.differences).toEqual([]);
    expect(setup.isBlocked).toBe(false);
  });

  it('writes each of its fields and reads it back', () => {
    for (const field of [...MAIN_FIELDS, ...MORE_FIELDS, ...setFields(0)]) {
      const setup = setupOf('micro');
      const text = setup.textOf(field);
      setup.write(field, text);
      expect(setup.problemOf(field), field.id).toBeNull();
      expect(setup.differences, field.id).toEqual([]);
    }
  });

  it('says in words what differs, and carries it in the link', () => {
    const setup = setupOf('micro');
    setup.write(SEEDS, '3, 4 5');
    setup.write(BUDGET, '7e10');
    expect(setup.study.seeds).toEqual([3, 4, 5]);
    expect(setup.differences.join('; ')).toMatch(/budget.*70000000000 instead of/);
    const again = new StudySetup();
    again.readLink(setup.query);
    expect(again.study).toEqual(setup.study);
    expect(again.linkProblems).toEqual([]);
  });

  it.each([
    ['', /no seed/],
    ['1, 1', /1 is there twice/],
    ['one', /“one”; it must be a number/],
  ])('keeps the seeds "%s" as a text with what is wrong', (text, problem) => {
    const setup = setupOf('micro');
    const before = setup.study;
    setup.write(SEEDS, text);
    expect(setup.problemOf(SEEDS)).toMatch(problem);
    expect(setup.textOf(SEEDS)).toBe(text);
    expect(setup.study).toBe(before);
    expect(setup.isBlocked).toBe(true);
    setup.write(SEEDS, '0');
    expect(setup.isBlocked).toBe(false);
  });

  it('changes the set that the paradigms learn from in both places', () => {
    const setup = setupOf('micro');
    const [size] = setFields(0);
    setup.write(size!, '500');
    expect(setup.problemOf(size!)).toBeNull();
    expect(setup.study.run.trajectories.size).toBe(500);
    expect(setup.study.sets[0]!.recipe.size).toBe(500);
  });

  it('takes a text that was wrong once another change makes it right', () => {
    const setup = setupOf('micro');
    const [, steps] = setFields(1);
    setup.write(branchKind(2), 'step');
    setup.write(branchNumber(2, 'step'), '200');
    expect(setup.problemOf(branchNumber(2, 'step'))).toMatch(/"tiny" ends at step 150/);
    setup.write(steps!, '300');
    expect(setup.isBlocked).toBe(false);
    expect(setup.study.branches[2]).toMatchObject({ at: 'step', step: 200 });
  });

  it('forgets what is typed in a list of which an item is left out', () => {
    const setup = setupOf('micro');
    setup.write(setFields(3)[0]!, 'many');
    expect(setup.isBlocked).toBe(true);
    setup.changeList('sets', (study) => withoutSet(study, 3));
    expect(setup.study.sets).toHaveLength(3);
    expect(setup.isBlocked).toBe(false);
  });

  it('refuses a change that leaves no study, and says why', () => {
    const setup = setupOf('micro');
    setup.change((study) => ({ ...study, sets: study.sets.slice(1) }));
    expect(setup.problemAt('study')).toMatch(/learn from run.trajectories/);
    expect(setup.study.sets).toHaveLength(4);
  });

  it('estimates once the device is measured, for the workers there are', () => {
    const setup = setupOf('micro');
    expect(setup.estimate).toBeNull();
    setup.setSpeed(setup.speedKey, SPEED);
    const alone = setup.estimate!;
    setup.workers = 2;
    expect(setup.estimate!.seconds).toBeLessThan(alone.seconds);
    expect(setup.estimate!.cells).toBe(18);
    setup.change((study) => withEngine(study, 'tfjs'));
    expect(setup.estimate).toBeNull();
  });

  it('asks about hundreds of cells before it starts them', () => {
    const setup = setupOf('micro');
    setup.setSpeed(setup.speedKey, SPEED);
    expect(setup.question).toBeNull();
    setup.write(SEEDS, Array.from({ length: 40 }, (_, seed) => seed).join(' '));
    expect(setup.question).toMatch(/360 cells .* about .* (minutes|hours)/);
  });

  it('names what is wrong in a link and falls back on the preset', () => {
    const setup = new StudySetup();
    setup.readLink('preset=micro&seeds=[]');
    expect(setup.linkProblems.join(' ')).toMatch(/no seed/);
    expect(setup.query).toBe('preset=micro');
  });
});
