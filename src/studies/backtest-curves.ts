/**
 * Did a study's ceilings come true? Each curve is fitted on its first half and held against its end. A
 * fit takes a while, so curves come one after the other and those made are kept: cells that are
 * finished never change.
 */
import { chanceOf } from './chance';
import {
  backtestCurveSteps,
  backtestOf,
  isForecastHeld,
  isRefuted,
  type Backtest,
  type BacktestCurve,
  type BacktestRow,
  type CsvValue,
} from '../theory';
import { soundResults } from './sound-results';
import { fitKey, KnownFits, type BacktestFit } from './known-fits';
import type { ReportedResults } from './study-results';

export interface StudyBacktest extends Backtest {
  /** Curves that are still to be fitted. */
  readonly waiting: number;
}

/** Share of the evaluations that are fitted, and the seed: as in the terminal, where nothing is asked for. */
export const FIRST_HALF = { at: 0.5, seed: 0 };

/** RL curves of finished cells with their last measurement; those that diverged have no end. */
export function backtestCurves({ cells, config }: ReportedResults): BacktestCurve[] {
  const levels = chanceOf(config);
  return cells
    .filter(({ status, cell }) => status === 'finished' && cell.curve.length > 0)
    .map(({ id, cell, compute, further }) => ({
      id,
      set: cell.set?.name ?? null,
      curve: { pSft: cell.pSft, points: cell.curve },
      end: further
        ? { ...further.final, compute: compute.rl + further.compute }
        : { ...cell.final, compute: compute.rl },
      levels,
    }));
}

/** Makes the backtest of a study that grows; keeps the fits that it has made among those that it knows. */
export class StudyBacktester {
  readonly #kept: Map<string, BacktestFit>;

  constructor({ backtest }: KnownFits = new KnownFits()) {
    this.#kept = backtest;
  }

  /** One curve after another: each step is what is known so far. */
  *steps(results: ReportedResults): Generator<StudyBacktest, StudyBacktest> {
    const curves = backtestCurves(soundResults(results));
    const keys = new Map(curves.map((curve) => [curve, keyOf(curve)]));
    const known = (): StudyBacktest => {
      const made = curves.flatMap((curve) => this.#kept.get(keys.get(curve)!) ?? []);
      return { ...backtestOf(made), waiting: curves.length - made.length };
    };
    let latest = known();
    for (const curve of curves) {
      const key = keys.get(curve)!;
      if (this.#kept.has(key)) continue;
      const steps = backtestCurveSteps(curve, FIRST_HALF);
      let step = steps.next();
      for (; !step.done; step = steps.next()) yield latest;
      this.#kept.set(key, step.value);
      latest = known();
    }
    return latest;
  }
}

/** Under which the fits of a study's curves are kept. */
export function backtestKeys(results: ReportedResults): string[] {
  return backtestCurves(soundResults(results)).map(keyOf);
}

function keyOf(curve: BacktestCurve): string {
  return fitKey(curve.id, [FIRST_HALF, curve]);
}

/** Each value of a row as files have it; performances in points. */
export const BACKTEST_COLUMNS = {
  id: ({ id }) => id,
  set: ({ set }) => set,
  at: ({ at }) => at,
  verdict: ({ verdict }) => verdict.is,
  a_post: ({ aPost }) => aPost.value,
  low: ({ aPost }) => aPost.low,
  high: ({ aPost }) => aPost.high,
  forecast: ({ forecast }) => forecast.value,
  forecast_low: ({ forecast }) => forecast.low,
  forecast_high: ({ forecast }) => forecast.high,
  end: ({ end }) => end.value,
  end_se: ({ end }) => end.standardError,
  refuted: isRefuted,
  held: isForecastHeld,
} as const satisfies Readonly<Record<string, (row: BacktestRow) => CsvValue>>;
