/** A curve of RL that is drawn by hand over a measured one, and what of the measured one counts. */
import { exp, log } from '../elementary';
import {
  ceilingCurve,
  mean,
  type CurveObservation,
  type LevelResult,
  type Measurement,
  type RlCurve,
} from '../theory';
import { HAND_LIMITS, type CeilingSettings } from './parts/ceiling';

/** A measured curve with its end. */
export interface MeasuredCurve extends RlCurve {
  readonly end: Measurement;
  /** RL compute of the end. */
  readonly compute: number;
}

function rate({ successes, samples }: LevelResult): number {
  return successes / samples;
}

function meanRate(levels: readonly LevelResult[]): number {
  return 100 * mean(levels.map(rate));
}

/** In points; the samples of one problem count as one, so that it is rather too large. */
function errorOf(levels: readonly LevelResult[]): number {
  const variances = levels.map((level) => (rate(level) * (1 - rate(level))) / level.problems);
  return (100 * Math.sqrt(variances.reduce((sum, each) => sum + each, 0))) / levels.length;
}

function observationOn(point: CurveObservation, count: number): CurveObservation {
  const levels = point.levels?.slice(0, count);
  if (!levels) return point;
  const nProblems = levels.reduce((sum, { samples }) => sum + samples, 0);
  return { ...point, performance: meanRate(levels), nProblems, levels };
}

function measurementOn(measured: Measurement, count: number): Measurement {
  const levels = measured.levels?.slice(0, count);
  return levels ? { value: meanRate(levels), standardError: errorOf(levels), levels } : measured;
}

/** The curve on the first `count` levels of its benchmark alone. */
export function onLevels(curve: MeasuredCurve, count: number): MeasuredCurve {
  return {
    ...curve,
    pSft: measurementOn(curve.pSft, count),
    points: curve.points.map((point) => observationOn(point, count)),
    end: measurementOn(curve.end, count),
  };
}

/** The first half of a curve's evaluations. */
export function firstHalf({ points }: Pick<MeasuredCurve, 'points'>): readonly CurveObservation[] {
  return points.slice(0, Math.ceil(points.length / 2));
}

/** Of a curve drawn by hand: compute in percent of the measured curve's. */
export type Hand = Pick<CeilingSettings, 'aPost' | 'cMid' | 'b'>;

/** What the drawn curve says at a share of the measured compute, from 0 to beyond 1. */
export function handAt({ aPost, cMid, b }: Hand, pSft: number, share: number): number {
  return ceilingCurve({ pSft, aPost, cMid: cMid / 100, b }, share);
}

/** By how many points a drawn curve misses the evaluations, on average. */
export function meanMiss(
  hand: Hand,
  pSft: number,
  { points, compute }: Pick<MeasuredCurve, 'points' | 'compute'>,
): number {
  return mean(
    points.map((point) =>
      Math.abs(handAt(hand, pSft, point.compute / compute) - point.performance),
    ),
  );
}

/** Where the steepness is taken hold of: at twice C_mid the gain is 1 / (1 + 2^−B) of the whole. */
export const GRIP = 2;

/** The steepness of a drawn curve that has `share` of its gain at {@link GRIP} times C_mid. */
export function steepnessAt(share: number): number {
  const [low, high] = HAND_LIMITS.b;
  // Half the gain or less is no steepness at all, and all of it an endless one.
  const held = Number.isFinite(share) ? Math.min(1 - exp(-high), Math.max(0.5, share)) : 0.5;
  const b = log(held / (1 - held)) / log(GRIP);
  return Math.min(high, Math.max(low, b));
}
