import { describe, expect, it } from 'vitest';
import { drift, restored } from '../../../src/training/parameters';

const BASE = Float32Array.of(3, 4);
const SFT = Float32Array.of(3, 9);

describe('weights', () => {
  it('have moved by the length of the difference over that of the beginning', () => {
    expect(drift(SFT, BASE)).toBeCloseTo(5 / 5, 12);
    expect(drift(BASE, BASE)).toBe(0);
  });

  it('are restored by a share of the way back to the base', () => {
    expect([...restored(SFT, BASE, 0)]).toEqual([3, 9]);
    expect([...restored(SFT, BASE, 0.4)]).toEqual([3, 7]);
    expect([...restored(SFT, BASE, 1)]).toEqual([3, 4]);
  });
});
