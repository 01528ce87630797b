/** What a ceiling is fitted to: checked, ordered, cut where RL collapsed, and put into columns. */
import * as v from 'valibot';
import { failureOf, isLabError, LabError } from '../../errors';
import { countOrZero, measured, type DataOf } from '../../schema/pieces';
import { findCollapse, noiseOf, type CollapseSettings } from './collapse';
import { findFailed } from './failed';
import { binomialError, median } from '../statistics';

/** What one evaluation counted on one level of the benchmark. */
export interface LevelResult {
  /** Its number from 0, or its name in a log of others. */
  readonly level: number | string;
  /** Right samples. */
  readonly successes: number;
  readonly samples: number;
  /** Different problems behind the samples: the samples of one share its difficulty. */
  readonly problems: number;
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

/** One check for the whole: a study has a hundred thousand of them, and is opened while someone waits. */
export const levelResult = v.custom<LevelResult>((input) => {
  const { level, successes, samples, problems } = Object(input) as Record<string, unknown>;
  const isNamed = typeof level === 'string' || isCount(level);
  return isNamed && [successes, samples, problems].every(isCount);
}, 'a level with its successes, samples and problems');

/** A level's name for people, who count from 1. */
export function levelName(level: LevelResult['level']): string {
  return typeof level === 'number' ? String(level + 1) : level;
}

export const curveObservation = v.object({
  /** RL compute since the switch; above 0. */
  compute: measured,
  /** 0 to 100. */
  performance: measured,
  /** Samples behind the measurement, where known: they bound its noise from below. */
  nProblems: v.optional(countOrZero),
  /** What was counted on each level, where known. */
  levels: v.optional(v.array(levelResult)),
});

export interface CurveObservation extends DataOf<typeof curveObservation> {}

export const measurement = v.object({
  value: measured,
  /** null where unknown: then taken to be the noise of the curve's own evaluations. */
  standardError: v.nullable(measured),
  /** What was counted on each level, where known. */
  levels: v.optional(v.array(levelResult)),
});

/** A measured performance, in points. */
export interface Measurement extends DataOf<typeof measurement> {}

/** RL of one seed from one branch point. */
export interface RlCurve {
  readonly pSft: Measurement;
  readonly points: readonly CurveObservation[];
  /** What was measured at the end besides `points`, where anything was: the ceiling is not below it. */
  readonly end?: Measurement;
}

export const collapseReport = v.object({
  /** Which curve, from 0, where several seeds are fitted together. */
  curve: countOrZero,
  /** RL compute of the last evaluation that was kept. */
  compute: measured,
  /** Running best before the fall and the level after it, in points. */
  best: measured,
  after: measured,
  /** Evaluations that were left out. */
  dropped: countOrZero,
});

/** What was cut off a curve because RL collapsed. */
export interface CollapseReport extends DataOf<typeof collapseReport> {}

export const failedEvaluation = v.object({
  /** Which curve, from 0, where several seeds are fitted together. */
  curve: countOrZero,
  compute: measured,
  /** In points: what was measured, and what its neighbours let expect. */
  performance: measured,
  expected: measured,
});

/** A single evaluation that failed, and is not part of the fit. */
export interface FailedEvaluation extends DataOf<typeof failedEvaluation> {}

export const MIN_OBSERVATIONS = 4;
/** A curve that stays this close to P_sft, in points, has not moved; elsewhere it was copied, not measured. */
const STILL = 1;
/** Longer curves are averaged over neighbours: a fit must not block the page. */
const MAX_OBSERVATIONS = 150;

/** All curves of a cell in one set of columns; curve i lies from `spans[i].from` to `.to`. */
export interface CeilingColumns {
  readonly spans: readonly {
    readonly from: number;
    readonly to: number;
    readonly pSft: Measurement;
    readonly end: Measurement | null;
  }[];
  /** Compute as a share of `range`, the largest one observed. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly pSft: readonly number[];
  /** Binomial noise in points where the samples are known; otherwise 1 for every evaluation. */
  readonly nominal: readonly number[];
  readonly noiseKnown: boolean;
  readonly range: number;
  readonly collapses: readonly CollapseReport[];
  readonly failed: readonly FailedEvaluation[];
}

function checkPoint({ compute, performance, nProblems }: CurveObservation): void {
  if (!(compute > 0) || !Number.isFinite(compute)) {
    throw new LabError('ceiling/compute', { compute });
  }
  if (!(performance >= 0 && performance <= 100)) {
    throw new LabError('ceiling/performance', { performance });
  }
  if (nProblems !== undefined && !(nProblems >= 1)) {
    throw new LabError('ceiling/problems', { problems: nProblems });
  }
}

function checkCurves(curves: readonly RlCurve[]): void {
  if (curves.length === 0) throw new LabError('ceiling/no-curve');
  for (const { pSft, points } of curves) {
    const { value, standardError } = pSft;
    if (!(value >= 0 && value <= 100)) {
      throw new LabError('ceiling/branch', { performance: value });
    }
    if (standardError !== null && !(standardError >= 0 && standardError <= 100)) {
      throw new LabError('ceiling/branch-error', { standardError });
    }
    points.forEach(checkPoint);
  }
}

function checkEachHasPoints(curves: readonly RlCurve[]): void {
  const empty = curves.findIndex((curve) => curve.points.length === 0);
  if (empty < 0 || curves.length === 1) return;
  throw new LabError('ceiling/empty-curve', { curve: empty + 1, curves: curves.length });
}

function checkEnough(curves: readonly RlCurve[]): void {
  const points = curves.flatMap((curve) => curve.points);
  const distinct = new Set(points.map((point) => point.compute)).size;
  if (distinct < MIN_OBSERVATIONS) {
    throw new LabError('ceiling/few-evaluations', {
      evaluations: distinct,
      least: MIN_OBSERVATIONS,
    });
  }
  const starts = curves.map(({ pSft }) => pSft.value);
  const isStill = starts.every((start) => Math.abs(start - points[0]!.performance) <= STILL);
  if (!isStill && points.every((point) => point.performance === points[0]!.performance)) {
    throw new LabError('ceiling/flat', { performance: points[0]!.performance });
  }
}

/** Says that it was the collapse where too little is left before it. */
function checkEnoughLeft(
  cut: readonly (RlCurve & { readonly collapse: CollapseReport | null })[],
): void {
  try {
    checkEnough(cut);
  } catch (error) {
    if (!isLabError(error, 'ceiling')) throw error;
    const after = cut.find(({ collapse }) => collapse)!.collapse!.compute;
    throw new LabError(
      'ceiling/collapsed',
      { compute: after, why: failureOf(error) },
      {
        cause: error,
      },
    );
  }
}

function binomialSd({ performance, nProblems }: CurveObservation): number | null {
  return nProblems === undefined ? null : binomialError(performance, nProblems);
}

/** The noise that there is at least, from the samples where they are known. */
function noiseBelow(points: readonly CurveObservation[]): number {
  const known = points.map(binomialSd).filter((sd) => sd !== null);
  return known.length > 0 ? median(known) : 0;
}

function cutAtCollapse(
  { points, pSft }: RlCurve,
  curve: number,
  settings: CollapseSettings | undefined,
): { points: readonly CurveObservation[]; collapse: CollapseReport | null } {
  const performances = points.map((point) => point.performance);
  const noise = noiseBelow(points);
  const found = findCollapse(performances, { start: pSft.value, noise }, settings);
  if (!found) return { points, collapse: null };
  const { kept, best, after } = found;
  const compute = points[kept - 1]!.compute;
  const collapse = { curve, compute, best, after, dropped: points.length - kept };
  return { points: points.slice(0, kept), collapse };
}

/** Takes out single evaluations that failed. */
function withoutFailed(
  points: readonly CurveObservation[],
  { value: start }: Measurement,
  curve: number,
): { points: readonly CurveObservation[]; failed: readonly FailedEvaluation[] } {
  const performances = points.map((point) => point.performance);
  const noise = noiseBelow(points);
  const found = findFailed(performances, { start, noise: Math.max(noise, noiseOf(performances)) });
  const places = new Set(found.map(({ at }) => at));
  const failed = found.map(({ at, expected }) => {
    const { compute, performance } = points[at]!;
    return { curve, compute, performance, expected };
  });
  return { points: points.filter((_, i) => !places.has(i)), failed };
}

/** Neighbours that are taken together, so that no more than {@link MAX_OBSERVATIONS} are left. */
export function groupSize(evaluations: number): number {
  return Math.ceil(evaluations / MAX_OBSERVATIONS);
}

/** Counts of neighbouring evaluations together; undefined where one of them has no such levels. */
function addedLevels(group: readonly CurveObservation[]): LevelResult[] | undefined {
  return group[0]!.levels?.flatMap(({ level, problems }, place) => {
    const alike = group.flatMap(({ levels }) => levels?.[place] ?? []);
    if (alike.length < group.length || alike.some((each) => each.level !== level)) return [];
    const total = (of: (each: LevelResult) => number): number =>
      alike.reduce((sum, each) => sum + of(each), 0);
    const successes = total((each) => each.successes);
    return [{ level, problems, successes, samples: total((each) => each.samples) }];
  });
}

/** Means of `size` neighbours; the answers that they counted are added up. */
export function averaged(points: readonly CurveObservation[], size: number): CurveObservation[] {
  if (size === 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / size) }, (_, i) => {
    const group = points.slice(i * size, (i + 1) * size);
    const counts = group.map((point) => point.nProblems);
    const total = counts.reduce<number | undefined>(
      (sum, n) => (sum === undefined || n === undefined ? undefined : sum + n),
      0,
    );
    return {
      compute: group.reduce((sum, point) => sum + point.compute, 0) / group.length,
      performance: group.reduce((sum, point) => sum + point.performance, 0) / group.length,
      nProblems: total,
      levels: addedLevels(group),
    };
  });
}

