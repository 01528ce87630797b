import { describe, expect, it } from 'vitest';
import { createTask } from '../../../../src/tasks';
import { withLibrarySet } from '../../../../src/training/data/library-set';
import { presetNamed } from '../../../../src/training/configuration/presets';
import { runFileName, runName, subjectOf } from '../../../../src/views/run/run-name';
import { RUN_NUMBERS } from '../../../../src/training/configuration/settings';

const { config } = presetNamed('micro');
const set = { id: 'a', digest: 'b', name: 'mine', size: 10, perLevel: [10], task: config.task };
const foreign = presetNamed('grid').config.task;

describe('the name of a run', () => {
  it('begins with its preset, also on a set of the library', () => {
    expect(runName({ config: withLibrarySet(config, set) })).toBe('micro · mine · seed 0');
    const other = RUN_NUMBERS.sftSteps.write(config, '7');
    expect(subjectOf(other)).toBe('micro');
  });

  it('begins with the task where a set brings another one than the preset’s', () => {
    const run = withLibrarySet(config, { ...set, task: foreign });
    const task = createTask(foreign).name;
    expect(runName({ config: run })).toBe(`${task} · mine · seed 0`);
    expect(runFileName(run)).toBe(`${task}-mine-seed-0`);
  });

  it('says once what set and task are both called', () => {
    const { name } = createTask(foreign);
    const run = withLibrarySet(config, { ...set, name, task: foreign });
    expect(runName({ config: run })).toBe(`${name} · seed 0`);
  });
});
