import { beforeAll, describe, expect, it } from 'vitest';
import { LESSON_CONFIG, type LiveContext } from '../../../src/lesson/context';
import { guess, type GuessNews } from '../../../src/lesson/parts/guess';
import { imitate, IMITATE_STEPS, type ImitateNews } from '../../../src/lesson/parts/imitate';
import { phases } from '../../../src/lesson/parts/phases';
import { GROUP_SIZE, reward, REWARD_STEPS } from '../../../src/lesson/parts/reward';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';

let context: LiveContext;

beforeAll(async () => {
  const { engine } = await nodeEngine(LESSON_CONFIG.model, { name: 'wasm', backend: null });
  context = { engine, base: await nodeBase(LESSON_CONFIG) };
});

async function all<News>(work: AsyncGenerator<News>): Promise<News[]> {
  const news: News[] = [];
  for await (const one of work) news.push(one);
  return news;
}

describe('the model that guesses', () => {
  it('attempts one problem, then counts as many of each level as were asked for', async () => {
    const [first, ...counts] = await all(guess(context, { seed: 0, samples: 16 }));
    expect(first).toMatchObject({ type: 'attempts' });
    const { attempts } = first as Extract<GuessNews, { type: 'attempts' }>;
    expect(new Set(attempts.map(({ prompt }) => prompt)).size).toBe(1);
    expect(counts.map((news) => news.type === 'counted' && news.samples)).toEqual([4, 8, 12, 16]);
  });

  it('is right less often the more operators there are', async () => {
    const news = await all(guess(context, { seed: 0, samples: 256 }));
    const last = news.at(-1) as Extract<GuessNews, { type: 'counted' }>;
    expect(last.right).toEqual(last.right.toSorted((a, b) => b - a));
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const run = (seed: number) => all(guess(context, { seed, samples: 16 }));
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
  });
});

describe('imitation', () => {
  const scoresOf = (news: readonly ImitateNews[]) =>
    news.flatMap((one) => (one.type === 'scored' ? [one] : []));
  const checksOf = (news: readonly ImitateNews[]) =>
    news.flatMap((one) => (one.type === 'checked' ? [one] : []));

  it('makes a single trajectory near certain, and the product of its tokens is the whole', async () => {
    const news = await all(imitate(context, { seed: 0, trajectories: 1 }));
    const scores = scoresOf(news);
    expect(scores.map(({ step }) => step)).toEqual([...Array(IMITATE_STEPS + 1).keys()]);
    expect(scores[0]!.whole).toBeLessThan(1e-6);
    expect(scores.at(-1)!.whole).toBeGreaterThan(0.9);
    for (const { probabilities, whole } of [scores[0]!, scores.at(-1)!]) {
      const product = probabilities.reduce((a, b) => a * b, 1);
      expect(product / whole).toBeCloseTo(1, 4);
    }
  });

  it('of many trajectories helps with new problems more than of one', async () => {
    const one = checksOf(await all(imitate(context, { seed: 0, trajectories: 1 }))).at(-1)!;
    const many = checksOf(await all(imitate(context, { seed: 0, trajectories: 1024 }))).at(-1)!;
    expect(many.right).toBeGreaterThan(2 * one.right);
  });
});

describe('the sub-phases', () => {
  it('all come about in the one run', async () => {
    const news = await all(phases(context, { seed: 0 }));
    const seen = news.flatMap((one) => (one.type === 'validation' ? [one.phase.phase] : []));
    expect(seen[0]).toBe('adaptation');
    expect(seen.at(-1)).toBe('severe');
    const losses = news.flatMap((one) => (one.type === 'validation' ? [one.loss] : []));
    expect(Math.min(...losses)).toBeLessThan(0.7 * losses.at(-1)!);
  });
});

describe('a group of attempts', () => {
  it('has right and wrong ones, of one problem', async () => {
    for (const seed of [0, 1, 2, 3]) {
      const [first] = await all(reward(context, { seed, rewards: null }));
      if (first?.type !== 'attempts') throw new Error('no attempts');
      const right = first.attempts.filter(({ correct }) => correct).length;
      expect(first.attempts).toHaveLength(GROUP_SIZE);
      expect(right).toBeGreaterThanOrEqual(2);
      expect(right).toBeLessThanOrEqual(6);
      expect(first.tokens.map((own) => own.join(''))).toEqual(
        first.attempts.map(({ completion }) => completion),
      );
    }
  });

  it('becomes more probable where it is rewarded, and less where it is not', async () => {
    const rewards = [1, 0, 0, 0, 0, 0, 0, 0];
    const news = await all(reward(context, { seed: 0, rewards }));
    const last = news.at(-1);
    if (last?.type !== 'stepped') throw new Error('no step');
    expect(last.step).toBe(REWARD_STEPS);
    const [given, ...others] = last.ratios;
    expect(given).toBeGreaterThan(1);
    expect(Math.max(...others)).toBeLessThan(1);
  });

  it('stays as it is where all rewards are equal', async () => {
    const news = await all(reward(context, { seed: 0, rewards: Array<number>(8).fill(1) }));
    const last = news.at(-1);
    if (last?.type !== 'stepped') throw new Error('no step');
    for (const ratio of last.ratios) expect(ratio).toBeCloseTo(1, 5);
  });
});
