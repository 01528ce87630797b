/** The chart of one run: its evaluations, the fitted curve, and the ceiling as far as it is known. */
import { fittedPerformance, isIdentified, type CeilingFit } from '../../../theory';
import { ceilingWord } from '../../../words/en/reasons/ceiling-reasons';
import {
  ceilingEnds,
  drawCeilingCurve,
  drawCeilingInterval,
  drawCeilingLine,
  intervalEnds,
  type DrawnCeiling,
} from '../../charts/ceiling-layer';
import type { ChartLine, ChartSpec } from '../../charts/chart-spec';
import type { ChartInk } from '../../charts/ink';
import { LEVEL_STYLES, type LineStyle } from '../../charts/line-style';
import { formatFlopsTicks, formatPoints } from '../../format';
import { computeText } from '../ceiling-words';
import { FITTED_KEY, seedKey, type CurveRun } from '../curve-run.svelte';

const HEIGHT = 240;
/** How far the axis reaches beyond the last evaluation, to show where a curve is heading. */
const OUTLOOK = 1.25;
/** Points that an uncertain ceiling may add to the axis: the curve must stay readable. */
const HEADROOM = 18;

const MEASURED: LineStyle = { colour: 'ink', width: 1, dash: [], marker: 'circle', opacity: 0.35 };
const FITTED: LineStyle = { colour: 'purple', width: 2.5, dash: [], marker: null };

function linesOf(run: CurveRun): ChartLine[] {
  const seeds = run.drawnSeeds;
  const measured = Array.from({ length: seeds }, (_, seed): ChartLine => {
    const style = seeds === 1 ? MEASURED : { ...LEVEL_STYLES[seed]!, width: 1, opacity: 0.35 };
    const label = seeds === 1 ? 'measured' : `seed ${seed + 1}`;
    return { key: seedKey(seed), label, style, format: formatPoints };
  });
  const fitted = { key: FITTED_KEY, label: 'fitted', style: FITTED, format: formatPoints };
  return [{ ...fitted, isInLayer: true }, ...measured];
}

/** Ends of the vertical axis: the data, and of the ceiling's interval what is within reach. */
function yRange(run: CurveRun, low: number, high: number): [number, number] {
  const { ceiling, truth } = run;
  const ends = [low, high, truth ?? low];
  if (ceiling) {
    const reach = (value: number): number => Math.min(value, high + HEADROOM);
    ends.push(...ceilingEnds(ceiling).map(reach));
    if (isIdentified(ceiling)) ends.push(ceiling.aPost);
  }
  const [bottom, top] = [Math.min(...ends), Math.max(...ends)];
  const margin = Math.max(1, 0.08 * (top - bottom));
  return [Math.max(0, bottom - 1.6 * margin), Math.min(102, top + margin)];
}

function across(from: number, to: number, y: number): [number, number][] {
  return [
    [from, y],
    [to, y],
  ];
}

function upright(x: number, from: number, to: number): [number, number][] {
  return [
    [x, from],
    [x, to],
  ];
}

/** Evaluations of each collapsed curve that the fit leaves out. */
function droppedPoints(run: CurveRun, { collapses }: CeilingFit): [number, number][] {
  const dropped: [number, number][] = [];
  for (const { curve, compute } of collapses) {
    if (curve >= run.drawnSeeds) continue;
    const drawn = run.overview.curves[curve]!;
    drawn.compute.forEach((place, i) => {
      if (place > compute) dropped.push([place, drawn.performance[i]!]);
    });
  }
  return dropped;
}

/** What came after a collapse, hatched. Other seeds may go on where one has collapsed. */
function drawCollapse(ink: ChartInk, run: CurveRun, ceiling: CeilingFit): void {
  const [collapse] = ceiling.collapses;
  const first = droppedPoints(run, ceiling)[0];
  if (!collapse || !first || ceiling.seeds > 1) return;
  const colour = ink.colours.data.vermillion;
  const { top, bottom } = ink.box;
  const [x0, x1] = [ink.x((collapse.compute + first[0]) / 2), ink.x(run.lastCompute) + ink.px(6)];
  ink.fill(x0, x1, colour, 0.1);
  ink.hatch({ x0, x1, y0: top, y1: bottom }, colour, 12);
  ink.label('collapse', (x0 + x1) / 2, (top + bottom) / 2, {
    align: 'center',
    weight: 600,
    backed: true,
  });
}

/** Hollow: seen, and not fitted. */
function drawDropped(ink: ChartInk, run: CurveRun, ceiling: CeilingFit): void {
  const dropped = droppedPoints(run, ceiling);
  ink.clipped(() => ink.markers({ marker: 'ring', colour: 'vermillion' }, dropped, 3.2));
}

