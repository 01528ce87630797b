import { describe, expect, it } from 'vitest';
import type { SampleRequest } from '../../../src/engine/engine';
import { nodeEngine } from '../../../src/runtime/engines/engine-node';
import { initialParameters } from '../../../src/model/init';
import { continuePrefixes, interleave, type AttemptRows } from '../../../src/training/attempts';
import { prepareDatasets } from '../../../src/training/data/datasets';
import { presetNamed } from '../../../src/training/configuration/presets';
import { methodOf } from '../../../src/training/methods';
import { collectRollouts, overlongPenalty } from '../../../src/training/rollouts';
import { selectRows } from '../../../src/training/data/token-batches';
import { settings } from './experience-examples';

const { config } = presetNamed('micro');
const datasets = prepareDatasets({
  ...config,
  trajectories: { ...config.trajectories, size: 12 },
  evaluation: { ...config.evaluation, problemsPerLevel: 2, validationSize: 4 },
});

async function engine() {
  const made = await nodeEngine(config.model, { name: 'wasm', backend: null });
  await made.engine.loadParameters(initialParameters(config.model, 1));
  return made.engine;
}

describe('the overlong penalty', () => {
  it.each([
    [10, false, 0], // up to 20 − 5
    [15, false, 0],
    [17, false, -2 / 5],
    [20, false, -1],
    [20, true, -1],
  ])('of %i tokens (cut: %s) is %f', (length, isCut, penalty) => {
    const result = overlongPenalty(length, { isCut, longest: 20, buffer: 5 });
    expect(result).toBeCloseTo(penalty, 12);
  });

  it('spares a full slot that ends, where there is no soft zone', () => {
    expect(overlongPenalty(20, { isCut: false, longest: 20, buffer: 0 })).toBe(0);
    expect(overlongPenalty(20, { isCut: true, longest: 20, buffer: 0 })).toBe(-1);
  });
});

describe('a continued demonstration', () => {
  it('begins with the expert’s tokens and goes on with what the policy says to them', async () => {
    const policy = await engine();
    const demonstrations = selectRows(datasets.trajectories, [3, 7, 9, 11]);
    const requests: SampleRequest[] = [];
    const sample = policy.sample.bind(policy);
    policy.sample = (request) => {
      requests.push(request);
      return sample(request);
    };
    const prefixLengths = Int32Array.of(2, 0, 2, 4);
    const { sequences, expertLengths } = await continuePrefixes(
      policy,
      datasets.task,
      demonstrations,
      { prefixLengths, temperature: 0.8, seedOf: (length) => 100 + length },
    );
    expect(expertLengths).toEqual(prefixLengths);
    const { completionLength: R, promptLength: P } = sequences;
    prefixLengths.forEach((length, row) => {
      const written = sequences.completions.slice(row * R, row * R + length);
      expect([...written]).toEqual([
        ...demonstrations.completions.slice(row * R, row * R + length),
      ]);
      const total = sequences.completionLengths[row]!;
      expect(total).toBeGreaterThan(length);
      const end = sequences.completions[row * R + total - 1];
      if (total < R) expect(end).toBe(datasets.task.stopToken);
    });
    expect(requests.map(({ rows, seed }) => [rows, seed])).toEqual([
      [2, 102],
      [1, 100],
      [1, 104],
    ]);
    expect(requests[2]!.promptLength).toBe(P + 4);
    expect(requests.every(({ temperature }) => temperature === 0.8)).toBe(true);
    // What comes after the prefix is what the policy samples when it is the prompt.
    const again = await policy.sample(requests[2]!);
    expect([...sequences.completions.slice(3 * R + 4, 4 * R)]).toEqual([...again.tokens]);
  });
});

describe('rows of several writers', () => {
  it('are brought together problem by problem', () => {
    const rows = (...ids: number[]): AttemptRows => ({
      sequences: {
        promptLength: 1,
        completionLength: 1,
        prompts: Int32Array.from(ids, () => 0),
        completions: Int32Array.from(ids),
        completionLengths: Int32Array.from(ids, () => 1),
      },
      expertLengths: Int32Array.from(ids, (id) => Number(id >= 50)),
      drawnLogProbs: Float32Array.from(ids, (id) => (id >= 50 ? 0 : -id)),
    });
    const joined = interleave([rows(10, 11, 20, 21), rows(50, 60)], 2);
    expect([...joined.sequences.completions]).toEqual([10, 11, 50, 20, 21, 60]);
    expect([...joined.expertLengths]).toEqual([0, 0, 1, 0, 0, 1]);
    expect([...joined.drawnLogProbs]).toEqual([-10, -11, 0, -20, -21, 0]);
  });
});

describe('the groups of a step', () => {
  const common = { groupSize: 4, promptsPerStep: 3, maxRounds: 1, prompts: 'set' } as const;
  const options = { seed: 5, step: 1, progress: 0 };

  it('of LUFFY end with a right demonstration, compared with the attempts', async () => {
    const rl = settings({ ...common, method: { kind: 'luffy', gamma: 0.1 }, baseline: 'dr-grpo' });
    const pool = await collectRollouts(
      await engine(),
      datasets,
      { ...options, settings: rl },
      methodOf(rl),
    );
    expect(pool.width).toBe(4);
    expect(pool.groups).toBe(3);
    expect(pool.own).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
    for (const row of [3, 7, 11]) {
      expect(pool.correct[row]).toBe(1);
      expect(pool.expertLengths[row]).toBe(pool.sequences.completionLengths[row]);
      const group = pool.rewards.slice(row - 3, row + 1);
      const mean = group.reduce((a, b) => a + b) / 4;
      expect(pool.advantages[row]).toBeCloseTo(1 - mean, 6);
    }
    // A demonstration costs no sampling.
    const { promptLength: P } = pool.sequences;
    const own = pool.own.reduce((sum, row) => sum + P + pool.sequences.completionLengths[row]!, 0);
    expect(pool.sampledTokens).toBe(own);
  });

  it('of HPT are compared without their demonstration', async () => {
    const rl = settings({ ...common, method: { kind: 'hpt', gate: 0 }, baseline: 'dr-grpo' });
    const pool = await collectRollouts(
      await engine(),
      datasets,
      { ...options, settings: rl },
      methodOf(rl),
    );
    expect(pool.width).toBe(5);
    for (const row of [4, 9, 14]) {
      expect(pool.advantages[row]).toBe(0);
      const attempts = pool.advantages.slice(row - 4, row);
      expect(attempts.reduce((a, b) => a + b)).toBeCloseTo(0, 6);
    }
  });

  it('take the set’s problems in turn, each once before any twice', async () => {
    const rl = settings({ ...common, promptsPerStep: 4 });
    const prompts = new Set<string>();
    for (let step = 1; step <= 3; step++) {
      const pool = await collectRollouts(
        await engine(),
        datasets,
        { ...options, step, settings: rl },
        methodOf(rl),
      );
      pool.own
        .map(pool.describe)
        .forEach(({ prompt, expected }) => prompts.add(`${prompt}${expected}`));
    }
    const { task, trajectories: problems } = datasets;
    const width = task.promptLength;
    const all = Array.from({ length: problems.size }, (_, row) => {
      const prompt = problems.prompts.subarray(row * width, (row + 1) * width);
      return (
        task.tokenizer.decode(prompt.filter((id) => id !== task.padToken)) + problems.answers[row]
      );
    });
    expect(prompts).toEqual(new Set(all));
  });
});
