/** A_post = P_sft + PL_rl per branch point (arXiv 2512.11470), over the seeds that measured it. */
import * as v from 'valibot';
import { failureOf, isLabError } from '../errors';
import type { DataOf } from '../schema/pieces';
import { ceilingFit, type SeededCeilingSettings } from './ceilings/ceiling-fit';
import { fitCeilingOfSeeds } from './ceilings/fit';
import type { RlCurve } from './ceilings/data';
import { ceilingReason } from './ceilings/reasons';
import { branchPoint, groupBy, type BranchPoint, type Cell } from './cells';
import { interval } from './levels/level-report';
import { mean } from './statistics';

const branchOfSet = {
  set: v.string(),
  branch: branchPoint,
  /** Runs that it rests on, one a seed. */
  runs: v.array(v.string()),
};

export const branchDecomposition = v.object({
  ...branchOfSet,
  pSft: interval,
  plRl: interval,
  aPost: interval,
  ceiling: ceilingFit,
});

/** One bar of the paper's main figure. */
export interface BranchDecomposition extends DataOf<typeof branchDecomposition> {}

export const missingBranch = v.object({
  ...branchOfSet,
  ceiling: v.null(),
  reason: ceilingReason,
});

/** A branch point that could not be fitted. */
export interface MissingBranch extends DataOf<typeof missingBranch> {}

interface SetDecomposition {
  readonly set: string;
  /** In the order of the SFT step. */
  readonly branches: readonly BranchDecomposition[];
  /** Branch points without a fit, and why. */
  readonly missing: readonly MissingBranch[];
}

/** A cell that RL was branched off in, so that there is something to decompose. */
type BranchedCell = Cell & Required<{ set: NonNullable<Cell['set']>; branch: BranchPoint }>;

function isBranched(cell: Cell): cell is BranchedCell {
  return cell.set !== null && cell.branch !== null && cell.curve.length > 0;
}

/**
 * Decomposes the cells of every set. Seeds that branch in the same sub-phase at the same step are
 * fitted together; `branchKey` may group them otherwise, such as by the name that a study gave.
 */
export function decompose(
  cells: readonly Cell[],
  settings: SeededCeilingSettings,
  branchKey: (cell: Cell) => string = ({ branch }) => String(branch?.step),
): SetDecomposition[] {
  const sets = groupBy(cells.filter(isBranched), (cell) => cell.set.name);
  return [...sets].map(([set, ofSet]) => {
    const points = [...groupBy(ofSet, branchKey).values()].map((group) =>
      decomposeBranch(set, group, settings),
    );
    const branches = points
      .filter((point) => point.ceiling !== null)
      .sort((a, b) => a.branch.step - b.branch.step);
    const missing = points.filter((point) => point.ceiling === null);
    return { set, branches, missing };
  });
}

/** Seeds rarely branch at exactly the same loss: the group's branch point is their mean. */
function meanBranch(group: readonly BranchedCell[]): BranchPoint {
  const of = (value: (branch: BranchPoint) => number | null): number | null => {
    const known = group.flatMap((cell) => value(cell.branch) ?? []);
    return known.length > 0 ? mean(known) : null;
  };
  return {
    step: Math.round(mean(group.map(({ branch }) => branch.step))),
    compute: of((branch) => branch.compute),
    phase: group[0]!.branch.phase,
    validationLoss: of((branch) => branch.validationLoss),
  };
}

/** Where nothing was measured besides the curve, its last evaluation must not count twice. */
function curveOf({ pSft, curve, final }: Cell): RlCurve {
  const isBeside = curve.every(({ performance }) => performance !== final.value);
  return { pSft, points: curve, ...(isBeside && { end: final }) };
}

function decomposeBranch(
  set: string,
  group: readonly BranchedCell[],
  settings: SeededCeilingSettings,
): BranchDecomposition | MissingBranch {
  const branch = meanBranch(group);
  const runs = group.map((cell) => cell.run);
  const curves = group.map(curveOf);
  try {
    const ceiling = fitCeilingOfSeeds(curves, settings);
    return {
      set,
      branch,
      runs,
      pSft: { value: ceiling.pSft, low: ceiling.pSftLow, high: ceiling.pSftHigh },
      plRl: { value: ceiling.plRl, low: ceiling.plRlLow, high: ceiling.plRlHigh },
      aPost: { value: ceiling.aPost, low: ceiling.aPostLow, high: ceiling.aPostHigh },
      ceiling,
    };
  } catch (error) {
    if (!isLabError(error, 'ceiling')) throw error;
    return { set, branch, runs, ceiling: null, reason: failureOf(error) };
  }
}
