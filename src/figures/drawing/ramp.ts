/** Colours for values: a ramp that is even in lightness, with a bar that explains it. */
import { scaleLinear } from 'd3-scale';
import { contrast } from '../../palette';
import { tickLabels } from './numbers';
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
  const inks = ['#ffffff', '#000000'] as const;
  return {
    colour: (value) => scale(value),
    ink: (value) => {
      const [white, black] = inks.map((ink) => contrast(ink, scale(value)));
      return inks[white! >= black! ? 0 : 1];
    },
  };
}

interface RampBar {
  readonly ramp: Ramp;
  readonly scale: Scale;
  readonly y: number;
  readonly ticks: readonly number[];
  /** What the colours show, with its unit. */
  readonly title: string;
}

/** A bar of the ramp with ticks and a title, along the bottom of a panel. */
export function rampBar(pen: Pen, { ramp, scale, y, ticks, title }: RampBar): string {
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
  const style = { size: small, colour: pen.theme.muted, anchor: 'middle' } as const;
  const said = tickLabels(ticks);
  const labels = ticks.map((tick, i) => pen.text([scale(tick), y + 1.35 * small], said[i]!, style));
  const [left = 0, right = 0] = scale.range();
  return group({}, [
    ...boxes,
    ...labels,
    pen.text([(left + right) / 2, y + 2.6 * small], title, style),
  ]);
}
