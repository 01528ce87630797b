/** What the sampler says of the tokens that it draws stands for a scoring pass, where it may. */
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { prepareDatasets } from '../../../src/training/data/datasets';
import { presetNamed } from '../../../src/training/configuration/presets';
import { methodOf } from '../../../src/training/methods';
import { rlStep, scoreExperience } from '../../../src/training/rl';
import { collectRollouts } from '../../../src/training/rollouts';
import { settings } from './experience-examples';

const { config } = presetNamed('micro');
const datasets = prepareDatasets({
  ...config,
  trajectories: { ...config.trajectories, size: 40 },
  evaluation: { ...config.evaluation, problemsPerLevel: 2, validationSize: 4 },
});

/** The base of `micro`, with the rows of each scoring pass; it may be told to score otherwise than it draws. */
async function policy({ scoresWhatItDraws = true } = {}): Promise<{
  engine: Engine;
  scored: number[];
}> {
  const { engine } = await nodeEngine(config.model, { name: 'wasm', backend: null });
  await engine.loadParameters((await nodeBase(config)).parameters);
  const scored: number[] = [];
  const score = engine.score.bind(engine);
  engine.score = (batch) => {
    scored.push(batch.rows);
    return score(batch);
  };
  Object.assign(engine, { info: { ...engine.info, scoresWhatItDraws } });
  return { engine, scored };
}

const OPTIONS = { seed: 3, step: 1, progress: 0 };

describe('log-probabilities of the policy before a step', () => {
  it.each([0.6, 1, 1.3])(
    'are those of the draw within 1e-5, at temperature %f',
    async (temperature) => {
      const rl = settings({ temperature, promptsPerStep: 40, maxRounds: 1 });
      const method = methodOf(rl);
      const { engine } = await policy();
      const pool = await collectRollouts(engine, datasets, { ...OPTIONS, settings: rl }, method);
      const rows = Array.from(pool.rewards.keys()).filter((row) => row % 3 > 0);
      const of = async (scoresWhatItDraws: boolean) => {
        Object.assign(engine, { info: { ...engine.info, scoresWhatItDraws } });
        return scoreExperience(engine, pool, rows, { method, temperature, reference: null });
      };
      const [drawn, scored] = [await of(true), await of(false)];
      expect(drawn.entropies).toBeNull();
      expect(scored.entropies).not.toBeNull();
      const differences = drawn.oldLogProbs.map((x, i) => Math.abs(x - scored.oldLogProbs[i]!));
      expect(Math.max(...differences)).toBeLessThan(1e-5);
      // Another temperature would show: the policy of before is the one that drew.
      expect(Math.min(...scored.oldLogProbs)).toBeLessThan(-1);
    },
  );

  it('take no pass of scoring, and the update is the same', async () => {
    const rl = settings({ promptsPerStep: 6, maxRounds: 1 });
    const outcomes = [];
    for (const scoresWhatItDraws of [true, false]) {
      const { engine, scored } = await policy({ scoresWhatItDraws });
      const result = await rlStep(engine, datasets, { ...OPTIONS, settings: rl }, null);
      expect(scored).toHaveLength(scoresWhatItDraws ? 0 : 1);
      outcomes.push({ result, parameters: await engine.readParameters() });
    }
    const [drawn, scored] = outcomes;
    // Compute counts the pass all the same: it is a matter of the recipe.
    expect(drawn!.result.tokens).toEqual(scored!.result.tokens);
    expect(drawn!.result.metrics.loss).toBeCloseTo(scored!.result.metrics.loss!, 5);
    expect(drawn!.result.metrics.grad_norm).toBeCloseTo(scored!.result.metrics.grad_norm!, 4);
    const moved = drawn!.parameters.map((x, i) => Math.abs(x - scored!.parameters[i]!));
    expect(Math.max(...moved)).toBeLessThan(1e-5);
  });

  it.each([
    { kind: 'luffy', why: 'an expert’s rows are among them' },
    { kind: 'srft', why: 'their entropies are read' },
  ] as const)('are scored for $kind, since $why', async ({ kind }) => {
    const rl = settings({
      method:
        kind === 'luffy'
          ? { kind, gamma: 0.1 }
          : { kind, demonstrationWeight: 0.5, positiveWeight: 0.1, gamma: 0.1 },
      baseline: 'dr-grpo',
      dropUniformGroups: false,
      prompts: 'set',
      maxRounds: 1,
    });
    const { engine, scored } = await policy();
    await rlStep(engine, datasets, { ...OPTIONS, settings: rl }, null);
    expect(scored.length).toBeGreaterThan(0);
  });
});
