/** What an export trains: SFT of each set in each seed, RL from each branch point, RL from the base. */
import { TRAINING_PASSES, forwardFlopsPerToken } from '../../model/flops';
import { meanLevel } from '../../tasks/mean-level';
import { levelCount } from '../../tasks';
import { evaluationSteps } from '../../training/configuration/schedule';
import type { RlSettings, RunConfig } from '../../training/configuration/run-config';
import { prepareDatasets, type Datasets } from '../../training/data/datasets';
import { OWN_ATTEMPTS } from '../../training/methods';
import { fileStem } from '../../trajectories/files/export';
import { planStudy, type ParadigmPlan, type SftRunPlan } from '../plan';
import type { StudyBranch, StudyConfig } from '../study-config';
import type { SetTables } from '../study-sets';
import type { Trainer } from './trainers';

/** A branch point by a step or a sub-phase; compute of the lab's own model became a step. */
export type ExportedBranch = Exclude<StudyBranch, { at: 'compute' }>;

export interface SftExport {
  /** Such as `uniform-0`: its configuration, its data and its folder are called so. */
  readonly run: string;
  readonly set: string;
  readonly size: number;
  /** Mean level, from 1. */
  readonly difficulty: number;
  readonly seed: number;
  readonly branches: readonly ExportedBranch[];
  /** At which a checkpoint is kept and measured, from 0. */
  readonly steps: readonly number[];
  readonly config: RunConfig;
  readonly datasets: Datasets;
}

export interface RlExport {
  /** Such as `uniform-mild-0`. */
  readonly run: string;
  /** Such as `uniform/mild`: what the curves of all seeds are called. */
  readonly curve: string;
  /** The SFT run that it branches off; null from the base. */
  readonly sft: string | null;
  readonly branch: string | null;
  readonly paradigm: string | null;
  readonly seed: number;
  readonly settings: RlSettings;
  /** At which a checkpoint is kept and measured; from the base also 0. */
  readonly steps: readonly number[];
  /** Names the file of its prompts: runs that read the same ones share it. */
  readonly prompts: string;
  readonly datasets: Datasets;
}

export interface StudyRuns {
  readonly sft: readonly SftExport[];
  readonly rl: readonly RlExport[];
  /** All of them, most informative first; each SFT run before what branches off it. */
  readonly order: readonly (SftExport | RlExport)[];
  /** Paradigms that the trainers do not have. */
  readonly leftOut: readonly string[];
}

/** The runs of a study that has been checked, with their data. */
export function studyRuns(study: StudyConfig, trainer: Trainer, sets: SetTables): StudyRuns {
  const order: (SftExport | RlExport)[] = [];
  const sftRuns = new Map<string, SftExport>();
  const leftOut = new Set<string>();
  for (const job of planStudy(study).order) {
    switch (job.kind) {
      case 'sft': {
        const sft = sftExport(study, job, trainer, sets);
        sftRuns.set(job.id, sft);
        order.push(sft);
        break;
      }
      case 'branch':
        order.push(branchExport(sftRuns.get(job.sftRun)!, job.branch.name));
        break;
      case 'paradigm':
        if (isRlAlone(job)) order.push(baseExport(job, sets));
        else leftOut.add(job.paradigm);
        break;
      default:
        job satisfies never;
    }
  }
  return {
    sft: order.filter((run) => 'difficulty' in run),
    rl: order.filter((run) => 'curve' in run),
    order,
    leftOut: [...leftOut],
  };
}

function isRlAlone({ set, config }: ParadigmPlan): boolean {
  return set === null && config.rl.steps > 0 && config.rl.method.kind === OWN_ATTEMPTS.kind;
}

function datasetsOf(config: RunConfig, sets: SetTables): Datasets {
  return prepareDatasets(config, config.librarySet && sets.get(config.librarySet.digest));
}

function sftExport(
  study: StudyConfig,
  { set, seed, config }: SftRunPlan,
  trainer: Trainer,
  sets: SetTables,
): SftExport {
  const { name, levels } = set.recipe;
  const datasets = datasetsOf(config, sets);
  const branches = set.branches.map((branch) =>
    branchAtStep(
      study.branches.find((each) => each.name === branch)!,
      config,
      datasets,
    ),
  );
  return {
    run: `${fileStem(name)}-${seed}`,
    set: name,
    size: datasets.trajectories.size,
    difficulty: meanLevel(levels, levelCount(config.task)),
    seed,
    branches,
    steps: trainer === 'trl' ? evaluationSteps(config) : evenSteps(config, branches),
    config,
    datasets,
  };
}

/** The last step of the lab's SFT with at most so much compute: another model's FLOPs say nothing. */
function branchAtStep(branch: StudyBranch, config: RunConfig, data: Datasets): ExportedBranch {
  if (branch.at !== 'compute') return branch;
  const { promptLength, completionLengths, size } = data.trajectories;
  const tokens = promptLength + completionLengths.reduce((sum, n) => sum + n, 0) / size;
  const perToken = TRAINING_PASSES * forwardFlopsPerToken(config.model);
  const step = Math.floor(branch.flops / (config.sft.batchSize * tokens * perToken));
  return { name: branch.name, at: 'step', step: Math.max(1, step) };
}

/** verl keeps checkpoints at even distances alone: close enough for the earliest step that is named. */
function evenSteps({ sft }: RunConfig, branches: readonly ExportedBranch[]): number[] {
  const named = branches.flatMap((branch) => (branch.at === 'step' ? [branch.step] : []));
  const every = Math.min(Math.ceil(sft.steps / sft.evaluations), ...named);
  return [0, ...dueSteps(every, sft.steps)];
}

function dueSteps(every: number, last: number): number[] {
  const even = Array.from({ length: Math.floor(last / every) }, (_, i) => (i + 1) * every);
  return [...new Set([...even, last])];
}

function branchExport(sft: SftExport, branch: string): RlExport {
  const { rl, librarySet } = sft.config;
  const isOfSet = rl.prompts === 'set' || librarySet !== undefined;
  return {
    run: `${fileStem(sft.set)}-${fileStem(branch)}-${sft.seed}`,
    curve: `${sft.set}/${branch}`,
    sft: sft.run,
    branch,
    paradigm: null,
    seed: sft.seed,
    settings: rl,
    steps: dueSteps(rl.evaluateEvery, rl.steps),
    prompts: isOfSet ? sft.run : String(sft.seed),
    datasets: sft.datasets,
  };
}

function baseExport({ paradigm, seed, config }: ParadigmPlan, sets: SetTables): RlExport {
  const { rl } = config;
  return {
    run: `base-${paradigm}-${seed}`,
    curve: paradigm,
    sft: null,
    branch: null,
    // The lab fits a ceiling to RL alone under this name.
    paradigm: paradigm === 'dapo' ? 'rl' : paradigm,
    seed,
    settings: rl,
    steps: [0, ...dueSteps(rl.evaluateEvery, rl.steps)],
    prompts: `base-${paradigm}-${seed}`,
    datasets: datasetsOf(config, sets),
  };
}
