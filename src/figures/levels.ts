/**
 * The benchmark level by level, and on levels and problems of which there is no trajectory: how far SFT
 * and RL carry beyond what was shown to them.
 */
import type { CellResult, ReportedResults } from '../studies/study-results';
import { createTask } from '../tasks';
import { groupBy, levelName, mean, SEQUENTIAL } from '../theory';
import { paradigmTitle } from '../training/configuration/paradigms';
import type { BenchmarkResult } from '../training/evaluation/measurements';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import {
  bottomLabelLines,
  bottomLabels,
  bottomLabelsHeight,
  leftAxis,
  leftAxisRoom,
  percentScale,
  type Scale,
} from './drawing/axes';
import { emptyFigure, finishedFigure, heading, panelGrid, panelTitles } from './drawing/layout';
import { formatPoints, formatShown, type Said, type Shown } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import { seedMean } from './set-picture';
import type { Point } from './drawing/svg';
import type { Marker } from './drawing/theme';

/** Scores in one panel: before any training, at the branch point, at the end. */
interface Rise {
  /** null for a paradigm without a set. */
  readonly set: string | null;
  readonly paradigm: string;
  /** null where the base was not measured by itself. */
  readonly base: number | null;
  readonly branch: number;
  readonly end: Shown;
  /** Where it is not the set or the paradigm that tells it from others. */
  readonly label?: string;
  /** No trajectory of the set is of this level or kind. */
  readonly isUnseen: boolean;
}

interface RisePanel {
  readonly title: string;
  readonly rises: readonly Rise[];
}

/** The cells of a set's best branch point: the one whose mean final score is highest. */
interface BestCells {
  readonly set: string;
  readonly cells: readonly CellResult[];
}

/** Cells whose mean is shown: of a set's best branch point, or of another paradigm. */
interface Column {
  readonly set: string | null;
  readonly paradigm: string;
  readonly cells: readonly CellResult[];
  readonly base: BenchmarkResult | null;
  readonly unseen: readonly number[];
}

function bestCells({ config, cells }: ReportedResults, { sets }: FigureOptions): BestCells[] {
  return config.sets.flatMap(({ recipe: { name } }) => {
    if (sets && !sets.includes(name)) return [];
    const own = cells.filter(
      ({ cell, branch }) =>
        cell.set?.name === name && branch !== null && cell.paradigm === SEQUENTIAL,
    );
    const groups = [...groupBy(own, ({ branch }) => branch ?? '')];
    const scored = groups.map(([, ofBranch]) => ({
      cells: ofBranch,
      score: mean(ofBranch.map(({ atEnd }) => atEnd.score)),
    }));
    if (scored.length === 0) return [];
    const best = scored.reduce((top, next) => (next.score > top.score ? next : top));
    return [{ set: name, cells: best.cells }];
  });
}

function columnOf({ trunks }: ReportedResults, cells: readonly CellResult[]): Column {
  const [{ cell, atBase, unseenLevels: unseen }] = cells as [CellResult];
  // All start from one base, which is measured on one benchmark.
  const sftRun = trunks.find(({ set }) => set === cell.set?.name) ?? trunks[0];
  return {
    set: cell.set && cell.set.name,
    paradigm: cell.paradigm,
    cells,
    base: sftRun?.base ?? atBase,
    unseen,
  };
}

function bestBranches(results: ReportedResults, options: FigureOptions): Column[] {
  return bestCells(results, options).map(({ cells }) => columnOf(results, cells));
}

/** The cells that are not branches, those of each paradigm and of each set together. */
function rivalCells({ cells }: ReportedResults, { sets }: FigureOptions): CellResult[][] {
  const rivals = cells.filter(
    ({ cell, branch }) =>
      branch === null && (!sets || cell.set === null || sets.includes(cell.set.name)),
  );
  const groups = groupBy(rivals, ({ cell }) => JSON.stringify([cell.paradigm, cell.set?.name]));
  return [...groups.values()];
}

/** Mean score over some levels. */
function scoreOn({ perLevel }: BenchmarkResult, levels: readonly number[]): number {
  return mean(levels.map((level) => perLevel[level] ?? 0));
}

