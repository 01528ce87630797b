/** The surface from above: shaded with isolines between the measured cells, hatched beyond them. */
import { scaleLinear, scaleLog } from 'd3-scale';
import { exp, log } from '../../elementary';
import { bottomAxis, bottomAxisHeight, leftAxis, niceScale, type Scale } from '../drawing/axes';
import { formatPoints, shortCount } from '../drawing/numbers';
import type { Box, Pen } from '../drawing/pen';
import { rampBar, rampOver } from '../drawing/ramp';
import { shaded } from '../drawing/shading';
import { element } from '../drawing/svg';
import { textWidth } from '../drawing/text';
import { openArrow } from '../open-ceilings';
import { difficultyLabel, OUTCOME, type MapCell, type MapPicture } from './cells';

/** Steps of the shading from one size or difficulty to the next. */
const FINE = 4;

/** Room below the map: its axis and the bar of its colours. */
export function heatMapRoom(pen: Pen): number {
  return bottomAxisHeight(pen, true) + 3.6 * pen.format.small;
}

/** Half of what lies between the values at an end. */
function halfStep(values: readonly number[]): number {
  return values.length > 1 ? (values.at(-1)! - values[0]!) / (2 * (values.length - 1)) : 0.5;
}

interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** Sizes on a logarithmic scale with half a step beyond the ends. */
export function mapSizeScale(sizes: readonly number[], range: readonly [number, number]): Scale {
  const wide = exp(halfStep(sizes.map(log)));
  return scaleLog([sizes[0]! / wide, sizes.at(-1)! * wide], range);
}

/** Of a mark that has room for what was measured: half of its width, and of its height where rows allow. */
function cellRadius({ format: { small } }: Pen): number {
  return 0.5 * textWidth('100.0', small, true) + 0.3 * small;
}

/** Half the height of a mark: less than of a circle where rows are close. */
function cellHalfHeight(pen: Pen, { lines }: MapPicture, { y }: Scales): number {
  const rows = lines.map(({ difficulty }) => y(difficulty));
  const gaps = rows.slice(1).map((row, i) => rows[i]! - row);
  return Math.min(cellRadius(pen), 0.44 * Math.min(...gaps));
}

function scalesOf(pen: Pen, { sizes, lines }: MapPicture, box: Box): Scales {
  const difficulties = lines.map(({ difficulty }) => difficulty);
  // The mark of the highest row has room for its arrow.
  const room = 1.2 * pen.format.small + 3 * pen.format.marker;
  const share = Math.min(0.3, room / (box.bottom - box.top));
  const spread = difficulties.at(-1)! - difficulties[0]!;
  const tall = Math.max(halfStep(difficulties), (share * spread) / (1 - 2 * share));
  return {
    x: mapSizeScale(sizes, [box.left, box.right]),
    y: scaleLinear([difficulties[0]! - tall, difficulties.at(-1)! + tall], [box.bottom, box.top]),
  };
}

/** Values with `FINE` steps between each and the next. */
function refined(values: readonly number[]): number[] {
  return values.flatMap((value, i) => {
    const next = values[i + 1];
    if (next === undefined) return [value];
    return Array.from({ length: FINE }, (_, k) => value + (k / FINE) * (next - value));
  });
}

/** The heights that are shaded: within the measured sizes and difficulties. */
function heightsOf({ surface, sizes, lines }: MapPicture, box: Box, { x, y }: Scales) {
  const [wide, tall] = [box.right - box.left, box.bottom - box.top];
  const difficulties = refined(lines.map(({ difficulty }) => difficulty));
  return refined(sizes.map(log)).flatMap((logSize) =>
    difficulties.map((difficulty) => {
      const size = exp(logSize);
      return {
        x: (x(size) - box.left) / wide,
        y: (y(difficulty) - box.top) / tall,
        value: surface.at(size, difficulty).value,
      };
    }),
  );
}

