import { describe, expect, it } from 'vitest';
import { presetNamed } from '../../../src/training/configuration/presets';
import type { GemmVariant, GpuTuning } from '../../../src/engine/gpu-tuning';
import {
  parseRunConfig,
  type RunConfig,
  withGpuTuning,
} from '../../../src/training/configuration/run-config';
import { optimizerAt } from '../../../src/training/configuration/optimizer';
import { parseStudy } from '../../../src/studies/parse-study';
import { studyPresetNamed } from '../../../src/studies/presets';
import { NAMED_SETTINGS } from '../../../src/training/configuration/settings';
import { labErrorOf } from '../lab-errors';

const { config } = presetNamed('micro');

const STAGED = { tile: 32, shared: true } as const;

function gpu(forward: Omit<GemmVariant, 'tile'> & { readonly tile: number }): GpuTuning {
  const tuning = { forward, backward: STAGED, weights: STAGED, weightWorkgroups: 64 };
  return { adapter: 'A GPU', tuning } as GpuTuning;
}

/** The micro configuration as plain JSON, with one value changed. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(config) as unknown as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop()!;
  const parent = names.reduce((object, name) => object[name] as Record<string, unknown>, copy);
  parent[last] = value;
  return copy;
}

describe('a run configuration is refused with the value and what is allowed:', () => {
  it.each([
    ['rl.groupSize', 1, /rl\.groupSize is 1; expected >=2/],
    ['rl.method', { kind: 'hpt', gate: 1.5 }, /gate is 1\.5; expected a number from 0 to 1/],
    ['rl.method', { kind: 'hpt', gate: -0.1 }, /gate is -0\.1; expected a number from 0 to 1/],
    ['rl.method', { kind: 'hpt', gate: NaN }, /gate is NaN/],
    ['rl.method', { kind: 'luffy', gamma: 0 }, /gamma is 0; expected >0/],
    ['rl.method', { kind: 'luffy', gamma: -1 }, /gamma is -1; expected >0/],
    ['rl.method', { kind: 'dpo' }, /kind is "dpo"; expected .*"luffy"/],
    ['rl.temperature', 0, /rl\.temperature is 0; it must be above 0.*choose 0\.7 or 1/],
    ['rl.temperature', -1, /rl\.temperature is -1; expected >=0/],
    ['sft.epochs', 0, /sft\.epochs is 0; expected >0/],
    ['rl.deviation', 'median', /deviation is "median"; expected .*"unbiased"/],
    ['rl.klCoefficient', -0.1, /klCoefficient is -0\.1; expected >=0/],
    ['rl.baseline', 'critic', /baseline is "critic"; expected .*"rloo"/],
    ['rl.levels', [1, 2], /rl\.levels has 2 weights, but the task has 4 levels.*another task/],
    ['trajectories.levels', [1, 1, 1, 1, 1, 1], /trajectories\.levels has 6 weights.*4 levels/],
    ['trajectories.size', 0, /trajectories\.size is 0; expected >=1/],
    ['restore', 1.01, /restore is 1\.01; expected a number from 0 to 1/],
    ['computeBudget', 0, /computeBudget is 0; expected >0/],
    ['engine.gpu', { adapter: 'A GPU' }, /engine\.gpu\.tuning is undefined/],
    ['engine.gpu', gpu({ tile: 48, shared: true }), /gpu\.tuning\.forward\.tile is 48; expected/],
    ['engine.gpu', { ...gpu(STAGED), adapter: 1 }, /engine\.gpu\.adapter is 1/],
  ])('%s = %j', (path, value, message) => {
    const parse = (): RunConfig => parseRunConfig(changed(path, value));
    expect(parse).toThrow(labErrorOf('config'));
    expect(parse).toThrow(message);
  });

  it.each(['sft', 'rl'] as const)('a falling rate of %s that has not risen by the end', (stage) => {
    const settings = { ...config[stage], steps: 10, warmupSteps: 11, schedule: 'cosine' };
    const parse = (): RunConfig => parseRunConfig({ ...config, [stage]: settings });
    expect(parse).toThrow(
      new RegExp(
        `${stage}\\.warmupSteps is 11, longer than the whole stage of 10 steps.*"constant"`,
      ),
    );
    expect(parseRunConfig({ ...config, [stage]: { ...settings, warmupSteps: 10 } })[stage]).toEqual(
      {
        ...settings,
        warmupSteps: 10,
      },
    );
  });

  it('a method that needs demonstrations with fresh prompts', () => {
    const input = changed('rl.method', { kind: 'luffy', gamma: 0.1 });
    expect(() => parseRunConfig(input)).toThrow(
      /rl\.prompts is "fresh", but luffy needs a demonstration.*Choose "set"/,
    );
  });

  it('a prefix share that rises', () => {
    const input = {
      ...config,
      rl: {
        ...config.rl,
        prompts: 'set',
        method: { kind: 'prefix-rft', from: 0.1, to: 0.9, topEntropy: 0.2 },
      },
    };
    expect(() => parseRunConfig(input)).toThrow(/from 0\.1 to 0\.9; it must fall/);
  });
});

describe('the GPU’s tuning in a configuration', () => {
  it('is read back as it was written down, in place of an older one', () => {
    const first = withGpuTuning(config, gpu({ tile: 64, shared: false }));
    const second = withGpuTuning(first, gpu(STAGED));
    expect(parseRunConfig(JSON.parse(JSON.stringify(second)))).toEqual(second);
    expect(second.engine).toEqual({ ...config.engine, gpu: gpu(STAGED) });
  });

  it('changes nothing where there is none', () => {
    expect(withGpuTuning(config, undefined)).toBe(config);
    expect(parseRunConfig(JSON.parse(JSON.stringify(config))).engine).toEqual(config.engine);
  });
});

describe('a configuration of before there were paradigms', () => {
  it('is the sequential one', () => {
    const { paradigm: _1, restore: _2, computeBudget: _3, ...older } = config;
    const {
      method: _4,
      baseline: _5,
      aggregation: _6,
      dropUniformGroups: _7,
      klCoefficient: _8,
      overlongBuffer: _9,
      prompts: _10,
      ...rl
    } = config.rl;
    const { curriculum: _11, ...sft } = config.sft;
    expect(parseRunConfig({ ...older, rl, sft })).toEqual(config);
  });
});

describe('a warm-up as a share', () => {
  it('is of the steps of the stage, in place of the steps of the warm-up', () => {
    const sft = { ...config.sft, steps: 50, warmupSteps: 20, warmupShare: 0.1 };
    const rates = [1, 4, 5, 20].map((step) => optimizerAt(sft, step, 0).learningRate);
    expect(rates).toEqual([0.2, 0.8, 1, 1].map((share) => share * sft.learningRate));
    // It is never longer than the stage, whatever the steps of the warm-up are.
    const short = { ...sft, steps: 10, schedule: 'cosine' };
    expect(parseRunConfig({ ...config, sft: short }).sft.warmupShare).toBe(0.1);
  });
});

describe('epochs of SFT', () => {
  it('are the steps in which the set is read so often, whatever the steps say', () => {
    const { sft, trajectories } = parseRunConfig(changed('sft.epochs', 2.5));
    expect(sft.steps).toBe(Math.ceil((2.5 * trajectories.size) / sft.batchSize));
    expect(parseRunConfig(changed('sft.epochs', 1e-6)).sft.steps).toBe(1);
    expect(parseRunConfig(config).sft.steps).toBe(config.sft.steps);
  });

  it('are those of each set of a study', () => {
    const study = studyPresetNamed('micro');
    const run = { ...study.run, sft: { ...study.run.sft, epochs: 3 } };
    const { sets } = parseStudy({ ...study, run });
    expect(sets.map(({ sftSteps }) => sftSteps)).toEqual(
      study.sets.map(({ recipe }) => Math.ceil((3 * recipe.size) / run.sft.batchSize)),
    );
  });
});

describe('the recipe of the paper', () => {
  const { read, write } = NAMED_SETTINGS.recipe;

  it('is set as a whole, and known again', () => {
    const papers = parseRunConfig(write(config, 'paper'));
    expect(papers.rl).toMatchObject({ temperature: 0.7, minibatches: 1, maxRounds: 10 });
    expect(papers.sft).toMatchObject({ schedule: 'cosine', epochs: 9 });
    expect(read(papers)).toBe('paper');
    expect(read({ ...papers, rl: { ...papers.rl, temperature: 1 } })).toBe('lab');
  });

  it('leaves the lab’s as each preset has it, and no other name', () => {
    expect(write(config, 'lab')).toBe(config);
    expect(read(config)).toBe('lab');
    expect(() => write(config, 'verl')).toThrow(/recipe.*verl.*lab.*paper/);
  });
});
