import { describe, expect, it } from 'vitest';
import { groupAdvantages } from '../../../src/training/advantage';
import { AS_IN_LUFFYS_CODE } from '../../../src/training/methods/entry';
import { groupRelativeTable } from '../../../src/training/methods/group-relative';
import { hptRows, hptTable } from '../../../src/training/methods/hpt';
import { rowsOfGroups } from '../../../src/training/methods/experience';
import { luffyTable } from '../../../src/training/methods/luffy';
import { highest, prefixLength, prefixTable } from '../../../src/training/methods/prefix-rft';
import { srftTable } from '../../../src/training/methods/srft';
import { Random } from '../../../src/random';
import { coefficients, columnRows, experienceOf, settings } from './experience-examples';

function expectRows(actual: readonly number[][], expected: readonly number[][]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((row, i) =>
    row.forEach((value, t) => expect(actual[i]![t], `row ${i}, token ${t}`).toBeCloseTo(value, 6)),
  );
}

// One right attempt, one wrong; the policy has moved since it sampled them.
const OLD = [
  [0.5, 0.4, 0.3],
  [0.5, 0.5, 0.2],
] as const;
const NOW = [
  [0.5, 0.6, 0.3], // ratios 1, 1.5, 1
  [0.3, 0.5, 0.22], // ratios 0.6, 1, 1.1
];

function pair(advantages: readonly [number, number]) {
  return experienceOf([
    { expert: 0, reward: 1, advantage: advantages[0], old: OLD[0] },
    { expert: 0, reward: 0, advantage: advantages[1], old: OLD[1] },
  ]);
}

describe('the group-relative table', () => {
  it('gives GRPO’s coefficients: −A·r over a row’s tokens, none where the clip holds', () => {
    // Rewards 1, 0: mean 1/2, std √(1/2), A = ±√(1/2); here ±1. Mean over 2 rows of the mean over 3 tokens: 1/6.
    const { advantages } = groupAdvantages(Float32Array.of(1, 0), 2, { baseline: 'grpo' });
    expect(advantages[0]).toBeCloseTo(Math.SQRT1_2, 5);
    const experience = pair([1, -1]);
    const table = groupRelativeTable(
      experience,
      settings({ aggregation: 'sequence', clipHigh: 0.2 }),
    );
    // 1.5 > 1.2 with A > 0, and 0.6 < 0.8 with A < 0, are held.
    expectRows(coefficients(table, NOW), [
      [-1 / 6, 0, -1 / 6],
      [0, 1 / 6, 1.1 / 6],
    ]);
  });

  it('lets DAPO’s higher bound through what GRPO holds', () => {
    const now = [[0.5, 0.5, 0.3], NOW[1]!]; // ratio 1.25
    const held = settings({ aggregation: 'token', clipHigh: 0.2 });
    const free = settings({ aggregation: 'token', clipHigh: 0.28 });
    const experience = pair([1, -1]);
    expect(coefficients(groupRelativeTable(experience, held), now)[0]![1]).toBeCloseTo(0, 8);
    expect(coefficients(groupRelativeTable(experience, free), now)[0]![1]).toBeCloseTo(
      -1.25 / 6,
      6,
    );
  });

  it.each([
    ['rloo', [1, -1]], // 1 − 0 and 0 − 1: the other's reward
    ['dr-grpo', [1 / 2, -1 / 2]],
    ['reinforce', [1, 0]],
  ] as const)('gives %s’s coefficients at the policy that sampled', (baseline, expected) => {
    const { advantages } = groupAdvantages(Float32Array.of(1, 0), 2, { baseline });
    const experience = pair([advantages[0]!, advantages[1]!]);
    const table = groupRelativeTable(experience, settings({ aggregation: 'constant' }));
    const rows = expected.map((a) => [0, 1, 2].map(() => -a / 6));
    expectRows(coefficients(table, OLD), rows);
  });

  it('adds β(1 − q) for the KL to the reference, q being the reference’s probability over π', () => {
    const experience = {
      ...pair([0, 0]),
      referenceLogProbs: Float32Array.from([0.25, 0.6, 0.6, 0.5, 0.5, 0.1], Math.log),
    };
    const table = groupRelativeTable(
      experience,
      settings({ aggregation: 'constant', klCoefficient: 0.04 }),
    );
    // q = 0.5, 1.5, 2 and 1, 1, 0.5.
    const beta = 0.04 / 6;
    expectRows(coefficients(table, [[0.5, 0.4, 0.3], OLD[1]]), [
      [0.5 * beta, -0.5 * beta, -beta],
      [0, 0, 0.5 * beta],
    ]);
  });
});

