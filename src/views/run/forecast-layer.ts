/** A forecast of RL, drawn ahead of the last evaluation: a light band between dotted ends. */
import type { ForecastPoint } from '../../theory';
import type { DrawnEntry } from '../charts/chart-spec';
import type { ChartInk } from '../charts/ink';
import type { LineStyle } from '../charts/line-style';
import { formatPoints } from '../format';

/** In the ink of the line that it carries on, and dotted: no hue tells it. */
const STYLE: LineStyle = { colour: 'ink', width: 1.5, dash: [2, 3], marker: null };

/** @param start where RL begins on the axis */
export function drawForecast(ink: ChartInk, ahead: readonly ForecastPoint[], start: number): void {
  if (ahead.length === 0) return;
  const colour = ink.colours.data[STYLE.colour];
  const place = (value: (point: ForecastPoint) => number): [number, number][] =>
    ahead.map((point) => [ink.x(start + point.compute), ink.y(value(point))]);
  const [low, high] = [place((point) => point.low), place((point) => point.high)];
  ink.clipped(() => {
    ink.band(low, high, colour);
    for (const line of [low, high]) ink.stroke(line, { ...STYLE, colour, width: 1 });
    ink.stroke(
      place((point) => point.value),
      { ...STYLE, colour },
    );
  });
}

/** What the key says of a forecast: where it ends. */
export function forecastEntry(ahead: readonly ForecastPoint[]): DrawnEntry[] {
  const last = ahead.at(-1);
  if (!last) return [];
  const { value, low, high } = last;
  const text = `${formatPoints(value)} (90%: ${formatPoints(low)}–${formatPoints(high)})`;
  return [{ label: 'forecast with half as much RL again', style: STYLE, text }];
}
