import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../src/cli/run-command';
import { runToEnd } from '../../../src/cli/run-to-end';
import { parseStudy } from '../../../src/studies/parse-study';
import { planStudy } from '../../../src/studies/plan';
import { studyPresetNamed } from '../../../src/studies/presets';
import { TASKS } from '../../../src/tasks';
import { presetNamed, presets } from '../../../src/training/configuration/presets';
import { parseRunConfig, UNTRAINED_BASE } from '../../../src/training/configuration/run-config';
import { readRunLink, writeRunLink } from '../../../src/views/run/setup/run-link';
import { configOf } from '../../../src/views/run/setup/run-choices';
import { RunSetup } from '../../../src/views/run/setup/run-setup.svelte';
import { taskChoices } from '../../../src/views/trajectories/make/task-choices';
import { TOY } from './toy-task';

describe('a task that is registered', () => {
  let unregister: () => void;
  beforeAll(() => {
    unregister = TASKS.register(TOY);
  });
  afterAll(() => unregister());

  it('is one of those from which runs and sets are made', () => {
    expect(presets().map(({ name }) => name)).toEqual([
      ...['micro', 'ladder', 'laptop', 'grid'],
      'toy',
    ]);
    expect(taskChoices()).toContainEqual(
      expect.objectContaining({ name: 'toy', title: 'Words backwards' }),
    );
  });

  it('can be chosen in the form of a run, whose link brings it back', () => {
    const setup = new RunSetup();
    setup.choosePreset('toy');
    setup.chooseSet('long');
    expect(setup.config).toMatchObject({
      preset: 'toy',
      task: { kind: 'toy', lettersPerLevel: [2, 3] },
      trajectories: { name: 'long' },
      sft: { steps: 12 },
    });
    expect(setup.query).toBe('preset=toy&set=long');
    const { choices, problems } = readRunLink(setup.query);
    expect(problems).toEqual([]);
    expect(writeRunLink(choices)).toBe(setup.query);
    expect(configOf(choices)).toEqual(setup.config);
  });

  it('is checked where it comes from outside', () => {
    const { config } = presetNamed('toy');
    expect(parseRunConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    const task = { kind: 'toy', lettersPerLevel: 'many' };
    expect(() => parseRunConfig({ ...config, task })).toThrow(/task\.lettersPerLevel is "many"/);
  });

  it('runs from the base through SFT and RL to its summary', async () => {
    const { config } = presetNamed('toy');
    const { last } = await runToEnd({ ...config, base: UNTRAINED_BASE });
    expect(last).toMatchObject({
      type: 'finished',
      summary: {
        base: { problems: 20 },
        final: { perLevel: [expect.any(Number), expect.any(Number)] },
      },
    });
  });

  it('is set by its path, in a link and in the terminal alike', async () => {
    const { choices, problems } = readRunLink('preset=toy&task.lettersPerLevel=[3,2]&set=long');
    expect(problems).toEqual([]);
    expect(configOf(choices)).toMatchObject({
      task: { kind: 'toy', lettersPerLevel: [3, 2] },
      trajectories: { name: 'long' },
    });
    expect(writeRunLink(choices)).toContain('task.lettersPerLevel=');
    const set = ['--set', 'task.lettersPerLevel=[3,2]', '--set', 'base=untrained'];
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await runCommand(['toy', ...set, '--set', 'long', '--json']);
    const printed = JSON.parse(String(print.mock.calls.at(-1)![0])) as unknown;
    print.mockRestore();
    expect(printed).toMatchObject({ preset: 'toy', set: 'long', switch_step: 12 });
  });

  it('is refused with what to do where its texts do not fit the model', async () => {
    const longer = 'task.lettersPerLevel=[2,9]';
    const refused = /needs 11 tokens and a context of 20, but the model has 11 and 8\..*untrained/;
    await expect(runCommand(['toy', '--set', longer])).rejects.toThrow(refused);
    const { choices } = readRunLink(`preset=toy&${longer}`);
    expect(() => configOf(choices)).toThrow(refused);
  });

  it('is known to the terminal by its preset and sets', async () => {
    await expect(runCommand(['toy', '--set', 'short'])).rejects.toThrow(
      'The preset toy has no trajectory set "short"; choose one of: words, long.',
    );
  });

  it('is planned in a study, job by job', () => {
    const { config, sets } = presetNamed('toy');
    const study = parseStudy({
      ...studyPresetNamed('micro'),
      name: 'toy',
      run: { ...config, computeBudget: 1e9 },
      sets: sets.map((recipe) => ({ recipe, sftSteps: 12, branches: ['end'] })),
      branches: [{ name: 'end', at: 'end' }],
      paradigms: ['grpo'],
      seeds: [0],
    });
    expect(
      planStudy(study)
        .order.map(({ id }) => id)
        .sort(),
    ).toEqual(['grpo/0', 'long/0', 'long/end/0', 'words/0', 'words/end/0']);
  });
});

describe('a task that nobody registered', () => {
  it('is refused by name, with those that there are', () => {
    const { config } = presetNamed('micro');
    expect(() => parseRunConfig({ ...config, task: { kind: 'toy' } })).toThrow(
      /task\.kind is "toy"; expected .*"arithmetic".*"grid".*"own"/,
    );
    expect(() => presetNamed('toy')).toThrow(/no preset "toy".*micro, ladder, laptop, grid/);
  });
});