describe('the table of LUFFY', () => {
  it('shapes the expert’s tokens by γπ/(π + γ)² and clips the policy’s own', () => {
    // A wrong attempt and a right demonstration: rewards 0, 1 over the union, A = ∓1/2.
    const { advantages } = groupAdvantages(Float32Array.of(0, 1), 2, { baseline: 'dr-grpo' });
    expect([...advantages]).toEqual([-0.5, 0.5]);
    const experience = experienceOf([
      { expert: 0, reward: 0, advantage: -0.5, old: OLD[1] },
      { expert: 3, reward: 1, advantage: 0.5, old: [0.1, 0.4, 0.9] },
    ]);
    const table = luffyTable(experience, settings({ aggregation: 'constant' }), { gamma: 0.1 });
    // γπ/(π+γ)²: .01/.04 = 1/4, .04/.25 = 4/25, .09/1 = 9/100.
    expectRows(coefficients(table, [NOW[1]!, [0.1, 0.4, 0.9]]), [
      [0, 0.5 / 6, 0.55 / 6],
      [-0.5 / 6 / 4, (-0.5 / 6) * (4 / 25), (-0.5 / 6) * (9 / 100)],
    ]);
  });

  it('learns most from what the policy finds unlikely, where a plain ratio learns least', () => {
    const experience = experienceOf([
      { expert: 3, reward: 1, advantage: 1, old: [0.05, 0.5, 0.95] },
    ]);
    const table = luffyTable(experience, settings({}), { gamma: 0.1 });
    const [row] = coefficients(table, [[0.1, 0.5, 0.95]]);
    expect(row![0]).toBeLessThan(row![1]!);
    expect(row![1]).toBeLessThan(row![2]!);
  });
});

describe('HPT', () => {
  // Three prompts of two attempts and a demonstration: one right, none right, both right.
  const gathered = { width: 3, groups: 3, correct: Uint8Array.of(1, 0, 1, 0, 0, 1, 1, 1, 1) };

  it.each([
    [0, [0, 1, 5, 6, 7]], // SFT only where every attempt fails
    [0.5, [2, 5, 6, 7]], // a share of exactly the gate is SFT
    [1, [2, 5, 8]],
  ])('with gate %f learns from rows %j', (gate, rows) => {
    expect(hptRows(gathered, { gate, limit: 9, unequal: false })).toEqual(rows);
  });

  it('leaves out attempts that are all right, if asked', () => {
    expect(hptRows(gathered, { gate: 0, limit: 9, unequal: true })).toEqual([0, 1, 5]);
  });

  it('averages over prompts: a half each for the RL of one and the SFT of the other', () => {
    const experience = experienceOf([
      { expert: 0, reward: 1, advantage: 0.5, old: OLD[0] },
      { expert: 0, reward: 0, advantage: -0.5, old: OLD[1] },
      { expert: 3, reward: 1, advantage: 0, old: [0.2, 0.2, 0.2] },
    ]);
    const table = hptTable(experience, settings({ groupSize: 2 }), { balance: 'prompts' });
    // RL: 1/2 prompt · 1/2 attempts · 1/3 tokens · ±1/2. SFT: 1/2 prompt · 1/3 tokens.
    expectRows(coefficients(table, [...OLD, [0.2, 0.7, 0.9]]), [
      [-1 / 24, -1 / 24, -1 / 24],
      [1 / 24, 1 / 24, 1 / 24],
      [-1 / 6, -1 / 6, -1 / 6],
    ]);
  });
});

