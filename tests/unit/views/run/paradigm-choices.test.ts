import { describe, expect, it } from 'vitest';
import {
  paradigms,
  paradigmNamed,
  withParadigm,
} from '../../../../src/training/configuration/paradigms';
import { presetNamed } from '../../../../src/training/configuration/presets';
import { differences } from '../../../../src/views/run/live/differences';
import { PLAIN } from '../../../../src/training/configuration/settings';
import { choicesOf, configOf, numbersUsed } from '../../../../src/views/run/setup/run-choices';
import { linkTo, readRunLink, writeRunLink } from '../../../../src/views/run/setup/run-link';
import { RunSetup } from '../../../../src/views/run/setup/run-setup.svelte';

const micro = presetNamed('micro');

describe('the choice of a paradigm', () => {
  it.each(paradigms().map(({ name }) => name))(
    '%s gives the run of the terminal, and its link gives it back',
    (name) => {
      const setup = new RunSetup();
      setup.chooseParadigm(name);
      const config = withParadigm(micro, paradigmNamed(name));
      expect(setup.config).toEqual(config);
      expect(setup.query).toBe(`preset=micro&paradigm=${name}`);
      expect(configOf(readRunLink(setup.query).choices)).toEqual(config);
      expect(linkTo(config)).toBe(setup.query);
    },
  );

  it('is the preset’s own sequence at first, without a budget', () => {
    const setup = new RunSetup();
    expect(setup.choices.paradigm).toBe(PLAIN);
    expect(setup.config).toEqual(micro.config);
    setup.chooseParadigm('luffy');
    setup.chooseParadigm(PLAIN);
    expect(setup.config).toEqual(micro.config);
  });

  it('brings its own steps and budget, and leaves seed, set and engine', () => {
    const setup = new RunSetup();
    setup.setNumber('seed', '4');
    setup.chooseSet('hard');
    setup.setNumber('rlSteps', '7');
    setup.chooseParadigm('curriculum');
    expect(setup.query).toBe('preset=micro&paradigm=curriculum&set=hard&seed=4');
    setup.choosePreset('laptop');
    expect(setup.config).toMatchObject({ paradigm: 'curriculum', computeBudget: 1.5e12 });
    setup.reset();
    expect(setup.query).toBe('preset=laptop');
  });

  it('asks only for the numbers that matter', () => {
    const used = (name: string) => numbersUsed(readRunLink(`paradigm=${name}`).choices);
    expect(used('luffy')).not.toContain('sftSteps');
    expect(used('luffy')).toContain('budget');
    expect(used('sft')).not.toContain('rlSteps');
    expect(used(PLAIN)).not.toContain('budget');
    expect(used('overtrained')).toEqual(expect.arrayContaining(['sftSteps', 'rlSteps', 'budget']));
  });

  it('and the budget are in the link and in the title of the run', () => {
    const query = 'preset=micro&paradigm=hpt&budget=3e10&held-out=20';
    const { choices, problems } = readRunLink(query);
    expect(problems).toEqual([]);
    const config = configOf(choices);
    expect(config).toMatchObject({ computeBudget: 3e10, rl: { method: { kind: 'hpt' } } });
    expect(writeRunLink(choicesOf(config))).toBe(query);
    expect(differences(config)).toEqual([
      'HPT',
      'Compute budget 3e10 FLOPs',
      'Held-out kind 20 problems per level',
    ]);
  });
});

describe('a link to a paradigm that is wrong', () => {
  it.each([
    ['paradigm=ppo', ['no paradigm "ppo"', 'luffy, hpt, hpt-code, srft, prefix-rft']],
    ['paradigm=luffy&budget=lots', ['“lots”', '1000000 to 1000000000000000000', '9e10']],
    ['paradigm=luffy&budget=-9e10', ['“-9e10”']],
    ['paradigm=luffy&budget=0', ['“0”']],
    ['paradigm=luffy&switch=mild', ['switch=mild', 'luffy has a switch of its own']],
    ['held-out=2001', ['“2001”', '0 to 2000']],
  ])('%s: the sentence names the value and what is allowed', (query, words) => {
    const { problems, choices, autostart } = readRunLink(`${query}&autostart=1`);
    expect(problems).toHaveLength(1);
    for (const word of words) expect(problems[0]).toContain(word);
    expect(autostart).toBe(false);
    expect(() => configOf(choices)).not.toThrow();
  });
});
