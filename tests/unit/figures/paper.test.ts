import { describe, expect, it } from 'vitest';
import { FIGURES } from '../../../src/figures';
import { PAPER_CORRELATION, PAPER_SETS } from '../../../src/figures/paper-numbers';
import { PAPER_PICTURES } from '../../../src/figures/paper';
import { difficultyMultipliers } from '../../../src/figures/scale-lines';
import { pearson, spearman } from '../../../src/theory/statistics';

const OPTIONS = { theme: 'light', format: 'slide' } as const;

function peakOf(name: string): number {
  return PAPER_PICTURES.find((set) => set.name === name)!.peak!.aPost!.value;
}

describe('the published numbers', () => {
  it('have a value of everything at each branch point', () => {
    for (const { steps, sftCompute, pSft, aPost, validationLoss, phases } of PAPER_SETS) {
      for (const column of [sftCompute, pSft, aPost, validationLoss, phases]) {
        expect(column).toHaveLength(steps.length);
      }
    }
  });

  it('begin with RL from the same base', () => {
    for (const { steps, aPost } of PAPER_SETS) expect([steps[0], aPost[0]]).toEqual([0, 72]);
  });

  it('hold what the findings quote of them', () => {
    expect(Math.max(...PAPER_SETS.flatMap(({ aPost }) => aPost))).toBe(84);
    expect([peakOf('S1K'), peakOf('SFT889K')]).toEqual([77.3, 84]);
    expect(['Hard102K', 'Uniform102K', 'Easy102K'].map(peakOf)).toEqual([82.8, 79.7, 78.8]);
    for (const { peak } of PAPER_PICTURES) expect(['stable', 'mild']).toContain(peak!.phase);
  });

  it('correlate as published', () => {
    const losses = PAPER_PICTURES.map(({ loss }) => Math.min(...loss.map((point) => point.loss)));
    const ceilings = PAPER_PICTURES.map(({ peak }) => peak!.aPost!.value);
    expect(pearson(losses, ceilings)).toBeCloseTo(PAPER_CORRELATION.pearson, 1);
    expect(spearman(losses, ceilings)).toBeCloseTo(PAPER_CORRELATION.spearman, 1);
  });

  it('give difficulty a multiplier, without an interval', () => {
    const [multiplier] = difficultyMultipliers(PAPER_PICTURES);
    expect(multiplier).toMatchObject({ easiest: 'Easy102K', hardest: 'Hard102K', size: 102_000 });
    expect(multiplier!.ratio.value).toBeCloseTo(82.8 / 78.8, 6);
    expect(multiplier!.ratio.low).toBeNull();
  });

  it('are cited in every figure that shows them', () => {
    for (const { paper } of FIGURES) {
      if (paper) expect(paper(OPTIONS).svg).toContain('arXiv 2512.11470');
    }
  });
});
