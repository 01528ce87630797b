import { describe, expect, it } from 'vitest';
import { RunSetup } from '../../../../src/views/run/setup/run-setup.svelte';

describe('the setup form', () => {
  it('offers the first preset, ready to start', () => {
    const setup = new RunSetup();
    expect(setup.config?.preset).toBe('micro');
    expect(setup.isChanged).toBe(false);
  });

  it.each(['', ' ', '1.5', '-1', '1e3', 'seven', '9007199254740992'])(
    'has no run for the seed “%s”, and says so beside the field',
    (seed) => {
      const setup = new RunSetup();
      setup.setNumber('seed', seed);
      expect(setup.config).toBeNull();
      expect(setup.numberProblems.seed).toContain(`“${seed}”`);
      expect(setup.numberProblems.seed).toContain('integer from 0');
      expect(setup.problem).toBeNull();
    },
  );

  it('takes the largest seed', () => {
    const setup = new RunSetup();
    setup.setNumber('seed', '9007199254740991');
    expect(setup.config?.seed).toBe(9007199254740991);
  });

  it('asks for a switch step only when the switch is at a step', () => {
    const setup = new RunSetup();
    setup.setNumber('switchStep', 'x');
    expect(setup.config).not.toBeNull();
    setup.chooseSwitchPoint('step');
    expect(setup.numberProblems.switchStep).toContain('“x”');
    setup.setNumber('switchStep', '30');
    expect(setup.config?.switch).toEqual({ at: 'step', step: 30 });
  });

  it('blames no single field where two contradict each other', () => {
    const setup = new RunSetup();
    setup.chooseSwitchPoint('step');
    const tooLate = setup.preset.config.sft.steps + 1;
    setup.setNumber('switchStep', String(tooLate));
    expect(setup.numberProblems).toEqual({});
    expect(setup.problem).toContain(`step ${tooLate}`);
    setup.chooseSwitchPoint('stable');
    setup.setNumber('stableWithin', '12');
    expect(setup.problem).toContain('12%');
  });

  it('keeps seed and engine when the preset changes, and nothing else', () => {
    const setup = new RunSetup();
    setup.setNumber('seed', '5');
    setup.setNumber('rlSteps', '7');
    setup.chooseEngine('tfjs');
    setup.chooseSet('hard');
    setup.choosePreset('laptop');
    expect(setup.query).toBe('preset=laptop&engine=tfjs&seed=5');
    setup.reset();
    expect(setup.query).toBe('preset=laptop');
  });

  it('forgets what was wrong in the link once the form is changed', () => {
    const setup = new RunSetup();
    setup.readLink('seed=x');
    expect(setup.linkProblems).toHaveLength(1);
    setup.setNumber('seed', '1');
    expect(setup.linkProblems).toEqual([]);
  });
});
