/** Does a surface foretell the cells that it has not seen? Each is left out in turn and predicted. */
import { varianceOf } from '../contrasts';
import { mean, type Estimate } from '../statistics';
import { surfaceSteps, type SurfaceSettings } from './fit';
import type { SurfaceData, SurfacePoint } from './points';
import { Surface } from './readings';

export interface LeftOutCell {
  readonly size: number;
  readonly difficulty: number;
  /** Mean over its seeds, in percent; an open ceiling may be anything from `low` to `high`. */
  readonly measured: Estimate;
  /** 90% of what the mean of as many seeds would come to, from all other cells. */
  readonly predicted: Estimate;
  readonly isHeld: boolean;
}

function isAt(point: SurfacePoint, size: number, difficulty: number): boolean {
  return point.size === size && point.difficulty === difficulty;
}

function meanOfSeeds(points: readonly SurfacePoint[]): Estimate {
  const over = (of: (point: SurfacePoint) => number): number => mean(points.map(of));
  return {
    value: over(({ ceiling }) => ceiling.value),
    low: over(({ ceiling, isOpen }) => (isOpen ? ceiling.low : ceiling.value)),
    high: over(({ ceiling, isOpen }) => (isOpen ? ceiling.high : ceiling.value)),
  };
}

function errorOf({ ceiling, isOpen }: SurfacePoint): number {
  return isOpen ? 0 : Math.sqrt(varianceOf(ceiling));
}

/** A cell at a time, in the order of size and difficulty. The frame stays that of all cells. */
export function* leaveOneOutSteps(
  data: SurfaceData,
  settings: SurfaceSettings,
): Generator<void, LeftOutCell[]> {
  const cells: LeftOutCell[] = [];
  for (const size of data.sizes) {
    for (const difficulty of data.difficulties) {
      const own = data.points.filter((point) => isAt(point, size, difficulty));
      if (own.length === 0) continue;
      const points = data.points.filter((point) => !isAt(point, size, difficulty));
      const others = { ...data, points };
      const surface = new Surface(others, yield* surfaceSteps(others, settings));
      const measured = meanOfSeeds(own);
      const predicted = surface.predicted(size, difficulty, own.map(errorOf));
      const isHeld = measured.high >= predicted.low && measured.low <= predicted.high;
      cells.push({ size, difficulty, measured, predicted, isHeld });
    }
  }
  return cells;
}