function riseOn(column: Column, levels: readonly number[]): Rise {
  const { set, paradigm, base, cells, unseen } = column;
  return {
    set,
    paradigm,
    base: base && scoreOn(base, levels),
    branch: mean(cells.map(({ atBranch }) => scoreOn(atBranch, levels))),
    end: seedMean(cells.map(({ atEnd }) => scoreOn(atEnd, levels))),
    isUnseen: levels.every((level) => unseen.includes(level)),
  };
}

/** What stands below its marks: the set, or the paradigm that is not SFT then RL. */
function labelOf({ set, paradigm, label }: Rise): string {
  if (label !== undefined) return label;
  return paradigm === SEQUENTIAL && set !== null ? set : paradigmTitle({ paradigm });
}

function tableOf(panels: readonly RisePanel[]) {
  const items = panels.flatMap(({ title, rises }) => rises.map((rise) => ({ title, ...rise })));
  return tableOfItems(items, {
    levels: ({ title }) => title,
    set: ({ set }) => set,
    paradigm: ({ paradigm }) => paradigm,
    base: ({ base }) => base,
    branch: ({ branch }) => branch,
    ...intervalColumns('end', ({ end }) => end),
    unseen: ({ isUnseen }) => isUnseen,
  });
}

const STAGES = [
  { column: 'base', label: 'base', marker: 'ring' },
  { column: 'branch', label: 'after SFT (P_sft)', marker: 'triangle' },
  { column: 'end', label: 'after RL', marker: 'circle' },
] as const satisfies readonly { column: string; label: string; marker: Marker }[];

function stageColour(pen: Pen, column: (typeof STAGES)[number]['column']): string {
  return { base: pen.theme.muted, branch: pen.theme.pSft, end: pen.theme.plRl }[column];
}

/** Where the stages stand in their column, from its middle, in parts of its width: in their order in time. */
const STAGE_PLACES = { base: -0.24, branch: 0, end: 0.24 } as const;
/** They stand no further apart than so many markers. */
const STAGE_STEP = 4;

function riseMarks(
  pen: Pen,
  y: Scale,
  box: Box,
  rise: Rise,
  { x, column, row }: { x: number; column: number; row: number },
): string[] {
  const { marker: radius } = pen.format;
  const half = 0.42 * column;
  const ground = { left: x - half, right: x + half, top: box.top, bottom: box.bottom };
  const values = { base: rise.base, branch: rise.branch, end: rise.end.value };
  const reach = Math.min(column, (STAGE_STEP * radius) / STAGE_PLACES.end);
  const marked = STAGES.flatMap(({ column: stage, marker }) => {
    const value = values[stage];
    if (value === null) return [];
    const at: Point = [x + STAGE_PLACES[stage] * reach, y(value)];
    return [{ stage, marker, value, at }];
  });
  const { low, high } = rise.end;
  return [
    rise.isUnseen ? pen.hatch(ground, pen.theme.muted, { gap: 12, opacity: 0.6 }) : '',
    pen.line(
      marked.map(({ at }) => at),
      { colour: pen.theme.axis, width: 1.5 },
    ),
    low !== null && high !== null
      ? pen.whisker(
          { x: x + STAGE_PLACES.end * reach, low: y(low), high: y(high) },
          { colour: pen.theme.plRl },
        )
      : '',
    ...marked.map(({ stage, marker, value, at }) =>
      pen.markers(
        [at],
        { marker, colour: stageColour(pen, stage) },
        { data: { row, column: stage, value } },
      ),
    ),
  ];
}

