/** The ceiling as a surface over size and difficulty: map, lines and exchange rate, with the finding on both. */
import type { SurfaceOf, Verdict } from '../../theory';
import { axisTitleHeight, bottomAxisHeight, leftAxisRoom } from '../drawing/axes';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from '../drawing/figure';
import { across, drawKey, finishedFigure, heading, type Drawn } from '../drawing/layout';
import { formatCount, formatDecimals, formatShown, type Said } from '../drawing/numbers';
import { Pen } from '../drawing/pen';
import { seriesStyle } from '../drawing/theme';
import { difficultyLabel, type MapCell, type MapPicture } from './cells';
import { exchangePanel, exchangeSentence } from './exchange';
import { heatMap, heatMapRoom } from './heat-map';
import { surfaceLines } from './lines';

const DECIDED: Readonly<Record<Verdict, string>> = {
  supported: 'Difficulty multiplies what scale gives',
  contradicted: 'Difficulty adds to what scale gives and does not multiply it',
  undecided: 'Whether difficulty multiplies what scale gives or adds to it is undecided',
};

/** What the surface is of, and what the other one says of adding and multiplying. */
function outcomeSentence({ of, surfaces, ceilings, identified }: MapPicture): string {
  const said = (other: SurfaceOf): string => {
    const { exponent, verdict } = surfaces[other].interaction();
    return `κ = ${formatShown(exponent, hundredths)} (${verdict})`;
  };
  const known = `${identified} of the ${ceilings} ceilings are identified`;
  return of === 'ceiling'
    ? `The surface is that of the ceilings: ${known}. On what was measured at the end of RL ${said('end')}.`
    : `The surface is that of what was measured at the end of RL, since only ${known}. On the ceilings, of which open ones may be anything that they may come to, ${said('ceiling')}.`;
}

function hundredths(value: number): string {
  return formatDecimals(value, 2);
}

/** On a stage, which keeps its height, the reading is short. */
function readingOf(map: MapPicture, isPaged: boolean): Said {
  const { surface, lines, sizes } = map;
  const { exponent, verdict } = surface.interaction();
  // The ends say it; what lies between them stands in the table.
  const tenfold = [lines[0]!, lines.at(-1)!].map(
    ({ label, difficulty }) => `${label} ${formatShown(surface.perTenfold(difficulty))}`,
  );
  const gains = [sizes[0]!, sizes.at(-1)!].map(
    (size) => `${formatShown(surface.difficultyGain(size))} at ${formatCount(size)}`,
  );
  const beyond = `${lines.at(-1)!.label} over ${lines[0]!.label}`;
  const isOneSeed = new Set(surface.data.points.map(({ seed }) => seed)).size < 2;
  const alone = isOneSeed ? ' One seed decides nothing.' : '';
  const main = [outcomeSentence(map), exchangeSentence(map, surface)];
  const further = [
    `Points per tenfold of data: ${tenfold.join(', ')}.`,
    `Gain of difficulty (${beyond}), in points: ${gains.join(', ')}.`,
    `RL alone leads to ${formatShown(surface.zero)}. Of what it leaves to gain a set leaves the share exp(−h), h = f + b z f° (f / f°)^κ, with f of scale and z of difficulty: a difference does not shrink merely because the top is near.`,
    'In each circle what was measured at the end: a whole outline where the ceiling is identified, an arrow where it is known from below, dashed where it is not identified. Hatched: the surface rests on nothing there. Intervals hold 90%.',
  ];
  return {
    headline: `${DECIDED[verdict]}: interaction κ = ${formatShown(exponent, hundredths)}, where 1 multiplies and 0 adds.${alone}`,
    reading: (isPaged ? main : [...main, ...further]).join(' '),
  };
}

function tableOf(cells: readonly MapCell[], map: MapPicture) {
  const hardest = map.lines.at(-1)!.difficulty;
  return tableOfItems(cells, {
    set: ({ name }) => name,
    surface_of: () => map.of,
    trajectories: ({ size }) => size,
    difficulty: ({ difficulty }) => difficulty,
    seeds: ({ seeds }) => seeds,
    ...intervalColumns<MapCell>('end', ({ end }) => end),
    verdict: ({ verdict }) => verdict,
    ...intervalColumns<MapCell>('expected', ({ expected }) => expected),
    ...intervalColumns<MapCell>('worth_1000_hardest', ({ size, difficulty }) =>
      difficulty === hardest ? null : map.surface.exchange(size, hardest, difficulty).worth,
    ),
    ...intervalColumns<MapCell>('points_per_tenfold', ({ difficulty }) =>
      map.surface.perTenfold(difficulty),
    ),
    ...intervalColumns<MapCell>('difficulty_gain', ({ size }) => map.surface.difficultyGain(size)),
  });
}

/** No map is less tall than so many letters, nor any lines. */
const LEAST = { map: 13, lines: 11 };

/** Marks of the panels of a part, and where they end. */
interface DrawnPanels extends Drawn {
  readonly parts: number;
}

/** What the panels are drawn with. */
interface Panels {
  readonly pen: Pen;
  readonly map: MapPicture;
  /** A cell's row in the table. */
  readonly rowOf: (cell: MapCell) => number;
  /** Room at the left of the map and of the lines for their labels. */
  readonly rooms: { readonly map: number; readonly lines: number };
}

