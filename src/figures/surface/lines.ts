/** The surface from the side: the expected ceiling over the size, a line for each difficulty. */
import { bottomAxis, leftAxis, percentScale } from '../drawing/axes';
import { shortCount } from '../drawing/numbers';
import type { Box, Pen } from '../drawing/pen';
import type { Point } from '../drawing/svg';
import { seriesStyle } from '../drawing/theme';
import { OUTCOME, type MapPicture } from './cells';
import { mapSizeScale } from './heat-map';

/** Draws the lines with 90% intervals at the sizes, and RL alone as the dashed zero. */
export function surfaceLines(pen: Pen, box: Box, map: MapPicture): string[] {
  const { surface, lines, sizes } = map;
  const { small, lineWidth } = pen.format;
  const { zero } = surface;
  const expected = lines.map(({ difficulty }) => sizes.map((size) => surface.at(size, difficulty)));
  const values = expected.flat().flatMap(({ low, high }) => [low, high]);
  const y = percentScale(pen, [...values, zero.value], box);
  const x = mapSizeScale(sizes, [box.left, box.right]);
  const zeroLine: readonly Point[] = [
    [box.left, y(zero.value)],
    [box.right, y(zero.value)],
  ];
  return [
    leftAxis(pen, box, y, { title: OUTCOME[map.of], unit: '%' }),
    bottomAxis(pen, box, x, { ticks: sizes, labels: sizes.map(shortCount), title: 'trajectories' }),
    pen.line(zeroLine, { colour: pen.theme.muted, dash: [4, 4], width: 1.5 }),
    pen.text([box.right, y(zero.value) - 0.7 * small], 'RL alone', {
      size: small,
      anchor: 'end',
      colour: pen.theme.muted,
      halo: true,
    }),
    ...expected.flatMap((ofLine, i) => {
      const style = seriesStyle(pen.theme, i);
      // Side by side, so that intervals of one size do not hide each other.
      const place = (k: number): number =>
        x(sizes[k]!) + (i - (lines.length - 1) / 2) * 0.7 * small;
      const points = ofLine.map(({ value }, k): Point => [place(k), y(value)]);
      return [
        pen.line(points, { ...style, width: lineWidth }),
        ...ofLine.map(({ low, high }, k) =>
          pen.whisker({ x: place(k), low: y(low), high: y(high) }, { colour: style.colour }),
        ),
        pen.markers(points, style),
      ];
    }),
  ];
}
