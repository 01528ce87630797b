/**
 * Contours over scattered points: linear inside each triangle of neighbouring points, and nothing
 * outside them, so that a map never shows what no study measured.
 */
import Delaunator from 'delaunator';
import type { Point } from './svg';

export interface Height {
  /** Both from about 0 to 1: what counts as near must not depend on units. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

type Triangle = readonly [Height, Height, Height];

/** Thinner triangles span points that nearly lie on a line, and would suggest an area. */
const LEAST_AREA = 1e-4;

export function triangles(points: readonly Height[]): Triangle[] {
  if (points.length < 3) return [];
  const corners = Delaunator.from(
    [...points],
    ({ x }) => x,
    ({ y }) => y,
  ).triangles;
  const found: Triangle[] = [];
  for (let i = 0; i + 2 < corners.length; i += 3) {
    const triangle = [
      points[corners[i]!]!,
      points[corners[i + 1]!]!,
      points[corners[i + 2]!]!,
    ] as const;
    if (areaOf(triangle) > LEAST_AREA) found.push(triangle);
  }
  return found;
}

function areaOf([a, b, c]: Triangle): number {
  return Math.abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)) / 2;
}

function between(a: Height, b: Height, value: number): Height {
  const share = (value - a.value) / (b.value - a.value);
  return { x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y), value };
}

/** The part of a polygon on one side of a height. */
function cut(
  polygon: readonly Height[],
  limit: number,
  keeps: (value: number) => boolean,
): Height[] {
  return polygon.flatMap((corner, i) => {
    const next = polygon[(i + 1) % polygon.length]!;
    const inside = keeps(corner.value);
    const crosses = inside !== keeps(next.value) && corner.value !== next.value;
    return [...(inside ? [corner] : []), ...(crosses ? [between(corner, next, limit)] : [])];
  });
}

/** The part of a triangle between two heights; fewer than three corners where there is none. */
export function band(triangle: Triangle, low: number, high: number): Point[] {
  const above = cut(triangle, low, (value) => value >= low);
  return cut(above, high, (value) => value <= high).map(({ x, y }): Point => [x, y]);
}

/** The line at a height through a triangle; null where it does not pass. */
export function contour(triangle: Triangle, value: number): readonly [Point, Point] | null {
  const crossings = triangle.flatMap((corner, i) => {
    const next = triangle[(i + 1) % 3]!;
    const isCrossed = corner.value < value !== next.value < value;
    return isCrossed ? [between(corner, next, value)] : [];
  });
  const [a, b] = crossings;
  return a && b
    ? [
        [a.x, a.y],
        [b.x, b.y],
      ]
    : null;
}

/** The edges that only one of the triangles has. */
export function outline(found: readonly Triangle[]): (readonly [Point, Point])[] {
  const edges = new Map<string, readonly [Point, Point] | null>();
  for (const triangle of found) {
    triangle.forEach((from, i) => {
      const to = triangle[(i + 1) % 3]!;
      const key = [from, to]
        .map(({ x, y }) => `${x} ${y}`)
        .sort()
        .join(', ');
      const edge: readonly [Point, Point] = [
        [from.x, from.y],
        [to.x, to.y],
      ];
      edges.set(key, edges.has(key) ? null : edge);
    });
  }
  return [...edges.values()].filter((edge) => edge !== null);
}
