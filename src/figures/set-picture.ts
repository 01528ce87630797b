/**
 * A trajectory set as the figures draw it. The lab's results and the published ones take the same
 * form, so that both are drawn by the same functions.
 */
import type { CellResult, ReportedResults, SftRunResult } from '../studies/study-results';
import {
  atLeastOf,
  censoredCeiling,
  DEFAULT_SUB_PHASE_SETTINGS,
  groupBy,
  highestOf,
  isIdentified,
  mean,
  meanOf,
  NORMAL_90,
  SEQUENTIAL,
  standardDeviation,
  studentReach,
  subPhases,
  type AtLeast,
  type CeilingFit,
  type CurveObservation,
  type Estimate,
  type LossPoint,
  type SubPhase,
  type SubPhaseSettings,
  type SubPhaseSpan,
} from '../theory';
import type { StudyAnalysis } from '../studies/analysis';
import { ceilingSentence, verdictSentence } from '../words/en/reasons/ceiling-reasons';
import type { FigureOptions } from './drawing/figure';
import type { Shown } from './drawing/numbers';

/** RL of one seed from a branch point. */
interface SeedCurve {
  readonly run: string;
  readonly seed: number;
  /** SFT compute at the branch point, FLOPs. */
  readonly from: number;
  /** Compute since the branch point. */
  readonly points: readonly CurveObservation[];
}

export interface BranchPicture {
  readonly name: string;
  readonly step: number;
  /** SFT compute; null where it is not known, as in what follows. */
  readonly compute: number | null;
  readonly phase: SubPhase | null;
  readonly validationLoss: number | null;
  readonly pSft: Shown;
  /** null where it is not identified. */
  readonly aPost: Shown | null;
  readonly plRl: Shown | null;
  /** Where the ceiling is known from below alone. */
  readonly atLeast: AtLeast | null;
  /** Why there is no ceiling, or one from below alone; null where there is one. */
  readonly reason: string | null;
  /** Measured at the end of the budget; null where nothing was. */
  readonly final: Shown | null;
  /** null for published numbers. */
  readonly fit: CeilingFit | null;
  readonly curves: readonly SeedCurve[];
  readonly seeds: number;
}

export interface SetPicture {
  readonly name: string;
  /** Trajectories; null where that is not known. */
  readonly size: number | null;
  readonly difficulty: number | null;
  /** In the order of the SFT step. */
  readonly branches: readonly BranchPicture[];
  /** Validation loss over SFT, mean of the seeds. */
  readonly loss: readonly LossPoint[];
  readonly phases: readonly SubPhaseSpan[];
  /** The branch point with the highest identified ceiling. */
  readonly peak: BranchPicture | null;
}

/** What a ceiling may be: an open one counts with all of that. null where nothing was fitted. */
function rangeOf({ aPost, fit, final }: BranchPicture): Shown | null {
  if (aPost || !fit) return aPost;
  const { value, low } = final ?? { value: 0, low: null };
  const standardError = low === null ? null : (value - low) / NORMAL_90;
  return fittedPercent(censoredCeiling(fit, { value, standardError }));
}

/**
 * The highest ceiling of a set, whichever branch point has it: that of the peak, or where any is open the
 * highest that all of them may be. null where nothing was fitted.
 */
export function highestRange({ branches, peak }: SetPicture): Shown | null {
  if (branches.every(({ aPost, fit }) => aPost ?? !fit)) return peak?.aPost ?? null;
  return highestOf(branches.flatMap((branch) => rangeOf(branch) ?? []).filter(hasInterval));
}

/** Mean over the branch points of a set, as the paper averages: open ceilings count too. */
export function averageRange({ branches }: SetPicture): Shown | null {
  const ranges = branches.flatMap((branch) => rangeOf(branch) ?? []);
  if (ranges.length === 0) return null;
  if (ranges.every(hasInterval)) return meanOf(ranges);
  return { value: mean(ranges.map(({ value }) => value)), low: null, high: null };
}

function hasInterval(shown: Shown): shown is Estimate {
  return shown.low !== null && shown.high !== null;
}

/** A set of which it is known how many trajectories it has. */
export interface SizedSet extends SetPicture {
  readonly size: number;
}

export function isSized(set: SetPicture): set is SizedSet {
  return set.size !== null;
}

/** A percentage with its interval, which ends where percentages do. */
function percent(value: number, reach: number): Shown {
  return { value, low: Math.max(0, value - reach), high: Math.min(100, value + reach) };
}

/** A fitted percentage, whose interval may be computed past where percentages end. */
function fittedPercent({ value, low, high }: Shown): Shown {
  return {
    value,
    low: low === null ? null : Math.max(0, low),
    high: high === null ? null : Math.max(value, Math.min(100, high)),
  };
}

