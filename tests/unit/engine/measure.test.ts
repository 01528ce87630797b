import { describe, expect, it } from 'vitest';
import { type Candidate, type Entrant, measure } from '../../../src/bench/measure';
import type { Workload } from '../../../src/bench/workloads';

const WORKLOAD: Workload = {
  name: 'tiny',
  config: { vocabSize: 5, contextLength: 6, layers: 1, dModel: 8, heads: 1 },
  rows: 2,
};

const OPTIONS = {
  rounds: 3,
  budget: 1,
  leastMilliseconds: 0,
  cpuTime: () => null,
  onProgress: () => undefined,
};

/** Racers that note what they are asked, in order. */
function entrant(name: string, log: string[], changes: Partial<Entrant> = {}): Entrant {
  const note = (what: string): void => void log.push(`${name} ${what}`);
  const racer = {
    description: name,
    load: async () => note('load'),
    step: async () => {
      note('step');
      return 0;
    },
    rollout: async ({ maxNewTokens }: { maxNewTokens: number }) => {
      note(`rollout ${maxNewTokens}`);
      return 10;
    },
    dispose: () => note('dispose'),
  };
  const make = async (): Promise<Candidate> => ({
    racer,
    calls: null,
    memories: null,
    productFlops: null,
  });
  return { name, device: 'cpu', make, expectedStep: 0, ...changes };
}

describe('a race', () => {
  it('warms all up, then lets them run in turn, and frees them', async () => {
    const log: string[] = [];
    const rows = await measure(WORKLOAD, [entrant('a', log), entrant('b', log)], OPTIONS);
    const races = log.slice(log.lastIndexOf('b load'));
    const steps = races.filter((line) => line.endsWith(' step'));
    expect(steps).toEqual(['a step', 'b step', 'a step', 'b step', 'a step', 'b step']);
    expect(log.slice(-2)).toEqual(['a dispose', 'b dispose']);
    expect(rows.map(({ engine }) => engine)).toEqual(['a', 'b']);
    expect(rows[0]?.rollout?.tokensPerSecond).toBeGreaterThan(0);
  });

  it('does not build what a step alone would put beyond its budget', async () => {
    const log: string[] = [];
    const slow = entrant('slow', log, { expectedStep: 1500 });
    const rows = await measure(WORKLOAD, [slow, entrant('a', log)], OPTIONS);
    expect(log.some((line) => line.startsWith('slow'))).toBe(false);
    expect(rows[0]).toMatchObject({ engine: 'slow', step: null, stepEstimate: 1500 });
  });

  it('skips a rollout that a few tokens show to be too long', async () => {
    const log: string[] = [];
    const slow = entrant('slow', log);
    const make = async (): Promise<Candidate> => {
      const made = await slow.make();
      const rollout = async (): Promise<number> => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return 4;
      };
      return { ...made, racer: { ...made.racer, rollout } };
    };
    const [row] = await measure(WORKLOAD, [{ ...slow, make }], { ...OPTIONS, budget: 0.02 });
    expect(row?.rollout).toBeNull();
    expect(row?.rolloutEstimate).toBeGreaterThan(20);
  });

  it('says why one could not run, frees it and lets the others race', async () => {
    const log: string[] = [];
    const large = entrant('large', log);
    const make = async (): Promise<Candidate> => {
      const made = await large.make();
      const step = (): Promise<number> => Promise.reject(new Error('out of memory'));
      return { ...made, racer: { ...made.racer, step } };
    };
    const rows = await measure(WORKLOAD, [{ ...large, make }, entrant('a', log)], OPTIONS);
    expect(rows[0]).toMatchObject({ engine: 'large', step: null, failure: 'out of memory' });
    expect(rows[1]).toMatchObject({ engine: 'a', failure: null });
    expect(rows[1]?.step).not.toBeNull();
    expect(log.filter((line) => line === 'large dispose')).toHaveLength(1);
  });
});
