/** Where RL branches off a finished SFT run: an evaluation of it, found after the fact. */
import { subPhases, type SubPhase, type SubPhaseReport, type SubPhaseSettings } from '../theory';
import type { ValidationPoint } from '../training/run-state';
import type { BranchReason } from './missing-reasons';
import type { StudyBranch } from './study-config';

/** Rises over the minimum from which a branch is clearly before it, or after it. */
const CLEARLY_BEFORE = 0.08;
const CLEARLY_AFTER = 0.05;

export type ChosenBranch =
  | {
      readonly found: true;
      readonly point: ValidationPoint;
      /** The evaluation's sub-phase, which may differ from the name of the branch point. */
      readonly phase: SubPhase;
    }
  | { readonly found: false; readonly reason: BranchReason };

interface Labelled {
  readonly point: ValidationPoint;
  readonly phase: SubPhase;
  /** Loss over the minimum, relative. */
  readonly rise: number;
}

/**
 * Chooses the evaluation of an SFT run from which a branch starts. A sub-phase that SFT never came to is
 * not replaced by another one. Step 0 is the base: RL from there is no branch.
 */
export function chooseBranch(
  branch: StudyBranch,
  validation: readonly ValidationPoint[],
  settings: SubPhaseSettings,
): ChosenBranch {
  const report = subPhases(validation, settings);
  const labelled = label(report).filter(({ point }) => point.step > 0);
  const chosen = pick(branch, labelled, report.minimum.step);
  if (chosen) return { found: true, point: chosen.point, phase: chosen.phase };
  return { found: false, reason: whyNot(branch, labelled, report) };
}

function label({ labels, minimum }: SubPhaseReport): Labelled[] {
  return labels.map(({ point, phase }) => ({
    point,
    phase,
    rise: point.loss / minimum.loss - 1,
  }));
}

function pick(
  branch: StudyBranch,
  points: readonly Labelled[],
  minimumStep: number,
): Labelled | undefined {
  switch (branch.at) {
    case 'step':
      return points.findLast(({ point }) => point.step <= branch.step);
    case 'compute':
      return points.findLast(({ point }) => point.compute <= branch.flops);
    case 'end':
      return points.at(-1);
    case 'phase':
      return pickPhase(branch.phase, points, minimumStep);
    default:
      return branch satisfies never;
  }
}

function pickPhase(
  phase: SubPhase,
  points: readonly Labelled[],
  minimumStep: number,
): Labelled | undefined {
  const inPhase = points.filter((each) => each.phase === phase);
  switch (phase) {
    case 'adaptation':
      return inPhase.findLast(({ rise }) => rise >= CLEARLY_BEFORE);
    case 'stable':
      return points.find(({ point }) => point.step === minimumStep);
    case 'mild':
      // Evaluations lie apart: where they jump from below 5% to severe, the last mild one it is.
      return inPhase.find(({ rise }) => rise >= CLEARLY_AFTER) ?? inPhase.at(-1);
    case 'severe':
      return points.at(-1)?.phase === 'severe' ? points.at(-1) : undefined;
    default:
      return phase satisfies never;
  }
}

function whyNot(
  branch: StudyBranch,
  points: readonly Labelled[],
  report: SubPhaseReport,
): BranchReason {
  const [first, last] = [points[0]?.point, points.at(-1)];
  if (!first || !last) return { because: 'no-evaluation' };
  if (branch.at === 'step') {
    return { because: 'step-too-early', first: first.step, step: branch.step };
  }
  if (branch.at === 'compute') {
    const { step, compute } = first;
    return { because: 'compute-too-small', first: step, compute, flops: branch.flops };
  }
  const minimum = { step: report.minimum.step, loss: report.minimum.loss };
  if (branch.at === 'phase' && branch.phase === 'adaptation') {
    return { because: 'never-adapting', minimum, margin: CLEARLY_BEFORE };
  }
  const end = { step: last.point.step, rise: last.rise };
  const isMild = branch.at === 'phase' && branch.phase === 'mild';
  return { because: isMild ? 'never-mild' : 'never-severe', minimum, last: end };
}

/** The SFT steps from which any of these branches starts, without those that are not reached. */
export function branchesToKeep(
  branches: readonly StudyBranch[],
  validation: readonly ValidationPoint[],
  settings: SubPhaseSettings,
): number[] {
  const steps = branches.flatMap((branch) => {
    const chosen = chooseBranch(branch, validation, settings);
    return chosen.found ? [chosen.point.step] : [];
  });
  return [...new Set(steps)].sort((a, b) => a - b);
}