describe('tables as in the authors’ code', () => {
  // Attempts right and wrong, demonstration right: mean 2/3, the demonstration's A = 1/3.
  const ATTEMPT = { expert: 0, reward: 1, advantage: 1 / 3, old: OLD[0] } as const;
  const WRONG = { expert: 0, reward: 0, advantage: -2 / 3, old: OLD[1] } as const;
  const DEMONSTRATION = { expert: 3, reward: 1, advantage: 1 / 3, old: [0.1, 0.4, 0.9] } as const;
  const GROUP = [ATTEMPT, WRONG, DEMONSTRATION] as const;

  it('LUFFY: a sum over tokens by the longest length, nothing clipped; entropy a mean of its own', () => {
    const table = luffyTable(experienceOf(GROUP), settings(AS_IN_LUFFYS_CODE), { gamma: 0.1 });
    // −A·r/3 with ratios 1, 1.5, 1 and 0.6, 1, 1.1; −A·γπ/(π+γ)²/3 with 1/4, 4/25, 9/100.
    expectRows(coefficients(table, [...NOW, [0.1, 0.4, 0.9]]), [
      [-1 / 9, -1.5 / 9, -1 / 9],
      [(2 / 9) * 0.6, 2 / 9, (2 / 9) * 1.1],
      [-1 / 36, -4 / 225, -1 / 100],
    ]);
    // Nine tokens in the micro-batch.
    expectRows(columnRows(table, table.entropyWeights), Array(3).fill([1 / 9, 1 / 9, 1 / 9]));
  });

  it('LUFFY: micro-batches count by their rows', () => {
    const rl = settings({ ...AS_IN_LUFFYS_CODE, microBatch: 2 });
    const table = luffyTable(experienceOf(GROUP), rl, { gamma: 0.1 });
    // Two thirds of the rows, then one: 2/3·1/3 and 1/3·1/3 a token; entropies 2/3·1/6 and 1/3·1/3.
    expectRows(columnRows(table, table.weights), [
      [2 / 9, 2 / 9, 2 / 9],
      [2 / 9, 2 / 9, 2 / 9],
      [1 / 9, 1 / 9, 1 / 9],
    ]);
    expectRows(columnRows(table, table.entropyWeights), Array(3).fill([1 / 9, 1 / 9, 1 / 9]));
  });

  it('HPT: the token sum of attempts beside the token mean of demonstrations', () => {
    const table = hptTable(experienceOf(GROUP), settings(AS_IN_LUFFYS_CODE), { balance: 'code' });
    // −A/3 at ratio 1, and −1/3 for each of the demonstration's three tokens.
    expectRows(coefficients(table, [...OLD, [0.1, 0.4, 0.9]]), [
      [-1 / 9, -1 / 9, -1 / 9],
      [2 / 9, 2 / 9, 2 / 9],
      [-1 / 3, -1 / 3, -1 / 3],
    ]);
    expectRows(columnRows(table, table.entropyWeights), Array(3).fill([1 / 9, 1 / 9, 1 / 9]));
  });

  const SRFT_WEIGHTS = { demonstrationWeight: 0.5, positiveWeight: 0.1, gamma: 0.1 };

  it('SRFT: the four terms, weighed by the mean entropies of their sequences', () => {
    const experience = experienceOf([
      { ...ATTEMPT, entropies: [0, Math.LN2, Math.log(4)] }, // mean ln 2
      { ...WRONG, entropies: [1, 1, 1] },
      { ...DEMONSTRATION, entropies: [0, Math.LN2, 2 * Math.LN2] }, // mean ln 2
    ]);
    const table = srftTable(experience, settings(AS_IN_LUFFYS_CODE), SRFT_WEIGHTS);
    expectRows(coefficients(table, [...OLD, DEMONSTRATION.old, DEMONSTRATION.old]), [
      // −0.1·exp(ln 2) / 3
      [-0.2 / 3, -0.2 / 3, -0.2 / 3],
      // + log π of the wrong attempt
      [1 / 3, 1 / 3, 1 / 3],
      // −0.5·exp(−ln 2) over one demonstration of three tokens
      [-0.25 / 3, -0.25 / 3, -0.25 / 3],
      // −A·γπ/(π+γ)² of the same demonstration
      [-1 / 36, -4 / 225, -1 / 100],
    ]);
  });

  it('SRFT: entropy is rewarded and drift from the reference penalised on wrong attempts too, once a token', () => {
    const experience = {
      ...experienceOf(GROUP),
      referenceLogProbs: new Float32Array(9).fill(Math.log(0.25)),
    };
    const rl = settings({ ...AS_IN_LUFFYS_CODE, klCoefficient: 0.5 });
    const table = srftTable(experience, rl, SRFT_WEIGHTS);
    const once = [...Array(3).fill([1 / 9, 1 / 9, 1 / 9]), [0, 0, 0]] as number[][];
    expectRows(columnRows(table, table.entropyWeights), once);
    expectRows(columnRows(table, table.klWeights), once);
    const half = [0.5, 0.5, 0.5];
    const slopes = coefficients(table, [half, half, half, half]);
    // 1/3 of the loss, and β(1 − q)/9 with q = 0.25/0.5: both push a too likely wrong token down.
    expect(slopes[1]![0]).toBeCloseTo(1 / 3 + (0.5 * 0.5) / 9, 6);
  });

  it('SRFT takes the terms that a minibatch has rows for', () => {
    const experience = experienceOf([WRONG]);
    const table = srftTable(experience, settings(AS_IN_LUFFYS_CODE), SRFT_WEIGHTS);
    expectRows(coefficients(table, OLD), [[1 / 3, 1 / 3, 1 / 3]]);
  });
});

