import { describe, expect, it } from 'vitest';
import {
  heldValue,
  pixelsOf,
  pointAt,
  valueForKey,
  type PlotPlace,
} from '../../../src/views/charts/chart-handle';

const place: PlotPlace = { left: 40, top: 10, width: 200, height: 100, x: [0, 4], y: [50, 100] };

describe('a handle on a chart', () => {
  it('stands where its values are, and is read off where it stands', () => {
    expect(pixelsOf(place, { x: 1, y: 75 })).toEqual({ left: 90, top: 60 });
    expect(pointAt(place, { left: 90, top: 60 })).toEqual([1, 75]);
  });

  it('stays on the chart, whatever its value', () => {
    expect(pixelsOf(place, { x: 9, y: 0 })).toEqual({ left: 240, top: 110 });
  });

  it('has values of its step alone, within its limits', () => {
    const range = { min: 0.4, max: 6, step: 0.1 };
    expect(heldValue(range, 1.234)).toBe(1.2);
    expect(heldValue(range, -5)).toBe(0.4);
    expect(heldValue(range, 60)).toBe(6);
  });

  it('is moved by the keys of a slider, and by no other', () => {
    const handle = { value: 70, min: 50, max: 100, step: 0.5 };
    expect(valueForKey(handle, 'ArrowUp')).toBe(70.5);
    expect(valueForKey(handle, 'ArrowLeft')).toBe(69.5);
    expect(valueForKey(handle, 'PageUp')).toBe(75);
    expect(valueForKey(handle, 'Home')).toBe(50);
    expect(valueForKey(handle, 'End')).toBe(100);
    expect(valueForKey(handle, 'Tab')).toBeNull();
  });
});
