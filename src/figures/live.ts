/**
 * A study while it trains: success rate against compute, a line for each run, those in progress with
 * a marker where they are. It needs no fit, so it is there seconds after the study has begun.
 */
import type { StudyResults } from '../studies/study-results';
import { paradigmTitle } from '../training/configuration/paradigms';
import type { TrackMark } from '../training/run-state';
import { counted } from '../words/en/counted';
import {
  bottomAxis,
  bottomAxisHeight,
  leftAxis,
  leftAxisRoom,
  niceScale,
  percentScale,
} from './drawing/axes';
import { tableOfItems, type Figure, type FigureOptions } from './drawing/figure';
import { emptyFigure, finishedFigure, heading, panelGrid, panelTitles } from './drawing/layout';
import { formatPoints, type Said } from './drawing/numbers';
import { Pen, type Box } from './drawing/pen';
import type { Point } from './drawing/svg';
import { seriesStyle, type SeriesStyle } from './drawing/theme';

/** A job of a study that has begun. */
interface RunningJob {
  readonly kind: 'sft' | 'cell';
  /** null for RL from the base. */
  readonly set: string | null;
  /** Branch point or paradigm; null for SFT. */
  readonly branch: string | null;
  readonly seed: number;
  readonly track: readonly TrackMark[];
}

interface RunCurve {
  readonly set: string | null;
  readonly series: string;
  readonly seed: number;
  readonly isRunning: boolean;
  readonly points: readonly TrackMark[];
  /** Of the points. */
  readonly last: TrackMark;
}

const SFT = 'SFT';

function seriesOf(results: StudyResults, branch: string): string {
  const isBranch = results.config.branches.some(({ name }) => name === branch);
  return isBranch ? `RL from ${branch}` : paradigmTitle({ paradigm: branch });
}

/** What a branch adds to the SFT that it shares: its RL, from the point where it leaves. */
function ownPart(series: string, track: readonly TrackMark[]): readonly TrackMark[] {
  if (!series.startsWith('RL from ')) return track;
  return track.slice(
    Math.max(
      0,
      track.findLastIndex(({ stage }) => stage === 'sft'),
    ),
  );
}

/** Finished runs first, so that those in progress are drawn over them. */
function runCurves(results: StudyResults, jobs: readonly RunningJob[]): RunCurve[] {
  const sftRuns = results.trunks.map(({ set, seed, track }) => {
    return { set, seed, series: SFT, isRunning: false, points: track };
  });
  const cells = results.cells.map(({ cell, branch, track }) => {
    const series = seriesOf(results, branch ?? cell.paradigm);
    return {
      set: cell.set?.name ?? null,
      seed: cell.seed,
      series,
      isRunning: false,
      points: track,
    };
  });
  const running = jobs.map(({ set, branch, seed, track }) => {
    const series = branch === null ? SFT : seriesOf(results, branch);
    return { set, seed, series, isRunning: true, points: track };
  });
  return [...sftRuns, ...cells, ...running].flatMap((curve) => {
    const points = ownPart(curve.series, curve.points).filter(({ performance }) =>
      Number.isFinite(performance),
    );
    const last = points.at(-1);
    return last ? [{ ...curve, points, last }] : [];
  });
}

/** Of every series that the study will have, so that none changes its look while others come. */
function stylesOf(pen: Pen, results: StudyResults): Map<string, SeriesStyle> {
  const { branches, paradigms } = results.config;
  const names = [...branches.map(({ name }) => name), ...paradigms].map((name) =>
    seriesOf(results, name),
  );
  const sft = { colour: pen.theme.text, dash: [], marker: 'circle' } as const;
  return new Map([
    [SFT, sft],
    ...names.map((name, i): [string, SeriesStyle] => [name, seriesStyle(pen.theme, i)]),
  ]);
}

function whichRun({ set, series, seed }: RunCurve): string {
  return `${series}${set === null ? '' : ` on ${set}`}, seed ${seed}`;
}