/** What rests on nothing: beyond the measured cells, and about a place of the grid without one. */
function hatched(pen: Pen, { sizes, lines }: MapPicture, box: Box, { x, y }: Scales): string[] {
  const xs = sizes.map((size) => x(size));
  const ys = lines.map(({ difficulty }) => y(difficulty));
  const [left, right, top, bottom] = [xs[0]!, xs.at(-1)!, ys.at(-1)!, ys[0]!];
  const middle = (places: readonly number[], i: number, k: number): number => {
    const other = places[k];
    return other === undefined ? places[i]! : (places[i]! + other) / 2;
  };
  const missing = lines.flatMap(({ cells }, i) =>
    sizes.flatMap((size, k): Box[] => {
      if (cells.some((cell) => cell.size === size)) return [];
      const edges = { left: middle(xs, k, k - 1), right: middle(xs, k, k + 1) };
      return [{ ...edges, top: middle(ys, i, i + 1), bottom: middle(ys, i, i - 1) }];
    }),
  );
  const frame: Box[] = [
    { ...box, right: left },
    { ...box, left: right },
    { ...box, left, right, bottom: top },
    { ...box, left, right, top: bottom },
  ];
  const style = { gap: 7, opacity: 0.55 };
  return [
    ...frame.map((area) => pen.hatch(area, pen.theme.muted, style)),
    ...missing.flatMap((area) => [
      pen.rect(area, { fill: pen.theme.background, opacity: 0.6 }),
      pen.hatch(area, pen.theme.text, { ...style, opacity: 0.8 }),
    ]),
  ];
}

/** The size at which the surface comes to a level, at one difficulty; null where it does not. */
function crossing({ surface, sizes }: MapPicture, level: number, difficulty: number) {
  let [low, high] = [log(sizes[0]!), log(sizes.at(-1)!)];
  const at = (logSize: number): number => surface.at(exp(logSize), difficulty).value;
  if (at(low) >= level || at(high) <= level) return null;
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    if (at(middle) < level) low = middle;
    else high = middle;
  }
  return exp((low + high) / 2);
}

/** The isolines' heights, halfway between two difficulties, where no cell stands. */
function isolineLabels(pen: Pen, map: MapPicture, levels: readonly number[], scales: Scales) {
  const { x, y } = scales;
  const tall = cellHalfHeight(pen, map, scales);
  const difficulties = map.lines.map(({ difficulty }) => difficulty);
  const from = Math.floor((difficulties.length - 1) / 2);
  const between = (difficulties[from]! + difficulties[from + 1]!) / 2;
  let free = -Infinity;
  return levels.flatMap((level) => {
    const size = crossing(map, level, between);
    const said = formatPoints(level).replace(/\.0$/, '');
    const half = textWidth(said, pen.format.small) / 2 + 4;
    if (size === null || x(size) - half < free) return [];
    const isHidden = map.lines.some(({ cells }) =>
      cells.some(
        (cell) =>
          Math.abs(x(cell.size) - x(size)) < cellRadius(pen) + half &&
          Math.abs(y(cell.difficulty) - y(between)) < tall + 0.6 * pen.format.small,
      ),
    );
    if (isHidden) return [];
    free = x(size) + half;
    return [
      pen.text([x(size), y(between)], said, {
        size: pen.format.small,
        anchor: 'middle',
        halo: true,
      }),
    ];
  });
}

/** Cells that stand so near to one already drawn that its number would lie on theirs. */
function crowded(
  pen: Pen,
  cells: readonly MapCell[],
  tall: number,
  { x, y }: Scales,
): Set<MapCell> {
  const drawn: MapCell[] = [];
  const apart = 2 * cellRadius(pen) + 2;
  const high = Math.max(2 * tall, 1.3 * pen.format.small);
  const touches = (a: MapCell, b: MapCell): boolean =>
    Math.abs(x(a.size) - x(b.size)) < apart && Math.abs(y(a.difficulty) - y(b.difficulty)) < high;
  return new Set(
    cells.filter((cell) => {
      if (drawn.some((other) => touches(other, cell))) return true;
      drawn.push(cell);
      return false;
    }),
  );
}

