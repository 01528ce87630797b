import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/random';
import {
  CLAIMS,
  findings,
  type Cell,
  type ClaimId,
  type Finding,
  type FindingSettings,
  type SetTraits,
} from '../../../src/theory';
import { cell, UNBENT } from './cells';

function finding(claim: ClaimId, cells: Cell[], settings: Partial<FindingSettings> = {}): Finding {
  return findings(cells, settings).find((each) => each.claim === claim)!;
}

/** Cells of five seeds; each seed has its own luck, which pairing must take out. */
function overSeeds(make: (noise: () => number, seed: number) => Cell[], seeds = 5): Cell[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const random = Random.from(seed, 'findings');
    const luck = 6 * random.normal();
    return make(() => luck + 0.5 * random.normal(), seed);
  }).flat();
}

/** A study with planted effects, all as the paper claims; `sign` −1 turns them round. */
function study(sign: number, seeds = 5): Record<ClaimId, Cell[]> {
  const set = (name: string, size: number, difficulty: number): SetTraits => ({
    name,
    size,
    difficulty,
  });
  const onSets = (sets: readonly { traits: SetTraits; gain: number }[]): Cell[] =>
    overSeeds(
      (noise, seed) =>
        sets.map(({ traits, gain }) =>
          cell({ seed, set: traits, aPost: 70 + sign * gain + noise(), loss: 0.5 - gain / 100 }),
        ),
      seeds,
    );
  return {
    sequential: overSeeds(
      (noise, seed) => [
        cell({ seed, aPost: 70, final: 70 + sign * 4 + noise() }),
        cell({ seed, aPost: 70, paradigm: 'sft', phase: 'severe', final: 66 + noise() }),
        cell({ seed, aPost: 70, paradigm: 'rl', set: null, final: 68 + noise() }),
        cell({ seed, aPost: 70, paradigm: 'luffy', final: 70 + noise() }),
      ],
      seeds,
    ),
    'switch-point': overSeeds(
      (noise, seed) => [
        cell({ seed, phase: 'adaptation', step: 20, aPost: 70 + noise() }),
        cell({ seed, phase: 'stable', step: 100, aPost: 70 + sign * 4 + noise() }),
        cell({ seed, phase: 'mild', step: 200, aPost: 70 + sign * 5 + noise() }),
        cell({ seed, phase: 'severe', step: 500, aPost: 70 + noise() }),
      ],
      seeds,
    ),
    scale: onSets([
      { traits: set('tiny', 100, 5), gain: 0 },
      { traits: set('medium', 1000, 5), gain: 5 },
      { traits: set('large', 10_000, 5), gain: 10 },
      // Another difficulty: it must not enter the comparison.
      { traits: set('hard', 1000, 9), gain: -20 },
    ]),
    difficulty: onSets([
      { traits: set('easy', 1000, 2), gain: 0 },
      { traits: set('uniform', 1000, 5), gain: 3 },
      { traits: set('hard', 1000, 9), gain: 6 },
      // Another size: likewise.
      { traits: set('large', 10_000, 1), gain: 30 },
    ]),
    indicator: onSets([
      { traits: set('a', 100, 5), gain: 0 },
      { traits: set('b', 1000, 5), gain: 15 },
      { traits: set('c', 3000, 5), gain: 20 },
      { traits: set('d', 10_000, 5), gain: 30 },
      { traits: set('e', 30_000, 5), gain: 38 },
    ]),
  };
}

describe.each(CLAIMS)('the claim on %s', (claim) => {
  it('is supported where the effect is there, and says how large it is', () => {
    const { verdict, effect, runs, reason, seeds } = finding(claim, study(1)[claim]);
    expect(verdict).toBe('supported');
    expect(effect!.low).toBeGreaterThan(0);
    expect(effect!.low).toBeLessThan(effect!.value);
    expect(effect!.high).toBeGreaterThan(effect!.value);
    expect(seeds).toEqual([0, 1, 2, 3, 4]);
    expect(runs.length).toBeGreaterThan(0);
    expect(reason).toMatch(/above 0/);
  });

  it('is contradicted where the effect is the other way round', () => {
    const { verdict, effect, reason } = finding(claim, study(-1)[claim]);
    expect(verdict).toBe('contradicted');
    expect(effect!.high).toBeLessThan(0);
    expect(reason).toMatch(/below 0/);
  });

  it('is undecided without an effect, with one seed and without cells', () => {
    const none = finding(claim, study(0)[claim]);
    // The sequential paradigm still beats SFT and RL; without an effect it does not beat the third.
    expect(none.verdict).toBe('undecided');
    const one = finding(claim, study(1, 1)[claim]);
    expect(one.verdict).toBe('undecided');
    expect(one.reason).toMatch(/too few seeds/);
    const empty = finding(claim, []);
    expect(empty).toMatchObject({ verdict: 'undecided', effect: null, runs: [], seeds: [] });
    expect(empty.reason).toMatch(/no cells|no pairs/);
  });
});

