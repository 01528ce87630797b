import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatChange, formatPoints, formatSignificant } from '../../src/figures/drawing/numbers';
import { toDecimals } from '../../src/rounding';

describe('what is written for people', () => {
  // 95.05 points are 3802 of 4000 samples: seed 0 of `micro`, 95.1 in the README.
  it.each([
    [95.05, 1, '95.1'],
    [95.04, 1, '95.0'],
    [1.005, 2, '1.01'],
    [-2.25, 1, '-2.3'],
    [-0.04, 1, '0.0'],
    [0.5, 0, '1'],
    [1e21, 1, '1e+21'],
    [NaN, 1, 'NaN'],
  ])('%d with %d decimals is %s', (value, digits, text) => {
    expect(toDecimals(value, digits)).toBe(text);
  });

  it('rounds every share of 4,000 samples as one does by hand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), (right) => {
        // In whole numbers: a tenth of a point is four samples, and two are half of it.
        const tenths = Math.floor((right + 2) / 4);
        const byHand = `${Math.floor(tenths / 10)}.${tenths % 10}`;
        expect(toDecimals((100 * right) / 4000, 1)).toBe(byHand);
      }),
    );
  });

  it('is rounded alike in points, changes and significant digits', () => {
    expect(formatPoints(95.05)).toBe('95.1');
    expect(formatPoints(-95.05)).toBe('−95.1');
    expect(formatChange(-0.25)).toBe('−0.3');
    expect(formatSignificant(95.05)).toBe('95.1');
  });
});