/** Mean of the seeds' percentages with Student's interval; of one seed, that of its measurement. */
export function seedMean(
  values: readonly number[],
  standardError: number | null = null,
  confidence = 0.9,
): Shown {
  const value = mean(values);
  if (values.length > 1) {
    const error = standardDeviation(values) / Math.sqrt(values.length);
    return percent(value, error * studentReach(values.length - 1, confidence));
  }
  if (standardError === null) return { value, low: null, high: null };
  return percent(value, NORMAL_90 * standardError);
}

/** Of the cells of one group: their last measurement. */
export function finalOf(cells: readonly CellResult[]): Shown | null {
  if (cells.length === 0) return null;
  return seedMean(
    cells.map(({ cell }) => cell.final.value),
    cells[0]!.cell.final.standardError,
  );
}

/** Mean loss over the seeds, at the steps that all of them have. */
function meanLoss(trunks: readonly SftRunResult[]): LossPoint[] {
  const points = trunks.flatMap(({ validation }) => validation);
  const steps = groupBy(points, ({ step }) => step);
  return [...steps]
    .filter(([, ofStep]) => ofStep.length >= trunks.length)
    .sort(([a], [b]) => a - b)
    .map(([step, ofStep]) => ({
      step,
      compute: mean(ofStep.map(({ compute }) => compute)),
      loss: mean(ofStep.map(({ loss }) => loss)),
    }));
}

export function highestCeiling(branches: readonly BranchPicture[]): BranchPicture | null {
  return branches.reduce<BranchPicture | null>((top, branch) => {
    if (!branch.aPost) return top;
    return top?.aPost && top.aPost.value >= branch.aPost.value ? top : branch;
  }, null);
}

/** The set with the highest identified ceiling; null where there is none. */
export function highestSet(sets: readonly SetPicture[]): SetPicture | null {
  return sets.reduce<SetPicture | null>((top, set) => {
    if (!set.peak?.aPost) return top;
    return top?.peak?.aPost && top.peak.aPost.value >= set.peak.aPost.value ? top : set;
  }, null);
}

export function spansOf(
  loss: readonly LossPoint[],
  settings: SubPhaseSettings = DEFAULT_SUB_PHASE_SETTINGS,
): readonly SubPhaseSpan[] {
  return loss.length > 0 ? subPhases(loss, settings).spans : [];
}

function branchPictures(
  set: string,
  results: ReportedResults,
  { branches }: StudyAnalysis,
): BranchPicture[] {
  const cells = results.cells.filter(
    ({ cell }) => cell.set?.name === set && cell.paradigm === SEQUENTIAL,
  );
  return branches
    .filter((branch) => branch.set === set)
    .map(({ name, fit }): BranchPicture => {
      const runs = new Set(fit.runs);
      const own = cells.filter(({ cell }) => runs.has(cell.run));
      const known = fit.ceiling ? fit : null;
      const isKnown = fit.ceiling !== null && isIdentified(fit.ceiling);
      return {
        name,
        ...fit.branch,
        pSft: known?.pSft ?? seedMean(own.map(({ cell }) => cell.pSft.value)),
        aPost: known && isKnown ? fittedPercent(known.aPost) : null,
        plRl: known && isKnown ? known.plRl : null,
        atLeast: fit.ceiling && atLeastOf(fit.ceiling),
        reason: fit.ceiling ? verdictSentence(fit.ceiling.verdict) : ceilingSentence(fit.reason),
        final: finalOf(own),
        fit: fit.ceiling,
        curves: own.map(({ cell }) => ({
          run: cell.run,
          seed: cell.seed,
          from: cell.branch?.compute ?? 0,
          points: cell.curve,
        })),
        seeds: own.length,
      };
    })
    .sort((a, b) => a.step - b.step);
}

/** The sets of a study that have results, in the order of its configuration. */
export function setPictures(results: ReportedResults, analysis: StudyAnalysis): SetPicture[] {
  return results.config.sets.flatMap(({ recipe: { name, size } }) => {
    const trunks = results.trunks.filter(({ set }) => set === name);
    const branches = branchPictures(name, results, analysis);
    if (trunks.length === 0 && branches.length === 0) return [];
    const traits = results.cells.find(({ cell }) => cell.set?.name === name)?.cell.set;
    const loss = meanLoss(trunks);
    return [
      {
        name,
        size: traits?.size ?? size,
        difficulty: traits?.difficulty ?? null,
        branches,
        loss,
        phases: spansOf(loss, results.config.run.subPhases),
        peak: highestCeiling(branches),
      },
    ];
  });
}

/** The sets that a figure is asked to draw. */
export function chosenSets(
  sets: readonly SetPicture[],
  { sets: wanted }: Pick<FigureOptions, 'sets'>,
): readonly SetPicture[] {
  return wanted ? sets.filter(({ name }) => wanted.includes(name)) : sets;
}
