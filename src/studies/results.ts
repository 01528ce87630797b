/** From what runs measured to what a study has found. */
import { LabError } from '../errors';
import { subPhases, SEQUENTIAL, type BranchPoint, type Cell, type SetTraits } from '../theory';
import type { BenchmarkResult } from '../training/evaluation/measurements';
import {
  measurementOf,
  observationOf,
  type PartialSummary,
  type RunState,
} from '../training/run-state';
import type { SubPhaseSettings } from '../theory';
import { meanLevel } from '../tasks/mean-level';
import type { ChosenBranch } from './branching';
import type { BranchReason, MissingReason } from './missing-reasons';
import type { BranchPlan, CellPlan, SftRunPlan } from './plan';
import type { CellResult, MissingCell, SftRunResult } from './study-results';

/** What a finished SFT run found. */
export function sftRunResult(
  { set, seed }: SftRunPlan,
  { validation, track, base }: Pick<RunState, 'validation' | 'track' | 'base'>,
  { settings, seconds }: { settings: SubPhaseSettings; seconds: number },
): SftRunResult {
  if (!base) throw new LabError('fault/no-base-measurement');
  const phases = subPhases(validation, settings).labels.map(({ phase }) => phase);
  return { set: set.recipe.name, seed, validation, phases, track, base, seconds };
}

/** What a cell needs to know of where it comes from. */
interface CellOrigin {
  readonly plan: CellPlan;
  readonly levelCount: number;
  /** Of a branch: its SFT run and where it branched off. */
  readonly sftRun: SftRunResult | null;
  readonly chosen: Extract<ChosenBranch, { found: true }> | null;
}

/** How a cell ended. */
export interface CellEnding {
  readonly measured: PartialSummary;
  /** Why it diverged; null where it finished. */
  readonly failure: CellResult['failure'];
  readonly seconds: number;
}

export function cellResult(origin: CellOrigin, ending: CellEnding): CellResult {
  const { plan } = origin;
  const { measured, failure, seconds } = ending;
  return {
    id: plan.id,
    cell: theoryCell(origin, measured),
    branch: plan.kind === 'branch' ? plan.branch.name : null,
    status: failure === null ? 'finished' : 'diverged',
    failure,
    track: measured.track,
    atBase: measured.base,
    atBranch: atBranch(measured),
    atEnd: measured.final,
    unseenLevels: measured.unseenLevels,
    heldOut: measured.heldOut,
    compute: measured.compute,
    instabilities: measured.instabilities,
    further: null,
    seconds,
  };
}

function theoryCell(
  { plan, levelCount, sftRun, chosen }: CellOrigin,
  measured: PartialSummary,
): Cell {
  const { final, curve, ceiling } = measured;
  const branch = atBranch(measured);
  const losses = sftRun?.validation.map(({ loss }) => loss);
  const own = plan.kind === 'branch' ? null : ownBranch(measured);
  return {
    run: plan.id,
    paradigm: plan.kind === 'branch' ? SEQUENTIAL : plan.paradigm,
    set: traitsOf(plan, levelCount),
    seed: plan.seed,
    branch: chosen ? branchPoint(chosen) : own,
    minValidationLoss: losses ? Math.min(...losses) : (own?.validationLoss ?? null),
    pSft: measurementOf(branch),
    final: measurementOf(final),
    curve: curve.map(observationOf),
    ceiling,
    candidates: candidatesOf(branch),
  };
}

/** What RL began with; of a run that diverged before, the last that SFT came to. */
function atBranch({ branch, final }: PartialSummary): BenchmarkResult {
  return branch ?? final;
}

/** Where RL began after SFT of the run's own, with the lowest validation loss up to there; null without. */
function ownBranch({ switched, minValidationLoss, compute }: PartialSummary): BranchPoint | null {
  if (!switched?.step || compute.rl === 0) return null;
  const { step, phase } = switched;
  return { step, compute: compute.sft, phase, validationLoss: minValidationLoss };
}

function branchPoint({ point, phase }: Extract<ChosenBranch, { found: true }>): BranchPoint {
  return { step: point.step, compute: point.compute, phase, validationLoss: point.loss };
}

function traitsOf(plan: CellPlan, levelCount: number): SetTraits | null {
  const recipe = plan.kind === 'branch' ? plan.set.recipe : plan.set;
  if (!recipe) return null;
  const { name, size, levels } = recipe;
  // The recipe's, not the drawn set's, so that a small set's luck in one seed does not set it apart from
  // its larger kin.
  return { name, size, difficulty: meanLevel(levels, levelCount) };
}

/** Measures at the branch point that might predict the ceiling: pass@k for the most samples there are. */
function candidatesOf({ passAtK, malformed }: BenchmarkResult): Record<string, number> {
  const most = passAtK.at(-1);
  return { ...(most ? { [`pass@${most.k}`]: most.score } : {}), malformed };
}

/** A branch that its SFT run never came to. */
export function notReached(
  { id, set, branch, seed }: BranchPlan,
  reason: BranchReason,
): MissingCell {
  return { id, set: set.recipe.name, branch: branch.name, seed, status: 'not-reached', reason };
}

/** A cell that was given up. */
export function givenUp(
  plan: CellPlan,
  status: Exclude<MissingCell['status'], 'not-reached'>,
  reason: MissingReason,
): MissingCell {
  const set = plan.kind === 'branch' ? plan.set.recipe.name : (plan.set?.name ?? null);
  const branch = plan.kind === 'branch' ? plan.branch.name : plan.paradigm;
  return { id: plan.id, set, branch, seed: plan.seed, status, reason };
}
