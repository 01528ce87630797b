/** Colours for values: a ramp that is even in lightness, with a bar that explains it. */
import { scaleLinear } from 'd3-scale';
import { element, group } from './svg';
import type { Pen } from './pen';
import type { Scale } from './axes';

export interface Ramp {
  readonly colour: (value: number) => string;
  /** A colour for text on it. */
  readonly ink: (value: number) => string;
}

export function rampOver(stops: readonly string[], [low, high]: readonly [number, number]): Ramp {
  const at = stops.map((_, i) => low + ((high - low) * i) / (stops.length - 1));
  const scale = scaleLinear<string>(at, stops).clamp(true);
  const middle = low + 0.5 * (high - low);
  return {
    colour: (value) => scale(value),
    ink: (value) => (value < middle ? '#ffffff' : '#111111'),
  };
}

/** A bar of the ramp with ticks, along the bottom of a panel. */
export function rampBar(
  pen: Pen,
  { ramp, scale, y, ticks }: { ramp: Ramp; scale: Scale; y: number; ticks: readonly number[] },
): string {
  const { small } = pen.format;
  const [from = 0, to = 1] = scale.domain();
  const pieces = 40;
  const boxes = Array.from({ length: pieces }, (_, i) => {
    const value = from + ((i + 0.5) * (to - from)) / pieces;
    const left = scale(from + (i * (to - from)) / pieces);
    const right = scale(from + ((i + 1) * (to - from)) / pieces);
    return element('rect', {
      x: left,
      y,
      width: right - left + 0.5,
      height: 0.7 * small,
      fill: ramp.colour(value),
    });
  });
  const labels = ticks.map((tick) =>
    pen.text([scale(tick), y + 1.5 * small], String(tick), {
      size: small,
      anchor: 'middle',
      colour: pen.theme.muted,
    }),
  );
  return group({}, [...boxes, ...labels]);
}
