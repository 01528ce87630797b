/** Every method's token table against automatic differentiation of its paper's loss, or of its code's. */
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
import { AS_IN_LUFFYS_CODE } from '../../src/training/methods/entry';
import { groupRelativeTable } from '../../src/training/methods/group-relative';
import { hptTable } from '../../src/training/methods/hpt';
import { luffyTable } from '../../src/training/methods/luffy';
import { prefixTable } from '../../src/training/methods/prefix-rft';
import { srftTable } from '../../src/training/methods/srft';
import { presetNamed } from '../../src/training/configuration/presets';
import type { RlSettings } from '../../src/training/configuration/run-config';
import { nllBatch, completionColumn, type Sequences } from '../../src/training/data/token-batches';
import { caseParameters, tensorErrors, worstTensor } from './engine-cases';
import { paperGradient, surrogate, total, type PaperLoss } from './paper-loss';

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
    advantages: groupAdvantages(rewards, WIDTH, { baseline }).advantages,
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
  loss: PaperLoss,
  temperature = 1,
): Promise<void> {
  const { gradient, metrics } = await engine.gradient(table);
  const truth = await paperGradient(CONFIG, parameters, experience.sequences, {
    loss,
    temperature,
  });
  const { name, error } = worstTensor(tensorErrors(CONFIG, gradient, truth));
  expect(error, name).toBeLessThan(1e-4);
  expect(metrics.gradNorm).toBeGreaterThan(1e-3);
}

const MICRO_BATCH = 4;
/** Large enough that a wrong weight of theirs shows. */
const ENTROPY = 0.3;
const KL = 0.2;

/** Settings of the mixing methods' scripts, with a KL penalty that the scripts leave off. */
function asInCode(changes: Partial<RlSettings> = {}): RlSettings {
  const extras = { microBatch: MICRO_BATCH, entropyCoefficient: ENTROPY, klCoefficient: KL };
  return settings({ ...AS_IN_LUFFYS_CODE, ...extras, ...changes });
}

interface Columns {
  readonly logProbs: readonly tf.Tensor1D[];
  readonly entropies: readonly tf.Tensor1D[];
}

/**
 * update_policy of mix_actor.py: of each micro-batch its loss, minus the entropy and plus the KL penalty,
 * each a mean over the micro-batch's tokens; the mean over micro-batches by their rows.
 */
function byMicroBatch(
  experience: Experience,
  lossOf: (rows: readonly number[], columns: Columns) => tf.Scalar,
  size = MICRO_BATCH,
): PaperLoss {
  const count = experience.expertLengths.length;
  const all = Array.from({ length: count }, (_, row) => row);
  const parts = Array.from({ length: Math.ceil(count / size) }, (_, i) =>
    all.slice(i * size, (i + 1) * size),
  );
  return (logProbs, entropies) =>
    total(
      parts.map((rows) => {
        const entropy = tf.concat(rows.map((row) => entropies[row]!)).mean();
        const kl = tf
          .concat(
            rows.map((row) => {
              const reference = part(experience, experience.referenceLogProbs!, row);
              const quotient = tf.tensor1d(reference).sub(logProbs[row]!);
              return quotient.exp().sub(quotient).sub<tf.Tensor1D>(1);
            }),
          )
          .mean();
        return lossOf(rows, { logProbs, entropies })
          .sub(entropy.mul(ENTROPY))
          .add(kl.mul(KL))
          .mul<tf.Scalar>(rows.length / count);
      }),
    );
}

