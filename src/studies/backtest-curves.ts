/** The curves of a study whose end was measured, for its backtest. */
import type { BacktestCurve } from '../theory';
import type { StudyResults } from './study-results';

/** RL curves of finished cells with their last measurement; those that diverged have no end. */
export function backtestCurves({ cells }: StudyResults): BacktestCurve[] {
  return cells
    .filter(({ status, cell }) => status === 'finished' && cell.curve.length > 0)
    .map(({ id, cell, compute, further }) => ({
      id,
      set: cell.set?.name ?? null,
      curve: { pSft: cell.pSft, points: cell.curve },
      end: further
        ? { ...further.final, compute: compute.rl + further.compute }
        : { ...cell.final, compute: compute.rl },
    }));
}
