import { expect, it } from 'vitest';
import { performanceFigure } from '../../../../src/figures';
import type { RunRecord } from '../../../../src/runtime/stores/runs';
import { presetNamed } from '../../../../src/training/configuration/presets';
import { runsPicture } from '../../../../src/views/studies/compare/run-pictures';
import { exampleStudy } from '../../figures/study-example';

/** A finished run that measured what a cell of a study did. */
function runOf(id: string, cutShort: boolean): RunRecord {
  const { cells } = exampleStudy({ seeds: 1, sets: ['uniform'], cutShort });
  const { cell, atBranch, atEnd, track, compute, unseenLevels } = cells[0]!;
  const { step, phase, compute: at } = cell.branch!;
  return {
    id,
    config: { ...presetNamed('micro').config, seed: 4 },
    status: 'finished',
    createdAt: 0,
    updatedAt: 0,
    engine: null,
    seconds: 1,
    failure: null,
    summary: {
      base: atBranch,
      branch: atBranch,
      final: atEnd,
      minValidationLoss: 0.3,
      switched: { step, compute: at, reason: { because: 'asked' }, phase },
      ceiling: cell.ceiling,
      noCeilingBecause: null,
      curve: cell.curve.map(({ compute: x, performance, nProblems = 0, levels = null }) => ({
        compute: x,
        performance,
        samples: nProblems,
        levels,
      })),
      track,
      compute,
      skippedSteps: 0,
      rlEnd: null,
      instabilities: [],
      unseenLevels,
      leftOut: 0,
      heldOut: null,
    },
  };
}

it('overlays two runs of one name, each with its own ceiling or none', () => {
  const picture = runsPicture([runOf('a', false), runOf('b', true)]);
  const names = picture.branches.map(({ name }) => name);
  expect(names).toEqual(['micro · uniform · seed 4 (1)', 'micro · uniform · seed 4 (2)']);
  const { svg, table } = performanceFigure([picture], [], { theme: 'dark', format: 'slide' });
  for (const name of names) expect(svg).toContain(`from ${name}`);
  const ceilings = table.rows.filter((row) => String(row[3]).startsWith('A_post'));
  expect(ceilings.map((row) => row[3])).toEqual(['A_post', 'A_post not identified']);
  expect(ceilings[1]![5]).toBeNull();
});

it('leaves out runs that found nothing', () => {
  expect(runsPicture([{ ...runOf('a', false), summary: null }]).branches).toEqual([]);
});
