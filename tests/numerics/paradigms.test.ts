/** Every method's token table against automatic differentiation of its paper's loss. */
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine';
import { startBackend } from '../../src/engine/tfjs/backend-node';
import type { TokenBatch } from '../../src/engine/token-table';
import { createWasmEngine } from '../../src/engine/wasm/engine';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import type { ModelConfig } from '../../src/model/config';
import { Random } from '../../src/random';
import { groupAdvantages, type Baseline } from '../../src/training/advantage';
import { selectExperience, type Experience } from '../../src/training/methods';
import { groupRelativeTable } from '../../src/training/methods/group-relative';
import { hptTable } from '../../src/training/methods/hpt';
import { luffyTable } from '../../src/training/methods/luffy';
import { prefixTable } from '../../src/training/methods/prefix-rft';
import { srftTable } from '../../src/training/methods/srft';
import { presetNamed } from '../../src/training/configuration/presets';
import type { RlSettings } from '../../src/training/configuration/run-config';
import { nllBatch, completionColumn, type Sequences } from '../../src/training/data/token-batches';
import { caseParameters, tensorErrors, worstTensor } from './engine-cases';
import { paperGradient, surrogate, total, type CompletionLogProbs } from './paper-loss';

const CONFIG: ModelConfig = { vocabSize: 7, contextLength: 8, layers: 2, dModel: 16, heads: 2 };
const PROMPT = 3;
const COMPLETION = 5;
const GROUPS = 2;
/** Rows of a group; the last is an expert's where a method has one. */
const WIDTH = 4;
const ROWS = GROUPS * WIDTH;
/** Rewards of both groups. */
const REWARDS = [1, 0, 0, 1, 0, 1, 0, 1];

let engine: Engine;
beforeAll(async () => {
  engine = await createWasmEngine(CONFIG, await loadWasmModule());
  await startBackend('wasm');
});

interface Example {
  readonly experience: Experience;
  readonly parameters: Float32Array;
}

/** Random sequences, scored by an older policy; then the policy moves. */
async function example(
  seed: number,
  { baseline, expertLength }: { baseline: Baseline; expertLength: (length: number) => number },
): Promise<Example> {
  const random = Random.from(seed, 'paradigms');
  const ids = (count: number): Int32Array =>
    Int32Array.from({ length: count }, () => random.integer(CONFIG.vocabSize));
  const sequences: Sequences = {
    promptLength: PROMPT,
    completionLength: COMPLETION,
    prompts: ids(ROWS * PROMPT),
    completions: ids(ROWS * COMPLETION),
    completionLengths: Int32Array.from({ length: ROWS }, () => 2 + random.integer(COMPLETION - 1)),
  };
  const rewards = Float32Array.from(REWARDS);
  const parameters = caseParameters(CONFIG, seed);
  const scored = async (shift: number) => {
    await engine.loadParameters(parameters.map((value) => value + shift * random.normal()));
    return engine.score(nllBatch(sequences));
  };
  const old = await scored(0.05);
  const reference = await scored(0.1);
  await engine.loadParameters(parameters);
  const experience: Experience = {
    sequences,
    expertLengths: sequences.completionLengths.map((length, row) =>
      row % WIDTH === WIDTH - 1 ? expertLength(length) : 0,
    ),
    rewards,
    advantages: groupAdvantages(rewards, WIDTH, baseline).advantages,
    oldLogProbs: completionColumn(sequences, old.logProbs),
    entropies: completionColumn(sequences, old.entropies),
    referenceLogProbs: completionColumn(sequences, reference.logProbs),
  };
  return { experience, parameters };
}

const none = (): number => 0;
const all = (length: number): number => length;

function settings(changes: Partial<RlSettings>): RlSettings {
  return { ...presetNamed('micro').config.rl, ...changes };
}

/** A row's part of a column of completion tokens, as long as its completion. */
function part({ sequences }: Experience, column: Float32Array, row: number): Float32Array {
  const start = row * COMPLETION;
  return column.slice(start, start + sequences.completionLengths[row]!);
}