function keyAt({ pen, map }: Panels, left: number, top: number): Drawn {
  const entries = map.lines.map(({ label }, i) => ({ label, style: seriesStyle(pen.theme, i) }));
  return drawKey(pen, entries, { left, right: across(pen).right, top });
}

/** All three panels below one another, where it is narrow. */
function stacked(panels: Panels, top: number): Drawn {
  const { pen, map, rowOf, rooms } = panels;
  const { small } = pen.format;
  const { left, right } = across(pen);
  const upper = top + axisTitleHeight(pen);
  const box = { left: left + rooms.map, right, top: upper, bottom: upper + 20 * small };
  const key = keyAt(panels, left, box.bottom + heatMapRoom(pen) + small);
  const start = key.bottom + axisTitleHeight(pen);
  const lines = { left: left + rooms.lines, right, top: start, bottom: start + 15 * small };
  const after = lines.bottom + bottomAxisHeight(pen, true) + small;
  const exchange = exchangePanel(pen, { left, right, top: after }, map);
  return {
    marks: [
      ...heatMap(pen, box, map, rowOf),
      ...key.marks,
      ...surfaceLines(pen, lines, map),
      ...exchange.marks,
    ],
    bottom: exchange.bottom,
  };
}

/** The map, and at its right the lines above the exchange rate. */
function beside(panels: Panels, top: number): Drawn {
  const { pen, map, rowOf, rooms } = panels;
  const { height, margin, small } = pen.format;
  const { left, right } = across(pen);
  const from = (left + right) / 2 + margin;
  const upper = top + axisTitleHeight(pen);
  const key = keyAt(panels, from, top);
  const start = key.bottom + axisTitleHeight(pen);
  const below = bottomAxisHeight(pen, true);
  const rows = map.sizes.length * (0.9 * (map.lines.length - 1) + 0.6);
  const least = start + LEAST.lines * small + below + small + (1.5 + rows) * small + below;
  const bottom = Math.max(height - margin, least, upper + LEAST.map * small + heatMapRoom(pen));
  const linesBottom = start + LEAST.lines * small + 0.5 * (bottom - least);
  const lines = { left: from + rooms.lines, right, top: start, bottom: linesBottom };
  const place = { left: from, right, top: linesBottom + below + small, bottom };
  const exchange = exchangePanel(pen, place, map);
  const box = {
    left: left + rooms.map,
    right: from - 2 * margin,
    top: upper,
    bottom: bottom - heatMapRoom(pen),
  };
  return {
    marks: [
      ...heatMap(pen, box, map, rowOf),
      ...key.marks,
      ...surfaceLines(pen, lines, map),
      ...exchange.marks,
    ],
    bottom: Math.max(bottom, exchange.bottom),
  };
}

/** On a stage, which keeps its height: first the map, then the lines beside the exchange rate. */
function paged(panels: Panels, top: number): Drawn {
  const { pen, map, rowOf, rooms } = panels;
  const { height, margin } = pen.format;
  const { left, right } = across(pen);
  const bottom = height - margin;
  if (pen.part === 0) {
    const upper = top + axisTitleHeight(pen);
    const box = { left: left + rooms.map, right, top: upper, bottom: bottom - heatMapRoom(pen) };
    return { marks: heatMap(pen, box, map, rowOf), bottom };
  }
  const key = keyAt(panels, left, top);
  const middle = (left + right) / 2;
  const lines = {
    left: left + rooms.lines,
    right: middle - margin,
    top: key.bottom + axisTitleHeight(pen),
    bottom: bottom - bottomAxisHeight(pen, true),
  };
  const exchange = exchangePanel(
    pen,
    { left: middle + margin, right, top: key.bottom, bottom },
    map,
  );
  return { marks: [...key.marks, ...surfaceLines(pen, lines, map), ...exchange.marks], bottom };
}

function drawPanels(panels: Panels, top: number): DrawnPanels {
  const { format } = panels.pen;
  if (format.isPaged) return { ...paged(panels, top), parts: 2 };
  return { ...(panels.pen.isNarrow ? stacked(panels, top) : beside(panels, top)), parts: 1 };
}

/** The figure of a study whose sets are a grid of sizes and difficulties. */
export function surfaceFigure(
  map: MapPicture,
  options: FigureOptions,
  { id, title }: Pick<Figure, 'id' | 'title'>,
): Figure {
  const pen = new Pen(options);
  const cells = map.lines.flatMap((line) => line.cells);
  const about = { id, title, ...readingOf(map, pen.format.isPaged), table: tableOf(cells, map) };
  const tenfold = map.lines.map(
    ({ label, difficulty }) =>
      `${label} ${formatDecimals(map.surface.perTenfold(difficulty).value, 1)}`,
  );
  const how = 'In each circle what was measured; arrow: ceiling known from below.';
  const head = heading(pen, {
    ...about,
    // A stage has no room for more.
    note: pen.format.isPaged ? how : `Points per tenfold of data: ${tenfold.join(', ')}. ${how}`,
  });
  const labels = map.lines.map(({ difficulty }) => difficultyLabel(difficulty));
  const drawn = drawPanels(
    {
      pen,
      map,
      rowOf: (cell) => cells.indexOf(cell),
      rooms: { map: leftAxisRoom(pen, labels), lines: leftAxisRoom(pen, ['100%']) },
    },
    head.bottom,
  );
  const marks = [...head.marks, ...drawn.marks];
  return finishedFigure(pen, about, drawn.bottom + pen.format.margin, marks, drawn.parts);
}
