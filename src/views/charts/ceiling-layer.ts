/**
 * How a ceiling is drawn, wherever it is: solid where it is known, a line with arrows upwards where it
 * is known from below, dashed and hatched where it is not, and not at all where RL had no signal.
 */
import { atLeastOf, fittedPerformance, isIdentified, type CeilingFit } from '../../theory';
import type { ChartInk } from './ink';

/** Segments of a fitted curve. */
const SEGMENTS = 120;

/** A ceiling on a chart. */
export interface DrawnCeiling {
  readonly fit: CeilingFit;
  /** Where RL begins on the axis. */
  readonly start: number;
  /** Compute of RL that was observed, and to which the curve goes on. */
  readonly seen: number;
  readonly end: number;
}

function across(from: number, to: number, y: number): [number, number][] {
  return [
    [from, y],
    [to, y],
  ];
}

function within(ink: ChartInk, y: number): number {
  return Math.min(ink.box.bottom, Math.max(ink.box.top, y));
}

/** Between what a ceiling is drawn, in points. */
export function ceilingEnds(fit: CeilingFit): readonly [low: number, high: number] {
  const from = atLeastOf(fit);
  return from ? [from.atLeast, from.atMost] : [fit.aPostLow, fit.aPostHigh];
}

/** Pixels of the interval's ends, as far as the chart shows them. */
export function intervalEnds(ink: ChartInk, fit: CeilingFit): { top: number; bottom: number } {
  const [low, high] = ceilingEnds(fit);
  return { top: within(ink, ink.y(high)), bottom: within(ink, ink.y(low)) };
}

/** The interval as a band, hatched where the data cannot tell. Belongs under the lines. */
export function drawCeilingInterval(ink: ChartInk, { fit, start }: DrawnCeiling): void {
  const { is } = fit.verdict;
  if (is === 'no-signal') return;
  const [x0, x1] = [ink.x(start), ink.box.right];
  const { top, bottom } = intervalEnds(ink, fit);
  const colour = ink.colours.data.purple;
  ink.fill(x0, x1, colour, is === 'identified' ? 0.2 : 0.07, bottom, top);
  if (is === 'not-identified') ink.hatch({ x0, x1, y0: bottom, y1: top }, colour);
}

/** The fitted curve: dotted beyond what was observed. */
export function drawCeilingCurve(ink: ChartInk, { fit, start, seen, end }: DrawnCeiling): void {
  const colour = ink.colours.data.purple;
  const curve = (from: number, to: number): [number, number][] =>
    Array.from({ length: SEGMENTS + 1 }, (_, i) => {
      const compute = from + ((to - from) * i) / SEGMENTS;
      return [ink.x(start + compute), ink.y(fittedPerformance(fit, compute))];
    });
  ink.clipped(() => {
    ink.stroke(curve(0, seen), { colour, width: 2.5, dash: isIdentified(fit) ? [] : [6, 4] });
    ink.stroke(curve(seen, end), { colour, width: 1.5, dash: [2, 4] });
  });
}

/** Arrows upwards from a line that the ceiling is not below. */
function drawArrows(ink: ChartInk, y: number, [x0, x1]: readonly [number, number]): void {
  const colour = ink.colours.data.purple;
  const [half, height] = [ink.px(4), ink.px(14)];
  for (const share of [0.25, 0.5, 0.75]) {
    const x = x0 + share * (x1 - x0);
    const tip: [number, number] = [x, y - height];
    ink.stroke([[x, y], tip], { colour, width: 1.5, dash: [] });
    const head: [number, number][] = [[x - half, tip[1] + half], tip, [x + half, tip[1] + half]];
    ink.stroke(head, { colour, width: 1.5, dash: [] });
  }
}

/** A known ceiling is one line; of an unknown one there are the ends of its interval. */
export function drawCeilingLine(ink: ChartInk, { fit, start }: DrawnCeiling): void {
  const colour = ink.colours.data.purple;
  const [x0, { right }] = [ink.x(start), ink.box];
  if (isIdentified(fit)) {
    ink.stroke(across(x0, right, ink.y(fit.aPost)), { colour, width: 1.5, dash: [10, 4] });
    return;
  }
  const from = atLeastOf(fit);
  if (from) {
    const y = within(ink, ink.y(from.atLeast));
    ink.stroke(across(x0, right, y), { colour, width: 2, dash: [] });
    drawArrows(ink, y, [x0, right]);
    return;
  }
  if (fit.verdict.is === 'no-signal') return;
  for (const y of Object.values(intervalEnds(ink, fit))) {
    ink.stroke(across(x0, right, y), { colour, width: 1, dash: [3, 4] });
  }
}
