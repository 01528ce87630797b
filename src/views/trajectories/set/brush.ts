/** Brushing over a histogram: which bins a drag or a key takes. */
import type { BinRange } from '../../../trajectories/set-index';

/** The bin under a share of the width, 0 to 1. */
export function binAt(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(share * count)));
}

/** The bins between two, whichever comes first; null where that is all of them. */
export function rangeBetween(a: number, b: number, count: number): BinRange | null {
  const range: BinRange = [Math.min(a, b), Math.max(a, b)];
  return range[0] === 0 && range[1] === count - 1 ? null : range;
}

/** Where an end of the range stands after a key; null for keys that do not move it. */
export function moved(key: string, end: number, count: number): number | null {
  const far = Math.max(1, Math.round(count / 8));
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowDown: -1,
    ArrowRight: 1,
    ArrowUp: 1,
    PageDown: -far,
    PageUp: far,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? null : Math.min(count - 1, Math.max(0, end + step));
}
