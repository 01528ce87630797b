/** However many threads share out rows, the numbers are those of one. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SampleRequest } from '../../src/engine/engine';
import { repeated } from '../../src/engine/sampling';
import type { DivisibleEngine } from '../../src/engine/parts';
import { helperWith, TeamEngine, type EngineHelper } from '../../src/engine/team';
import { createWasmEngine } from '../../src/engine/wasm/engine';
import { loadWasmModule } from '../../src/engine/wasm/load-node';
import { Random } from '../../src/random';
import {
  caseBatch,
  caseParameters,
  ENGINE_CASES,
  randomCase,
  type EngineCase,
} from './engine-cases';

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await loadWasmModule();
});

const OPTIMIZER = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.98,
  epsilon: 1e-8,
  weightDecay: 0.01,
  maxGradNorm: 1,
};

/** Counts what it is asked, and gives up after `asked` calls. */
function mortal(helper: EngineHelper, asked = Infinity): EngineHelper & { calls: number } {
  const counted = {
    calls: 0,
    sample: (...given: Parameters<EngineHelper['sample']>) => count(() => helper.sample(...given)),
    score: (...given: Parameters<EngineHelper['score']>) => count(() => helper.score(...given)),
    gradients: (...given: Parameters<EngineHelper['gradients']>) =>
      count(() => helper.gradients(...given)),
  };
  async function count<T>(work: () => Promise<T>): Promise<T> {
    counted.calls += 1;
    if (counted.calls > asked) throw new Error('lost');
    return work();
  }
  return counted;
}

async function teamOf(c: EngineCase, lives: readonly number[]) {
  const engine = (): Promise<DivisibleEngine> => createWasmEngine(c.config, module);
  const alone = await engine();
  const helpers = await Promise.all(
    lives.map(async (life) => mortal(helperWith(await engine()), life)),
  );
  const team = new TeamEngine(await engine(), helpers, () => undefined);
  const parameters = caseParameters(c.config, 5);
  await Promise.all([alone, team].map((each) => each.loadParameters(parameters)));
  return { alone, team, helpers };
}

/** Rows of few prompts, as groups of attempts are. */
function requestOf(c: EngineCase, seed: number): SampleRequest {
  const random = Random.from(seed, 'team');
  const promptLength = 1 + random.integer(Math.max(1, c.config.contextLength - 2));
  const rows = 1 + random.integer(40);
  const kinds = 1 + random.integer(6);
  const kindOf = Array.from({ length: rows }, () => random.integer(kinds));
  return {
    rows,
    promptLength,
    prompts: Int32Array.from({ length: rows * promptLength }, (_, i) => {
      const kind = kindOf[Math.floor(i / promptLength)]!;
      return (kind * 7 + (i % promptLength)) % c.config.vocabSize;
    }),
    promptLengths: Int32Array.from(kindOf, (kind) => 1 + (kind % promptLength)),
    maxNewTokens: c.config.contextLength - promptLength,
    temperature: 0.9,
    seed,
    firstRow: random.integer(100),
    stopToken: 1,
    padToken: 0,
  };
}

