/**
 * The sub-phases of SFT, read off the validation loss (arXiv 2512.11470): adaptation while it falls,
 * stable near its minimum, then mild and severe overfitting as it rises again.
 */
import * as v from 'valibot';
import { LabError } from '../errors';
import { count, countOrZero, measured, positive, type DataOf } from '../schema/pieces';
import { mean } from './statistics';

export const SUB_PHASES = ['adaptation', 'stable', 'mild', 'severe'] as const;
export const subPhase = v.picklist(SUB_PHASES);
export type SubPhase = (typeof SUB_PHASES)[number];

export const subPhaseSettings = v.object({
  /** Relative distance to the minimum within which the loss is stable. */
  stableWithin: positive,
  /** Relative rise over the minimum from which overfitting is severe. */
  severeFrom: positive,
  /** Evaluations over which the running minimum must have improved by less than `stableWithin`. */
  patience: count,
  /** Evaluations in the moving average of the loss; 1 for none. */
  smoothing: count,
});

export interface SubPhaseSettings extends DataOf<typeof subPhaseSettings> {}

export const DEFAULT_SUB_PHASE_SETTINGS: SubPhaseSettings = {
  stableWithin: 0.02,
  severeFrom: 0.1,
  patience: 4,
  smoothing: 1,
};

/** One evaluation of the validation loss, nats per token. */
export interface LossPoint {
  readonly step: number;
  readonly compute: number;
  readonly loss: number;
}

export const subPhaseState = v.object({
  phase: subPhase,
  /** The last `smoothing` losses. */
  recent: v.array(measured),
  /** Running minimum of the smoothed loss after each of the last `patience` + 1 evaluations. */
  minima: v.array(measured),
  evaluations: countOrZero,
  /** Relative rise of the smoothed loss over its running minimum. */
  rise: measured,
  /** Smoothed losses of the evaluations in a row, up to now, within `stableWithin` of the minimum. */
  plateau: v.array(measured),
  /** How many those are. */
  evaluationsNearMinimum: countOrZero,
});

/** What the online detection knows after an evaluation. Plain JSON: it goes into checkpoints. */
export interface SubPhaseState extends DataOf<typeof subPhaseState> {}

function checkSettings({ stableWithin, severeFrom, patience, smoothing }: SubPhaseSettings): void {
  if (!(stableWithin > 0) || !(severeFrom > stableWithin)) {
    throw new LabError('sub-phase/thresholds', { stableWithin, severeFrom });
  }
  if (
    !Number.isInteger(patience) ||
    patience < 1 ||
    !Number.isInteger(smoothing) ||
    smoothing < 1
  ) {
    throw new LabError('sub-phase/patience', { patience, smoothing });
  }
}

/** Losses are often rounded, and 0.408 is meant to be 2% above 0.4: rounding must not decide. */
function exceeds(rise: number, threshold: number): boolean {
  return rise > threshold + 1e-9;
}

function onlinePhase(
  before: SubPhase,
  { rise, minima }: Pick<SubPhaseState, 'rise' | 'minima'>,
  settings: SubPhaseSettings,
): SubPhase {
  if (exceeds(rise, settings.severeFrom)) return 'severe';
  if (exceeds(rise, settings.stableWithin)) return before === 'severe' ? 'severe' : 'mild';
  const full = minima.length > settings.patience;
  const improvement = full ? minima[0]! / minima.at(-1)! - 1 : Infinity;
  if (improvement < settings.stableWithin) return 'stable';
  // Once past adaptation, a new small improvement does not make it adaptation again.
  return before === 'adaptation' ? 'adaptation' : 'stable';
}

/**
 * Online detection: the state after one more evaluation. Stable is reached when the running minimum
 * has improved by less than `stableWithin` over the last `patience` evaluations; mild and severe
 * are rises over the running minimum.
 */
