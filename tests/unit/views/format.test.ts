import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatFlops,
  formatFlopsTicks,
  formatPoints,
  formatTimeLeft,
} from '../../../src/views/format';

describe('numbers for people', () => {
  it.each([
    [0, '0 FLOPs'],
    [950, '950 FLOPs'],
    [1000, '1.00 kFLOPs'],
    [1.32e11, '132 GFLOPs'],
    [3.492e19, '34.9 EFLOPs'],
  ])('%d FLOPs read “%s”', (flops, text) => {
    expect(formatFlops(flops)).toBe(text);
  });

  it('gives all ticks of an axis one prefix', () => {
    expect(formatFlopsTicks([0, 5e8, 1e9, 1.5e9])).toEqual(['0', '0.5 G', '1 G', '1.5 G']);
  });

  it.each([
    [0.2, '0 s'],
    [59.7, '1 min 0 s'],
    [125, '2 min 5 s'],
    [7260, '2 h 1 min'],
  ])('%d seconds last “%s”', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [3, '<10 s left'],
    [42, '40 s left'],
    [127, '2 min 10 s left'],
    [1000, '17 min left'],
  ])('an estimate of %d seconds reads “%s”', (seconds, text) => {
    expect(formatTimeLeft(seconds)).toBe(text);
  });

  it('writes a minus that is as wide as a plus', () => {
    expect(formatPoints(-2.34)).toBe('−2.3');
  });
});