/** Checks and arranges the curves of a cell; throws an error of `ceiling` where nothing can be fitted. */
export function ceilingColumns(
  curves: readonly RlCurve[],
  collapseSettings?: CollapseSettings,
): CeilingColumns {
  checkCurves(curves);
  checkEachHasPoints(curves);
  checkEnough(curves);
  const cut = curves.map(({ pSft, points, end }, i) => {
    const ordered = [...points].sort(
      (a, b) => a.compute - b.compute || a.performance - b.performance,
    );
    const { points: kept, failed } = withoutFailed(ordered, pSft, i);
    const { points: sound, collapse } = cutAtCollapse({ pSft, points: kept }, i, collapseSettings);
    // What is measured after a collapse says nothing about the height before it; NaN never does.
    const isEnd = !collapse && end !== undefined && Number.isFinite(end.value);
    return { pSft, points: sound, collapse, failed, ...(isEnd ? { end } : {}) };
  });
  checkEnoughLeft(cut);
  const count = cut.reduce((sum, { points }) => sum + points.length, 0);
  const size = groupSize(count);
  const kept = cut.map((curve) => ({ ...curve, points: averaged(curve.points, size) }));
  const all = kept.flatMap(({ points }) => points);
  const range = Math.max(...all.map((point) => point.compute));
  const sds = all.map(binomialSd);
  const known = sds.filter((sd) => sd !== null);
  const noiseKnown = known.length === sds.length;
  let to = 0;
  return {
    spans: kept.map(({ pSft, end = null, points }) => {
      const from = to;
      to += points.length;
      return { from, to, pSft, end };
    }),
    x: all.map((point) => point.compute / range),
    y: all.map((point) => point.performance),
    pSft: kept.flatMap(({ pSft, points }) => points.map(() => pSft.value)),
    nominal: noiseKnown ? known : sds.map(() => 1),
    noiseKnown,
    range,
    collapses: cut.map(({ collapse }) => collapse).filter((collapse) => collapse !== null),
    failed: cut.flatMap(({ failed, collapse }) =>
      failed.filter(({ compute }) => !collapse || compute <= collapse.compute),
    ),
  };
}
