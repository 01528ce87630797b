import { describe, expect, it } from 'vitest';
import { estimateStudy, questionAbout } from '../../../src/studies/estimate';
import { planStudy } from '../../../src/studies/plan';
import { studyPresetNamed } from '../../../src/studies/presets';

const STUDY = studyPresetNamed('laptop');
const SPEED = {
  tokensPerRow: 40,
  trainedTokensPerSecond: 10_000,
  scoredTokensPerSecond: 30_000,
  sampledTokensPerSecond: 20_000,
};

describe('the plan of a study', () => {
  const { sftRuns, cells, order } = planStudy(STUDY);

  it('trains each set once in each seed, for all of its branches', () => {
    expect(sftRuns.map(({ id }) => id).sort()).toEqual(
      ['easy', 'hard', 'large', 'tiny', 'uniform'].flatMap((set) =>
        [0, 1, 2].map((seed) => `${set}/${seed}`),
      ),
    );
    expect(cells).toHaveLength(3 * (4 + 4 + 2));
    expect(new Set(order.map(({ id }) => id)).size).toBe(order.length);
  });

  it('puts each SFT run before its cells', () => {
    const places = new Map(order.map(({ id }, i) => [id, i]));
    for (const cell of cells) {
      if (cell.kind !== 'branch') continue;
      expect(places.get(cell.sftRun)!).toBeLessThan(places.get(cell.id)!);
    }
  });

  it('begins with the right time to switch on all sets, in the first seed', () => {
    const ids = order.map(({ id }) => id);
    const keys = ids.slice(0, 11);
    expect(keys.filter((id) => id.endsWith('/0'))).toHaveLength(11);
    expect(keys).toContain('large/mild/0');
    expect(keys).not.toContain('uniform/severe/0');
    expect(ids.indexOf('uniform/severe/0')).toBeLessThan(ids.indexOf('uniform/1'));
  });

  it('gives RL alone no set, and pure SFT the study’s own', () => {
    expect(cells.find(({ id }) => id === 'dapo/0')).toMatchObject({ set: null });
    expect(cells.find(({ id }) => id === 'uniform/sft/0')).toMatchObject({
      set: { name: 'uniform' },
      config: { computeBudget: STUDY.run.computeBudget },
    });
  });
});

describe('the estimate of a study', () => {
  it('halves with twice the workers or twice the speed', () => {
    const one = estimateStudy(STUDY, SPEED, 1);
    const two = estimateStudy(STUDY, SPEED, 2);
    expect(two.seconds).toBeCloseTo(one.seconds / 2);
    expect(two.flops).toBe(one.flops);
    const fast = estimateStudy(
      STUDY,
      {
        tokensPerRow: 40,
        trainedTokensPerSecond: 20_000,
        scoredTokensPerSecond: 60_000,
        sampledTokensPerSecond: 40_000,
      },
      1,
    );
    expect(fast.seconds).toBeCloseTo(one.seconds / 2);
  });

  it('gives a paradigm no more than the budget', () => {
    const { jobs } = estimateStudy(STUDY, SPEED, 1);
    const paradigms = jobs.filter(({ id }) => /dapo|sft/.test(id));
    expect(paradigms).toHaveLength(6);
    for (const { flops } of paradigms) {
      expect(flops).toBeLessThanOrEqual(STUDY.run.computeBudget! * (1 + 1e-9));
    }
  });

  it('asks about a thousand cells, with the time, and not about a few', () => {
    const seeds = Array.from({ length: 80 }, (_, i) => i);
    const many = estimateStudy({ ...STUDY, seeds }, SPEED, 1);
    expect(questionAbout(many)).toMatch(/800 cells and would take about \d+ hours/);
    expect(questionAbout(estimateStudy(STUDY, SPEED, 1))).toBeNull();
  });
});
