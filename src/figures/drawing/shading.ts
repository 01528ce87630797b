/** Heights as shaded bands with lines between them, inside a box. */
import { band, contour, outline, triangles, type Height } from './contours';
import type { Box, Pen } from './pen';
import type { Ramp } from './ramp';
import { element, pathThrough, type Point } from './svg';

interface Shading {
  /** `x` and `y` as shares of the box, from its left and top. */
  readonly heights: readonly Height[];
  readonly ramp: Ramp;
  /** Between which bands are shaded; a line stands at each. */
  readonly levels: readonly number[];
}

/** Linear inside each triangle of neighbours; beyond them nothing. */
export function shaded(pen: Pen, box: Box, { heights, ramp, levels }: Shading): string[] {
  const [wide, tall] = [box.right - box.left, box.bottom - box.top];
  const place = ([px, py]: Point): Point => [box.left + px * wide, box.top + py * tall];
  const found = triangles(heights);
  const shades = found.flatMap((triangle) =>
    levels.slice(1).flatMap((high, i) => {
      const low = levels[i]!;
      const corners = band(triangle, low, high);
      if (corners.length < 3) return [];
      const colour = ramp.colour((low + high) / 2);
      return [
        element('path', {
          d: `${pathThrough(corners.map(place))}Z`,
          fill: colour,
          stroke: colour,
          'stroke-width': 0.75,
        }),
      ];
    }),
  );
  const lines = found.flatMap((triangle) =>
    levels.flatMap((level) => {
      const line = contour(triangle, level);
      return line ? [pen.line(line.map(place), { colour: pen.theme.background, width: 1.5 })] : [];
    }),
  );
  // The shading may be as dark as the ground: its edge is not.
  const edges = outline(found).map((edge) => pen.line(edge.map(place)));
  return [...shades, ...lines, ...edges];
}