describe('Prefix-RFT', () => {
  it('updates the policy’s tokens and the most uncertain of the prefix', () => {
    const experience = experienceOf([
      { expert: 2, reward: 1, advantage: 0.5, old: OLD[0], entropies: [0.1, 0.7, 0.9] },
      { expert: 0, reward: 0, advantage: -0.5, old: OLD[1] },
    ]);
    const rl = settings({ aggregation: 'constant' });
    const table = prefixTable(experience, rl, { topEntropy: 0.2 });
    // A fifth of two prefix tokens, rounded up, is one: the second.
    expectRows(coefficients(table, OLD), [
      [0, -0.5 / 6, -0.5 / 6],
      [0.5 / 6, 0.5 / 6, 0.5 / 6],
    ]);
  });

  it('ranks the prefix tokens of a whole micro-batch; those left out count in the entropy alone', () => {
    const uncertain = {
      expert: 2,
      reward: 1,
      advantage: 0.5,
      old: OLD[0],
      entropies: [0.8, 0.9, 0.1],
    } as const;
    const certain = { ...uncertain, entropies: [0.1, 0.2, 0.9] } as const;
    const experience = experienceOf([uncertain, certain]);
    const learned = (microBatch: number) => {
      const rl = settings({ ...AS_IN_LUFFYS_CODE, microBatch });
      return prefixTable(experience, rl, { topEntropy: 0.5 });
    };
    // Half of the four prefix tokens of the micro-batch: both are the first row's.
    const together = learned(2);
    expectRows(coefficients(together, [OLD[0], OLD[0]]), [
      [-0.5 / 3, -0.5 / 3, -0.5 / 3],
      [0, 0, -0.5 / 3],
    ]);
    expectRows(columnRows(together, together.entropyWeights), Array(2).fill(Array(3).fill(1 / 6)));
    // Each row for itself: its own more uncertain token.
    expectRows(coefficients(learned(1), [OLD[0], OLD[0]]), [
      [0, -0.5 / 6, -0.5 / 6],
      [0, -0.5 / 6, -0.5 / 6],
    ]);
  });

  it('takes the earlier of equally uncertain tokens', () => {
    expect([...highest(Float32Array.of(1, 3, 3, 2), 0.25)]).toEqual([1]);
    expect([...highest(Float32Array.of(1, 3, 3, 2), 0.75)].sort()).toEqual([1, 2, 3]);
    expect(highest(new Float32Array(0), 0.2).size).toBe(0);
  });

  it('gives 95% of a demonstration at first and between 5% and 95% at last, never all of it', () => {
    const shares = { from: 0.95, to: 0.05 };
    const draw = (progress: number, seed: number): number =>
      prefixLength(100, shares, { progress, random: Random.from(seed) });
    const seeds = Array.from({ length: 200 }, (_, i) => i);
    expect(new Set(seeds.map((seed) => draw(0, seed)))).toEqual(new Set([95]));
    const late = seeds.map((seed) => draw(1, seed));
    expect(Math.min(...late)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...late)).toBeLessThan(95);
    expect(late.reduce((a, b) => a + b) / 200).toBeCloseTo(50, -1);
    const all = prefixLength(3, { from: 1, to: 1 }, { progress: 0, random: Random.from(0) });
    expect(all).toBe(2);
  });
});

describe('groups', () => {
  const gathered = { width: 2, groups: 3, correct: Uint8Array.of(1, 1, 0, 1, 1, 0) };

  it('without unequal rewards are left out where that is asked', () => {
    expect(rowsOfGroups(gathered, { promptsPerStep: 9, dropUniformGroups: true })).toEqual([
      2, 3, 4, 5,
    ]);
    expect(rowsOfGroups(gathered, { promptsPerStep: 1, dropUniformGroups: true })).toEqual([2, 3]);
    expect(rowsOfGroups(gathered, { promptsPerStep: 2, dropUniformGroups: false })).toEqual([
      0, 1, 2, 3,
    ]);
  });
});
