/** What levels are fitted to: counts of right answers by level, checked and put into columns. */
import { LabError } from '../../errors';
import {
  averaged,
  groupSize,
  levelName,
  type CurveObservation,
  type LevelResult,
  type RlCurve,
} from '../ceilings/data';

/** An evaluation of which the counts of each level are known. */
interface LevelObservation extends CurveObservation {
  levels: LevelResult[];
}

/** RL of one seed from one branch point, level by level; the branch point's counts may be missing. */
export interface LevelCurve extends RlCurve {
  readonly points: readonly LevelObservation[];
}

/** One level of one curve; entry j of each column is evaluation j, in the order of compute. */
export interface LevelSeries {
  /** Its name for people. */
  readonly level: string;
  /** RL compute as a share of the last observed; rises to 1, or near it where neighbours are averaged. */
  readonly x: Float64Array;
  readonly successes: Float64Array;
  readonly samples: Float64Array;
  /** Answers of a single evaluation, the last one. */
  readonly answers: number;
  /** At the branch point; null where its counts were not kept. */
  readonly start: LevelResult | null;
}

/** The levels of a curve, in the order of its first evaluation. */
export interface LevelColumns {
  readonly levels: readonly LevelSeries[];
  /** RL compute of the last evaluation. */
  readonly range: number;
}

/** A level needs as many evaluations for its wave to be told from noise. */
export const MIN_LEVEL_EVALUATIONS = 4;

function checkCount({ level, successes, samples }: LevelResult, compute: number): void {
  if (!(samples >= 1) || !(successes >= 0) || successes > samples) {
    throw new LabError('ceiling/level-count', {
      level: levelName(level),
      successes,
      samples,
      compute,
    });
  }
}

function namesOf(levels: readonly LevelResult[]): string {
  return levels.map(({ level }) => levelName(level)).join(', ');
}

/** Throws where an evaluation has other levels than `levels`, or a count that cannot be. */
function checkLevels(levels: readonly LevelResult[], point: LevelObservation): void {
  const [expected, found] = [namesOf(levels), namesOf(point.levels)];
  if (found !== expected) {
    throw new LabError('ceiling/level-missing', { expected, found, compute: point.compute });
  }
  for (const count of point.levels) checkCount(count, point.compute);
}

function isCounted(point: CurveObservation): point is LevelObservation {
  return point.levels !== undefined;
}

/**
 * Checks and arranges a curve level by level; many evaluations are averaged over neighbours. Throws an error of `ceiling` where levels change between
 * evaluations, a count cannot be, or there are too few evaluations.
 */
export function levelColumns({ pSft, points }: LevelCurve): LevelColumns {
  if (points.length < MIN_LEVEL_EVALUATIONS) {
    throw new LabError('ceiling/few-evaluations', {
      evaluations: points.length,
      least: MIN_LEVEL_EVALUATIONS,
    });
  }
  const ordered = [...points].sort((a, b) => a.compute - b.compute);
  const first = ordered[0]!.levels;
  for (const point of ordered) checkLevels(first, point);
  const last = ordered.at(-1)!;
  const range = last.compute;
  const kept = averaged(ordered, groupSize(ordered.length)).filter(isCounted);
  const x = Float64Array.from(kept, ({ compute }) => compute / range);
  const levels = first.map(({ level }, place) => {
    const start = pSft.levels?.find((each) => each.level === level) ?? null;
    if (start) checkCount(start, 0);
    return {
      level: levelName(level),
      x,
      successes: Float64Array.from(kept, (point) => point.levels[place]!.successes),
      samples: Float64Array.from(kept, (point) => point.levels[place]!.samples),
      answers: last.levels[place]!.samples,
      start,
    };
  });
  return { levels, range };
}

/** Whether a curve can be fitted level by level: a mean over one level is the level itself. */
export function hasLevels(curve: RlCurve): curve is LevelCurve {
  return curve.points.length > 0 && curve.points.every(({ levels }) => (levels?.length ?? 0) > 1);
}