/** What was measured at the end, in a mark whose outline tells the verdict on the ceiling. */
function cellMark(
  pen: Pen,
  cell: MapCell,
  {
    row,
    isCrowded,
    x,
    y,
    ...half
  }: Scales & { readonly row: number; readonly tall: number; readonly isCrowded: boolean },
): string[] {
  const { small, marker } = pen.format;
  // Without its number, which the table has, a mark needs little room.
  const [wide, tall] = isCrowded ? [marker, marker] : [cellRadius(pen), half.tall];
  const at = [x(cell.size), y(cell.difficulty)] as const;
  const top = at[1] - tall;
  const isBelow = cell.verdict === 'at-least';
  const isKnown = cell.verdict === 'identified' || isBelow;
  return [
    element('rect', {
      x: at[0] - wide,
      y: top,
      width: 2 * wide,
      height: 2 * tall,
      rx: Math.min(wide, tall),
      fill: pen.theme.background,
      stroke: pen.theme.text,
      'stroke-width': 2,
      'stroke-dasharray': isKnown ? null : '5 4',
      'data-row': row,
      'data-column': 'end',
      'data-value': cell.end.value,
    }),
    isBelow ? openArrow(pen, { x: at[0], from: top, to: top }, pen.theme.text) : '',
    isCrowded
      ? ''
      : pen.text(at, formatPoints(cell.end.value).replace('100.0', '100'), {
          size: small,
          anchor: 'middle',
          weight: 650,
        }),
  ];
}

/** Draws the map in a box; `rowOf` is a cell's row in the figure's table. */
export function heatMap(
  pen: Pen,
  box: Box,
  map: MapPicture,
  rowOf: (cell: MapCell) => number,
): string[] {
  const { small } = pen.format;
  const scales = scalesOf(pen, map, box);
  const heights = heightsOf(map, box, scales);
  const shades = niceScale(
    heights.map(({ value }) => value),
    // The last label stands half beyond its end.
    [box.left, box.right - small],
    { ceiling: 100 },
  );
  const [low = 0, high = 100] = shades.domain();
  const levels = shades.ticks(6);
  const ramp = rampOver(pen.theme.ramp, [low, high]);
  const cells = map.lines.flatMap((line) => line.cells);
  const tall = cellHalfHeight(pen, map, scales);
  const dense = crowded(pen, cells, tall, scales);
  return [
    leftAxis(pen, box, scales.y, {
      ticks: map.lines.map(({ difficulty }) => difficulty),
      labels: map.lines.map(({ difficulty }) => difficultyLabel(difficulty)),
      title: map.difficultyTitle,
    }),
    bottomAxis(pen, box, scales.x, {
      ticks: map.sizes,
      labels: map.sizes.map(shortCount),
      title: 'trajectories',
    }),
    ...shaded(pen, box, { heights, ramp, levels: banded(levels, low, high) }),
    ...hatched(pen, map, box, scales),
    ...isolineLabels(pen, map, levels, scales),
    ...cells.flatMap((cell) =>
      cellMark(pen, cell, { ...scales, row: rowOf(cell), tall, isCrowded: dense.has(cell) }),
    ),
    rampBar(pen, {
      ramp,
      scale: shades,
      y: box.bottom + bottomAxisHeight(pen, true) + 0.4 * small,
      ticks: levels,
      title: `${OUTCOME[map.of]}, %`,
    }),
  ];
}

/** Bands from end to end, also where the ends are no ticks. */
function banded(levels: readonly number[], low: number, high: number): number[] {
  return [...new Set([low, ...levels, high])].sort((a, b) => a - b);
}
