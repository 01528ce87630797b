/**
 * What a study has to run, and in which order: the SFT of each set in each seed once (an SFT run), the
 * cells that branch off it, and the paradigms, each a run of its own.
 */
import { SEQUENTIAL } from '../theory';
import { sftRunConfig } from '../training/branches';
import { configureParadigm, paradigmNamed } from '../training/configuration/paradigms';
import type { RunConfig } from '../training/configuration/run-config';
import { needsDemonstrations } from '../training/methods';
import { branchNamed } from './parse-study';
import type { StudyBranch, StudyConfig, StudySet } from './study-config';

/** The SFT run of one set in one seed. */
export interface SftRunPlan {
  readonly kind: 'sft';
  /** Such as `uniform/0`. */
  readonly id: string;
  readonly set: StudySet;
  readonly seed: number;
  readonly config: RunConfig;
}

/** RL from a branch point of an SFT run. */
export interface BranchPlan {
  readonly kind: 'branch';
  /** Such as `uniform/mild/0`. */
  readonly id: string;
  /** The id of the SFT run. */
  readonly sftRun: string;
  readonly set: StudySet;
  readonly branch: StudyBranch;
  readonly seed: number;
}

/** A run of another paradigm, from the base. */
export interface ParadigmPlan {
  readonly kind: 'paradigm';
  /** Such as `uniform/luffy/0`, or `dapo/0` without a set. */
  readonly id: string;
  readonly paradigm: string;
  /** What it learns from; null for RL alone. */
  readonly set: RunConfig['trajectories'] | null;
  readonly seed: number;
  readonly config: RunConfig;
}

export type CellPlan = BranchPlan | ParadigmPlan;
export type JobPlan = SftRunPlan | CellPlan;

export interface StudyPlan {
  readonly sftRuns: readonly SftRunPlan[];
  readonly cells: readonly CellPlan[];
  /** All of them, most informative first; each SFT run before its cells. */
  readonly order: readonly JobPlan[];
}

/** Plans a study that has been checked (see parse-study.ts). */
export function planStudy(study: StudyConfig): StudyPlan {
  const order = study.seeds.flatMap((seed) => planSeed(study, seed));
  const sftRuns = order.filter((job) => job.kind === 'sft');
  const cells = order.filter((job) => job.kind !== 'sft');
  return { sftRuns, cells, order };
}

/**
 * One seed, so that the whole picture forms before error bars sharpen it: first the right time to
 * switch on every set, then the other paradigms, then the other branch points.
 */
function planSeed(study: StudyConfig, seed: number): JobPlan[] {
  const key: JobPlan[] = [];
  const others: JobPlan[] = [];
  for (const set of study.sets) {
    const sftRun = planSftRun(study, set, seed);
    const branches = set.branches.map((name) => branchNamed(study, name));
    const first = branches.find(isRightTime) ?? branches[0]!;
    key.push(sftRun);
    for (const branch of branches) {
      const id = `${set.recipe.name}/${branch.name}/${seed}`;
      const cell: BranchPlan = { kind: 'branch', id, sftRun: sftRun.id, set, branch, seed };
      (branch === first || isRightTime(branch) ? key : others).push(cell);
    }
  }
  const paradigms = study.paradigms.map((name) => planParadigm(study, name, seed));
  return [...key, ...paradigms, ...others];
}

function isRightTime(branch: StudyBranch): boolean {
  return branch.at === 'phase' && (branch.phase === 'stable' || branch.phase === 'mild');
}

function planSftRun({ run }: StudyConfig, set: StudySet, seed: number): SftRunPlan {
  const config = sftRunConfig({
    ...run,
    seed,
    paradigm: SEQUENTIAL,
    trajectories: set.recipe,
    librarySet: set.librarySet,
    sft: { ...run.sft, steps: set.sftSteps },
    // An SFT run is measured to its end; the budget binds what branches off.
    computeBudget: null,
  });
  return { kind: 'sft', id: `${set.recipe.name}/${seed}`, set, seed, config };
}

function planParadigm({ run }: StudyConfig, name: string, seed: number): ParadigmPlan {
  const paradigm = paradigmNamed(name);
  const config = configureParadigm({ ...run, seed }, paradigm);
  const isAlone = !needsDemonstrations(config.rl) && isFromBase(config);
  const set = isAlone ? null : run.trajectories;
  const id = set === null ? `${name}/${seed}` : `${set.name}/${name}/${seed}`;
  return { kind: 'paradigm', id, paradigm: name, set, seed, config };
}

function isFromBase({ switch: policy }: RunConfig): boolean {
  return policy.at === 'step' && policy.step === 0;
}
