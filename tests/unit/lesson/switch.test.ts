import { describe, expect, it } from 'vitest';
import { LESSON_CONFIG, type LiveContext } from '../../../src/lesson/context';
import {
  BRANCH_NAMES,
  BRANCH_STEPS,
  branches,
  switchConfig,
  type SwitchNews,
} from '../../../src/lesson/parts/switch';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';

async function lesson(seed: number): Promise<SwitchNews[]> {
  const { engine } = await nodeEngine(LESSON_CONFIG.model, { name: 'wasm', backend: null });
  const context: LiveContext = { engine, base: await nodeBase(LESSON_CONFIG) };
  const news: SwitchNews[] = [];
  for await (const one of branches(context, { seed })) news.push(one);
  return news;
}

describe('three branches off one SFT run', () => {
  it('begin at three of its steps, take the same RL steps, and come out alike each time', async () => {
    const news = await lesson(0);
    const sft = news.filter(({ branch }) => branch === null);
    expect(sft.at(-1)!.step).toBe(switchConfig({ seed: 0 }).sft.steps);
    const computes = new Set(sft.map(({ compute }) => compute));
    const starts = BRANCH_NAMES.map((name) => news.find(({ branch }) => branch === name)!);
    for (const { compute } of starts) expect(computes).toContain(compute);
    const at = starts.map(({ compute }) => compute);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(new Set(at).size).toBe(3);
    const ends = news.filter(({ isLast }) => isLast);
    expect(ends.map(({ branch, step }) => [branch, step])).toEqual(
      BRANCH_NAMES.map((name) => [name, BRANCH_STEPS]),
    );
    expect(await lesson(0)).toEqual(news);
  });
});
