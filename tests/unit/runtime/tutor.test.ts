import { describe, expect, it } from 'vitest';
import { isLabError } from '../../../src/errors';
import { nodeBase, nodeEngine } from '../../../src/runtime/engines/engine-node';
import { Tutor } from '../../../src/runtime/lesson/tutor';

const environment = {
  createEngine: nodeEngine,
  loadBase: nodeBase,
  hasSimd: true,
  now: () => performance.now(),
};

const GUESS = { part: 'guess', settings: { seed: 0, samples: 16 } } as const;
const LONG = { part: 'phases', settings: { seed: 0 } } as const;

describe('the tutor', () => {
  it('tells all news of a live part, in order', async () => {
    const samples: number[] = [];
    await new Tutor(environment).run(GUESS, (news) => {
      for (const one of news) if (one.type === 'counted') samples.push(one.samples);
    });
    expect(samples).toEqual([4, 8, 12, 16]);
  });

  it('ends a live part when another begins, and when it is asked to', async () => {
    const tutor = new Tutor(environment);
    await tutor.prepare();
    const first = tutor.run(LONG, () => undefined).catch((error: unknown) => error);
    const second = tutor.run(GUESS, () => undefined);
    expect(isLabError(await first, 'cancelled')).toBe(true);
    await second;
    const third = tutor.run(LONG, () => undefined).catch((error: unknown) => error);
    await tutor.cancel();
    expect(isLabError(await third, 'cancelled')).toBe(true);
  });

  it('tries anew after its model could not be loaded', async () => {
    let tries = 0;
    const tutor = new Tutor({
      ...environment,
      loadBase: async (config) => {
        tries += 1;
        if (tries === 1) throw new Error('The network is down.');
        return nodeBase(config);
      },
    });
    await expect(tutor.run(GUESS, () => undefined)).rejects.toThrow('The network is down.');
    await expect(tutor.run(GUESS, () => undefined)).resolves.toBeUndefined();
  });

  it('says that a machine without SIMD is slow', async () => {
    const tutor = new Tutor({ ...environment, hasSimd: false });
    expect(await tutor.prepare()).toMatchObject({
      isSlow: true,
      description: expect.stringContaining('TensorFlow.js') as string,
    });
  });
});
