/**
 * The benchmark level by level, and on levels and problems of which there is no trajectory: how far SFT
 * and RL carry beyond what was shown to them.
 */
import type { CellResult, StudyResults } from '../studies/study-results';
import { createTask } from '../tasks';
import { groupBy, mean, SEQUENTIAL } from '../theory';
import type { BenchmarkResult } from '../training/evaluation/measurements';
import { intervalColumns, tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { bottomLabels, leftAxis, niceScale, type Scale } from './drawing/axes';
import { compose, emptyPicture, heading, panelBoxes } from './drawing/layout';
import { formatPoints, formatShown, type Shown } from './drawing/numbers';
import { fitText, Pen, type Box } from './drawing/pen';
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

function bestCells({ config, cells }: StudyResults, { sets }: FigureOptions): BestCells[] {
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

function columnOf({ trunks }: StudyResults, cells: readonly CellResult[]): Column {
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

function bestBranches(results: StudyResults, options: FigureOptions): Column[] {
  return bestCells(results, options).map(({ cells }) => columnOf(results, cells));
}

/** The cells that are no branches, those of each paradigm and of each set together. */
function rivalCells({ cells }: StudyResults, { sets }: FigureOptions): CellResult[][] {
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
  return paradigm === SEQUENTIAL && set !== null ? set : paradigm;
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

function riseMarks(
  pen: Pen,
  y: Scale,
  box: Box,
  rise: Rise,
  { x, half, row }: { x: number; half: number; row: number },
): string[] {
  const ground = { left: x - half, right: x + half, top: box.top, bottom: box.bottom };
  const values = { base: rise.base, branch: rise.branch, end: rise.end.value };
  const marked = STAGES.flatMap(({ column, marker }) => {
    const value = values[column];
    return value === null ? [] : [{ column, marker, value }];
  });
  const track = marked.map(({ value }): Point => [x, y(value)]);
  const { low, high } = rise.end;
  return [
    rise.isUnseen ? pen.hatch(ground, pen.theme.muted, { opacity: 0.35 }) : '',
    pen.line(track, { colour: pen.theme.axis, width: 1.5 }),
    low !== null && high !== null
      ? pen.whisker({ x, low: y(low), high: y(high) }, { colour: pen.theme.plRl })
      : '',
    ...marked.map(({ column, marker, value }) =>
      pen.markers(
        [[x, y(value)]],
        { marker, colour: stageColour(pen, column) },
        { data: { row, column, value } },
      ),
    ),
  ];
}

function drawPanels(
  pen: Pen,
  panels: readonly RisePanel[],
  top: number,
): { marks: string[]; height: number } {
  const { boxes, height } = panelBoxes(pen, panels.length, top);
  const { small, text } = pen.format;
  let firstRow = 0;
  const marks = panels.flatMap(({ title, rises }, i) => {
    const outer = boxes[i]!;
    const box = {
      left: outer.left + 2.6 * small,
      right: outer.right,
      top: outer.top + 1.7 * text,
      bottom: outer.bottom - 1.7 * small,
    };
    const y = niceScale([0, 100], [box.bottom, box.top], { zero: true });
    const column = (box.right - box.left) / rises.length;
    const middle = (at: number): number => box.left + (at + 0.5) * column;
    const drawn = rises.flatMap((rise, at) =>
      riseMarks(pen, y, box, rise, { x: middle(at), half: 0.42 * column, row: firstRow + at }),
    );
    firstRow += rises.length;
    const labels = rises.map((rise, at) => ({
      x: middle(at),
      label: fitText(labelOf(rise), 0.98 * column, small),
    }));
    return [
      pen.text([box.left, box.top - 0.85 * text], fitText(title, box.right - box.left, text), {
        weight: 650,
      }),
      leftAxis(pen, box, y),
      ...drawn,
      bottomLabels(pen, box, labels),
    ];
  });
  return { marks, height };
}

function riseFigure(
  panels: readonly RisePanel[],
  options: FigureOptions,
  { id, title, note, reading }: { id: string; title: string; note: string; reading: string },
): Figure {
  const pen = new Pen(options);
  const table = tableOf(panels);
  if (panels.length === 0)
    return { id, title, svg: emptyPicture(pen, title, reading), reading, table };
  const key = STAGES.map(({ label, column, marker }) => ({
    label,
    style: { dash: [], marker, colour: stageColour(pen, column) },
  }));
  const head = heading(pen, { title, note, key });
  const { marks, height } = drawPanels(pen, panels, head.bottom);
  const svg = compose(pen, { title, description: reading, height }, [...head.marks, ...marks]);
  return { id, title, svg, reading, table };
}

export function levelsFigure(results: StudyResults, options: FigureOptions): Figure {
  // Of one set the paradigms are compared, of several the sets.
  const { sets, paradigms } = results.config;
  const isOfParadigms = sets.length <= 1 && paradigms.length > 0;
  const rivals = isOfParadigms ? rivalCells(results, options) : [];
  const columns = [
    ...bestBranches(results, options),
    ...rivals.map((cells) => columnOf(results, cells)),
  ];
  const { levels } = createTask(results.config.run.task);
  const panels =
    columns.length === 0
      ? []
      : levels.map((name, level) => ({
          title: levelTitle(name),
          rises: columns.map((column) => ({
            ...riseOn(column, [level]),
            label: isOfParadigms ? column.paradigm : undefined,
          })),
        }));
  const hardest = panels.at(-1);
  const reading = hardest
    ? `On the hardest level (${hardest.title}) the scores after RL are ${endsOf(hardest)}. Intervals hold 90% over the seeds.`
    : 'No cell is finished yet, so there are no scores level by level.';
  const rivalry = isOfParadigms ? ' and other paradigms' : '';
  const who = sets.length > 0 ? `each set from its best branch point${rivalry}` : 'each paradigm';
  return riseFigure(panels, options, {
    id: 'levels',
    title: 'The benchmark, level by level',
    note: `Percent solved, ${who}, mean of the seeds. Hatched: the set has no trajectory of this level.`,
    reading,
  });
}

function endsOf({ rises }: RisePanel): string {
  return rises.map((rise) => `${formatShown(rise.end)} with ${labelOf(rise)}`).join(', ');
}

function levelTitle(name: string): string {
  return /^\d/.test(name) ? `Level ${name}` : name;
}

/** On a kind of problem that no trajectory is of: the best branch of each set, and other paradigms. */
function heldOutPanels(results: StudyResults, options: FigureOptions): RisePanel[] {
  const ofSets = bestCells(results, options).map(({ cells }) => cells);
  const description = results.cells.find(({ heldOut }) => heldOut)?.heldOut?.description;
  const title = `Held out: ${description}`;
  const rivals = rivalCells(results, options).flatMap((cells) => heldOutRise(cells) ?? []);
  return [
    { title, rises: ofSets.flatMap((cells) => heldOutRise(cells) ?? []) },
    {
      title: ofSets.length > 0 ? 'Held out, other paradigms' : title,
      rises: rivals.map((rise) => ({ ...rise, label: rise.paradigm })),
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
function unseenPanels(results: StudyResults, options: FigureOptions): RisePanel[] {
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

function unseenSentence({ set, branch, end }: Rise): string {
  const gain = formatPoints(end.value - branch);
  return `On the levels that ${set} lacks, RL adds ${gain} points to the ${formatPoints(branch)} of SFT, to ${formatShown(end)}.`;
}

export function unseenFigure(results: StudyResults, options: FigureOptions): Figure {
  const byLevel = unseenPanels(results, options);
  const heldOut = heldOutPanels(results, options);
  const sentences = [
    ...(byLevel[1]?.rises.map(unseenSentence) ?? []),
    ...heldOut.map((panel) => `${panel.title}: at the end ${endsOf(panel)}.`),
  ];
  const reading =
    sentences.length > 0
      ? `${sentences.join(' ')} Intervals hold 90% over the seeds.`
      : 'Every set that is finished has trajectories of all levels, and no kind of problem was held out, so nothing is out of its distribution.';
  const kind = heldOut.length > 0 ? ', and on a kind of problem that no trajectory is of' : '';
  return riseFigure([...byLevel, ...heldOut], options, {
    id: 'unseen',
    title: 'Out of distribution',
    note: `Percent solved on levels with and without trajectories in the set${kind}. From its best branch point, mean of the seeds.`,
    reading,
  });
}
