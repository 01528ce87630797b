import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SUB_PHASE_SETTINGS,
  ruleRegrets,
  type RuleRegret,
  type SftSeries,
  type SwitchRule,
} from '../../../src/theory';
import { cell } from './cells';

const RISING = [2, 1.2, 1.02, 1, 1, 1, 1.01, 1.01, 1.05, 1.08, 1.2];
/** "stable" turns at step 70, "mild" at 80, "severe" and the end at 100. */
const series = (seed: number, set = 'uniform'): SftSeries => ({
  set,
  seed,
  points: RISING.map((loss, i) => ({ step: 10 * i, compute: 1000 * i, loss })),
});

const SETTINGS = { subPhases: DEFAULT_SUB_PHASE_SETTINGS, confidence: 0.9 };
const RULES: SwitchRule[] = [{ phase: 'stable' }, 'end', { step: 20 }];

/** Ceilings of an early, a stable and a late branch point of one seed. */
function branches(seed: number, [early, stable, late]: readonly [number, number, number]) {
  return [
    cell({ seed, step: 20, aPost: early }),
    cell({ seed, step: 70, aPost: stable }),
    cell({ seed, step: 100, aPost: late }),
  ];
}

const valuesOf = (rules: readonly RuleRegret[]) => rules.map(({ regret }) => regret?.value);

describe('the regret of a rule', () => {
  it('is what its branch point lacks of the best of the same run, averaged over seeds', () => {
    const cells = [...branches(0, [60, 70, 66]), ...branches(1, [62, 70, 72])];
    const [stable, end, early] = ruleRegrets(cells, [series(0), series(1)], RULES, SETTINGS);
    expect(valuesOf([stable!, end!, early!])).toEqual([1, 2, 10]);
    expect([stable!.best, end!.best, early!.best]).toEqual([1, 1, 0]);
    expect(stable).toMatchObject({ seeds: 2, runs: 2, rule: { phase: 'stable' } });
  });

  it('has an interval over seeds, and of one seed that of its fits', () => {
    const [, , early] = ruleRegrets(branches(0, [60, 70, 66]), [series(0)], RULES, SETTINGS);
    // Two independent intervals of ±1 point.
    expect(early!.regret!.low).toBeCloseTo(10 - Math.SQRT2, 2);
    const alike = [0, 1, 2].flatMap((seed) => branches(seed, [60, 70, 66]));
    const several = ruleRegrets(
      alike,
      [0, 1, 2].map((seed) => series(seed)),
      RULES,
      SETTINGS,
    );
    const apart = [0, 1, 2].flatMap((seed) => branches(seed, [60 - 5 * seed, 70, 66]));
    const wide = ruleRegrets(
      apart,
      [0, 1, 2].map((seed) => series(seed)),
      RULES,
      SETTINGS,
    );
    const width = ({ regret }: RuleRegret): number => regret!.high - regret!.low;
    expect(width(wide[2]!)).toBeGreaterThan(2 * width(several[2]!));
  });

  it('is unknown where no run has two ceilings, and judges only runs that have', () => {
    const one = [cell({ seed: 0, step: 20, aPost: 60 })];
    expect(valuesOf(ruleRegrets(one, [series(0)], RULES, SETTINGS))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const unfitted = branches(0, [60, 70, 66]).map((each) => ({ ...each, ceiling: null }));
    const cells = [...unfitted, ...branches(1, [60, 70, 66])];
    const [stable] = ruleRegrets(cells, [series(0), series(1)], RULES, SETTINGS);
    expect(stable).toMatchObject({ seeds: 1, runs: 1, best: 1, regret: { value: 0 } });
  });
});