describe.each([1, 2, 4])('with %i helpers', (count) => {
  const lives = Array<number>(count).fill(Infinity);

  it.each([1, 2, 3, 4])('draws and scores the same bits, random shapes %i', async (seed) => {
    const c = randomCase(seed);
    const { alone, team, helpers } = await teamOf(c, lives);
    for (let turn = 0; turn < 3; turn++) {
      const request = requestOf(c, 10 * seed + turn);
      expect(await team.sample(request)).toEqual(await alone.sample(request));
      const several = repeated(request, [4, 5, 6]);
      expect(await team.sample(several)).toEqual(await alone.sample(several));
      const batch = await caseBatch(c, seed + turn, async (sequences) => {
        const { logProbs } = await alone.score(sequences);
        return logProbs;
      });
      expect(await team.score(batch)).toEqual(await alone.score(batch));
      const cool = { ...batch, temperature: 0.7 };
      expect(await team.score(cool)).toEqual(await alone.score(cool));
      // What they draw next is of other parameters.
      expect(await team.step(batch, OPTIMIZER)).toEqual(await alone.step(batch, OPTIMIZER));
    }
    expect(helpers.every(({ calls }) => calls > 0)).toBe(true);
  });

  it.each([1, 2, 3])('trains to the same bits, random shapes %i', async (seed) => {
    const rows = 9 + 13 * seed;
    const c = { ...randomCase(seed), rows };
    const { alone, team, helpers } = await teamOf(c, lives);
    for (let turn = 0; turn < 3; turn++) {
      const batch = await caseBatch(c, seed + turn, async (sequences) => {
        const { logProbs } = await alone.score(sequences);
        return logProbs;
      });
      const before = helpers.map(({ calls }) => calls);
      expect(await team.step(batch, OPTIMIZER)).toEqual(await alone.step(batch, OPTIMIZER));
      expect(await team.readParameters()).toEqual(await alone.readParameters());
      const asked = helpers.filter(({ calls }, i) => calls > before[i]!);
      // A batch has four parts, and fewer where it has few rows.
      expect(asked).toHaveLength(Math.min(count, 3, Math.floor(rows / 8) - 1));
    }
    expect(await team.readOptimizer()).toEqual(await alone.readOptimizer());
  });

  it('says how many threads there are', async () => {
    const { team } = await teamOf(ENGINE_CASES[1]!, lives);
    expect(team.info.description).toBe(`WebAssembly SIMD, ${count + 1} threads`);
  });
});

it('does without helpers that are lost on the way', async () => {
  const c = ENGINE_CASES[1]!;
  const { alone, team, helpers } = await teamOf(c, [2, 0, Infinity]);
  for (let turn = 0; turn < 4; turn++) {
    const request = { ...requestOf(c, turn), rows: 24, promptLength: 2, maxNewTokens: 4 };
    const prompts = Int32Array.from({ length: 48 }, (_, i) => (i * 5) % c.config.vocabSize);
    const whole = { ...request, prompts, promptLengths: new Int32Array(24).fill(2) };
    expect(await team.sample(whole)).toEqual(await alone.sample(whole));
  }
  expect(helpers.map(({ calls }) => calls)).toEqual([3, 1, 4]);
});

it('trains to the same bits where helpers are lost on the way', async () => {
  const c = { ...ENGINE_CASES[5]!, rows: 33 };
  const { alone, team, helpers } = await teamOf(c, [1, 0, 2]);
  for (let turn = 0; turn < 4; turn++) {
    const batch = await caseBatch(c, turn, async (sequences) => {
      const { logProbs } = await alone.score(sequences);
      return logProbs;
    });
    expect(await team.step(batch, OPTIMIZER)).toEqual(await alone.step(batch, OPTIMIZER));
  }
  expect(await team.readParameters()).toEqual(await alone.readParameters());
  expect(helpers.map(({ calls }) => calls)).toEqual([2, 1, 3]);
});

it('refuses what an engine refuses, before anybody is asked', async () => {
  const c = ENGINE_CASES[1]!;
  const { team, helpers } = await teamOf(c, [Infinity]);
  const request = { ...requestOf(c, 2), promptLengths: new Int32Array(3) };
  await expect(team.sample(request)).rejects.toThrow(/promptLengths has 3 entries/);
  expect(helpers[0]!.calls).toBe(0);
});

it('keeps few rows to itself', async () => {
  const c = ENGINE_CASES[1]!;
  const { team, helpers } = await teamOf(c, [Infinity]);
  const { promptLengths: _lengths, ...request } = requestOf(c, 1);
  const prompts = new Int32Array(7 * request.promptLength);
  await team.sample({ ...request, rows: 7, prompts });
  expect(helpers[0]!.calls).toBe(0);
});
