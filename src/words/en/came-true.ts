/** Whether what a first part of RL promised came true, in words. */
import type { BacktestRow } from '../../theory';
import { isForecastHeld, isRefuted } from '../../theory';
import { toDecimals } from '../../rounding';
import { VERDICT_WORDS } from './reasons/ceiling-reasons';

function points(value: number): string {
  return toDecimals(value, 1);
}

function interval({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${points(low)}–${points(high)}`;
}

/** Such as "86.5 (90%: 84.1–88.0)" or "at least 80.2 (up to 100.0)". */
function ceilingWords({ verdict, aPost }: BacktestRow): string {
  switch (verdict.is) {
    case 'identified':
      return `the ceiling would have been ${points(aPost.value)} (90%: ${interval(aPost)})`;
    case 'at-least':
      return `the ceiling would have been at least ${points(verdict.atLeast)} (up to ${points(aPost.high)})`;
    case 'not-identified':
      return `the ceiling would have been ${VERDICT_WORDS[verdict.is]} (90%: ${interval(aPost)})`;
    case 'no-signal':
      return 'RL would have shown no signal';
    default:
      return verdict satisfies never;
  }
}

function outcomeWords(row: BacktestRow): string {
  const { end, aPost, forecast } = row;
  if (isRefuted(row)) {
    return `it did not come true, ${points(end.value - aPost.high)} points above the ceiling’s interval`;
  }
  if (isForecastHeld(row)) return 'it came true';
  const away =
    end.value > forecast.high
      ? `${points(end.value - forecast.high)} points above`
      : `${points(forecast.low - end.value)} points below`;
  return `the forecast did not come true, ${away} its interval`;
}

/** What the first half of a run's RL promised, and what was measured at its end. */
export function cameTrueSentence(row: BacktestRow): string {
  const { forecast, end } = row;
  return `Fitted on the first half of RL, ${ceilingWords(row)}, and the forecast ${points(forecast.value)} (90%: ${interval(forecast)}); measured at the end ${points(end.value)}: ${outcomeWords(row)}.`;
}