function drawPanels(pen: Pen, panels: readonly RisePanel[], top: number) {
  const { boxes, first, parts, bottom } = panelGrid(pen, panels.length, top);
  const [outer] = boxes as readonly [Box];
  const room = leftAxisRoom(pen, ['100%']);
  const width = outer.right - outer.left - room;
  const titles = panelTitles(
    pen,
    panels.map(({ title }) => title),
    width,
  );
  const labelsOf = (rises: readonly Rise[], left: number) =>
    rises.map((rise, at) => ({
      x: left + ((at + 0.5) * width) / rises.length,
      label: labelOf(rise),
    }));
  const lines = Math.max(
    ...panels.map(({ rises }) => bottomLabelLines(pen, labelsOf(rises, outer.left + room), outer)),
  );
  let firstRow = panels.slice(0, first).flatMap(({ rises }) => rises).length;
  const marks = boxes.flatMap(({ left, right, top: upper, bottom: lower }, i) => {
    const { rises } = panels[first + i]!;
    const box = {
      left: left + room,
      right,
      top: upper + titles.height,
      bottom: lower - bottomLabelsHeight(pen, lines),
    };
    const y = percentScale(pen, [0, 100], box, { zero: true });
    const column = width / rises.length;
    const labels = labelsOf(rises, box.left);
    const drawn = rises.flatMap((rise, at) =>
      riseMarks(pen, y, box, rise, { x: labels[at]!.x, column, row: firstRow + at }),
    );
    firstRow += rises.length;
    return [
      ...titles.draw(first + i, box.left, upper),
      leftAxis(pen, box, y, { unit: '%' }),
      ...drawn,
      bottomLabels(pen, box, labels),
    ];
  });
  return { marks, bottom, parts };
}

function riseFigure(
  panels: readonly RisePanel[],
  options: FigureOptions,
  { note, ...said }: { id: string; title: string; note: string } & Said,
): Figure {
  const pen = new Pen(options);
  const about = { ...said, table: tableOf(panels) };
  if (panels.length === 0) return emptyFigure(pen, about);
  const key = STAGES.map(({ label, column, marker }) => ({
    label,
    style: { dash: [], marker, colour: stageColour(pen, column) },
    mark: 'point' as const,
  }));
  const head = heading(pen, { ...about, note, key });
  const { marks, bottom, parts } = drawPanels(pen, panels, head.bottom);
  return finishedFigure(pen, about, bottom, [...head.marks, ...marks], parts);
}

export function levelsFigure(results: ReportedResults, options: FigureOptions): Figure {
  // Of one set the paradigms are compared, of several the sets.
  const { sets, paradigms } = results.config;
  const isOfParadigms = sets.length <= 1 && paradigms.length > 0;
  const rivals = isOfParadigms ? rivalCells(results, options) : [];
  const columns = [
    ...bestBranches(results, options),
    ...rivals.map((cells) => columnOf(results, cells)),
  ];
  const levels = levelNames(results);
  const panels =
    columns.length === 0
      ? []
      : levels.map((name, level) => ({
          title: levelTitle(name),
          rises: columns.map((column) => ({
            ...riseOn(column, [level]),
            label: isOfParadigms ? paradigmTitle(column) : undefined,
          })),
        }));
  const rivalry = isOfParadigms ? ' and other paradigms' : '';
  const who = sets.length > 0 ? `each set from its best branch point${rivalry}` : 'each paradigm';
  return riseFigure(panels, options, {
    id: 'levels',
    title: 'The benchmark, level by level',
    note: `Percent solved, ${who}, mean of the seeds. Hatched: the set has no trajectory of this level.`,
    ...levelsReading(panels),
  });
}

/** Those of the task, or of a study of others those that its evaluations name. */
function levelNames({ config, cells }: ReportedResults): readonly string[] {
  const { task } = config.run;
  if (task) return createTask(task).levels;
  const counted = cells.find(({ atEnd }) => atEnd.levels)?.atEnd.levels ?? [];
  return counted.map(({ level }) => levelName(level));
}

function levelsReading(panels: readonly RisePanel[]): Said {
  const hardest = panels.at(-1);
  if (!hardest) {
    const headline = 'No cell is finished yet, so there are no scores level by level.';
    return { headline, reading: headline };
  }
  const order = hardest.rises.toSorted((a, b) => b.end.value - a.end.value);
  const [most, least] = [order[0]!, order.at(-1)!];
  const second = order.length > 1 ? `, and ${labelOf(least)} least, ${formatShown(least.end)}` : '';
  return {
    headline: `On the hardest level, ${hardest.title}, ${labelOf(most)} solves most after RL, ${formatShown(most.end)} percent${second}.`,
    reading: `${hardest.title}, percent solved after RL: ${endsOf(hardest)}. Intervals hold 90% over the seeds.`,
  };
}

function endsOf({ rises }: RisePanel): string {
  return rises.map((rise) => `${labelOf(rise)} ${formatShown(rise.end)}`).join(', ');
}

function levelTitle(name: string): string {
  return /^\d/.test(name) ? `Level ${name}` : name;
}