async function expectSame(
  { experience, parameters }: Example,
  table: TokenBatch,
  loss: (completions: readonly CompletionLogProbs[]) => tf.Scalar,
): Promise<void> {
  const { gradient, metrics } = await engine.gradient(table);
  const truth = await paperGradient(CONFIG, parameters, experience.sequences, loss);
  const { name, error } = worstTensor(tensorErrors(CONFIG, gradient, truth));
  expect(error, name).toBeLessThan(1e-4);
  expect(metrics.gradNorm).toBeGreaterThan(1e-3);
}

const SEEDS = [1, 2, 3];

describe.each(SEEDS)(
  'seed %i: the gradient of the token table is that of the paper’s loss',
  (seed) => {
    it('GRPO: mean over rows of the mean over tokens, less β times k3 of the KL', async () => {
      const found = await example(seed, { baseline: 'grpo', expertLength: none });
      const { experience } = found;
      const rl = settings({ aggregation: 'sequence', clipHigh: 0.2, klCoefficient: 0.04 });
      await expectSame(found, groupRelativeTable(experience, rl), (completions) =>
        total(
          completions.map((logProbs, row) => {
            const old = part(experience, experience.oldLogProbs, row);
            const gain = surrogate(logProbs, old, experience.advantages[row]!, {
              low: 0.2,
              high: 0.2,
            });
            const quotient = tf
              .tensor1d(part(experience, experience.referenceLogProbs!, row))
              .sub(logProbs);
            const kl = quotient.exp().sub(quotient).sub(1).sum();
            return gain.sub(kl.mul(0.04)).div<tf.Scalar>(old.length);
          }),
        )
          .div<tf.Scalar>(ROWS)
          .neg(),
      );
    });

    it('DAPO: mean over all tokens, a higher upper bound', async () => {
      const found = await example(seed, { baseline: 'grpo', expertLength: none });
      const { experience } = found;
      const rl = settings({ aggregation: 'token', clipHigh: 0.28 });
      const tokens = experience.sequences.completionLengths.reduce((a, b) => a + b, 0);
      await expectSame(found, groupRelativeTable(experience, rl), (completions) =>
        total(
          completions.map((logProbs, row) =>
            surrogate(
              logProbs,
              part(experience, experience.oldLogProbs, row),
              experience.advantages[row]!,
              {
                low: 0.2,
                high: 0.28,
              },
            ),
          ),
        ).div<tf.Scalar>(-tokens),
      );
    });

    it.each(['rloo', 'reinforce', 'dr-grpo'] as const)(
      '%s: −A·log π at the policy that sampled',
      async (baseline) => {
        const { experience, parameters } = await example(seed, { baseline, expertLength: none });
        const scores = await engine.score(nllBatch(experience.sequences));
        const fresh = {
          ...experience,
          oldLogProbs: completionColumn(experience.sequences, scores.logProbs),
        };
        const table = groupRelativeTable(fresh, settings({ aggregation: 'constant' }));
        await expectSame({ experience: fresh, parameters }, table, (completions) => {
          // The papers' advantages once more, from the rewards.
          const advantage = (row: number): number => {
            const group = REWARDS.slice(WIDTH * Math.floor(row / WIDTH)).slice(0, WIDTH);
            const others = group.filter((_, i) => i !== row % WIDTH);
            const mean = (values: number[]): number =>
              values.reduce((a, b) => a + b, 0) / values.length;
            const reward = REWARDS[row]!;
            if (baseline === 'rloo') return reward - mean(others);
            return baseline === 'dr-grpo' ? reward - mean(group) : reward;
          };
          return total(
            completions.map((logProbs, row) => logProbs.sum().mul<tf.Scalar>(advantage(row))),
          ).div<tf.Scalar>(-ROWS * COMPLETION);
        });
      },
    );

    it('LUFFY: f(π) = π / (π + γ) on demonstrations, clipped ratios on attempts', async () => {
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      const { experience } = found;
      const rl = settings({ aggregation: 'token', clipHigh: 0.2 });
      const tokens = experience.sequences.completionLengths.reduce((a, b) => a + b, 0);
      await expectSame(found, luffyTable(experience, rl, { gamma: 0.1 }), (completions) =>
        total(
          completions.map((logProbs, row) => {
            const advantage = experience.advantages[row]!;
            if (experience.expertLengths[row] === 0) {
              const old = part(experience, experience.oldLogProbs, row);
              return surrogate(logProbs, old, advantage, { low: 0.2, high: 0.2 });
            }
            const pi = logProbs.exp();
            return pi.div(pi.add(0.1)).sum().mul<tf.Scalar>(advantage);
          }),
        ).div<tf.Scalar>(-tokens),
      );
    });

    it('HPT: α·L_RL + β·L_SFT, the mean over prompts', async () => {
      // The first prompt is learned by RL on its attempts, the second by SFT on its demonstration.
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      const { experience } = found;
      const chosen = selectExperience(experience, [0, 1, 2, 7]);
      const rl = settings({ groupSize: 3, clipHigh: 0.2 });
      const table = hptTable(chosen, rl);
      await expectSame({ ...found, experience: chosen }, table, (completions) => {
        const attempts = completions.slice(0, 3).map((logProbs, row) =>
          surrogate(logProbs, part(chosen, chosen.oldLogProbs, row), chosen.advantages[row]!, {
            low: 0.2,
            high: 0.2,
          }),
        );
        const lossRl = total(attempts).div<tf.Scalar>(-3 * COMPLETION);
        const lossSft = completions[3]!.mean<tf.Scalar>().neg();
        return lossRl.add(lossSft).div<tf.Scalar>(2);
      });
    });

    it('SRFT: four expectations with their entropy weights, gradients stopped', async () => {
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      const { experience } = found;
      const options = { demonstrationWeight: 0.5, positiveWeight: 0.1 };
      const table = srftTable(experience, settings({ aggregation: 'constant' }), options);
      const attempts = GROUPS * (WIDTH - 1);
      await expectSame(found, table, (completions) =>
        total(
          completions.map((logProbs, row) => {
            // A constant to the gradient: sg(exp(±H)).
            const entropies = part(experience, experience.entropies, row);
            const weighted = (sign: number): tf.Scalar =>
              logProbs.mul(tf.tensor1d(entropies.map((h) => Math.exp(sign * h)))).sum();
            if (experience.expertLengths[row]! > 0) {
              const imitation = weighted(-1).mul(-0.5);
              const reinforcement = logProbs.exp().sum().mul(-experience.advantages[row]!);
              return imitation.add(reinforcement).div<tf.Scalar>(GROUPS * COMPLETION);
            }
            const term = REWARDS[row]! > 0 ? weighted(1).mul(-0.1) : logProbs.sum();
            return term.div<tf.Scalar>(attempts * COMPLETION);
          }),
        ),
      );
    });

    it('Prefix-RFT: the clipped ratio on continuation and most uncertain prefix tokens', async () => {
      const found = await example(seed, {
        baseline: 'dr-grpo',
        expertLength: (length) => length - 1,
      });
      const { experience } = found;
      const rl = settings({ aggregation: 'constant', clipHigh: 0.2 });
      await expectSame(found, prefixTable(experience, rl, { topEntropy: 0.2 }), (completions) =>
        total(
          completions.map((logProbs, row) => {
            const old = part(experience, experience.oldLogProbs, row);
            const prefix = experience.expertLengths[row]!;
            const entropies = [...part(experience, experience.entropies, row)].slice(0, prefix);
            const keep = Math.ceil(0.2 * prefix);
            const least = [...entropies].sort((a, b) => b - a)[keep - 1] ?? 0;
            const mask = Array.from(old, (_, t) => Number(t >= prefix || entropies[t]! >= least));
            const advantage = experience.advantages[row]!;
            const ratio = logProbs.sub(tf.tensor1d(old)).exp();
            const gain = tf.minimum(
              ratio.mul(advantage),
              ratio.clipByValue(0.8, 1.2).mul(advantage),
            );
            return gain.mul(tf.tensor1d(mask)).sum<tf.Scalar>();
          }),
        ).div<tf.Scalar>(-ROWS * COMPLETION),
      );
    });
  },
);
