/** What a surface is fitted to, taken from the cells of a study. */
import { ceilingOutcome, groupBy, isOpen, SEQUENTIAL, type Cell } from '../cells';
import { finalOutcome } from '../contrasts';
import { measuredAt } from '../curves/evaluations';
import { highestOf, rising, type Estimate } from '../statistics';

/** A set in one seed with what its ceiling may be; the highest over its branch points. */
export interface SurfacePoint {
  readonly set: string;
  readonly seed: number;
  /** Trajectories, above 0. */
  readonly size: number;
  /** Mean difficulty, on the scale of the study. */
  readonly difficulty: number;
  /** In percent: the ceiling, or what was measured. An open ceiling may be anything from `low` to `high`. */
  readonly ceiling: Estimate;
  readonly isOpen: boolean;
  readonly runs: readonly string[];
}

/** RL alone in one seed. */
export type ZeroPoint = Pick<SurfacePoint, 'seed' | 'ceiling' | 'isOpen'>;

/** Why cells make no surface, as facts; `words/` has the sentences. */
export type NoSurface =
  | { readonly because: 'no-sets' }
  | { readonly because: 'no-difficulty'; readonly sets: readonly string[] }
  | { readonly because: 'no-size'; readonly sets: readonly string[] }
  | { readonly because: 'one-size'; readonly size: number }
  | { readonly because: 'one-difficulty'; readonly difficulty: number }
  /** Fewer than two sizes have sets of two difficulties: nothing tells adding from multiplying. */
  | { readonly because: 'not-crossed'; readonly sizes: readonly number[] };

export interface SurfaceData {
  /** In the order of size, difficulty and seed. */
  readonly points: readonly SurfacePoint[];
  readonly zero: readonly ZeroPoint[];
  /** Rising, each once. */
  readonly sizes: readonly number[];
  readonly difficulties: readonly number[];
  /** Sets that have no size above 0 or no difficulty, and so no place on the map. */
  readonly leftOut: readonly string[];
}

/**
 * What a surface is of: the ceilings, of which open ones may be anything within their interval, or what was
 * measured at the end of RL, which is a number.
 */
export const SURFACES = ['ceiling', 'end'] as const;
export type SurfaceOf = (typeof SURFACES)[number];

interface KnownOutcome {
  readonly run: string;
  readonly estimate: Estimate;
  readonly isOpen: boolean;
}

function outcomeOf(cell: Cell, of: SurfaceOf): KnownOutcome | null {
  const estimate = of === 'end' ? finalOutcome(cell) : ceilingOutcome(cell);
  return estimate && { run: cell.run, estimate, isOpen: of === 'ceiling' && isOpen(cell) };
}

/** Of one set in one seed. */
function pointOf(cells: readonly Cell[], of: SurfaceOf): SurfacePoint | null {
  const known = cells.flatMap((cell) => outcomeOf(cell, of) ?? []);
  const { set, seed } = cells[0]!;
  if (known.length === 0 || !set) return null;
  const ceiling = highestOf(known.map(({ estimate }) => estimate));
  return {
    set: set.name,
    seed,
    size: set.size!,
    difficulty: set.difficulty!,
    ceiling,
    isOpen: known.some((each) => each.isOpen && each.estimate.high >= ceiling.value),
    runs: known.map(({ run }) => run),
  };
}

function isOfSet({ paradigm, set, branch }: Cell): boolean {
  // Without a step of SFT it is pure RL, whatever set it names.
  return paradigm === SEQUENTIAL && set !== null && !!branch?.step;
}

function isAlone({ set, curve, branch }: Cell): boolean {
  return set === null && curve.length > 0 && !branch?.step;
}

/** The last evaluation with no more RL than the cells of the sets had: RL alone may have been given more. */
function endWithin(cell: Cell, most: number): Cell {
  const last = cell.curve.findLast(({ compute }) => compute <= most);
  return last ? { ...cell, final: measuredAt(last) } : cell;
}

/** RL that learned from no set. */
function zeroPoints(cells: readonly Cell[], ofSets: readonly Cell[], of: SurfaceOf): ZeroPoint[] {
  const most = Math.max(...ofSets.map(({ curve }) => curve.at(-1)?.compute ?? 0));
  return cells.filter(isAlone).flatMap((cell): ZeroPoint[] => {
    const known = outcomeOf(of === 'end' ? endWithin(cell, most) : cell, of);
    return known ? [{ seed: cell.seed, ceiling: known.estimate, isOpen: known.isOpen }] : [];
  });
}

/** The points of a surface, or why there is none. */
export function surfaceData(
  cells: readonly Cell[],
  of: SurfaceOf = 'ceiling',
): SurfaceData | NoSurface {
  const ofSets = cells.filter(isOfSet);
  if (ofSets.length === 0) return { because: 'no-sets' };
  const named = (of: (cell: Cell) => boolean): string[] => [
    ...new Set(ofSets.filter(of).map(({ set }) => set!.name)),
  ];
  const unsized = named(({ set }) => !(set!.size! > 0));
  const unknown = named(({ set }) => set!.difficulty === null);
  const placed = ofSets.filter(({ set }) => set!.size! > 0 && set!.difficulty !== null);
  if (placed.length === 0) {
    return unknown.length > 0
      ? { because: 'no-difficulty', sets: unknown }
      : { because: 'no-size', sets: unsized };
  }
  const groups = groupBy(placed, ({ set, seed }) => JSON.stringify([set!.name, seed]));
  const points = [...groups.values()]
    .flatMap((group) => pointOf(group, of) ?? [])
    .sort((a, b) => a.size - b.size || a.difficulty - b.difficulty || a.seed - b.seed);
  const data: SurfaceData = {
    points,
    zero: zeroPoints(cells, placed, of),
    sizes: distinct(points.map(({ size }) => size)),
    difficulties: distinct(points.map(({ difficulty }) => difficulty)),
    leftOut: [...new Set([...unsized, ...unknown])],
  };
  return whyNone(data) ?? data;
}

function whyNone({ points, sizes, difficulties }: SurfaceData): NoSurface | null {
  if (points.length === 0) return { because: 'no-sets' };
  if (sizes.length < 2) return { because: 'one-size', size: sizes[0]! };
  if (difficulties.length < 2) return { because: 'one-difficulty', difficulty: difficulties[0]! };
  const crossed = sizes.filter((size) => {
    const alike = points.filter((point) => point.size === size);
    return distinct(alike.map(({ difficulty }) => difficulty)).length > 1;
  });
  return crossed.length < 2 ? { because: 'not-crossed', sizes: crossed } : null;
}

function distinct(values: readonly number[]): number[] {
  return rising([...new Set(values)]);
}

export function isSurfaceData(data: SurfaceData | NoSurface): data is SurfaceData {
  return !('because' in data);
}
