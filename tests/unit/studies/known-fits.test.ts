import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitsOf, StudyAnalyst } from '../../../src/studies/analysis';
import { StudyBacktester } from '../../../src/studies/backtest-curves';
import { readBundle } from '../../../src/studies/bundle/study-bundle';
import { fitKey, KnownFits, type StudyFits } from '../../../src/studies/known-fits';
import type { StudyResults } from '../../../src/studies/study-results';
import { lastOf } from '../../../src/theory';

const SHIPPED = new URL('../../../public/studies/scale-difficulty.zip', import.meta.url);

describe('the fits that the shipped study carries', () => {
  let results: StudyResults;
  let fits: StudyFits;

  beforeAll(async () => {
    const bundle = readBundle(await readFile(SHIPPED));
    results = bundle.results;
    // They are made anew by `npm run -s lab -- refit public/studies/scale-difficulty.zip`.
    expect(bundle.fits).not.toBeNull();
    fits = bundle.fits!;
  });

  it('are all that its figures rest on', () => {
    const known = new KnownFits(fits);
    expect([...new StudyAnalyst(known).steps(results)]).toHaveLength(1);
    expect([...new StudyBacktester(known).steps(results)]).toHaveLength(0);
    expect(fitsOf(results, known)).toEqual(fits);
    expect(fits.branches).toHaveLength(16);
    expect(fits.backtest).toHaveLength(170);
  });

  it('are those that the theory of today makes: otherwise FITS_VERSION is to rise', () => {
    const known = new KnownFits({
      ...fits,
      branches: fits.branches.slice(1),
      backtest: fits.backtest.filter((_, i) => i % 20 > 0),
    });
    lastOf(new StudyAnalyst(known).steps(results));
    lastOf(new StudyBacktester(known).steps(results));
    expect(fitsOf(results, known)).toEqual(fits);
  });
});

it('a key is of the values, in whatever order they lie', () => {
  expect(fitKey('a', { x: 1, y: [{ p: 1, q: 2 }] })).toBe(
    fitKey('a', { y: [{ q: 2, p: 1 }], x: 1 }),
  );
  expect(fitKey('a', { x: 1 })).not.toBe(fitKey('a', { x: 2 }));
});
