/** Where the sets of the ceiling map and their names stand, so that none hides another. */
import type { Scale } from './drawing/axes';
import type { Box, Pen } from './drawing/pen';
import type { Point } from './drawing/svg';
import { fitText, textWidth } from './drawing/text';
import type { SizedSet } from './set-picture';

interface MapArea {
  readonly pen: Pen;
  readonly box: Box;
  readonly sets: readonly SizedSet[];
  readonly x: Scale;
  readonly y: Scale;
}

/** A set with the place of its circle and of its name. */
export interface PlacedSet {
  readonly set: SizedSet;
  readonly at: Point;
  readonly name: { readonly at: Point; readonly text: string };
}

/** Of a circle that has room for a ceiling. */
export function circleRadius({ format: { small } }: Pen): number {
  return 0.5 * textWidth('100.0', small, true) + 0.35 * small;
}

/** Circles that would hide one another move apart sideways; names stand where they hide nothing. */
export function placeSets(map: MapArea): PlacedSet[] {
  const { pen, sets, x, y, box } = map;
  const radius = circleRadius(pen);
  const step = 2 * radius + 4;
  const taken: Box[] = [];
  const known = sets.flatMap((set) =>
    set.difficulty === null ? [] : [{ set, difficulty: set.difficulty }],
  );
  const circles = known.map(({ set, difficulty }) => {
    const [px, py] = [x(set.size), y(difficulty)];
    const shifts = [0, 1, -1, 2, -2, 3, -3, 4, -4].map((times) => px + times * step);
    const inside = shifts.filter((at) => at - radius >= box.left && at + radius <= box.right);
    const boxes = inside.map((at) => around([at, py], radius, radius));
    const free = boxes.findIndex((area) => !taken.some((other) => overlaps(area, other)));
    const at: Point = [inside[Math.max(0, free)] ?? px, py];
    taken.push(around(at, radius, radius));
    return { set, at };
  });
  return circles.map(({ set, at }) => ({ set, at, name: placeName(map, set.name, at, taken) }));
}

/** Below its circle, or beside or above it: the first place that is free, which is then taken. */
function placeName({ pen, box }: MapArea, name: string, [x, y]: Point, taken: Box[]) {
  const { small } = pen.format;
  const text = fitText(name, 11 * small, small);
  const half = textWidth(text, small) / 2 + 1;
  const [aside, beyond] = [circleRadius(pen) + half + 2, circleRadius(pen) + 0.75 * small];
  const places: Point[] = [
    [x, y + beyond],
    [x + aside, y],
    [x - aside, y],
    [x, y - beyond],
    [x + aside, y + beyond],
    [x - aside, y + beyond],
    [x + aside, y - beyond],
    [x - aside, y - beyond],
  ];
  const isFree = (at: Point): boolean => {
    const area = around(at, half, 0.55 * small);
    const isInside =
      area.left >= box.left &&
      area.right <= box.right + small &&
      area.top >= box.top &&
      area.bottom <= box.bottom;
    return isInside && !taken.some((other) => overlaps(area, other));
  };
  const at = places.find(isFree);
  if (at) taken.push(around(at, half, 0.55 * small));
  // A name without a place is left out: the axes and the table still tell the set.
  return { at: at ?? ([x, y] as const), text: at ? text : '' };
}

function around([x, y]: Point, wide: number, tall: number): Box {
  return { left: x - wide, right: x + wide, top: y - tall, bottom: y + tall };
}

function overlaps(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
