/** The published numbers in the form of the lab's own, so that the same functions draw both. */
import { PAPER_SETS, type PublishedSet } from './paper-numbers';
import { highestCeiling, spansOf, type BranchPicture, type SizedSet } from './set-picture';
import type { Shown } from './drawing/numbers';

/** The paper publishes no intervals. */
function bare(value: number): Shown {
  return { value, low: null, high: null };
}

const EXA = 1e18;

function branchesOf(set: PublishedSet): BranchPicture[] {
  return set.steps.map((step, i) => {
    const [pSft, aPost] = [set.pSft[i]!, set.aPost[i]!];
    return {
      name: step === 0 ? 'base' : String(step),
      step,
      compute: set.sftCompute[i]! * EXA,
      phase: set.phases[i]!,
      validationLoss: set.validationLoss[i]!,
      pSft: bare(pSft),
      aPost: bare(aPost),
      plRl: bare(aPost - pSft),
      atLeast: null,
      reason: null,
      final: null,
      fit: null,
      curves: [],
      seeds: 0,
    };
  });
}

const DIFFICULTIES = ['easy', 'uniform', 'hard'] as const;

/** The paper names difficulties without a measure: their ranks stand for them. */
function difficultyRank({ difficulty }: PublishedSet): number | null {
  return difficulty && DIFFICULTIES.indexOf(difficulty);
}

/** The name of a rank. */
export function paperDifficulty(rank: number): string {
  return DIFFICULTIES[rank] ?? '';
}

export const PAPER_PICTURES: readonly SizedSet[] = PAPER_SETS.map((set) => {
  const branches = branchesOf(set);
  const loss = set.steps.map((step, i) => ({
    step,
    compute: set.sftCompute[i]! * EXA,
    loss: set.validationLoss[i]!,
  }));
  return {
    name: set.name,
    size: set.size,
    difficulty: difficultyRank(set),
    branches,
    loss,
    phases: spansOf(loss),
    peak: highestCeiling(branches),
  };
});
