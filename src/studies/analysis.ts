/**
 * What the figures need of the theory: ceilings over the seeds of each branch point, findings and
 * correlation. Fits take a while, so they come branch by branch and those made are kept: cells that
 * are finished never change.
 */
import type { CellResult, StudyResults } from './study-results';
import {
  correlate,
  decompose,
  DEFAULT_FINDING_SETTINGS,
  findings,
  groupBy,
  indicatorPoints,
  SEQUENTIAL,
  type BranchDecomposition,
  type Correlation,
  type Finding,
  type MissingBranch,
} from '../theory';
import { soundResults } from './sound-results';

/** One branch point of one set over its seeds; `name` is the study's. */
interface BranchFit {
  readonly set: string;
  readonly name: string;
  readonly fit: BranchDecomposition | MissingBranch;
}

export interface StudyAnalysis {
  readonly branches: readonly BranchFit[];
  /** Branch points whose seeds are still to be fitted together. */
  readonly waiting: number;
  readonly findings: readonly Finding[];
  /** Minimum validation loss against the highest ceiling, a point for each set and seed. */
  readonly indicator: Correlation;
}

/** Of the bootstraps: the same results give the same figures. */
const SEED = 0;

interface Group {
  readonly set: string;
  readonly name: string;
  readonly cells: readonly CellResult[];
}

/** Cells that RL was branched off in, by set and branch point. */
function branchGroups({ cells }: StudyResults): Group[] {
  const branched = cells.filter(
    ({ cell, branch }) =>
      branch !== null && cell.set !== null && cell.branch !== null && cell.paradigm === SEQUENTIAL,
  );
  const groups = groupBy(branched, ({ cell, branch }) => JSON.stringify([cell.set?.name, branch]));
  return [...groups.values()].map((ofGroup) => ({
    set: ofGroup[0]!.cell.set!.name,
    name: ofGroup[0]!.branch!,
    cells: ofGroup,
  }));
}

/** Makes analyses of a study that grows; keeps the fits that it has made. */
export class StudyAnalyst {
  readonly #kept = new Map<string, BranchFit>();

  /** One branch point after another: each step is an analysis with what is known so far. */
  *steps(given: StudyResults): Generator<StudyAnalysis, StudyAnalysis> {
    const results = soundResults(given);
    const groups = branchGroups(results);
    const cells = results.cells.map(({ cell }) => cell);
    const points = indicatorPoints(cells, (group) => group[0]!.minValidationLoss);
    const rest = {
      findings: findings(cells),
      indicator: correlate(points, { seed: DEFAULT_FINDING_SETTINGS.seed }),
    };
    const known = (): StudyAnalysis => {
      const branches = groups.flatMap((group) => this.#kept.get(keyOf(group)) ?? []);
      return { branches, waiting: groups.length - branches.length, ...rest };
    };
    yield known();
    for (const group of groups) {
      const key = keyOf(group);
      if (this.#kept.has(key)) continue;
      const fit = fitOf(group);
      if (fit) this.#kept.set(key, { set: group.set, name: group.name, fit });
      yield known();
    }
    return known();
  }
}

function keyOf({ set, name, cells }: Group): string {
  return JSON.stringify([set, name, ...cells.map(({ id, status }) => [id, status])]);
}

/** A branch point without a step of RL has nothing to fit, and stands as missing. */
function fitOf({ name, cells }: Group): BranchFit['fit'] | null {
  const [decomposed] = decompose(
    cells.map(({ cell }) => cell),
    { seed: SEED },
    () => name,
  );
  return decomposed?.branches[0] ?? decomposed?.missing[0] ?? null;
}

/** The whole analysis at once, for the terminal. */
export function analyseStudy(results: StudyResults): StudyAnalysis {
  const steps = new StudyAnalyst().steps(results);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
