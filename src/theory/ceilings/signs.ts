/**
 * What a curve shows that its fit cannot say: how high it was measured at its end, a rise there that the
 * curve does not follow, and that nothing has moved at all.
 */
import { hypotenuse, square } from '../../elementary';
import type { CeilingColumns } from './data';
import { noiseOf } from './collapse';
import { estimateNoise, type NoiseModel, type NoisePrior } from './noise';
import { mean, median } from '../statistics';

/** Evaluations that are looked at together at the end of a run: at most these, at most a quarter. */
const LATEST = 5;
/** Standard errors from which a difference is not noise. */
const DECIDED = 3;
/** Neighbours that are averaged where the best stretch of a run is sought. */
const STRETCH = 3;

type Span = CeilingColumns['spans'][number];

function latestOf({ from, to }: Span): number {
  return Math.min(LATEST, Math.max(1, Math.floor((to - from) / 4)));
}

/**
 * Performance at the end of the runs, in points: the mean of each run's last evaluations, or what was
 * measured besides, whichever is higher.
 * @param y performances as they were measured, or might have been
 * @param ends of each run, what was measured besides its evaluations; null where nothing was
 */
export function measuredEnd(
  { spans }: CeilingColumns,
  y: readonly number[],
  ends: readonly (number | null)[],
): number {
  const late = mean(spans.map((span) => mean(y.slice(span.to - latestOf(span), span.to))));
  const known = ends.filter((end) => end !== null);
  return known.length === ends.length ? Math.max(late, mean(known)) : late;
}

/** Correlation of the noise at most, where what a curve does not follow would pass for correlation. */
const MOST_RHO = 0.5;

/**
 * The noise without what the fitted curve does not follow, which would pass for noise: as it was before
 * the end of the runs, or as the differences between evaluations show it, whichever is quieter.
 */
export function quietNoise(
  { spans, y, nominal }: CeilingColumns,
  residuals: readonly number[],
  { parameters, prior, noise }: { parameters: number; prior: NoisePrior; noise: NoiseModel },
): NoiseModel {
  const runs = spans.map((span) => residuals.slice(span.from, span.to - latestOf(span)));
  const before = estimateNoise(runs, { parameters, prior, scale: noise.scale });
  const squares = spans.reduce((sum, { from, to }) => {
    const own = y.slice(from, to).map((value, i) => value / nominal[from + i]!);
    return sum + own.length * square(noiseOf(own));
  }, 0);
  const { weight, scale, least } = prior;
  const pooled = Math.sqrt((weight * square(scale) + squares) / (weight + y.length));
  const quietest = Math.min(noise.scale, before.scale, Math.max(least, pooled));
  return {
    scale: quietest,
    rho: Math.min(noise.rho, before.rho, MOST_RHO),
    degrees: noise.degrees,
  };
}

/** Variance of the mean of neighbours, in units of the variance of one. */
function varianceOfMean(count: number, rho: number): number {
  let [sum, correlation] = [count, 1];
  for (let lag = 1; lag < count; lag++) {
    correlation *= rho;
    sum += 2 * (count - lag) * correlation;
  }
  return sum / square(count);
}

export interface LateRise {
  /** Points by which the last evaluations lie above the fitted curve. */
  readonly rise: number;
  readonly evaluations: number;
  /** Their mean, in points, and its standard error. */
  readonly level: number;
  readonly error: number;
}

/** From here on a curve has come to the top, and cannot rise further. */
const TOP = 99;

/** A rise at the end that the fitted curve does not follow; null where there is none, or no room for one. */
export function lateRise(
  { spans, y, nominal }: CeilingColumns,
  residuals: readonly number[],
  { scale, rho }: NoiseModel,
): LateRise | null {
  const most = Math.min(...spans.map(latestOf));
  let found: LateRise | null = null;
  for (let count = 1; count <= most; count++) {
    const rises = spans.map(({ to }) =>
      mean(residuals.slice(to - count, to).map((value, i) => value * nominal[to - count + i]!)),
    );
    const unit = scale * mean(spans.map(({ to }) => mean(nominal.slice(to - count, to))));
    const error = unit * Math.sqrt(varianceOfMean(count, rho) / spans.length);
    const rise = mean(rises);
    if (!(rise > DECIDED * error && rise > (found?.rise ?? 0))) continue;
    const level = mean(spans.map(({ to }) => mean(y.slice(to - count, to))));
    if (level >= TOP) return null;
    found = { rise, evaluations: count, level, error };
  }
  return found;
}

interface Difference {
  readonly moved: number;
  /** Its standard error. */
  readonly error: number;
}

/** How far a run moved: its best and its worst stretch, its last third, and that against its first. */
function differencesOf(
  { spans, y, nominal }: CeilingColumns,
  span: Span,
  { scale, rho }: NoiseModel,
): Difference[] {
  const own = y.slice(span.from, span.to);
  const unit = scale * median(nominal.slice(span.from, span.to));
  const start = span.pSft.standardError ?? unit;
  const width = Math.min(STRETCH, own.length);
  const stretches = own.slice(width - 1).map((_, i) => mean(own.slice(i, i + width)));
  const third = Math.max(1, Math.floor(own.length / 3));
  const last = mean(own.slice(-third));
  const errorOf = (count: number, other: number): number =>
    hypotenuse(unit * Math.sqrt(varianceOfMean(count, rho)), other) / Math.sqrt(spans.length);
  const { value } = span.pSft;
  return [
    { moved: Math.max(...stretches) - value, error: errorOf(width, start) },
    { moved: Math.min(...stretches) - value, error: errorOf(width, start) },
    { moved: last - value, error: errorOf(third, start) },
    {
      moved: last - mean(own.slice(0, third)),
      error: errorOf(third, unit * Math.sqrt(varianceOfMean(third, rho))),
    },
  ];
}

export interface NoSignal {
  /** Points that performance moved at most, and that noise alone explains. */
  readonly moved: number;
  readonly noise: number;
  readonly evaluations: number;
}

/** That the whole of the curves lies within noise; null where something moved. */
export function noSignal(columns: CeilingColumns, noise: NoiseModel): NoSignal | null {
  const runs = columns.spans.map((span) => differencesOf(columns, span, noise));
  const pooled = runs[0]!.map((_, i) => ({
    moved: Math.abs(mean(runs.map((run) => run[i]!.moved))),
    error: mean(runs.map((run) => run[i]!.error)),
  }));
  if (pooled.some(({ moved, error }) => moved > DECIDED * error)) return null;
  const most = pooled.reduce((top, each) => (each.moved > top.moved ? each : top));
  return { moved: most.moved, noise: DECIDED * most.error, evaluations: columns.y.length };
}