function drawStart(ink: ChartInk, { pSft, pSftLow, pSftHigh }: CeilingFit): void {
  const { data, text } = ink.colours;
  const [x, right] = [ink.x(0), ink.box.right];
  const y = ink.y(pSft);
  ink.stroke(across(x, right, y), { colour: data.blue, width: 1, dash: [1, 3] });
  ink.stroke(upright(x, ink.y(pSftLow), ink.y(pSftHigh)), { colour: data.blue, width: 3 });
  ink.markers({ marker: 'square', colour: 'blue' }, [[0, pSft]], 4.5);
  ink.label(`after SFT ${formatPoints(pSft)}`, right - ink.px(6), y + ink.px(11), {
    align: 'right',
    colour: text,
    backed: true,
  });
}

/** Where the run's ceiling lies on its chart. */
function drawnCeiling(run: CurveRun, fit: CeilingFit): DrawnCeiling {
  const last = run.lastCompute;
  // A collapse ends what the curve describes.
  const described = Math.min(last, ...fit.collapses.map(({ compute }) => compute));
  return { fit, start: 0, seen: fit.seeds > 1 ? last : described, end: OUTLOOK * last };
}

/** A known ceiling has its number, an unknown one has words. */
function drawCeilingLabel(ink: ChartInk, fit: CeilingFit): void {
  const x = ink.x(0) + ink.px(8);
  const bold = { weight: 650, backed: true };
  if (isIdentified(fit)) {
    ink.label(`ceiling ${ceilingWord(fit)}`, x, ink.y(fit.aPost) - ink.px(11), bold);
  } else {
    ink.label(`ceiling ${ceilingWord(fit)}`, x, intervalEnds(ink, fit).top + ink.px(12), bold);
  }
}

/** Where half of the plasticity is used. */
function drawMid(ink: ChartInk, ceiling: CeilingFit): void {
  if (!isIdentified(ceiling)) return;
  const { cMid } = ceiling;
  const half = fittedPerformance(ceiling, cMid);
  const x = ink.x(cMid);
  const down = upright(x, ink.y(half), ink.box.bottom);
  ink.stroke(down, { colour: ink.colours.data.purple, width: 1, dash: [1, 3] });
  ink.markers({ marker: 'ring', colour: 'purple' }, [[cMid, half]], 4);
  ink.label('half of the gain', x + ink.px(5), ink.box.bottom - ink.px(12), { backed: true });
}

/** A simulated curve's own ceiling: an arrow at the edge. */
function drawTruth(ink: ChartInk, truth: number): void {
  const { right, top } = ink.box;
  const y = ink.y(truth);
  const tip = right - ink.px(2);
  ink.stroke(
    [
      [right + ink.px(9), y - ink.px(5)],
      [tip, y],
      [right + ink.px(9), y + ink.px(5)],
    ],
    { colour: ink.colours.text, width: 2 },
  );
  const below = y - top < ink.px(20);
  ink.label(`truth ${formatPoints(truth)}`, right - ink.px(6), y + ink.px(below ? 11 : -11), {
    align: 'right',
    backed: true,
  });
}

/** The chart follows the run: its layers draw the ceiling that the run has when they are drawn. */
export function ceilingChart(run: CurveRun): ChartSpec {
  return {
    id: 'curve',
    title: run.name,
    unit: run.truth === null ? '%' : '%, simulated',
    table: run.table,
    lines: linesOf(run),
    height: HEIGHT,
    axis: {
      label: run.unit === 'FLOPs' ? 'compute' : run.unit,
      format: (compute) => computeText(run, compute),
      formatTicks: formatFlopsTicks,
    },
    yRange: (low, high) => yRange(run, low, high),
    xEnd: (last) => OUTLOOK * last,
    under: (ink) => {
      const { ceiling } = run;
      if (!ceiling) return;
      drawCeilingInterval(ink, drawnCeiling(run, ceiling));
      drawCollapse(ink, run, ceiling);
    },
    over: (ink) => {
      const { ceiling, truth } = run;
      if (ceiling) {
        drawDropped(ink, run, ceiling);
        drawStart(ink, ceiling);
        const drawn = drawnCeiling(run, ceiling);
        drawCeilingCurve(ink, drawn);
        drawCeilingLine(ink, drawn);
        drawCeilingLabel(ink, ceiling);
        drawMid(ink, ceiling);
      }
      if (truth !== null) drawTruth(ink, truth);
    },
  };
}