/** compute_token_on_off_policy_loss without clip: f(π) on demonstrations, ratios on attempts; sum over L. */
function policyLosses(experience: Experience) {
  return (rows: readonly number[], { logProbs }: Pick<Columns, 'logProbs'>): tf.Scalar =>
    total(
      rows.map((row) => {
        const pi = logProbs[row]!.exp();
        const old = part(experience, experience.oldLogProbs, row);
        const ratio =
          experience.expertLengths[row]! > 0
            ? pi.div(pi.add(0.1))
            : logProbs[row]!.sub(tf.tensor1d(old)).exp();
        return ratio.sum().mul<tf.Scalar>(-experience.advantages[row]!);
      }),
    ).div(COMPLETION);
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

    it('HPT, balanced by prompts: α·L_RL + β·L_SFT, the mean over prompts', async () => {
      // The first prompt is learned by RL on its attempts, the second by SFT on its demonstration.
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      const { experience } = found;
      const chosen = selectExperience(experience, [0, 1, 2, 7]);
      const rl = settings({ groupSize: 3, clipHigh: 0.2 });
      const table = hptTable(chosen, rl, { balance: 'prompts' });
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

    it('at a temperature: of the policy whose logits are divided by it', async () => {
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      const { experience } = found;
      const temperature = 0.7;
      const table = luffyTable(experience, asInCode({ temperature }), { gamma: 0.1 });
      const lossOf = byMicroBatch(experience, policyLosses(experience));
      await expectSame(found, table, lossOf, temperature);
    });

    it('LUFFY, as in its code, with its entropy bonus and a KL penalty', async () => {
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      const { experience } = found;
      const table = luffyTable(experience, asInCode(), { gamma: 0.1 });
      await expectSame(found, table, byMicroBatch(experience, policyLosses(experience)));
    });

    it('HPT, as in its code: a token sum over L beside a token mean of demonstrations', async () => {
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      const { experience } = found;
      // Micro-batches of three attempts and a demonstration, and of attempts alone.
      const chosen = selectExperience(experience, [0, 1, 2, 7, 4, 5, 6]);
      const table = hptTable(chosen, asInCode({ groupSize: 3 }), { balance: 'code' });
      const lossOf = byMicroBatch(chosen, (rows, { logProbs }) => {
        const attempts = rows.filter((row) => chosen.expertLengths[row] === 0);
        const demonstrations = rows.filter((row) => chosen.expertLengths[row]! > 0);
        const lossRl = policyLosses(chosen)(attempts, { logProbs });
        if (demonstrations.length === 0) return lossRl;
        const imitated = tf.concat(demonstrations.map((row) => logProbs[row]!));
        return lossRl.add(imitated.mean<tf.Scalar>().neg());
      });
      await expectSame({ ...found, experience: chosen }, table, lossOf);
    });

    it('SRFT, as in its code: entropies of sequences, shaped demonstrations, gradients stopped', async () => {
      const found = await example(seed, { baseline: 'dr-grpo', expertLength: all });
      // The code reads the entropies of the policy that is updated.
      const scores = await engine.score(nllBatch(found.experience.sequences));
      const experience = {
        ...found.experience,
        entropies: completionColumn(found.experience.sequences, scores.entropies),
      };
      const options = { demonstrationWeight: 0.5, positiveWeight: 0.1, gamma: 0.1 };
      const table = srftTable(experience, asInCode(), options);
      const lossOf = byMicroBatch(experience, (rows, { logProbs, entropies }) => {
        // What the loss may not be differentiated by: numbers.
        const meanEntropy = (row: number): number =>
          entropies[row]!.mean<tf.Scalar>().dataSync()[0]!;
        const demonstrations = rows.filter((row) => experience.expertLengths[row]! > 0);
        const imitation = tf
          .concat(
            demonstrations.map((row) => logProbs[row]!.mul(0.5 * Math.exp(-meanEntropy(row)))),
          )
          .mean<tf.Scalar>()
          .neg();
        const terms = rows.map((row) => {
          if (demonstrations.includes(row)) {
            const pi = logProbs[row]!.exp();
            return pi.div(pi.add(0.1)).sum().mul<tf.Scalar>(-experience.advantages[row]!);
          }
          const factor = REWARDS[row] === 1 ? 0.1 * Math.exp(meanEntropy(row)) : -1;
          return logProbs[row]!.sum().mul<tf.Scalar>(-factor);
        });
        return imitation.add(total(terms).div(COMPLETION));
      });
      await expectSame(found, table, lossOf);
    });

    it('Prefix-RFT: the clipped ratio on continuations and on the most uncertain prefix tokens of a micro-batch', async () => {
      const found = await example(seed, {
        baseline: 'dr-grpo',
        expertLength: (length) => length - 1,
      });
      const { experience } = found;
      const rl = asInCode({ clipLow: 0.2, clipHigh: 0.2, microBatch: ROWS });
      const prefixEntropies = Array.from(experience.expertLengths).flatMap((prefix, row) => [
        ...part(experience, experience.entropies!, row).slice(0, prefix),
      ]);
      // The code leaves out the lowest 80%, rounded down.
      const least = [...prefixEntropies].sort((a, b) => a - b)[
        Math.floor(0.8 * prefixEntropies.length)
      ]!;
      const table = prefixTable(experience, rl, { topEntropy: 0.2 });
      const lossOf = byMicroBatch(
        experience,
        (rows, { logProbs }) =>
          total(
            rows.map((row) => {
              const old = part(experience, experience.oldLogProbs, row);
              const entropies = part(experience, experience.entropies!, row);
              const prefix = experience.expertLengths[row]!;
              const mask = Array.from(old, (_, t) => Number(t >= prefix || entropies[t]! >= least));
              const advantages = tf.tensor1d(mask.map((one) => one * experience.advantages[row]!));
              const ratio = logProbs[row]!.sub(tf.tensor1d(old)).exp();
              return tf
                .minimum(ratio.mul(advantages), ratio.clipByValue(0.8, 1.2).mul(advantages))
                .sum<tf.Scalar>();
            }),
          ).div<tf.Scalar>(-COMPLETION),
        ROWS,
      );
      await expectSame(found, table, lossOf);
    });
  },
);
