/** Ceilings that are known from below alone, in every figure that shows ceilings. */
import { describe, expect, it } from 'vitest';
import { ceilingMapFigure } from '../../../src/figures/ceiling-map';
import { decompositionFigure } from '../../../src/figures/decomposition';
import type { Figure } from '../../../src/figures';
import { performanceFigure } from '../../../src/figures/performance';
import { predictorsFigure, promisedSets } from '../../../src/figures/predictors';
import {
  highestCeiling,
  type BranchPicture,
  type SetPicture,
} from '../../../src/figures/set-picture';
import { atLeastOf, type CeilingVerdict } from '../../../src/theory';
import { verdictSentence } from '../../../src/words/en/reasons/ceiling-reasons';
import { cell, UNBENT } from '../theory/cells';

const OPEN: CeilingVerdict = {
  is: 'at-least',
  atLeast: 86.5,
  open: [{ level: '6', state: 'not-begun', now: 22, add: 13 }],
};
const STILL: CeilingVerdict = { is: 'no-signal', moved: 0.4, noise: 1.9, evaluations: 12 };
const OPTIONS = { theme: 'light', format: 'slide' } as const;

function branch(name: string, verdict: CeilingVerdict, aPost: number, end: number): BranchPicture {
  const fit = { ...cell({ seed: 0, aPost }).ceiling!, verdict };
  const shown = { value: aPost, low: aPost - 1, high: aPost + 1 };
  const isKnown = verdict.is === 'identified';
  return {
    name,
    step: { early: 10, stable: 100, late: 300 }[name] ?? 500,
    compute: 1e9,
    phase: 'stable',
    validationLoss: 0.4,
    pSft: { value: 50, low: 49, high: 51 },
    aPost: isKnown ? shown : null,
    plRl: isKnown ? { value: aPost - 50, low: aPost - 52, high: aPost - 48 } : null,
    atLeast: atLeastOf(fit),
    reason: verdictSentence(verdict),
    final: { value: end, low: end - 1, high: end + 1 },
    fit,
    curves: [],
    seeds: 3,
  };
}

function setOf(name: string, branches: readonly BranchPicture[]): SetPicture {
  const peak = highestCeiling(branches);
  return { name, size: 800, difficulty: 3, branches, loss: [], phases: [], peak };
}

const early = branch('early', { is: 'identified' }, 81.8, 80);
const MIXED = setOf('uniform', [
  early,
  branch('stable', OPEN, 90, 86),
  branch('late', UNBENT, 95, 90),
  branch('never', STILL, 50, 50.2),
]);
const FIGURES: readonly (readonly [string, (sets: readonly SetPicture[]) => Figure])[] = [
  ['decomposition', (sets) => decompositionFigure(sets, OPTIONS)],
  ['performance', (sets) => performanceFigure(sets, [], OPTIONS)],
  ['map', (sets) => ceilingMapFigure(sets, OPTIONS)],
];

describe.each(FIGURES)('a ceiling that is known from below: %s', (_, draw) => {
  it('has its verdict and its number in the table', () => {
    const { table } = draw([setOf('uniform', [branch('stable', OPEN, 90, 86), early])]);
    const texts = table.rows.flat();
    expect(texts).toContain(86.5);
    expect(texts.some((text) => text === 'at-least' || text === 'A_post at least')).toBe(true);
  });

  it('is drawn otherwise than one that is not known, and one that is', () => {
    const pictures = ([OPEN, UNBENT, STILL, { is: 'identified' }] as const).map(
      (verdict) =>
        draw([
          setOf('uniform', [branch('stable', verdict, 90, verdict === STILL ? 50 : 86), early]),
        ]).svg,
    );
    expect(new Set(pictures).size).toBe(4);
  });

  it('leaves none below it called the highest', () => {
    const { headline, reading } = draw([MIXED]);
    expect(`${headline} ${reading}`).not.toMatch(/highest/i);
    expect(`${headline} ${reading}`).toMatch(/open/);
    const known = draw([
      setOf('uniform', [early]),
      setOf('easy', [branch('early', { is: 'identified' }, 70, 69)]),
    ]);
    expect(`${known.headline} ${known.reading}`).toMatch(/highest|heads for/i);
  });
});

describe('an open ceiling counts with all that it may be', () => {
  const easy = { ...setOf('easy', [branch('early', { is: 'identified' }, 70, 69)]), difficulty: 2 };
  const hard = { ...setOf('hard', [branch('stable', OPEN, 90, 86)]), difficulty: 4 };
  const column = ({ table }: Figure, row: number, name: string) =>
    table.rows[row]![table.columns.indexOf(name)];

  it('on the map, where it is shaded, and in the multiplier of difficulty', () => {
    const map = ceilingMapFigure([easy, hard], OPTIONS);
    const [highest, low, high] = ['highest', 'highest_low', 'highest_high'].map((name) =>
      Number(column(map, 1, name)),
    );
    expect(low).toBeLessThan(highest!);
    expect(high).toBeGreaterThan(highest!);
    expect(highest).toBeGreaterThan(84);
    expect(Number(column(map, 1, 'multiplier'))).toBeCloseTo(highest! / 70, 6);
    expect(map.reading).toContain('An open ceiling counts with all that it may be');
    expect(column(map, 0, 'highest')).toBe(70);
  });

  it('also where no other ceiling is known', () => {
    const map = ceilingMapFigure([hard], OPTIONS);
    expect(map.reading + map.headline).toContain('No set has an identified ceiling yet');
    expect(map.svg).toContain('≥');
  });

  it('in the average over the branch points of a set', () => {
    const { reading } = decompositionFigure(
      [setOf('uniform', [early, branch('stable', OPEN, 90, 86)])],
      OPTIONS,
    );
    const [, average] = /A_post averages (\d+\.\d)/.exec(reading)!;
    expect(Number(average)).toBeGreaterThan(82.5);
    const { reading: one } = decompositionFigure([setOf('uniform', [early])], OPTIONS);
    expect(one).not.toContain('averages');
  });
});

describe('sentences about ceilings', () => {
  it('say of each verdict what it is', () => {
    const { reading } = decompositionFigure([MIXED], OPTIONS);
    expect(reading).toContain(
      'Open above: stable (at least 86.5), late (not identified), never (no signal).',
    );
  });

  it('call one set neither the highest nor the lowest', () => {
    const { headline, reading } = ceilingMapFigure([setOf('uniform', [early])], OPTIONS);
    expect(`${headline} ${reading}`).toContain('no other set has an identified one');
    expect(`${headline} ${reading}`).not.toMatch(/highest|lowest/);
  });

  it('rank no sets by ceilings below an open one', () => {
    const sets = [MIXED, setOf('easy', [branch('early', { is: 'identified' }, 70, 69)])];
    const ranking = sets.map(({ name }, i) => ({
      set: name,
      rank: i + 1,
      loss: { value: 0.3, low: 0.2, high: 0.4 },
      firstShare: 0.9,
    }));
    const drawn = predictorsFigure(
      { indicators: [], ranking: promisedSets(ranking, sets) },
      OPTIONS,
    );
    expect(drawn.reading).toMatch(/a ceiling of uniform is open above 90\.0/);
    expect(drawn.svg).toContain('≥ 90.0');
  });
});
