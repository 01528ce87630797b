/**
 * Did it come true? Each curve is fitted on its first part, and what came is compared with the ceiling
 * and with the forecast. A ceiling is refuted from above alone, since a run need not have reached it;
 * a forecast names the performance at the end, and fails on either side.
 */
import { isLabError, LabError } from '../errors';
import { ceilingFitSteps } from './ceilings/fit';
import { MIN_OBSERVATIONS, type Measurement, type RlCurve } from './ceilings/data';
import type { CeilingVerdict } from './ceilings/verdict';
import { forecastSteps } from './forecast';
import { hasLevels } from './levels/series';
import { pooledWaveRate, type WaveRate } from './levels/new-wave';
import { watchedWaves } from './levels/watched-waves';
import type { Estimate } from './statistics';

/** A curve whose end is known. */
export interface BacktestCurve {
  readonly id: string;
  /** null for RL without a trajectory set. */
  readonly set: string | null;
  readonly curve: RlCurve;
  readonly end: Measurement & { readonly compute: number };
}

export interface BacktestRow {
  readonly id: string;
  readonly set: string | null;
  /** Share of the evaluations that was fitted. */
  readonly at: number;
  readonly verdict: CeilingVerdict;
  readonly aPost: Estimate;
  readonly forecast: Estimate;
  readonly end: Measurement;
}

/** A curve that could not be fitted on its first part, and why. */
export interface BacktestGap {
  readonly id: string;
  readonly at: number;
  readonly error: LabError;
}

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

/** How often waves begin, as far as the first parts of a study's curves have shown it. */
function* rateIn(parts: readonly RlCurve[], seed: number): Generator<void, WaveRate> {
  return pooledWaveRate(yield* watchedWaves(parts.filter(hasLevels), seed));
}

/**
 * Backtests every curve at every share. A step is a part of one fit. Throws an error of `backtest`
 * where a share is not between 0 and 1; a curve with too little left is a gap.
 */
export function* backtestSteps(
  curves: readonly BacktestCurve[],
  { at: shares, seed }: { at: readonly number[]; seed: number },
): Generator<void, Backtest> {
  shares.forEach(checkShare);
  const rows: BacktestRow[] = [];
  const gaps: BacktestGap[] = [];
  for (const at of shares) {
    const parts = curves.map(({ curve }) => firstPart(curve, at));
    const waveRate = yield* rateIn(parts, seed);
    for (const [i, each] of curves.entries()) {
      try {
        rows.push(yield* backtestOne(each, { part: parts[i]!, at, seed, waveRate }));
      } catch (error) {
        if (!isLabError(error, 'ceiling') && !isLabError(error, 'backtest')) throw error;
        gaps.push({ id: each.id, at, error });
      }
    }
  }
  return { rows, gaps };
}

function* backtestOne(
  { id, set, curve, end }: BacktestCurve,
  { part, at, seed, waveRate }: { part: RlCurve; at: number; seed: number; waveRate: WaveRate },
): Generator<void, BacktestRow> {
  if (part.points.length < MIN_OBSERVATIONS) {
    throw new LabError('backtest/few-evaluations', {
      at,
      left: part.points.length,
      all: curve.points.length,
      least: MIN_OBSERVATIONS,
    });
  }
  const { verdict, aPost, aPostLow, aPostHigh } = yield* ceilingFitSteps([part], {
    seed,
    levels: { waveRate },
  });
  const [forecast] = yield* forecastSteps([part], { seed, at: [end.compute], waveRate });
  return {
    id,
    set,
    at,
    verdict,
    aPost: { value: aPost, low: aPostLow, high: aPostHigh },
    forecast: forecast!,
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