function said(curves: readonly RunCurve[]): Said {
  const running = curves.filter(({ isRunning }) => isRunning);
  const words = running.map(
    (curve) => `${whichRun(curve)}: ${formatPoints(curve.last.performance)} percent`,
  );
  const done = `Finished: ${counted(curves.length - running.length, 'run')}.`;
  if (words.length === 0) return { headline: done, reading: done };
  const headline = `Now training: ${words.join('; ')}.`;
  return { headline, reading: `${headline} ${done}` };
}

interface Panels {
  readonly sets: readonly (string | null)[];
  readonly curves: readonly RunCurve[];
  readonly styles: ReadonlyMap<string, SeriesStyle>;
  /** FLOPs of the longest run. */
  readonly furthest: number;
}

function drawPanel(pen: Pen, box: Box, set: string | null, panels: Panels): string[] {
  const { curves, styles, furthest } = panels;
  const x = niceScale([0, furthest], [box.left, box.right], { zero: true, ceiling: furthest });
  const y = percentScale(pen, [0, 100], box, { zero: true });
  const marks = curves.flatMap((curve, row) => {
    // RL from the base needs no set: it is compared with all of them.
    if (curve.set !== null && curve.set !== set) return [];
    const style = styles.get(curve.series)!;
    const { isRunning } = curve;
    const points = curve.points.map(({ compute, performance }): Point => [
      x(compute),
      y(performance),
    ]);
    const width = (isRunning ? 1 : 0.6) * pen.format.lineWidth;
    const line = pen.line(points, { ...style, width, opacity: isRunning ? 1 : 0.6 });
    if (!isRunning) return [line];
    const { performance: value } = curve.last;
    return [
      line,
      pen.markers(points.slice(-1), style, { data: { row, column: 'performance', value } }),
    ];
  });
  return [
    leftAxis(pen, box, y, { unit: '%' }),
    bottomAxis(pen, box, x, { compute: { unit: null } }),
    ...marks,
  ];
}

function drawPanels(pen: Pen, panels: Panels, top: number) {
  const { sets } = panels;
  const { boxes, first, parts, bottom } = panelGrid(pen, sets.length, top);
  const room = leftAxisRoom(pen, ['100%']);
  const [outer] = boxes as readonly [Box];
  const names = sets.map((set) => set ?? 'without a set');
  const titles = panelTitles(pen, names, outer.right - outer.left - room);
  const marks = boxes.flatMap((outside, i) => {
    const box = {
      left: outside.left + room,
      top: outside.top + titles.height,
      right: outside.right,
      bottom: outside.bottom - bottomAxisHeight(pen, true),
    };
    return [
      ...titles.draw(first + i, box.left, outside.top),
      ...drawPanel(pen, box, sets[first + i]!, panels),
    ];
  });
  return { marks, bottom, parts };
}

/** @param jobs those in progress, with their scores so far */
export function liveFigure(
  results: StudyResults,
  jobs: readonly RunningJob[],
  options: FigureOptions,
): Figure {
  const pen = new Pen(options);
  const curves = runCurves(results, jobs);
  const table = tableOfItems(curves, {
    set: ({ set }) => set,
    series: ({ series }) => series,
    seed: ({ seed }) => seed,
    compute: ({ last }) => last.compute,
    performance: ({ last }) => last.performance,
  });
  const named = { id: 'live', title: 'As it trains', table };
  if (curves.length === 0) {
    const reading = 'The first score is being measured.';
    return emptyFigure(pen, { ...named, headline: reading, reading });
  }
  const about = { ...named, ...said(curves) };
  const shown = results.config.sets
    .map(({ recipe: { name } }) => name)
    .filter((name) => curves.some(({ set }) => set === name));
  const styles = stylesOf(pen, results);
  const head = heading(pen, {
    ...about,
    note: 'Success rate over the compute spent since the base. Faint: finished. With a marker: in progress.',
    key: [...styles]
      .filter(([name]) => curves.some(({ series }) => series === name))
      .map(([label, style]) => ({ label, style })),
  });
  const computes = curves.map(({ last }) => last.compute);
  const furthest = Math.max(results.config.run.computeBudget ?? 0, ...computes, 1);
  const sets = shown.length > 0 ? shown : [null];
  const { marks, bottom, parts } = drawPanels(pen, { sets, curves, styles, furthest }, head.bottom);
  return finishedFigure(pen, about, bottom, [...head.marks, ...marks], parts);
}
