import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { band, contour, triangles, type Height } from '../../../src/figures/drawing/contours';

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const points = fc.array(fc.record({ x: unit, y: unit }), { minLength: 3, maxLength: 12 });

/** Points on a plane, whose height is known everywhere. */
function onPlane(places: readonly { x: number; y: number }[]): Height[] {
  return places.map(({ x, y }) => ({ x, y, value: planeAt(x, y) }));
}

function planeAt(x: number, y: number): number {
  return 40 + 30 * x + 20 * y;
}

function area(corners: readonly (readonly [number, number])[]): number {
  const doubled = corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(doubled) / 2;
}

describe('contours', () => {
  it('run at their height', () => {
    fc.assert(
      fc.property(points, fc.double({ min: 40, max: 90, noNaN: true }), (places, level) => {
        for (const triangle of triangles(onPlane(places))) {
          const line = contour(triangle, level);
          for (const [x, y] of line ?? []) expect(planeAt(x, y)).toBeCloseTo(level, 6);
        }
      }),
    );
  });

  it('shade a triangle without gap or overlap', () => {
    fc.assert(
      fc.property(points, (places) => {
        const levels = [40, 50, 55, 60, 75, 90];
        for (const triangle of triangles(onPlane(places))) {
          const whole = area(triangle.map(({ x, y }) => [x, y] as const));
          const bands = levels.slice(1).map((high, i) => area(band(triangle, levels[i]!, high)));
          expect(bands.reduce((sum, part) => sum + part, 0)).toBeCloseTo(whole, 6);
        }
      }),
    );
  });

  it('shade nothing between points on a line', () => {
    const line = onPlane([0, 0.2, 0.5, 1].map((x) => ({ x, y: 0.3 })));
    expect(triangles(line)).toEqual([]);
    expect(triangles(line.slice(0, 2))).toEqual([]);
  });
});