describe('effects', () => {
  it('are those that were planted', () => {
    const cells = study(1);
    // The closest rival is 4 points below; the mean of stable and mild is 4.5 above early and late;
    // 5 points per tenfold; 6 from easiest to hardest.
    expect(Math.abs(finding('sequential', cells.sequential).effect!.value - 4)).toBeLessThan(0.7);
    expect(
      Math.abs(finding('switch-point', cells['switch-point']).effect!.value - 4.5),
    ).toBeLessThan(0.7);
    expect(Math.abs(finding('scale', cells.scale).effect!.value - 5)).toBeLessThan(0.7);
    expect(Math.abs(finding('difficulty', cells.difficulty).effect!.value - 6)).toBeLessThan(0.7);
  });

  it('are found in noise alone at most as often as the confidence allows', () => {
    let decided = 0;
    for (let trial = 0; trial < 200; trial++) {
      const random = Random.from(trial, 'null-effect');
      const cells = Array.from({ length: 5 }, (_, seed) =>
        [2, 9].map((difficulty) =>
          cell({
            seed,
            set: { name: String(difficulty), size: 1000, difficulty },
            aPost: 70 + 2 * random.normal(),
            reach: 0.5,
          }),
        ),
      ).flat();
      if (finding('difficulty', cells).verdict !== 'undecided') decided += 1;
    }
    // 10% expected of 200; three standard deviations above is 33.
    expect(decided).toBeLessThan(33);
    expect(decided).toBeGreaterThan(5);
  });

  it('are not surer than the fits: wide intervals of the ceilings leave them undecided', () => {
    const cells = study(1).difficulty.map((each) => ({
      ...each,
      ceiling: { ...each.ceiling!, aPostLow: 45, aPostHigh: 95 },
    }));
    expect(finding('difficulty', cells).verdict).toBe('undecided');
  });

  it('need every rival beaten: one that is better contradicts the claim', () => {
    const cells = study(1).sequential.map((each) =>
      each.paradigm === 'luffy'
        ? { ...each, final: { ...each.final, value: each.final.value + 10 } }
        : each,
    );
    const { verdict, reason, contrasts } = finding('sequential', cells);
    expect(verdict).toBe('contradicted');
    expect(reason).toMatch(/against luffy/);
    expect(contrasts.map((contrast) => contrast.name)).toEqual([
      'against sft',
      'against rl',
      'against luffy',
    ]);
  });
});

describe('cells without an identified ceiling', () => {
  const opened = (low: number, high: number, every: number) =>
    study(1).scale.map((each, i) => {
      if (i % every !== 0) return each;
      const ceiling = { ...each.ceiling!, aPostLow: low, aPostHigh: high, verdict: UNBENT };
      return { ...each, ceiling };
    });

  it('count with all that they may be, and are named', () => {
    const known = finding('scale', study(1).scale);
    const { leftOut, open, runs, effect } = finding('scale', opened(60, 100, 4));
    expect(open).toHaveLength(5);
    expect(leftOut).toEqual([]);
    expect(open.every((run) => runs.includes(run))).toBe(true);
    const width = (of: typeof effect): number => of!.high - of!.low;
    expect(width(effect)).toBeGreaterThan(width(known.effect));
    expect(finding('sequential', opened(60, 100, 4)).open).toEqual([]);
  });

  it('decide nothing where all of them are open', () => {
    expect(finding('scale', study(1).scale).verdict).toBe('supported');
    expect(finding('scale', opened(40, 100, 1)).verdict).toBe('undecided');
  });

  it('are left out without any fit', () => {
    const cells = study(1).scale.map((each, i) =>
      i % 4 === 0 ? { ...each, ceiling: null } : each,
    );
    const { leftOut, runs } = finding('scale', cells);
    expect(leftOut).toHaveLength(5);
    expect(runs.some((run) => leftOut.includes(run))).toBe(false);
  });
});
