/**
 * Did it come true? Each curve is fitted on its first part, and what came is compared with the ceiling
 * and with the forecast. A ceiling is refuted from above alone, since a run need not have reached it;
 * a forecast names the performance at the end, and fails on either side.
 */
import * as v from 'valibot';
import { failureOf, isLabError, LabError } from '../errors';
import { failure, measured, type DataOf } from '../schema/pieces';
import { measurement, MIN_OBSERVATIONS, type Measurement, type RlCurve } from './ceilings/data';
import type { LevelOptions } from './ceilings/by-level';
import { ceilingVerdict } from './ceilings/verdict';
import { forecastFitSteps } from './forecast';
import { interval } from './levels/level-report';

/** A curve whose end is known. */
export interface BacktestCurve {
  readonly id: string;
  /** null for RL without a trajectory set. */
  readonly set: string | null;
  readonly curve: RlCurve;
  readonly end: Measurement & { readonly compute: number };
  readonly levels?: LevelOptions | undefined;
}

export const backtestRow = v.object({
  id: v.string(),
  set: v.nullable(v.string()),
  /** Share of the evaluations that was fitted. */
  at: measured,
  verdict: ceilingVerdict,
  aPost: interval,
  forecast: interval,
  end: measurement,
});

export interface BacktestRow extends DataOf<typeof backtestRow> {}

export const backtestGap = v.object({ id: v.string(), at: measured, reason: failure });

/** A curve that could not be fitted on its first part, and why. */
export interface BacktestGap extends DataOf<typeof backtestGap> {}

export interface Backtest {
  readonly rows: readonly BacktestRow[];
  readonly gaps: readonly BacktestGap[];
}

/** An end so many points above the interval refutes a ceiling. */
const REFUTED_BY = 1;

export function isRefuted({ end, aPost }: BacktestRow): boolean {
  return end.value > aPost.high + REFUTED_BY;
}

export function isForecastHeld({ end, forecast }: BacktestRow): boolean {
  return end.value >= forecast.low && end.value <= forecast.high;
}

function checkShare(at: number): void {
  if (!(at > 0 && at < 1)) throw new LabError('backtest/share', { at });
}

function firstPart({ pSft, points }: RlCurve, at: number): RlCurve {
  const ordered = [...points].sort((a, b) => a.compute - b.compute);
  return { pSft, points: ordered.slice(0, Math.round(at * ordered.length)) };
}

/**
 * Backtests a curve at a share; a step is a part of its fit. A curve with too little left is a gap.
 * Throws an error of `backtest` where the share is not between 0 and 1.
 */
export function* backtestCurveSteps(
  curve: BacktestCurve,
  { at, seed }: { at: number; seed: number },
): Generator<void, BacktestRow | BacktestGap> {
  checkShare(at);
  try {
    return yield* rowSteps(curve, { at, seed });
  } catch (error) {
    if (!isLabError(error, 'ceiling') && !isLabError(error, 'backtest')) throw error;
    return { id: curve.id, at, reason: failureOf(error) };
  }
}

/** {@link backtestCurveSteps} for every curve at every share. */
export function* backtestSteps(
  curves: readonly BacktestCurve[],
  { at: shares, seed }: { at: readonly number[]; seed: number },
): Generator<void, Backtest> {
  const all: (BacktestRow | BacktestGap)[] = [];
  // All of them before the first fit: what cannot be is said at once.
  shares.forEach(checkShare);
  for (const at of shares) {
    for (const curve of curves) all.push(yield* backtestCurveSteps(curve, { at, seed }));
  }
  return backtestOf(all);
}

export function backtestOf(all: readonly (BacktestRow | BacktestGap)[]): Backtest {
  return {
    rows: all.filter((each) => 'forecast' in each),
    gaps: all.filter((each) => 'reason' in each),
  };
}

function* rowSteps(
  { id, set, curve, end, levels }: BacktestCurve,
  { at, seed }: { at: number; seed: number },
): Generator<void, BacktestRow> {
  const part = firstPart(curve, at);
  if (part.points.length < MIN_OBSERVATIONS) {
    throw new LabError('backtest/few-evaluations', {
      at,
      left: part.points.length,
      all: curve.points.length,
      least: MIN_OBSERVATIONS,
    });
  }
  const settings = { seed, levels, forecastAt: [end.compute] };
  const { ceiling, forecasts } = yield* forecastFitSteps([part], settings);
  const { verdict, aPost, aPostLow, aPostHigh } = ceiling;
  return {
    id,
    set,
    at,
    verdict,
    aPost: { value: aPost, low: aPostLow, high: aPostHigh },
    forecast: forecasts[0]!,
    end: { value: end.value, standardError: end.standardError },
  };
}

/** How many of a group were refuted and how many forecasts held. */
export interface BacktestCount {
  readonly name: string;
  readonly cells: number;
  readonly refuted: number;
  readonly held: number;
}

/** Counts by whatever `nameOf` tells, in the order of the first of each. */
export function countBacktest(
  rows: readonly BacktestRow[],
  nameOf: (row: BacktestRow) => string,
): BacktestCount[] {
  const names = [...new Set(rows.map(nameOf))];
  return names.map((name) => {
    const group = rows.filter((row) => nameOf(row) === name);
    return {
      name,
      cells: group.length,
      refuted: group.filter(isRefuted).length,
      held: group.filter(isForecastHeld).length,
    };
  });
}
