import { beforeAll, describe, expect, it } from 'vitest';
import { LESSON_CONFIG } from '../../../src/lesson/context';
import { rivals, RIVALS, type Rival, type RivalNews } from '../../../src/lesson/parts/rivals';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';

async function lesson(seed: number): Promise<RivalNews[]> {
  const { engine } = await nodeEngine(LESSON_CONFIG.model, { name: 'wasm', backend: null });
  const news: RivalNews[] = [];
  const context = { engine, base: await nodeBase(LESSON_CONFIG) };
  for await (const one of rivals(context, { seed })) news.push(one);
  return news;
}

let all: RivalNews[];

beforeAll(async () => {
  all = await lesson(0);
});

function rowsOf(method: Rival) {
  return all.find((news) => news.method === method)!.rows;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('the rivals on one problem', () => {
  it('all look at the same problem, and see the same numbers each time', async () => {
    expect(all.map(({ method }) => method)).toEqual(RIVALS);
    expect(new Set(all.map(({ prompt }) => prompt)).size).toBe(1);
    expect(await lesson(0)).toEqual(all);
  });

  it('GRPO sees no expert, pushes right attempts up and wrong ones down, and gives what it takes', () => {
    const rows = rowsOf('grpo');
    expect(rows.every(({ expertTokens }) => expertTokens === 0)).toBe(true);
    for (const { correct, pushes } of rows) {
      expect(pushes!.every((push) => (correct ? push > 0 : push < 0))).toBe(true);
    }
    expect(sum(rows.flatMap(({ pushes }) => pushes!))).toBeCloseTo(0, 5);
  });

  it('LUFFY adds one expert to the group, whose unlikely tokens count more', () => {
    const experts = rowsOf('luffy').filter(({ expertTokens }) => expertTokens > 0);
    expect(experts).toHaveLength(1);
    const { pushes } = experts[0]!;
    expect(Math.min(...pushes!)).toBeGreaterThan(0);
    expect(Math.max(...pushes!) / Math.min(...pushes!)).toBeGreaterThan(1.5);
  });

  it('HPT leaves the expert out where an attempt is right', () => {
    const rows = rowsOf('hpt');
    expect(rows.some(({ expertTokens, correct }) => expertTokens === 0 && correct)).toBe(true);
    expect(
      rows.filter(({ pushes }) => pushes === null).map(({ expertTokens }) => expertTokens > 0),
    ).toEqual([true]);
  });

  it('SRFT pushes every token of the expert up, by imitation and by reinforcement together', () => {
    const expert = rowsOf('srft').find(({ expertTokens }) => expertTokens > 0)!;
    expect(Math.min(...expert.pushes!)).toBeGreaterThan(0);
  });

  it('Prefix-RFT lets the model go on where the expert leaves off, and learns from few given tokens', () => {
    const hybrid = rowsOf('prefix-rft').find(({ expertTokens }) => expertTokens > 0)!;
    expect(hybrid.expertTokens).toBeLessThan(hybrid.tokens.length);
    const given = hybrid.pushes!.slice(0, hybrid.expertTokens);
    expect(given.filter((push) => push !== 0).length).toBeLessThanOrEqual(
      Math.ceil(0.2 * given.length),
    );
  });
});
