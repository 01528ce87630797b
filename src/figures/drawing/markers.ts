/** The shapes of markers. */
import { coordinate, pathThrough, type Point } from './svg';
import type { Marker } from './theme';

/** Path data of a marker around a point, `r` pixels in radius; empty for none. */
export function markerPath(marker: Marker, [x, y]: Point, r: number): string {
  const through = (points: readonly Point[]): string => `${pathThrough(points)}Z`;
  switch (marker) {
    case 'circle':
    case 'ring': {
      const at = (dx: number): string => `${coordinate(x + dx)} ${coordinate(y)}`;
      const radius = coordinate(r);
      return `M${at(-r)}A${radius} ${radius} 0 1 0 ${at(r)}A${radius} ${radius} 0 1 0 ${at(-r)}Z`;
    }
    case 'square': {
      const half = 0.9 * r;
      return through([
        [x - half, y - half],
        [x + half, y - half],
        [x + half, y + half],
        [x - half, y + half],
      ]);
    }
    case 'triangle':
      return through([
        [x, y - 1.2 * r],
        [x + 1.1 * r, y + 0.8 * r],
        [x - 1.1 * r, y + 0.8 * r],
      ]);
    case 'diamond':
      return through([
        [x, y - 1.35 * r],
        [x + 1.35 * r, y],
        [x, y + 1.35 * r],
        [x - 1.35 * r, y],
      ]);
    case 'cross':
      return `${pathThrough([
        [x - r, y - r],
        [x + r, y + r],
      ])}${pathThrough([
        [x + r, y - r],
        [x - r, y + r],
      ])}`;
    case 'plus':
      return `${pathThrough([
        [x - 1.2 * r, y],
        [x + 1.2 * r, y],
      ])}${pathThrough([
        [x, y - 1.2 * r],
        [x, y + 1.2 * r],
      ])}`;
    case 'none':
      return '';
    default:
      return marker satisfies never;
  }
}
