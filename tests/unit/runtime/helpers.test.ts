import { expect, it } from 'vitest';
import type { HelperApi } from '../../../src/runtime/engines/helper-host';
import { startHelpers, usefulThreads } from '../../../src/runtime/engines/helpers';
import { presetNamed } from '../../../src/training/configuration/presets';
import type * as Comlink from '../../../src/runtime/remote';

const { model } = presetNamed('micro').config;
const NEVER = new Promise<never>(() => undefined);

it('takes both cores of two, and half of more', () => {
  expect([1, 2, 4, 6, 8, 16, 64].map(usefulThreads)).toEqual([1, 2, 2, 3, 4, 8, 8]);
});

it('does without the threads that do not come up, and ends the others in the end', async () => {
  const ended: number[] = [];
  let started = 0;
  const team = await startHelpers(model, 3, () => {
    const index = started++;
    const api = {
      open: () => (index === 0 ? Promise.reject(new Error('no memory')) : Promise.resolve()),
      score: () => NEVER,
      sample: () => NEVER,
    } as unknown as Comlink.Remote<HelperApi>;
    // The second loads for ever, and is found to be lost.
    const lost = index === 1 ? Promise.reject(new Error('gone')) : NEVER;
    lost.catch(() => undefined);
    return {
      api: index === 1 ? ({ ...api, open: () => NEVER } as unknown as typeof api) : api,
      lost,
      end: () => ended.push(index),
    };
  });
  expect(team.helpers).toHaveLength(1);
  expect(ended.sort()).toEqual([0, 1]);
  team.end();
  expect(ended).toContain(2);
});

it('a helper that is lost while it computes rejects', async () => {
  let lose: (why: Error) => void;
  const lost = new Promise<never>((_, reject) => (lose = reject));
  const api = { open: async () => undefined, score: () => NEVER } as unknown;
  const { helpers } = await startHelpers(model, 1, () => ({
    api: api as Comlink.Remote<HelperApi>,
    lost,
    end: () => undefined,
  }));
  const batch = { rows: 1, length: 1, tokens: new Int32Array(1), targets: new Int32Array(1) };
  const asked = helpers[0]!.score(batch, null);
  lose!(new Error('gone'));
  await expect(asked).rejects.toThrow('gone');
});