/** On a kind of problem that no trajectory is of: the best branch of each set, and other paradigms. */
function heldOutPanels(results: ReportedResults, options: FigureOptions): RisePanel[] {
  const ofSets = bestCells(results, options).map(({ cells }) => cells);
  const description = results.cells.find(({ heldOut }) => heldOut)?.heldOut?.description;
  const title = `Held out: ${description}`;
  const rivals = rivalCells(results, options).flatMap((cells) => heldOutRise(cells) ?? []);
  return [
    { title, rises: ofSets.flatMap((cells) => heldOutRise(cells) ?? []) },
    {
      title: ofSets.length > 0 ? 'Held out, other paradigms' : title,
      rises: rivals.map((rise) => ({ ...rise, label: paradigmTitle(rise) })),
    },
  ].filter(({ rises }) => rises.length > 0);
}

/** null where no cell has measured it. */
function heldOutRise(cells: readonly CellResult[]): Rise | null {
  const scores = cells.flatMap(({ heldOut }) => heldOut ?? []);
  if (scores.length === 0) return null;
  const { paradigm, set } = cells[0]!.cell;
  return {
    set: set && set.name,
    paradigm,
    base: mean(scores.map(({ base }) => base.score)),
    branch: mean(scores.map(({ branch }) => branch.score)),
    end: seedMean(scores.map(({ final }) => final.score)),
    isUnseen: true,
  };
}

/** On levels of which a set has trajectories, and on those of which it has none. */
function unseenPanels(results: ReportedResults, options: FigureOptions): RisePanel[] {
  const best = bestBranches(results, options).filter(
    ({ unseen, cells }) => unseen.length > 0 && unseen.length < cells[0]!.atEnd.perLevel.length,
  );
  if (best.length === 0) return [];
  const seenLevels = ({ cells, unseen }: Column): number[] =>
    cells[0]!.atEnd.perLevel.map((_, level) => level).filter((level) => !unseen.includes(level));
  return [
    {
      title: 'Levels that the set has',
      rises: best.map((branch) => riseOn(branch, seenLevels(branch))),
    },
    {
      title: 'Levels that it lacks',
      rises: best.map((branch) => riseOn(branch, branch.unseen)),
    },
  ];
}

function unseenSentence(rise: Rise): string {
  const { set, branch, end } = rise;
  const gain = formatPoints(end.value - branch);
  return `On the levels that ${set} lacks, RL adds ${gain} points to the ${formatPoints(branch)} of SFT, to ${formatShown(end)}.`;
}

const NOTHING_UNSEEN =
  'Every set that is finished has trajectories of all levels, and no kind of problem was held out, so nothing is out of its distribution.';

function unseenReading(byLevel: readonly RisePanel[], heldOut: readonly RisePanel[]): Said {
  const lacking = byLevel[1]?.rises ?? [];
  const sentences = [
    ...lacking.map(unseenSentence),
    ...heldOut.map((panel) => `${panel.title}: at the end ${endsOf(panel)}.`),
  ];
  const unseen = [...lacking, ...heldOut.flatMap(({ rises }) => rises)];
  if (unseen.length === 0) return { headline: NOTHING_UNSEEN, reading: NOTHING_UNSEEN };
  const most = unseen.reduce((top, rise) =>
    rise.end.value - rise.branch > top.end.value - top.branch ? rise : top,
  );
  return {
    headline: `On problems that it never saw RL adds up to ${formatPoints(most.end.value - most.branch)} points to SFT: ${labelOf(most)} solves ${formatShown(most.end)} percent.`,
    reading: `${sentences.join(' ')} Intervals hold 90% over the seeds.`,
  };
}

export function unseenFigure(results: ReportedResults, options: FigureOptions): Figure {
  const byLevel = unseenPanels(results, options);
  const heldOut = heldOutPanels(results, options);
  const kind = heldOut.length > 0 ? ', and on a kind of problem that no trajectory is of' : '';
  return riseFigure([...byLevel, ...heldOut], options, {
    id: 'unseen',
    title: 'Out of distribution',
    note: `Percent solved on levels with and without trajectories in the set${kind}. From its best branch point, mean of the seeds. Hatched: never seen in training.`,
    ...unseenReading(byLevel, heldOut),
  });
}
