/** Single runs in the form of a study's branch points, so that two can be overlaid. */
import { atLeastOf, isIdentified, NORMAL_90 } from '../../../theory';
import type { RunRecord } from '../../../runtime/stores/runs';
import type { BranchPicture, SetPicture } from '../../../figures';
import { observationOf } from '../../../training/run-state';
import { whyNotKnown } from '../../../words/en/reasons/ceiling-reasons';
import { runName } from '../../run/run-name';

function branchPicture(run: RunRecord): BranchPicture | null {
  const { summary } = run;
  if (!summary) return null;
  const { branch, final, switched, ceiling, curve } = summary;
  const measured = ({ score, standardError }: typeof branch) => ({
    value: score,
    low: score - NORMAL_90 * standardError,
    high: score + NORMAL_90 * standardError,
  });
  const known = ceiling && isIdentified(ceiling) ? ceiling : null;
  return {
    name: runName(run),
    step: switched.step,
    compute: switched.compute,
    phase: switched.phase,
    validationLoss: summary.minValidationLoss,
    pSft: measured(branch),
    aPost: known && { value: known.aPost, low: known.aPostLow, high: known.aPostHigh },
    plRl: known && { value: known.plRl, low: known.plRlLow, high: known.plRlHigh },
    atLeast: ceiling && atLeastOf(ceiling),
    reason: whyNotKnown(ceiling, summary.noCeilingBecause),
    final: measured(final),
    fit: ceiling,
    curves: [
      {
        run: run.id,
        seed: run.config.seed,
        from: switched.compute,
        points: curve.map(observationOf),
      },
    ],
    seeds: 1,
  };
}

/** Runs as branch points of one picture, which then share their axes; names are made distinct. */
export function runsPicture(runs: readonly RunRecord[]): SetPicture {
  const branches = runs
    .map(branchPicture)
    .filter((branch) => branch !== null)
    .map((branch, i, all) => {
      const isTwice = all.some((other, j) => j !== i && other.name === branch.name);
      return isTwice ? { ...branch, name: `${branch.name} (${i + 1})` } : branch;
    });
  return {
    name: 'runs',
    size: 0,
    difficulty: null,
    branches,
    loss: [],
    phases: [],
    peak: branches.find(({ aPost }) => aPost) ?? null,
  };
}
