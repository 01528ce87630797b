import { describe, expect, it } from 'vitest';
import { liveFigure } from '../../../src/figures';
import type { StudyResults } from '../../../src/studies/study-results';
import { exampleStudy } from './study-example';
import { expectInside, readSvg } from './svg-checks';

const OPTIONS = { theme: 'light', format: 'slide' } as const;
const WHOLE = exampleStudy({ seeds: 1, sets: ['uniform', 'hard'] });
const BEGUN: StudyResults = { ...WHOLE, trunks: [], cells: [] };
const [branch] = WHOLE.config.branches.map(({ name }) => name) as [string];
const marks = [
  { stage: 'sft', step: 0, compute: 0, performance: 40 },
  { stage: 'sft', step: 4, compute: 1e9, performance: 47.5 },
  { stage: 'rl', step: 2, compute: 3e9, performance: 60 },
] as const;

function marksDrawn(svg: string) {
  return readSvg(svg).elements.filter(({ attributes }) => attributes['data-row'] !== undefined);
}

describe('the picture of a study that trains', () => {
  it('is there with the first score, before any run has finished', () => {
    const none = liveFigure(BEGUN, [], OPTIONS);
    expect(none.headline).toBe('The first score is being measured.');
    const job = { kind: 'sft', set: 'hard', branch: null, seed: 3 } as const;
    const first = liveFigure(BEGUN, [{ ...job, track: marks.slice(0, 1) }], OPTIONS);
    expect(first.headline).toBe('Now training: SFT on hard, seed 3: 40.0 percent.');
    expect(marksDrawn(first.svg)).toHaveLength(1);
    const later = liveFigure(BEGUN, [{ ...job, track: marks.slice(0, 2) }], OPTIONS);
    expect(later.headline).toContain('47.5 percent');
    expect(later.table.rows).toEqual([['hard', 'SFT', 3, 1e9, 47.5]]);
    expectInside(readSvg(later.svg));
  });

  it('has a branch begin where it leaves its SFT', () => {
    const job = { kind: 'cell', set: 'hard', branch, seed: 0, track: marks } as const;
    const { svg } = liveFigure(BEGUN, [job], OPTIONS);
    const lines = readSvg(svg).elements.filter(
      ({ attributes }) => attributes.fill === 'none' && attributes['stroke-linejoin'] === 'round',
    );
    // Of all lines with a look of a series, the branch's alone: from its SFT's last point to RL's.
    const own = lines.filter(({ attributes }) => Number(attributes['stroke-width']) > 1);
    expect(own.at(-1)!.attributes.d!.match(/[ML]/g)).toHaveLength(2);
  });

  it('keeps the finished runs of all seeds, and RL from the base beside every set', () => {
    const { svg, table, headline } = liveFigure(WHOLE, [], OPTIONS);
    expect(headline).toBe(`Finished: ${WHOLE.trunks.length + WHOLE.cells.length} runs.`);
    expect(table.rows).toHaveLength(WHOLE.trunks.length + WHOLE.cells.length);
    expect(marksDrawn(svg)).toEqual([]);
  });
});
