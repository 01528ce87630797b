/** The charts of a run: which lines, and what is drawn around them. */
import {
  drawCeilingCurve,
  drawCeilingInterval,
  drawCeilingLine,
  type DrawnCeiling,
} from '../charts/ceiling-layer';
import type { ChartLine, ChartSpec } from '../charts/chart-spec';
import type { ForecastPoint } from '../../theory';
import type { ChartInk } from '../charts/ink';
import { levelStyle } from '../charts/line-style';
import { formatFlops, formatPoints } from '../format';
import { drawForecast, forecastEntry } from './forecast-layer';
import {
  drawRunPrediction,
  predictionEntry,
  type PlacedPrediction,
} from './predict/run-prediction';
import { HELD_OUT_KEY, levelKey, type Measurements, type PhaseSpan } from './measurements';
import { drawTroubles } from './trouble-marks';
import { exp, log } from '../../elementary';
import { toDecimals } from '../../rounding';
import { ceilingWord } from '../../words/en/reasons/ceiling-reasons';

const PHASE_STRIP = 16;
/** Of the height of the curves: room for the strip above them, whatever their range. */
const STRIP_SHARE = 0.15;
/** From the top to the name of the switch, which leaves room for the names of narrow phases. */
export const SWITCH_BELOW = 44;
/** How far the compute axis reaches beyond the last measurement to show where a curve is heading. */
const OUTLOOK = 1.3;
/** How far beyond the switch, where it was predicted. */
const PREDICTED_RL = 1.6;

function points(value: number): string {
  return formatPoints(value);
}

function decimals(value: number): string {
  return toDecimals(value, 3);
}

/** Denser hatching for a later phase, so that phases differ without their hue. */
const PHASE_HATCH = { adaptation: null, stable: null, mild: 10, severe: 5 } as const;

/** Names stand in the strip; one that is wider than its band stands below, whole. */
function drawPhases(ink: ChartInk, spans: readonly PhaseSpan[], end: number): void {
  const { top, bottom, left, right } = ink.box;
  const strip = ink.px(PHASE_STRIP);
  let free = left;
  spans.forEach(({ phase, from, to }, i) => {
    const colour = ink.colours.phase[phase];
    // The last phase goes on until something else is seen.
    const [x0, x1] = [ink.x(from), ink.x(i === spans.length - 1 ? Math.max(to, end) : to)];
    ink.fill(x0, x1, colour, 0.1);
    ink.fill(x0, x1, colour, 0.28, top + strip, top);
    const hatch = PHASE_HATCH[phase];
    if (hatch !== null) ink.hatch({ x0, x1, y0: top, y1: top + strip }, colour, hatch);
    ink.stroke(
      [
        [x0, top],
        [x0, bottom],
      ],
      { colour, width: 1, dash: [1, 3] },
    );
    const room = x1 - x0 - ink.px(8);
    const width = ink.textWidth(phase, 600);
    if (width <= room) {
      ink.label(phase, x0 + ink.px(4), top + strip / 2, { weight: 600 });
      return;
    }
    const x = Math.max(left + ink.px(3), Math.min((x0 + x1 - width) / 2, right - width));
    if (x < free) return;
    free = x + width + ink.px(8);
    ink.label(phase, x, top + strip + ink.px(9), { weight: 600, backed: true });
  });
}

/** The line at which SFT gives way to RL, with its label at a height. */
export function drawSwitch(ink: ChartInk, compute: number, label: string, y: number): void {
  const { top, bottom, left, right } = ink.box;
  const x = ink.x(compute);
  ink.stroke(
    [
      [x, top],
      [x, bottom],
    ],
    { colour: ink.colours.text, width: 1.5, dash: [4, 3] },
  );
  const isNearRight = x > (left + right) / 2;
  ink.label(label, x + ink.px(isNearRight ? -6 : 6), y, {
    align: isNearRight ? 'right' : 'left',
    weight: 600,
    backed: true,
  });
}

/** @param line compute of a vertical line that the label keeps away from; null where there is none */
function drawMinimum(ink: ChartInk, { minimum }: Measurements, line: number | null): void {
  if (!minimum) return;
  const [x, y] = [ink.x(minimum.compute), ink.y(minimum.loss)];
  ink.markers({ marker: 'ring', colour: 'ink' }, [[minimum.compute, minimum.loss]], 6);
  ink.markers({ marker: 'circle', colour: 'blue' }, [[minimum.compute, minimum.loss]], 3);
  const text = `lowest ${decimals(minimum.loss)}`;
  const reach = ink.px(16) + ink.textWidth(text);
  const isCrossed = line !== null && ink.x(line) >= x && ink.x(line) < x + reach;
  const isLeft = isCrossed || x > (ink.box.left + ink.box.right) / 2;
  ink.label(text, x + ink.px(isLeft ? -10 : 10), y + ink.px(12), {
    align: isLeft ? 'right' : 'left',
    backed: true,
  });
}

/**
 * Training and validation loss of SFT over its sub-phases.
 * @param switchAt compute of the line that is drawn where SFT gives way to RL; null before
 */
