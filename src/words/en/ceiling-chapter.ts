/** What the chapter on the ceiling says of its curve. */
import { toDecimals } from '../../rounding';
import { isIdentified, type ForecastFit, type Measurement } from '../../theory';
import { withinLuck } from './luck';
import { verdictSentence } from './reasons/ceiling-reasons';

function points(value: number): string {
  return toDecimals(value, 1);
}

/** What the lab makes of the part that is shown. */
export function fitSentence({ ceiling, forecasts: [end] }: ForecastFit, isHalf: boolean): string {
  const { aPost, aPostLow, aPostHigh, verdict } = ceiling;
  const known = isIdentified(ceiling)
    ? `the ceiling is identified, ${points(aPost)}% (90%: ${points(aPostLow)} to ${points(aPostHigh)}).`
    : withinSentence(verdictSentence(verdict) ?? '');
  if (!end || !isHalf) return `The lab’s fit: ${known}`;
  return `The lab’s fit to the first half: ${known} It forecasts ${points(end.value)}% (90%: ${points(end.low)} to ${points(end.high)}) at the end.`;
}

/** A sentence after a colon. */
function withinSentence(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** Of a curve that was uncovered. */
export function endSentence({ value, standardError }: Measurement): string {
  const error = standardError === null ? '' : `, with a standard error of ${points(standardError)}`;
  return `At the end RL measured ${points(value)}%${error}.`;
}

/** Why a forecast by hand missed: `miss` is predicted less true, in points; `luck` what chance explains. */
export function forecastBecause(miss: number, luck: number): string {
  if (Math.abs(miss) <= luck) return withinLuck(luck);
  return miss > 0
    ? 'The measured curve bent sooner than yours: the first points rise fast and say little of where they stop.'
    : 'The measured curve went on where yours bent: what still rises has not shown its end.';
}
