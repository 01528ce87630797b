/**
 * Did it come true? What the first half of each curve promised, a ceiling and a forecast, and what was
 * measured at its end: a column for each curve, in a panel for each set.
 */
import { BACKTEST_COLUMNS, type StudyBacktest } from '../studies/backtest-curves';
import { failureSentence } from '../sentences';
import {
  countBacktest,
  groupBy,
  isForecastHeld,
  isRefuted,
  type BacktestCount,
  type BacktestRow,
} from '../theory';
import { counted } from '../words/en/counted';
import { VERDICT_WORDS } from '../words/en/reasons/ceiling-reasons';
import { bottomAxisHeight, leftAxis, leftAxisRoom, percentScale, type Scale } from './drawing/axes';
import { tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import {
  emptyFigure,
  finishedFigure,
  heading,
  panelGrid,
  panelTitles,
  type KeyEntry,
} from './drawing/layout';
import type { Said } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import { fitText } from './drawing/text';

const NO_SET = 'RL alone';

/** The curves of one set, in the order of what they came to. */
interface TestedSet {
  readonly name: string;
  readonly rows: readonly BacktestRow[];
}

function setName({ set }: BacktestRow): string {
  return set ?? NO_SET;
}

function testedSets(rows: readonly BacktestRow[]): TestedSet[] {
  return [...groupBy(rows, setName)].map(([name, ofSet]) => ({
    name,
    rows: ofSet.toSorted((a, b) => a.end.value - b.end.value),
  }));
}

function percentOf(part: number, whole: number): string {
  return `${Math.round((100 * part) / whole)}%`;
}

/** Such as "34 of 36 forecasts (94%)". */
function heldWords({ held, cells }: Pick<BacktestCount, 'held' | 'cells'>): string {
  return `${held} of ${counted(cells, 'forecast')} (${percentOf(held, cells)})`;
}

/** Such as "none of 5 identified ceilings" or "2 of 9 identified ceilings (22%)". */
function refutedWords({ refuted, cells }: Pick<BacktestCount, 'refuted' | 'cells'>): string {
  const of = counted(cells, 'identified ceiling');
  return refuted === 0 ? `none of ${of}` : `${refuted} of ${of} (${percentOf(refuted, cells)})`;
}

function countOf(rows: readonly BacktestRow[]): BacktestCount {
  return countBacktest(rows, () => '')[0]!;
}

function readingOf({ rows, gaps, waiting }: StudyBacktest): Said {
  const identified = rows.filter(({ verdict }) => verdict.is === 'identified');
  const ceilings =
    identified.length > 0
      ? `the end passed ${refutedWords(countOf(identified))} by more than a point`
      : 'no ceiling was identified by then';
  const verdicts = countBacktest(rows, ({ verdict }) => VERDICT_WORDS[verdict.is]).map(
    ({ name, cells, refuted }) => `“${name}” ${cells} (${refuted === 0 ? 'none' : refuted} passed)`,
  );
  const sets = countBacktest(rows, setName).map(
    ({ name, cells, held }) => `${name} ${held} of ${cells}`,
  );
  const [gap] = gaps;
  const rest = [
    ...(waiting > 0 ? [`${counted(waiting, 'curve')} still to be fitted.`] : []),
    ...(gap
      ? [
          `${counted(gaps.length, 'curve')} could not be fitted, such as ${gap.id}: ${failureSentence(gap.reason)}`,
        ]
      : []),
  ];
  const soFar = waiting > 0 ? 'So far ' : '';
  return {
    headline: `${soFar}${heldWords(countOf(rows))} made at half of RL held what was measured at its end, where 90% are promised; ${ceilings}.`,
    reading: [
      `Forecasts that held, by set: ${sets.join(', ')}.`,
      `Ceilings by verdict, and how many the end passed by more than a point: ${verdicts.join(', ')}.`,
      'A ceiling is refuted from above alone, since a run need not have reached it; a forecast names the end itself and fails on either side.',
      ...rest,
      'Intervals hold 90%.',
    ].join(' '),
  };
}

interface Panel {
  readonly pen: Pen;
  readonly box: Box;
  readonly y: Scale;
  readonly rowOf: (row: BacktestRow) => number;
}

/** Of a column's width: the box of a ceiling, and the most that a marker may take. */
const BOX_SHARE = 0.74;
const MARKER_SHARE = 0.42;
/** Boxes are no wider, in parts of the small size. */
const MOST_BOX = 1.8;

/** How what came stands to what was promised, told by shape as well as by colour. */
function endStyle({ theme }: Pen, row: BacktestRow) {
  if (isRefuted(row)) return { marker: 'triangle', colour: theme.contradicted } as const;
  return isForecastHeld(row)
    ? ({ marker: 'circle', colour: theme.text } as const)
    : ({ marker: 'cross', colour: theme.contradicted } as const);
}

/** The promised ceiling: filled where it was identified, and an outline where it was open. */
function ceilingBox(
  { pen, y }: Panel,
  { aPost, verdict }: BacktestRow,
  left: number,
  right: number,
) {
  if (verdict.is === 'no-signal') return '';
  const { plRl } = pen.theme;
  const box = { left, right, top: y(aPost.high), bottom: y(aPost.low) };
  return verdict.is === 'identified'
    ? pen.rect(box, { fill: plRl, opacity: 0.55 })
    : pen.rect(box, { stroke: plRl, width: 1 });
}

function columnMarks(panel: Panel, row: BacktestRow, x: number, width: number): string[] {
  const { pen, y, rowOf } = panel;
  const { forecast, end } = row;
  const half = Math.min(BOX_SHARE * width, MOST_BOX * pen.format.small) / 2;
  const radius = Math.min(0.9 * pen.format.marker, MARKER_SHARE * width);
  const data = { row: rowOf(row), column: 'end', value: end.value };
  return [
    ceilingBox(panel, row, x - half, x + half),
    pen.line(
      [
        [x, y(forecast.low)],
        [x, y(forecast.high)],
      ],
      { colour: pen.theme.pSft, width: Math.max(1.5, Math.min(5, 0.3 * width)) },
    ),
    pen.markers([[x, y(end.value)]], endStyle(pen, row), { radius, data }),
  ];
}

function panelMarks(panel: Panel, { rows }: TestedSet): string[] {
  const { pen, box, y } = panel;
  const { small } = pen.format;
  const width = (box.right - box.left) / rows.length;
  const title = fitText('curves, by their end', box.right - box.left, small);
  return [
    leftAxis(pen, box, y, { unit: '%' }),
    pen.line([
      [box.left, box.bottom],
      [box.right, box.bottom],
    ]),
    pen.text([(box.left + box.right) / 2, box.bottom + 1.05 * small], title, {
      size: small,
      anchor: 'middle',
      colour: pen.theme.muted,
    }),
    ...rows.flatMap((row, i) => columnMarks(panel, row, box.left + (i + 0.5) * width, width)),
  ];
}

function keyOf({ theme }: Pen, rows: readonly BacktestRow[]): KeyEntry[] {
  const solid = { dash: [], marker: 'none' } as const;
  const point = (label: string, marker: 'circle' | 'cross' | 'triangle', colour: string) => ({
    label,
    style: { dash: [], marker, colour },
    mark: 'point' as const,
  });
  const isAny = (which: (row: BacktestRow) => boolean): boolean => rows.some(which);
  return [
    { label: 'forecast of the end, 90%', style: { ...solid, colour: theme.pSft } },
    { label: 'identified ceiling, 90%', style: { ...solid, colour: theme.plRl }, mark: 'box' },
    point('measured end, as forecast', 'circle', theme.text),
    ...(isAny((row) => !isForecastHeld(row) && !isRefuted(row))
      ? [point('outside the forecast', 'cross', theme.contradicted)]
      : []),
    ...(isAny(isRefuted)
      ? [point('more than a point above the ceiling', 'triangle', theme.contradicted)]
      : []),
  ];
}

function drawPanels(pen: Pen, sets: readonly TestedSet[], top: number, rowOf: Panel['rowOf']) {
  const { boxes, first, parts, bottom } = panelGrid(pen, sets.length, top);
  const room = leftAxisRoom(pen, ['100%']);
  const [outer] = boxes as readonly [Box];
  const titles = panelTitles(
    pen,
    sets.map(({ name, rows }) => {
      const { held, cells } = countOf(rows);
      return `${name}: ${held} of ${cells} held`;
    }),
    outer.right - outer.left - room,
  );
  const values = sets.flatMap(({ rows }) =>
    rows.flatMap(({ aPost, forecast, end }) => [
      aPost.low,
      aPost.high,
      forecast.low,
      forecast.high,
      end.value,
    ]),
  );
  const marks = boxes.flatMap((outside, i) => {
    const box = {
      left: outside.left + room,
      right: outside.right,
      top: outside.top + titles.height,
      bottom: outside.bottom - bottomAxisHeight(pen, false),
    };
    const panel = { pen, box, rowOf, y: percentScale(pen, values, box) };
    return [
      ...titles.draw(first + i, box.left, outside.top),
      ...panelMarks(panel, sets[first + i]!),
    ];
  });
  return { marks, bottom, parts };
}

/** Null where nobody has asked for the fits yet. */
export function backtestFigure(backtest: StudyBacktest | null, options: FigureOptions): Figure {
  const pen = new Pen(options);
  const { rows: all, gaps, waiting } = backtest ?? { rows: [], gaps: [], waiting: 0 };
  const rows = options.sets ? all.filter(({ set }) => options.sets!.includes(set ?? '')) : all;
  const own = { id: 'backtest', title: 'Did it come true?' };
  const table = tableOfItems(rows, BACKTEST_COLUMNS);
  if (rows.length === 0) {
    const reading =
      backtest === null || waiting > 0
        ? 'The curves are being fitted on their first halves.'
        : gaps.length > 0
          ? `No curve could be fitted on its first half: ${failureSentence(gaps[0]!.reason)}`
          : 'No curve has come to its end yet, so that there is nothing to hold a promise against.';
    return emptyFigure(pen, { ...own, headline: reading, reading, table });
  }
  const about = { ...own, ...readingOf({ rows, gaps, waiting }), table };
  const head = heading(pen, {
    ...about,
    note: 'Each curve of RL fitted on its first half, and what was measured at its end. An outline is a ceiling that was open by then: at least, or not identified.',
    key: keyOf(pen, rows),
  });
  const rowOf = (row: BacktestRow): number => rows.indexOf(row);
  const { marks, bottom, parts } = drawPanels(pen, testedSets(rows), head.bottom, rowOf);
  return finishedFigure(pen, about, bottom, [...head.marks, ...marks], parts);
}