export function advanceSubPhase(
  state: SubPhaseState | null,
  point: LossPoint,
  settings: SubPhaseSettings,
): SubPhaseState {
  checkSettings(settings);
  checkLoss(point);
  const { loss } = point;
  const recent = [...(state?.recent ?? []), loss].slice(-settings.smoothing);
  const smoothed = mean(recent);
  const lowest = Math.min(state?.minima.at(-1) ?? Infinity, smoothed);
  const minima = [...(state?.minima ?? []), lowest].slice(-(settings.patience + 1));
  const rise = smoothed / lowest - 1;
  const candidates = [...(state?.plateau ?? []), smoothed];
  // A lower minimum leaves earlier evaluations above the margin: they do not count any more.
  const isNear = (value: number): boolean => !exceeds(value / lowest - 1, settings.stableWithin);
  const plateau = candidates.slice(candidates.findLastIndex((value) => !isNear(value)) + 1);
  return {
    phase: onlinePhase(state?.phase ?? 'adaptation', { rise, minima }, settings),
    recent,
    minima,
    evaluations: (state?.evaluations ?? 0) + 1,
    rise,
    plateau,
    evaluationsNearMinimum: plateau.length,
  };
}

/** A run of evaluations in the same sub-phase. */
export interface SubPhaseSpan {
  readonly phase: SubPhase;
  readonly from: LossPoint;
  readonly to: LossPoint;
}

/** Where one sub-phase gives way to the next: the first evaluation that belongs to the latter. */
interface SubPhaseBoundary {
  readonly from: SubPhase;
  readonly to: SubPhase;
  readonly at: LossPoint;
}

/** Labels after the fact. */
export interface SubPhaseReport {
  /** One per point, in the order of the step. */
  readonly labels: readonly { readonly point: LossPoint; readonly phase: SubPhase }[];
  readonly spans: readonly SubPhaseSpan[];
  /** One between each span and the next. */
  readonly boundaries: readonly SubPhaseBoundary[];
  /** The evaluation with the lowest (smoothed) loss; the first of several. */
  readonly minimum: LossPoint;
}

/** Moving average centred on each evaluation; narrower at the ends, so that it stays centred. */
function centredMeans(losses: readonly number[], width: number): number[] {
  return losses.map((_, i) => {
    const reach = Math.min(Math.floor(width / 2), i, losses.length - 1 - i);
    return mean(losses.slice(i - reach, i + reach + 1));
  });
}

function checkLoss({ step, loss }: LossPoint): void {
  if (!(loss > 0) || !Number.isFinite(loss)) {
    throw new LabError('sub-phase/loss', { step, loss });
  }
}

/**
 * Labels a whole series, when its minimum is known: more than `stableWithin` above the
 * minimum is adaptation before it and mild after it, more than `severeFrom` after it is severe, and
 * the rest is stable.
 */
export function subPhases(
  series: readonly LossPoint[],
  settings: SubPhaseSettings = DEFAULT_SUB_PHASE_SETTINGS,
): SubPhaseReport {
  checkSettings(settings);
  if (series.length === 0) throw new LabError('sub-phase/no-evaluation');
  series.forEach(checkLoss);
  const points = [...series].sort((a, b) => a.step - b.step);
  const losses = centredMeans(
    points.map((point) => point.loss),
    settings.smoothing,
  );
  const lowest = Math.min(...losses);
  const least = losses.indexOf(lowest);
  const labels = points.map((point, i) => {
    return { point, phase: phaseOf(losses[i]! / lowest - 1, i < least, settings) };
  });
  const spans: SubPhaseSpan[] = [];
  for (const { point, phase } of labels) {
    const last = spans.at(-1);
    if (last?.phase === phase) spans[spans.length - 1] = { ...last, to: point };
    else spans.push({ phase, from: point, to: point });
  }
  const boundaries = spans
    .slice(1)
    .map(({ phase, from }, i) => ({ from: spans[i]!.phase, to: phase, at: from }));
  return { labels, spans, boundaries, minimum: points[least]! };
}

function phaseOf(rise: number, beforeMinimum: boolean, settings: SubPhaseSettings): SubPhase {
  if (!exceeds(rise, settings.stableWithin)) return 'stable';
  if (beforeMinimum) return 'adaptation';
  return exceeds(rise, settings.severeFrom) ? 'severe' : 'mild';
}
