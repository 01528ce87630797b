import { describe, expect, it } from 'vitest';
import { presetNamed } from '../../../../src/training/configuration/presets';
import { choicesOf, configOf } from '../../../../src/views/run/setup/run-choices';
import { linkTo, readRunLink, writeRunLink } from '../../../../src/views/run/setup/run-link';

const micro = presetNamed('micro').config;

describe('a link to a run', () => {
  it('carries the preset alone where nothing differs from it', () => {
    expect(writeRunLink(choicesOf(micro))).toBe('preset=micro');
    expect(configOf(readRunLink('preset=micro').choices)).toEqual(micro);
  });

  it('is read back to the choices that were written', () => {
    const query =
      'preset=laptop&set=hard&engine=tfjs:wasm&switch=120&rl-until=identified&seed=3&sft-steps=200&rl-steps=40&stable-within=3.5&severe-from=20&patience=2&smoothing=3&problems=50';
    const { choices, problems } = readRunLink(query);
    expect(problems).toEqual([]);
    expect(writeRunLink(choices)).toBe(query);
    expect(configOf(choices)).toMatchObject({
      preset: 'laptop',
      seed: 3,
      trajectories: { name: 'hard' },
      engine: { name: 'tfjs', backend: 'wasm' },
      switch: { at: 'step', step: 120 },
      sft: { steps: 200 },
      rl: { steps: 40, until: 'identified' },
      subPhases: { stableWithin: 0.035, severeFrom: 0.2, patience: 2, smoothing: 3 },
      evaluation: { problemsPerLevel: 50 },
    });
  });

  it('carries any setting of the configuration by its path, and nothing that is as the preset has it', () => {
    const query =
      'preset=micro&rl-steps=40&rl.learningRate=0.001&rl.schedule="linear"&samples=2&sft.steps=1000';
    const { choices, problems } = readRunLink(query);
    expect(problems).toEqual([]);
    const config = configOf(choices);
    expect(config).toMatchObject({
      rl: { steps: 40, learningRate: 0.001, schedule: 'linear' },
      evaluation: { samples: 2 },
    });
    const written = linkTo(config)!;
    expect(Object.fromEntries(new URLSearchParams(written))).toEqual({
      preset: 'micro',
      'rl-steps': '40',
      'rl.learningRate': '0.001',
      'rl.schedule': '"linear"',
      'evaluation.samples': '2',
    });
    expect(configOf(readRunLink(written).choices)).toEqual(config);
  });

  it('shows in a field what it says of it by its path', () => {
    const { choices } = readRunLink('rl.steps=40&subPhases.stableWithin=0.03&engine.name=wasm');
    expect(choices).toMatchObject({ engine: 'wasm', further: {} });
    expect(choices.numbers).toMatchObject({ rlSteps: '40', stableWithin: '3' });
  });

  it('describes a run of another method, set or schedule than any preset has', () => {
    const config = {
      ...micro,
      trajectories: { ...micro.trajectories, name: 'mine', size: 77 },
      rl: { ...micro.rl, prompts: 'set', method: { kind: 'hpt', gate: 0.5, balance: 'code' } },
    } as const;
    expect(configOf(readRunLink(linkTo(config)!).choices)).toEqual(config);
  });

  it('describes any configuration that the form can make', () => {
    const { choices } = readRunLink('preset=micro&switch=end&seed=7');
    expect(linkTo(configOf(choices))).toBe('preset=micro&switch=end&seed=7');
  });

  it('has no words for a preset of another version', () => {
    expect(linkTo({ ...micro, preset: 'gone' })).toBeNull();
  });

  it('starts at once when it says so', () => {
    expect(readRunLink('preset=micro&autostart=1').autostart).toBe(true);
    expect(readRunLink('preset=micro&autostart=0').autostart).toBe(false);
    expect(readRunLink('preset=micro').autostart).toBe(false);
  });
});

describe('a link that is wrong', () => {
  it.each([
    ['preset=huge', ['huge', 'micro, ladder, laptop']],
    ['set=odd', ['odd', 'uniform, tiny, easy, hard']],
    ['engine=cuda', ['cuda', 'auto, webgpu, wasm, tfjs']],
    ['engine=toString', ['toString', 'auto, webgpu, wasm, tfjs']],
    ['rl-until=sure', ['sure', 'steps or identified']],
    ['switch=soon', ['soon', 'stable, mild, severe, end']],
    ['switch=step', ['step', 'stable, mild, severe, end']],
    ['seed=1.5', ['1.5', 'integer from 0']],
    ['seed=-1', ['-1', 'integer from 0']],
    ['seed=9007199254740992', ['9007199254740992', '9007199254740991']],
    ['rl-steps=many', ['many', 'integer from 1']],
    ['autostart=yes', ['yes', '1 or 0']],
    [`rl-steps=${micro.rl.steps}&rl-steps=90`, ['rl-steps', ', 90', 'once']],
    ['rl.learningRate=0', ['rl.learningRate', '0', 'a number above 0']],
    ['rl.learnRate=1', ['rl.learnRate', 'learningRate']],
    ['rl.schedule=cubic', ['cubic', 'constant, cosine or linear']],
    ['colour=red', ['colour', 'preset, paradigm, set, library, engine, switch, seed']],
  ])('%s: the sentence names the value and what is allowed', (query, words) => {
    const { problems, choices } = readRunLink(query);
    expect(problems).toHaveLength(1);
    for (const word of words) expect(problems[0]).toContain(word);
    expect(configOf(choices)).toEqual(micro);
  });

  it('keeps what is right in it', () => {
    const { choices, problems } = readRunLink('preset=laptop&seed=x&rl-steps=10');
    expect(problems).toHaveLength(1);
    expect(configOf(choices)).toMatchObject({ preset: 'laptop', seed: 0, rl: { steps: 10 } });
  });

  it('starts nothing', () => {
    expect(readRunLink('preset=micro&seed=x&autostart=1').autostart).toBe(false);
  });
});
