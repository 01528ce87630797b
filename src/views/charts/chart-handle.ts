/** What is moved by hand on a chart: a slider to the keyboard, a knob to pointer and touch. */
import type { DataColour } from './line-style';

export interface ChartHandle {
  readonly name: string;
  /** For people, with symbols as in the paper: "A_post". */
  readonly label: string;
  /** What stands beside it before its value; the label where absent. */
  readonly shownLabel?: string;
  readonly colour: DataColour;
  /** The direction in which it is dragged. */
  readonly along: 'x' | 'y';
  /** Where it stands, in the chart's units. */
  readonly x: number;
  readonly y: number;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** What an arrow key adds; a page key adds ten times as much. */
  readonly step: number;
  /** Its value in short, as "76%", and as a screen reader says it. */
  readonly text: string;
  readonly spoken: string;
  /** Where its name stands: side by side handles hide each other's. */
  readonly nameIs: 'above' | 'below';
  /** The value that a place on the chart stands for; it need not be within the limits. */
  valueAt(x: number, y: number): number;
  change(value: number): void;
}

/** Where a chart draws: CSS pixels within its host, and what the ends of both axes stand for. */
export interface PlotPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

function along(value: number, [low, high]: readonly [number, number]): number {
  return (value - low) / (high - low);
}

/** Pixels within the host of a point, kept within the drawing's edges. */
export function pixelsOf(
  place: PlotPlace,
  { x, y }: Pick<ChartHandle, 'x' | 'y'>,
): { readonly left: number; readonly top: number } {
  const [right, up] = [along(x, place.x), along(y, place.y)].map((share) =>
    Math.min(1, Math.max(0, share)),
  );
  return { left: place.left + right! * place.width, top: place.top + (1 - up!) * place.height };
}

/** The point at a place within the host, in the chart's units. */
export function pointAt(
  { left, top, width, height, x, y }: PlotPlace,
  pixels: { readonly left: number; readonly top: number },
): [x: number, y: number] {
  const [right, up] = [(pixels.left - left) / width, 1 - (pixels.top - top) / height];
  return [x[0] + right * (x[1] - x[0]), y[0] + up * (y[1] - y[0])];
}

type Range = Pick<ChartHandle, 'min' | 'max' | 'step'>;

/** The nearest value that the handle can have. */
export function heldValue({ min, max, step }: Range, value: number): number {
  const steps = Math.round((Math.min(max, Math.max(min, value)) - min) / step);
  // Tenths that were added up have digits that nobody asked for.
  return Math.min(max, Number((min + steps * step).toPrecision(12)));
}

const PAGE = 10;

/** The value that a key leads to; null where the key means nothing here. */
export function valueForKey(
  handle: Range & Pick<ChartHandle, 'value'>,
  key: string,
): number | null {
  const { value, min, max, step } = handle;
  const added = {
    ArrowUp: step,
    ArrowRight: step,
    ArrowDown: -step,
    ArrowLeft: -step,
    PageUp: PAGE * step,
    PageDown: -PAGE * step,
    Home: min - value,
    End: max - value,
  }[key];
  return added === undefined ? null : heldValue(handle, value + added);
}