export function lossChart(
  measurements: Measurements,
  phases: () => readonly PhaseSpan[],
  switchAt: () => number | null = () => measurements.switched?.compute ?? null,
): ChartSpec {
  const lines: ChartLine[] = [
    {
      key: 'validation_loss',
      label: 'validation',
      style: { colour: 'blue', width: 2, dash: [], marker: 'circle' },
      format: decimals,
    },
    {
      key: 'training_loss_smoothed',
      label: 'training, smoothed',
      style: { colour: 'orange', width: 2, dash: [6, 3], marker: null },
      format: decimals,
    },
    {
      key: 'training_loss',
      label: 'each batch',
      style: { colour: 'orange', width: 1, dash: [], marker: null, opacity: 0.4 },
      format: decimals,
    },
  ];
  return {
    id: 'loss',
    title: 'Loss of SFT',
    unit: 'nats per token',
    table: measurements.loss,
    lines,
    height: 260,
    // Sub-phases are told by ratios to the minimum.
    isLogarithmic: true,
    // Single batches may lie outside.
    yRange: () => {
      const { lowest, highest } = measurements.lossRange;
      const strip = exp(STRIP_SHARE * log(highest / lowest));
      return [0.75 * lowest, Math.max(1.3, strip) * highest];
    },
    under: (ink) => {
      const { loss } = measurements;
      if (loss.length === 0) return;
      drawPhases(ink, phases(), loss.positionAt(loss.length - 1).compute);
    },
    over: (ink) => {
      drawMinimum(ink, measurements, switchAt());
      const { switched } = measurements;
      drawTroubles(ink, measurements.troubles, ink.box.top + ink.px(PHASE_STRIP));
      if (!switched) return;
      drawSwitch(ink, switched.compute, 'switch to RL', ink.box.top + ink.px(SWITCH_BELOW));
    },
  };
}

/** The run's ceiling, which lies above its RL; null until it is known. */
export function drawnCeiling({ summary, switched }: Measurements): DrawnCeiling | null {
  if (!summary?.ceiling || !switched) return null;
  const { rl } = summary.compute;
  return { fit: summary.ceiling, start: switched.compute, seen: rl, end: 2 * rl };
}

function drawCeilingLabel(ink: ChartInk, { fit }: DrawnCeiling): void {
  const interval = `${formatPoints(fit.aPostLow)}–${formatPoints(fit.aPostHigh)}`;
  const { is } = fit.verdict;
  const hasInterval = is === 'identified' || is === 'not-identified';
  const text = `ceiling ${ceilingWord(fit)}${hasInterval ? ` (90%: ${interval})` : ''}`;
  const [x, y] = [ink.box.right - ink.px(6), ink.box.bottom - ink.px(10)];
  ink.label(text, x, y, { align: 'right', weight: 600, backed: true });
}

const HELD_OUT: ChartLine = {
  key: HELD_OUT_KEY,
  label: 'held-out kind',
  style: { colour: 'ink', width: 1.5, dash: [1, 4], marker: 'ring' },
  format: points,
};

const OVERALL: ChartLine = {
  key: 'score',
  label: 'overall',
  style: { colour: 'ink', width: 2.5, dash: [], marker: 'circle' },
  band: ['score_low', 'score_high'],
  format: points,
};

interface BenchmarkOptions {
  readonly levels: readonly string[];
  readonly hasHeldOut: boolean;
  /** What RL will measure, its compute counted from the switch; empty where nothing is forecast. */
  readonly ahead?: () => readonly ForecastPoint[];
  /** What was predicted of the run before it started; null where nothing was, or its place is not known. */
  readonly predicted?: () => PlacedPrediction | null;
}

/** Accuracy over the whole run, overall and per level, with a forecast and, in the end, the ceiling. */
export function benchmarkChart(
  measurements: Measurements,
  { levels, hasHeldOut, ahead = () => [], predicted = () => null }: BenchmarkOptions,
): ChartSpec {
  const perLevel = levels.map((label, level): ChartLine => ({
    key: levelKey(level),
    label,
    style: { ...levelStyle(level), opacity: 0.85 },
    format: points,
  }));
  return {
    id: 'benchmark',
    title: 'Benchmark',
    unit: '% right',
    table: measurements.benchmark,
    lines: [OVERALL, ...perLevel, ...(hasHeldOut ? [HELD_OUT] : [])],
    height: 260,
    yRange: () => [0, 100],
    xEnd: (last) => {
      const { summary, switched } = measurements;
      if (!switched) return Math.max(last, PREDICTED_RL * (predicted()?.at ?? 0));
      const end = summary?.ceiling ? OUTLOOK * summary.compute.rl : ahead().at(-1)?.compute;
      return end === undefined ? last : switched.compute + end;
    },
    drawn: () => [...forecastEntry(ahead()), ...predictionEntry(predicted())],
    under: (ink) => {
      const { switched } = measurements;
      if (switched) {
        const { right } = ink.box;
        ink.fill(ink.x(switched.compute), right, ink.colours.data.purple, 0.05);
        drawForecast(ink, ahead(), switched.compute);
      }
      const ceiling = drawnCeiling(measurements);
      if (ceiling) drawCeilingInterval(ink, ceiling);
    },
    over: (ink) => {
      const { switched } = measurements;
      const prediction = predicted();
      if (prediction) drawRunPrediction(ink, prediction);
      if (switched && switched.step > 0) {
        drawSwitch(ink, switched.compute, 'RL', ink.box.bottom - ink.px(28));
      }
      drawTroubles(ink, measurements.troubles, ink.box.top);
      const ceiling = drawnCeiling(measurements);
      if (!ceiling) return;
      drawCeilingCurve(ink, ceiling);
      drawCeilingLine(ink, ceiling);
      drawCeilingLabel(ink, ceiling);
    },
  };
}

/** A compute position in words. */
export function positionText({
  stage,
  step,
  compute,
}: {
  stage: string;
  step: number;
  compute: number;
}): string {
  return `${stage === 'sft' ? 'SFT' : 'RL'} step ${step}, ${formatFlops(compute)}`;
}
